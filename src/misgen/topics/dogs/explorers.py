"""The explorers of the dogs: one that the reader trains, a hundred, and stricter trainers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import over_seeds
from misgen.explore import Line, Lines, Panel
from misgen.explore.learning import Knob, Learning, pay, seeds, units
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, Words
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.hand_explorer import TrainDog
from misgen.topics.dogs.live import Reader
from misgen.topics.dogs.plane import RULE
from misgen.topics.dogs.plane_explorer import HundredDogs
from misgen.topics.dogs.policy import RELIABLE
from misgen.topics.dogs.sweeps import (
    KEPT,
    LEARNING_RATES,
    MUTATIONS,
    SEEDS,
    SHARES,
    STRICT_SEEDS,
    STRICT_SHARES,
    strictness_rates,
    sweep_shares,
)

Floats = NDArray[np.float64]

PERCENT_TICKS = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]


def train_by_hand() -> TrainDog:
    """Returns the dog that the reader trains, command by command."""
    return TrainDog()


def hundred_dogs(*, seeds: int = SEEDS, progress: bool = False) -> HundredDogs:
    """Returns 100 bred dogs and a REINFORCE dog in the plane; it takes some seconds at first.

    Args:
        seeds: Number of runs of each training.
        progress: Whether to show a progress bar.
    """
    return HundredDogs(sweep_shares(seeds=seeds, progress=progress))


# --------------------------------------------------------------------------------------- strictness


def strict_trainer(*, seeds: int = STRICT_SEEDS, progress: bool = False) -> Panel:
    """Returns the panel on selection strength, mutation and learning rate; it takes some seconds.

    Args:
        seeds: Number of runs of each training.
        progress: Whether to show a progress bar.
    """
    bred, learned = strictness_rates(seeds=seeds, progress=progress)
    return Panel(
        title="Does a stricter trainer get more obedient dogs?",
        subtitle="Voice against lips, at the end of training. Each dot is a population or a dog.",
        controls=_strict_controls(),
        parts=[
            _chart("Bred dogs", bred, ("kept", "mutation")),
            _chart("REINFORCE dogs", learned, ("rate",)),
        ],
        readings={
            f"{name}_{amount}": Reading((rates[..., share] >= RELIABLE).mean(-1), over, "percent")
            for name, rates, over in (
                ("bred", bred, ("kept", "mutation")),
                ("learned", learned, ("rate",)),
            )
            for amount, share in (("few", 1), ("many", -1))  # places in STRICT_SHARES
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
    ("", f" of the populations follow the voice where {100 * STRICT_SHARES[1]:g} % of the training "
         "commands tell voice and lips apart, and "),
    ("goal", "{bred_many}"),
    ("", f" where {100 * STRICT_SHARES[-1]:g} % do. With a learning rate of {{rate}} it is "),
    ("goal", "{learned_few}"),
    ("", " and "),
    ("goal", "{learned_many}"),
    ("", " of the REINFORCE dogs."),
]  # fmt: skip


def _strict_controls() -> list[Control]:
    kept = tuple(round(100 * share) for share in KEPT)
    # The sliders start at the settings of all other trainings.
    return [
        Control("kept", "Dogs of 100 that are copied", kept, tuple(map(str, kept)), start=1),
        Control("mutation", "Size of mutations", MUTATIONS, _labels(MUTATIONS), start=2),
        Control("rate", "Learning rate", LEARNING_RATES, _labels(LEARNING_RATES), start=1),
    ]


def over_runs(rates: Floats) -> Floats:
    """Returns mean and interval over the last axis but one, with a new first axis of the three."""

    def ends(column: Floats) -> tuple[float, float, float]:
        estimate = over_seeds(column)
        return estimate.mean, estimate.low, estimate.high

    return np.moveaxis(np.apply_along_axis(ends, -2, rates), -2, 0)  # the three in front


def _labels(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{value:g}" for value in values)


def _chart(label: str, rates: Floats, over: tuple[str, ...]) -> Lines:
    mean, low, high = over_runs(rates)  # rates are (..., run, share)
    shares = tuple(100 * share for share in STRICT_SHARES)
    return Lines(
        label, x=shares, x_label="training commands apart, in %",
        x_ticks=[(share, f"{share:g}") for share in shares], y_label="does what the voice says",
        y_range=(0.0, 1.0), y_ticks=PERCENT_TICKS, over=over, format="percent",
        lines=[Line("voice against lips", "goal", mean, low, high, rates)],
    )  # fmt: skip


# ------------------------------------------------------------------------------- a training

WORDS = Words(
    setting="Training commands in which voice and lips come apart",
    goal="follows the voice",
    goals="follow the voice",
    proxy="follows the lips",
    proxies="follow the lips",
    failure="follows neither",
    died="dies",
    timed_out="follows neither",
    accidental="does what the voice says by accident",
    target="the lips",
    target_label="Lips",
    usual="as the voice",
    question="The lips say the other word. What will the dog do?",
    dots="Each dot is one trained dog, tested on commands whose lips say the other word.",
    measures={"goal": "follows the voice", "proxy": "follows the lips"},
)
_CLARITIES = (0.0, 0.5, 1.0, 2.0, 4.0)


class _Learning(Learning):
    live: ClassVar[str] = "dogs"


def learning() -> Learning:
    """Returns a dog of the reader's own, which a network steers."""
    clarity = Control("lips_clarity", "How clear the lips are, the voice being 1", _CLARITIES,
                      _labels(_CLARITIES), start=_CLARITIES.index(1.0))  # fmt: skip
    knobs = [
        pay("voice", "Pay for doing what the voice says", "goal", most=1, start=1),
        pay("lips", "Pay for doing what the lips say", "proxy", most=1, start=0),
        Knob(clarity, ("options", "lips_clarity")),
        units(Dogs.ppo.hidden),
        seeds(),
    ]
    return _Learning(
        WORDS, SHARES, Reader, knobs, tests="commands whose lips say the other word",
        title="Train a dog here",
    )  # fmt: skip
