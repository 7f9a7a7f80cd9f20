"""The panels on distributions: four words, each of them a curve, and two features to trust."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, percent
from misgen.topics.distributions import spurious
from misgen.topics.distributions.generalization import (
    Learner,
    accuracy,
    draw,
    fit,
    shift,
    training_accuracy,
)

Array = NDArray[np.float64]

# --------------------------------------------------------------------------------- the four words

EXAMPLES = (10, 20, 50, 100, 200, 500, 1000)
# 0 to 1; rounded, as they are looked up by value
TEST_SHARES = tuple(round(0.1 * k, 1) for k in range(11))
PUSHES = tuple(round(0.05 * k, 2) for k in range(13))  # 0 to 0.6, around the push of the training
TRAINING_SHARES = (0.1, 0.5)
"""Share of distinguishing training examples, without and with more varied training data."""
TRAINED_PUSHES = (0.0, 0.3)
"""By how much features are pushed in training, without and with adversarial training."""
SEEDS = 20

_SWITCHES = ("varied", "adversarial")
_ALL = ("examples", *_SWITCHES)
_SHARE_TICKS = [(share, percent(share)) for share in (0.0, 0.5, 1.0)]
_accuracy_chart = partial(
    Lines, y_label="accuracy", y_range=(0, 1), y_ticks=_SHARE_TICKS, format="percent"
)


class Curves(NamedTuple):
    """All curves; the first axis is seeds, the next are those of the controls."""

    training: Array
    """Accuracy on the training examples, `(seeds, varied, adversarial, examples)`."""
    same: Array
    """Accuracy on new examples of the same distribution, same shape."""
    shifted: Array
    """Accuracy by share of distinguishing test examples, `(seeds, examples, varied,
    adversarial, shares)`."""
    pushed: Array
    """Accuracy by size of the push, `(seeds, examples, varied, adversarial, pushes)`."""


@cache
def curves() -> Curves:
    """Returns the scores of all models, which are trained here; takes about two seconds."""
    # (seed, varied, adversarial, examples)
    shape = (SEEDS, len(TRAINING_SHARES), len(TRAINED_PUSHES), len(EXAMPLES))
    training, same = np.empty(shape), np.empty(shape)
    # the same, then shares or pushes
    shifted, pushed = np.empty((*shape, len(TEST_SHARES))), np.empty((*shape, len(PUSHES)))
    for v, share in enumerate(TRAINING_SHARES):
        for n, count in enumerate(EXAMPLES):
            # (seed, example, feature)
            sets = np.stack([draw(count, share, np.random.default_rng(s)) for s in range(SEEDS)])
            for a, push in enumerate(TRAINED_PUSHES):
                weights = fit(sets, Learner(push=push))  # (seed, feature)
                training[:, v, a, n] = training_accuracy(weights, sets)
                same[:, v, a, n] = accuracy(weights, share)
                # (seed, share)
                shifted[:, v, a, n] = accuracy(weights[:, None], np.array(TEST_SHARES))
                pushed[:, v, a, n] = accuracy(weights[:, None], share, np.array(PUSHES))
    # examples to the front, as in `_ALL`
    return Curves(training, same, np.moveaxis(shifted, 3, 1), np.moveaxis(pushed, 3, 1))


def four_words() -> Panel:
    """Returns the panel; its models are trained here and now."""
    scores = curves()
    by_size = (*_SWITCHES, "examples")
    # the cue always misleads; the push of the training
    reversed_cue, push = TEST_SHARES.index(1.0), PUSHES.index(TRAINED_PUSHES[1])
    return Panel(
        title="Four words, four curves: which switch moves which?",
        subtitle="One linear classifier, one family of distributions.",
        controls=_controls(),
        parts=_charts(scores),
        readings={
            "training": Reading(scores.training.mean(axis=0), by_size, "of100"),
            "same": Reading(scores.same.mean(axis=0), by_size, "of100"),
            "shifted": Reading(scores.shifted.mean(axis=0)[..., reversed_cue], _ALL, "of100"),
            "pushed": Reading(scores.pushed.mean(axis=0)[..., push], _ALL, "of100"),
            "apart": Reading(
                [shift(share, 1.0) for share in TRAINING_SHARES], ("varied",), "fixed2"
            ),
        },
        sentences=[_sentence()],
        source=Source(
            f"Trained {SEEDS} times on each setting, with seeds 0 to {SEEDS - 1}. Accuracy on new "
            "examples is computed exactly. Bands are 95 % intervals of the mean over the seeds."
        ),
        key="four-words",
    )


def _sentence() -> Sentence:
    return [
        ("", "Trained on {examples} examples, it gets {training} of them right, and "),
        ("first", "{same}"),
        ("", " new ones of the same distribution. It gets "),
        ("first", "{shifted}"),
        ("", " right where the cue always misleads: a distribution at a distance of {apart} from "
             "that of training. It gets "),
        ("first", "{pushed}"),
        ("", f" right where each feature is pushed by {TRAINED_PUSHES[1]}, in the worst way."),
    ]  # fmt: skip


def _controls() -> list[Control]:
    labels = tuple(f"{count:,}" for count in EXAMPLES)
    return [
        Control("examples", "More training data: number of examples", EXAMPLES, labels, start=3),
        Control("varied", "More varied training data: the cue misleads in "
                f"{percent(TRAINING_SHARES[1])} of the examples instead of "
                f"{percent(TRAINING_SHARES[0])}", (False, True), kind="switch"),
        Control("adversarial", f"Adversarial training: features are pushed by {TRAINED_PUSHES[1]}",
                (False, True), kind="switch"),
    ]  # fmt: skip


def _charts(scores: Curves) -> list[Lines]:
    by_shift: dict[str, Any] = {
        "x": TEST_SHARES, "x_label": "test examples whose cue misleads", "x_ticks": _SHARE_TICKS,
    }  # fmt: skip
    # (varied, share)
    distances = np.stack([shift(share, TEST_SHARES) for share in TRAINING_SHARES])
    return [
        _accuracy_chart(
            "Generalization: new examples, same distribution", x=EXAMPLES,
            x_label="training examples", x_ticks=[(x, f"{x:,}") for x in (10, 100, 1000)],
            lines=[
                Line("on new examples", "first", *band(scores.same)),
                Line("on the training examples", "mute", *band(scores.training), dash=True),
            ],
            over=_SWITCHES, cursor="examples", log_x=True,
        ),
        _accuracy_chart(
            "Out-of-distribution generalization: another distribution", **by_shift,
            lines=[Line("on test examples", "first", *band(scores.shifted))],
            over=_ALL,
        ),
        _accuracy_chart(
            "Robustness: same distribution, pushed in the worst way", x=PUSHES,
            x_label="size of the push on each feature",
            x_ticks=[(x, f"{x:g}") for x in (0, 0.3, 0.6)],
            lines=[Line("on pushed examples", "first", *band(scores.pushed))],
            over=_ALL,
        ),
        Lines(
            "Distributional shift: no model is involved", **by_shift,
            y_label="total variation from training", y_range=(0, 1),
            y_ticks=[(y, f"{y:g}") for y in (0, 0.5, 1)],
            lines=[Line("distance", "second", distances)], over=("varied",), format="fixed2",
        ),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- the features


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
    by_training: dict[str, Any] = {
        "x": TRAINING, "x_label": "spurious feature equals the label in training",
        "x_ticks": [(x, percent(x)) for x in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)], "cursor": "training",
    }  # fmt: skip
    repeated = np.repeat(training[..., None, :], len(TEST), axis=-2)  # (..., test, training)
    return [
        Lines(
            "Weights", **by_training, over=_OF_WEIGHTS, format="fixed1",
            y_label="weight", y_range=(-1, 8), y_ticks=[(y, str(y)) for y in (0, 2, 4, 6, 8)],
            lines=[
                _line("core feature", "goal", weights[..., 0]),
                _line("spurious feature", "proxy", weights[..., 1]),
            ],
        ),
        _accuracy_chart(
            "Examples that the model gets right", **by_training, over=(*_OF_WEIGHTS, "test"),
            lines=[
                _line("at test", "first", test),
                _line("as in training", "mute", repeated, dash=True),
            ],
        ),
    ]  # fmt: skip
