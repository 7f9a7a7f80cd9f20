"""The panel on two features, of which a model trusts the one that predicts better in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, percent
from misgen.topics.distributions import spurious

Array = NDArray[np.float64]

TRAINING = tuple(round(0.5 + 0.05 * k, 2) for k in range(11))
TEST = tuple(round(0.1 * k, 1) for k in range(11))
CORE = (0.7, 0.9, 1.0)
FEATURE_EXAMPLES = (20, 100, 1000, 0)
"""Sizes of the training sets; 0 stands for the whole distribution."""
FEATURE_SEEDS = 50

_VERDICTS = (
    "Where the two disagree, it follows the spurious one.",
    "Where the two disagree, it follows the core one.",
    "Where the two disagree, it cannot decide.",
    f"The core feature weighs more in {{core_wins}} of {FEATURE_SEEDS} training sets.",
)
_OF_WEIGHTS = ("core", "examples")


def features() -> Panel:
    """Returns the panel; it is computed here and now, in a fraction of a second."""
    weights = weights_of_all()
    training, test = accuracies_of_all(weights)
    # means: (core, examples, training, feature); core_wins: without the last
    means, core_wins = weights.mean(axis=0), (weights[..., 0] > weights[..., 1]).sum(axis=0)
    by_training = (*_OF_WEIGHTS, "training")
    by_test = (*_OF_WEIGHTS, "test", "training")
    return Panel(
        title="Which of two features does a model trust?",
        subtitle="Nobody tells the model which feature is the core one and which the spurious one.",
        controls=_feature_controls(),
        parts=_feature_charts(weights, training, test),
        readings={
            "core_weight": Reading(means[..., 0], by_training, "fixed1"),
            "spurious_weight": Reading(means[..., 1], by_training, "fixed1"),
            "core_wins": Reading(core_wins, by_training, "int"),
            "in_training": Reading(training.mean(axis=0), by_training, "of100"),
            "at_test": Reading(test.mean(axis=0), by_test, "of100"),
        },
        sentences=[_feature_sentence(verdict) for verdict in _VERDICTS],
        which=(_verdict_numbers(means), by_training),
        source=Source(
            "Computed exactly for the whole distribution; limited training sets are drawn with "
            f"{FEATURE_SEEDS} seeds: the lines are means, with their 95 % interval."
        ),
        key="features",
    )


def weights_of_all() -> Array:
    """Returns all weights, `(seeds, core, examples, training, features)`."""
    return np.stack(  # the inner stack makes the axis of examples, the outer that of core
        [np.stack([_fits(c, n) for n in FEATURE_EXAMPLES], axis=1) for c in CORE], axis=1
    )


def _fits(core: float, examples: int) -> Array:
    """Returns the weights of every seed, `(seeds, training, features)`."""
    shares = spurious.case_shares(core, TRAINING)
    if examples == 0:
        # the same for every seed
        return np.repeat(spurious.fit(shares)[None], FEATURE_SEEDS, axis=0)
    return spurious.fit(spurious.draw(shares, examples, FEATURE_SEEDS))


def accuracies_of_all(weights: Array) -> tuple[Array, Array]:
    """Returns the accuracy on the training distribution and on each test distribution.

    Returns:
        `(seeds, core, examples, training)` and `(seeds, core, examples, test, training)`.
    """
    # (core, training, case)
    training = np.stack([spurious.case_shares(core, TRAINING) for core in CORE])
    test = np.stack([spurious.case_shares(core, TEST) for core in CORE])  # (core, test, case)
    return (
        spurious.accuracy(weights, training[:, None]),  # one axis for examples
        # an axis of tests before that of training
        spurious.accuracy(weights[..., None, :, :], test[:, None, :, None]),
    )


def _verdict_numbers(means: Array) -> NDArray[np.int64]:
    """Returns which of `_VERDICTS` is right, `(core, examples, training)`."""
    gap = means[..., 0] - means[..., 1]
    # 0.005: far below the one decimal that is shown
    of_exact = np.select([gap < -0.005, gap > 0.005], [0, 1], 2)
    limited = np.array(FEATURE_EXAMPLES)[:, None] > 0  # (examples, 1), against training
    return np.where(limited, len(_VERDICTS) - 1, of_exact)


def _feature_sentence(verdict: str) -> Sentence:
    return [
        ("", "Trained on {examples}, the model gives the core feature a weight of "),
        ("goal", "{core_weight}"),
        ("", " and the spurious one "),
        ("proxy", "{spurious_weight}"),
        ("", f". {verdict} It is right on {{in_training}} examples as in training, and on "),
        ("first", "{at_test}"),
        ("", " at test."),
    ]


def _feature_controls() -> list[Control]:
    sizes = ("20 examples", "100 examples", "1,000 examples", "the whole distribution")
    return [
        Control("training", "In training, the spurious feature equals the label in", TRAINING,
                tuple(map(percent, TRAINING)), start=TRAINING.index(0.95), playable=True),
        Control("test", "At test, the spurious feature equals the label in", TEST,
                tuple(map(percent, TEST)), start=TEST.index(0.1)),
        Control("core", "In training and at test, the core feature equals the label in", CORE,
                tuple(map(percent, CORE)), kind="choice", start=CORE.index(0.9)),
        Control("examples", "Trained on", FEATURE_EXAMPLES, sizes, kind="choice",
                start=FEATURE_EXAMPLES.index(0)),
    ]  # fmt: skip


def _line(label: str, colour: str, curves: Array, *, dash: bool = False) -> Line:
    mean, low, high = band(curves)  # (core, examples, ...)
    exact = FEATURE_EXAMPLES.index(0)  # the whole distribution has no seeds, and so no interval
    low[:, exact] = high[:, exact] = np.nan
    return Line(label, colour, mean, low, high, dash=dash)


def _feature_charts(weights: Array, training: Array, test: Array) -> list[Lines]:
    # (seed, core, examples, training, test)
    by_test = np.moveaxis(test, -2, -1)
    repeated = np.repeat(training[..., None], len(TEST), axis=-1)
    return [
        Lines(
            "Weights, by the training", x=TRAINING, x_ticks=_ticks(TRAINING[::2]),
            x_label="in training, the spurious feature equals the label", cursor="training",
            over=_OF_WEIGHTS, format="fixed1",
            y_label="weight", y_range=(-1, 8), y_ticks=[(y, str(y)) for y in (0, 2, 4, 6, 8)],
            lines=[
                _line("core feature", "goal", weights[..., 0]),
                _line("spurious feature", "proxy", weights[..., 1]),
            ],
        ),
        Lines(
            "Examples that the model gets right, by the test", x=TEST,
            x_label="at test, the spurious feature equals the label", x_ticks=_ticks(TEST[::5]),
            y_label="examples right", y_range=(0, 1), y_ticks=_ticks((0.0, 0.5, 1.0)),
            lines=[
                _line("at test", "first", by_test),
                _line("new ones as in training", "mute", repeated, dash=True),
            ],
            over=(*_OF_WEIGHTS, "training"), cursor="test", format="percent",
        ),
    ]  # fmt: skip


def _ticks(shares: Sequence[float]) -> list[tuple[float, str]]:
    return [(share, percent(share)) for share in shares]
