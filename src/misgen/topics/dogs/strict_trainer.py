"""The panel on strictness: selection strength, mutation and learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Line, Lines
from misgen.explore.study import Source
from misgen.topics.dogs.explorers import (
    PERCENT_TICKS,
    RULE,
    Floats,
    over_runs,
)
from misgen.topics.dogs.policy import RELIABLE
from misgen.topics.dogs.strictness import (
    KEPT,
    LEARNING_RATES,
    MUTATIONS,
    SEEDS,
    SHARES,
    strictness_rates,
)


def strict_trainer(*, seeds: int = SEEDS, progress: bool = False) -> Panel:
    """Return the panel on selection strength, mutation and learning rate; it takes some seconds.

    Args:
        seeds: Number of runs of each training.
        progress: Whether to show a progress bar.
    """
    bred, learned = strictness_rates(seeds=seeds, progress=progress)
    return Panel(
        title="Does a stricter trainer get more obedient dogs?",
        subtitle="Voice against lips, at the end of training. Each dot is a population or a dog.",
        controls=_controls(),
        parts=[
            _chart("Bred dogs", bred, ("kept", "mutation")),
            _chart("REINFORCE dogs", learned, ("rate",)),
        ],
        readings={
            "bred_few": Reading(_following(bred)[..., 1], ("kept", "mutation"), "percent"),
            "bred_many": Reading(_following(bred)[..., -1], ("kept", "mutation"), "percent"),
            "learned_few": Reading(_following(learned)[..., 1], ("rate",), "percent"),
            "learned_many": Reading(_following(learned)[..., -1], ("rate",), "percent"),
        },
        sentences=[_SENTENCE],
        source=Source(
            f"{seeds} runs of each training; 95 % t-intervals over runs. {RULE}, and a population "
            "does if its dogs do on average.",
            reproduce="#reproduce",
        ),
        key="strictness",
    )


_SENTENCE: list[tuple[str, str]] = [
    ("", "If {kept} of 100 dogs are copied with mutations of {mutation}, "),
    ("goal", "{bred_few}"),
    ("", f" of the populations follow the voice where {100 * SHARES[1]:g} % of the training "
         "commands tell voice and lips apart, and "),
    ("goal", "{bred_many}"),
    ("", f" where {100 * SHARES[-1]:g} % do. With a learning rate of {{rate}} it is "),
    ("goal", "{learned_few}"),
    ("", " and "),
    ("goal", "{learned_many}"),
    ("", " of the REINFORCE dogs."),
]  # fmt: skip


def _controls() -> list[Control]:
    kept = tuple(round(100 * share) for share in KEPT)
    return [
        Control("kept", "Dogs of 100 that are copied", kept, tuple(map(str, kept)), start=1),
        Control("mutation", "Size of mutations", MUTATIONS, _labels(MUTATIONS), start=2),
        Control("rate", "Learning rate", LEARNING_RATES, _labels(LEARNING_RATES), start=1),
    ]


def _labels(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{value:g}" for value in values)


def _following(rates: Floats) -> Floats:
    """Share of runs that follow the voice, `(..., share)`."""
    return (rates >= RELIABLE).mean(axis=-2)


def _chart(label: str, rates: Floats, over: tuple[str, ...]) -> Lines:
    mean, low, high = over_runs(rates)
    shares = tuple(100 * share for share in SHARES)
    return Lines(
        label, x=shares, x_label="training commands apart, in %",
        x_ticks=[(share, f"{share:g}") for share in shares], y_label="does what the voice says",
        y_range=(0.0, 1.0), y_ticks=PERCENT_TICKS, over=over, format="percent",
        lines=[Line("voice against lips", "goal", mean, low, high, rates)],
    )  # fmt: skip
