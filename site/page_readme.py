"""The table of results in the README, from the published ledger."""

from __future__ import annotations

import re
from pathlib import Path

from page_reproducibility import rates_table
from page_text import PageError, percent

from misgen.published import results

README = Path(__file__).resolve().parent.parent / "README.md"
SHARES = (0.0, 0.01, 0.1, 0.5, 1.0)
COLUMNS = {
    "takes the coin": ("shifted", "goal"),
    "runs past it to the end": ("shifted", "proxy"),
    "dies": ("shifted", "died"),
    "meets an erased coin by accident": ("erased", "goal"),
}
_MARKED = re.compile(r"(<!-- results: start[^>]*-->\n).*?(<!-- results: end -->)", re.DOTALL)


def readme() -> str:
    """Returns the README with the present results between its two markers.

    Raises:
        PageError: If the markers are gone.
    """
    text = README.read_text(encoding="utf-8")
    if not _MARKED.search(text):
        raise PageError("README.md has lost its markers `<!-- results: start -->` and `end`.")
    return _MARKED.sub(lambda marks: marks[1] + _results() + marks[2], text)


def _results() -> str:
    dial = results("CoinRun").where()
    trials = dial.trials
    groups = {percent(share): dial.where(share) for share in SHARES}
    note = (
        f"Means over {len(groups[percent(0.0)].trials)} training seeds with 95 % intervals over "
        f"seeds, each measured on {trials[0].episodes:,} levels."
    )
    return f"{rates_table(groups, COLUMNS)}\n\n{note}\n"
