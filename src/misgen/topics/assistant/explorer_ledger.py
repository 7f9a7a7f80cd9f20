"""The explorer of the assistant, filled from the ledger."""

from __future__ import annotations

from misgen.explore.study import Source
from misgen.topics.assistant.explorer_bytes import LOW_BITS
from misgen.topics.assistant.explorer_rates import MEASURES, PandemicRates
from misgen.topics.assistant.explorer_weights import SeedWeights, Setting, seed_weights
from misgen.topics.assistant.explorers import AssistantExplorer
from misgen.topics.assistant.measures import WEEKS
from misgen.topics.assistant.results import results, seed_runs
from misgen.topics.assistant.shelf import shelf
from misgen.topics.assistant.weeks import PANDEMIC


def shipped_seeds() -> tuple[int, ...]:
    """Return the seeds whose weights are on the page: all would take too many bytes.

    They are the first ones for each cause that comes first in the order of a seed, so that they
    show what a single cause can do. What they answer plays no part.
    """
    first: dict[str, int] = {}
    for run in seed_runs("main"):
        first.setdefault(run.cause_order[0], run.seed)
    return tuple(sorted(first.values()))


def assistant_explorer(
    *, pandemic: bool = False, distinguishing: float = 0.0, key: str | None = None
) -> AssistantExplorer:
    """Return the explorer with the published assistants.

    Args:
        pandemic: Whether the pandemic has come at the start.
        distinguishing: Share of distinguishing weeks in fine-tuning at the start.
        key: See `Explorer`.

    Raises:
        ValueError: If the ledger has no such share, or no assistants.
    """
    return AssistantExplorer(
        [_weights(seed) for seed in shipped_seeds()], _rates(), _source(),
        pandemic=pandemic, distinguishing=distinguishing, key=key,
    )  # fmt: skip


def _weights(seed: int) -> SeedWeights:
    found = shelf(seed)
    fine_tuned = {
        _plain(*setting): found.assistant(*_plain(*setting)) for setting in found.settings
    }
    return seed_weights(seed, fine_tuned, found.cause_order)


def _plain(distinguishing: float, causes: int | tuple[str, ...]) -> Setting:
    assert isinstance(causes, int), "the published grid counts causes and names none"
    return distinguishing, causes


def _rates() -> dict[Setting, PandemicRates]:
    measured = {}
    for setting in shelf(shipped_seeds()[0]).settings:
        found = results(distinguishing=setting.distinguishing, causes=setting.causes)
        rates = (found.rates(PANDEMIC, name).tolist() for name in MEASURES)
        measured[_plain(*setting)] = PandemicRates(*rates)
    return measured


def _source() -> Source:
    seeds, shipped = len(seed_runs("main")), ", ".join(map(str, shipped_seeds()))
    return Source(
        f"Answers: seeds {shipped} of {seeds}, one for each cause that came first; their weights "
        f"are rounded to {8 + LOW_BITS} bits. Rates: all {seeds} seeds, {WEEKS:,} weeks of the "
        "pandemic each, 95 % t-intervals over seeds.",
        reproduce="#reproduce",
    )
