"""The panel on core and spurious features: what a logistic model weighs, and what that costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore.base import Sentence
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Line, Lines
from misgen.explore.study import Source, percent
from misgen.topics.distributions.spurious import (
    accuracy,
    case_shares,
    draw,
    fit,
)

TRAINING = tuple(round(0.5 + 0.05 * k, 2) for k in range(11))
TEST = tuple(round(0.1 * k, 1) for k in range(11))
CORE = (0.7, 0.9, 1.0)
EXAMPLES = (20, 100, 1000, 0)
"""Sizes of the training sets; 0 stands for the whole distribution."""
SEEDS = 50

_VERDICTS = (
    "Where the two disagree, it follows the spurious one.",
    "Where the two disagree, it follows the core one.",
    "Where the two disagree, it cannot decide.",
    f"The core feature weighs more in {{core_wins}} of {SEEDS} training sets.",
)
_OF_WEIGHTS = ("core", "examples")
_TICKS = [(x, percent(x)) for x in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)]
_X_LABEL = "spurious feature equals the label in training"


def features() -> Panel:
    """Return the panel; it is computed here and now, in a fraction of a second."""
    weights = weights_of_all()
    training, test = accuracies_of_all(weights)
    means = weights.mean(axis=0)
    on, at = (*_OF_WEIGHTS, "training"), (*_OF_WEIGHTS, "test", "training")
    return Panel(
        title="Which of two features does a model trust?",
        subtitle="Nobody tells the model which feature is the core one and which the spurious one.",
        controls=_controls(),
        parts=[_weights_chart(weights), _accuracy_chart(training, test)],
        readings={
            "core_weight": Reading(means[..., 0], on, "fixed1"),
            "spurious_weight": Reading(means[..., 1], on, "fixed1"),
            "core_wins": Reading((weights[..., 0] > weights[..., 1]).sum(axis=0), on, "int"),
            "in_training": Reading(training.mean(axis=0), on, "of100"),
            "at_test": Reading(test.mean(axis=0), at, "of100"),
        },
        sentences=[_sentence(verdict) for verdict in _VERDICTS],
        which=(_verdict_numbers(means), on),
        source=Source(
            "Computed exactly for the whole distribution; limited training sets are drawn with "
            f"{SEEDS} seeds: the lines are means, with their 95 % interval."
        ),
        key="features",
    )


def weights_of_all() -> NDArray[np.float64]:
    """Return all weights, `(seeds, core, examples, training, features)`."""
    return np.stack([np.stack([_fits(c, n) for n in EXAMPLES], axis=1) for c in CORE], axis=1)


def _fits(core: float, examples: int) -> NDArray[np.float64]:
    """Return the weights of every seed, `(seeds, training, features)`."""
    shares = case_shares(core, TRAINING)
    if examples == 0:
        return np.repeat(fit(shares)[None], SEEDS, axis=0)
    return fit(draw(shares, examples, SEEDS))


def accuracies_of_all(
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the accuracy on the training distribution and on each test distribution.

    Returns:
        `(seeds, core, examples, training)` and `(seeds, core, examples, test, training)`.
    """
    training = np.stack([case_shares(core, TRAINING) for core in CORE])
    test = np.stack([case_shares(core, TEST) for core in CORE])
    return (
        accuracy(weights, training[:, None]),
        accuracy(weights[..., None, :, :], test[:, None, :, None]),
    )


def _verdict_numbers(means: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which of `_VERDICTS` is right, `(core, examples, training)`."""
    gap = means[..., 0] - means[..., 1]
    of_exact = np.select([gap < -0.005, gap > 0.005], [0, 1], 2)
    limited = np.array(EXAMPLES)[:, None] > 0
    return np.where(limited, len(_VERDICTS) - 1, of_exact)


def _sentence(verdict: str) -> Sentence:
    return [
        ("", "Trained on {examples}, the model gives the core feature a weight of "),
        ("goal", "{core_weight}"),
        ("", " and the spurious one "),
        ("proxy", "{spurious_weight}"),
        ("", f". {verdict} It is right on {{in_training}} examples as in training, and on "),
        ("goal", "{at_test}"),
        ("", " at test."),
    ]


def _controls() -> list[Control]:
    sizes = ("20 examples", "100 examples", "1,000 examples", "the whole distribution")
    return [
        Control("training", "In training, the spurious feature equals the label in", TRAINING,
                tuple(map(percent, TRAINING)), start=TRAINING.index(0.95), playable=True),
        Control("test", "At test, the spurious feature equals the label in", TEST,
                tuple(map(percent, TEST)), start=TEST.index(0.1)),
        Control("core", "In training and at test, the core feature equals the label in", CORE,
                tuple(map(percent, CORE)), kind="choice", start=CORE.index(0.9)),
        Control("examples", "Trained on", EXAMPLES, sizes, kind="choice",
                start=EXAMPLES.index(0)),
    ]  # fmt: skip


def _line(label: str, colour: str, curves: NDArray[np.float64], *, dash: bool = False) -> Line:
    mean, low, high = band(curves)
    # The whole distribution has no seeds, and so no interval.
    exact = np.arange(len(EXAMPLES)) == EXAMPLES.index(0)
    exact = exact.reshape(1, -1, *(1,) * (mean.ndim - 2))
    low, high = (np.where(exact, np.nan, end) for end in (low, high))
    return Line(label, colour, mean, low, high, dash=dash)


def _weights_chart(weights: NDArray[np.float64]) -> Lines:
    return Lines(
        "Weights", x=TRAINING, x_label=_X_LABEL, x_ticks=_TICKS,
        y_label="weight", y_range=(-1, 8), y_ticks=[(y, str(y)) for y in (0, 2, 4, 6, 8)],
        lines=[
            _line("core feature", "goal", weights[..., 0]),
            _line("spurious feature", "proxy", weights[..., 1]),
        ],
        over=_OF_WEIGHTS, cursor="training", format="fixed1",
    )  # fmt: skip


def _accuracy_chart(training: NDArray[np.float64], test: NDArray[np.float64]) -> Lines:
    repeated = np.repeat(training[..., None, :], len(TEST), axis=-2)
    return Lines(
        "Examples that the model gets right", x=TRAINING, x_label=_X_LABEL, x_ticks=_TICKS,
        y_label="accuracy", y_range=(0, 1), y_ticks=[(y, percent(y)) for y in (0, 0.5, 1)],
        lines=[
            _line("at test", "goal", test),
            _line("as in training", "mute", repeated, dash=True),
        ],
        over=(*_OF_WEIGHTS, "test"), cursor="training", format="percent",
    )  # fmt: skip
