"""The assistants, on the plane of capability and goal, by what they do in the pandemic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from misgen.ledger.published import table
from misgen.topics.taxonomy.book_map import MappedAgent, Place
from misgen.topics.taxonomy.links import Link, Scalar

EXPERIMENT = "assistant"
TEST = "pandemic"
SHOWN = "main"
"""The variant whose assistants the explorer runs; of which seeds: see `shown_seeds`."""
VARIANTS: Mapping[str, str] = {
    "main": "taught by labels",
    "no_pretraining": "without pre-training",
    "alike": "taught by labels",
    "reinforce": "taught by REINFORCE",
    "trained_trunk": "all layers fine-tuned",
    "transformer": "a small transformer",
    "slow": "a tenth of the step size",
    "aligned": "begun as what it knows",
    "aligned_slow": "begun as what it knows, a tenth of the step size",
    "aligned_long": "begun as what it knows, a tenth of the step size, ten times the steps",
}
"""Name of a variant -> how its assistants were fine-tuned."""


def assistants() -> list[MappedAgent]:
    """Return the assistants of all variants, settings and seeds.

    Raises:
        ValueError: If they are not published.
    """
    shown = shown_seeds()
    rows = [
        (list(VARIANTS).index(run["config"]["variant"]), number, run["config"]["seed"], agent)
        for run in table(EXPERIMENT)["runs"]
        for number, agent in enumerate(_agents(run["config"], run["result"], shown))
    ]
    return [agent for *_, agent in sorted(rows, key=lambda row: row[:3])]


def shown_seeds() -> frozenset[int]:
    """Return the seeds whose assistants the page can run: the first for each first cause."""
    first: dict[str, int] = {}
    for run in table(EXPERIMENT)["runs"]:
        if run["config"]["variant"] == SHOWN:
            first.setdefault(run["result"]["cause_order"][0], run["config"]["seed"])
    return frozenset(first.values())


def _agents(
    config: Mapping[str, Any], result: Mapping[str, Any], shown: Collection[int]
) -> Iterator[MappedAgent]:
    variant, seed = config["variant"], config["seed"]
    for setting in result["settings"]:
        yield _agent(variant, seed, setting, shown=variant == SHOWN and seed in shown)


def _agent(variant: str, seed: int, setting: Mapping[str, Any], *, shown: bool) -> MappedAgent:
    share = float(setting["distinguishing"])
    causes, name = _causes(share, setting["causes"])
    words = VARIANTS[variant] + (f", {causes}" if causes else "")
    slug = "-".join(filter(None, [variant.replace("_", "-"), f"{100 * share:g}", name]))
    return MappedAgent(
        "assistant", words, slug, share, seed, {"shifted": place_of(setting["rates"][TEST])},
        _link(share, setting["causes"], seed if shown else None), shown,
    )  # fmt: skip


def place_of(rates: Mapping[str, float]) -> Place:
    """Return where an assistant is; the indices are described in `book_map.WORLDS`.

    >>> place_of({"knows": 1.0, "day": 0.9, "preferred": 0.25})
    Place(capability=0.9, goal=0.25)
    """
    return Place(min(rates["knows"], rates["day"]), rates["preferred"])


def _causes(share: float, causes: int | list[str]) -> tuple[str, str]:
    """Return the causes of breaks in words and as a part of an address; nothing without breaks.

    >>> _causes(0.1, 1), _causes(0.1, ["ill", "abroad"]), _causes(0.0, 5)
    (('1 cause', '1'), ('2 causes that are alike', '2-alike'), ('', ''))
    """
    if not share:
        return "", ""
    if isinstance(causes, int):
        return f"{causes} cause{'' if causes == 1 else 's'}", str(causes)
    return f"{len(causes)} causes that are alike", f"{len(causes)}-alike"


def _link(share: float, causes: int | list[str], seed: int | None) -> Link:
    """Return the pandemic after such a training, and for one seed if it is shown."""
    state: dict[str, Scalar] = {"distinguishing": round(100 * share, 3), "pandemic": True}
    if isinstance(causes, int):
        state["causes"] = causes
    if seed is not None:
        state["seed"] = str(seed)
    return Link("assistant", "assistant", state)
