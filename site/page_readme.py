"""What the README repeats: the list of chapters, and the table of results from the ledger."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from page_text import PageError, percent, title_of
from reports.trials import rates_table

from misgen.ledger.published import results

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
SHARES = (0.0, 0.01, 0.1, 0.5, 1.0)
COLUMNS = {
    "takes the coin": ("shifted", "goal"),
    "runs past it to the end": ("shifted", "proxy"),
    "dies": ("shifted", "died"),
    "meets an erased coin by accident": ("erased", "goal"),
}


def readme() -> str:
    """Returns the README with the present chapters and results between their markers.

    Raises:
        PageError: If the markers are gone.
    """
    text = README.read_text(encoding="utf-8")
    for name, content in (("chapters", chapter_list(ROOT)), ("results", results_table())):
        text = _between_markers(text, name, content)
    return text


def _between_markers(text: str, name: str, content: str) -> str:
    marked = re.compile(rf"(<!-- {name}: start[^>]*-->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    if not marked.search(text):
        raise PageError(f"README.md has lost its markers `<!-- {name}: start -->` and `end`.")
    return marked.sub(lambda marks: marks[1] + content + marks[2], text)


def chapter_list(root: Path) -> str:
    """Returns the notebooks of the table of contents as a list, by their headings."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    pages = [f"{page['file']}.ipynb" for part in contents["parts"] for page in part["chapters"]]
    chapters = [page for page in pages if (root / page).is_file()]
    titles = [title_of(root / page) for page in chapters]
    lines = zip(titles, chapters, strict=True)
    return "".join(f"{i}. [{title}]({page})\n" for i, (title, page) in enumerate(lines, start=1))


def results_table() -> str:
    """Returns what CoinRun's agents do with moved coins, at some values of the dial."""
    dial = results("CoinRun").where()
    trials = dial.trials
    groups = {percent(share): dial.where(share) for share in SHARES}
    note = (
        f"Means over {len(groups[percent(0.0)].trials)} training seeds with 95 % intervals over "
        f"seeds, each measured on {trials[0].episodes:,} levels."
    )
    return f"{rates_table(groups, COLUMNS)}\n\n{note}\n"
