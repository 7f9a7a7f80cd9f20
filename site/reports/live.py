"""What the chapters compute while the page is built, so that no ledger holds it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from page_text import PageError, table, title_of

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"


@dataclass(frozen=True)
class Live:
    """A figure whose numbers are computed by the cells of its chapter."""

    chapter: str
    """The notebook, without `.ipynb`."""
    figure: str
    """What it shows."""
    calls: tuple[str, ...]
    """How the cells that compute it begin their calls, as in `figures.reports(`."""
    seeds: str = ""
    """Seeds that are not in the cells but in the functions that they call."""


LIVE = (
    Live(
        "distributions",
        "The coin line, the rules' scores, and the step at which the probe flips",
        ("explore.CoinLineExplorer(", "clone(", "score("),
        seeds="none: nothing is drawn",
    ),
    Live("distributions", "200 networks at each share", ("train_networks(",)),
    Live(
        "distributions",
        "Policies and the states that they visit",
        ("policy_shift(",),
        seeds="none: computed from the published agents",
    ),
    Live("distributions", "Core and spurious features", ("features(",), seeds="0 to 49"),
    Live("distributions", "Four words, four curves", ("four_words(",), seeds="0 to 19"),
    Live(
        "rewards",
        "One population and one dog",
        ("breed(", "reinforce("),
        seeds="0, and 0 to 99 where many are compared",
    ),
    Live("rewards", "The fingerprints of behaviour", ("behave(",)),
    Live(
        "rewards",
        "The hundred dogs, the lottery, the dial of the dogs, the louder cue",
        ("explore.hundred_dogs(", "dog_sweep.sweep_shares(", "dog_sweep.sweep_clarities("),
        seeds="0 to 99",
    ),
    Live("rewards", "Stricter trainers", ("explore.strict_trainer(",), seeds="0 to 39"),
    Live(
        "rewards",
        "Rewards that explain a behaviour, and their ranges",
        ("explore.Painter(", "most_generous(", "watch_in_rooms("),
        seeds="none: nothing is drawn",
    ),
    Live(
        "rewards",
        "What further environments leave open",
        ("left_open(",),
        seeds="0 (of the five rewards)",
    ),
    Live(
        "coinrun",
        "The agent that you train, and how its episodes end",
        ("agent = misgen.train(", "figures.reports("),
    ),
    Live("coinrun", "The critic's value on one level", ("critic.value_map(",)),
    Live("coinrun", "What a coin changes for the critic", ("critic.effect_table(",)),
    Live("tree_gridworld", "The yardsticks, and what greed is worth", ("yardsticks(", "worth(")),
    Live(
        "tree_gridworld",
        "What a small forest asks for",
        ("asked_for(",),
        seeds="none: nothing is drawn",
    ),
    Live("tree_gridworld", "The run that you train", ("learn(",)),
    Live(
        "tree_gridworld",
        "The recommender",
        ("recommender(", "figures.recommender_measures("),
        seeds="0 to 9",
    ),
    Live(
        "tree_gridworld",
        "The unit test of hidden incentives",
        ("hidden_incentives(", "figures.hidden_incentives("),
        seeds="0 to 9",
    ),
    Live(
        "assistant",
        "The assistant that you train, and what it knows and books",
        ("assistant.pretrain(", "assistant.finetune(", "assistant.weeks_of("),
    ),
    Live(
        "assistant",
        "Prompts put to the language model, where it is installed",
        ("language.try_live(",),
        seeds="0 (draw of the shots)",
    ),
)
"""All of them, chapter by chapter."""


def live_section(entries: Sequence[Live] = LIVE) -> str:
    """Returns the table of what is computed on the page.

    Raises:
        PageError: If a chapter has no such cell, or nothing tells the seeds.
    """
    rows = [
        (f"[{title_of(path)}](../{path.name})", entry.figure, _calls(entry), _seeds(entry, path))
        for entry in entries
        for path in [_path(entry.chapter)]
    ]
    return "\n\n".join(
        [
            "## Computed on the page",
            "These figures are in no ledger. The notebook computes them when the book is built, "
            "or when you run it, and always from the same seeds.",
            table(["chapter", "figure", "cell of the notebook", "seeds"], rows),
        ]
    )


def _path(chapter: str) -> Path:
    path = CHAPTERS / f"{chapter}.ipynb"
    if not path.is_file():
        raise PageError(f"There is no chapter {path.name}: correct site/reports/live.py.")
    return path


def _calls(entry: Live) -> str:
    return ", ".join(f"`{call}...)`" for call in entry.calls)


def _seeds(entry: Live, notebook: Path) -> str:
    all_cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    cells = ["".join(cell["source"]) for cell in all_cells if cell["cell_type"] == "code"]
    found: set[int] = set()
    for call in entry.calls:
        of_call = [cell for cell in cells if call in cell]
        if not of_call:
            raise PageError(
                f"The chapter {entry.chapter} has no cell with {call!r}: correct "
                "site/reports/live.py."
            )
        found.update(seed for cell in of_call for seed in seeds_in(cell))
    told = [entry.seeds] * bool(entry.seeds) + [f"{seed:,}" for seed in sorted(found)]
    if not told:
        raise PageError(f"Nothing tells the seeds of {entry.figure!r}: say them in live.py.")
    return ", ".join(told)


def seeds_in(cell: str) -> Iterator[int]:
    """Yields the seeds that the code of a cell gives as arguments.

    >>> list(seeds_in("a = train('CoinRun', seed=3)"))
    [3]
    """
    for node in ast.walk(ast.parse(cell)):
        if isinstance(node, ast.keyword) and node.arg == "seed":
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if isinstance(value, int):
                yield value
