"""The panels on distributions: four words, each of them a curve, and two features to trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore.base import Sentence
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Line, Lines
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
TEST_SHARES = tuple(round(0.1 * k, 1) for k in range(11))
PUSHES = tuple(round(0.05 * k, 2) for k in range(13))
TRAINING_SHARES = (0.1, 0.5)
"""Share of distinguishing training examples, without and with more varied training data."""
TRAINED_PUSHES = (0.0, 0.3)
"""By how much features are pushed in training, without and with adversarial training."""
SEEDS = 20

_ALL = ("examples", "varied", "adversarial")
_SWITCHES = ("varied", "adversarial")


@dataclass(frozen=True)
class Curves:
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


def curves() -> Curves:
    """Train all models and score them; takes about two seconds."""
    shape = (SEEDS, len(TRAINING_SHARES), len(TRAINED_PUSHES), len(EXAMPLES))
    training, same = np.empty(shape), np.empty(shape)
    shifted, pushed = np.empty((*shape, len(TEST_SHARES))), np.empty((*shape, len(PUSHES)))
    for v, share in enumerate(TRAINING_SHARES):
        for n, count in enumerate(EXAMPLES):
            sets = np.stack([draw(count, share, np.random.default_rng(s)) for s in range(SEEDS)])
            for a, push in enumerate(TRAINED_PUSHES):
                weights = fit(sets, Learner(push=push))
                training[:, v, a, n] = training_accuracy(weights, sets)
                same[:, v, a, n] = accuracy(weights, share)
                shifted[:, v, a, n] = accuracy(weights[:, None], np.array(TEST_SHARES))
                pushed[:, v, a, n] = accuracy(weights[:, None], share, np.array(PUSHES))
    return Curves(training, same, np.moveaxis(shifted, 3, 1), np.moveaxis(pushed, 3, 1))


def four_words() -> Panel:
    """Return the panel; its models are trained here and now."""
    of = curves()
    by_size = (*_SWITCHES, "examples")
    reversed_cue, push = TEST_SHARES.index(1.0), PUSHES.index(TRAINED_PUSHES[1])
    return Panel(
        title="Four words, four curves: which switch moves which?",
        subtitle="One linear classifier, one family of distributions.",
        controls=_controls(),
        parts=[_generalization(of), _out_of_distribution(of), _robustness(of), _shift()],
        readings={
            "training": Reading(of.training.mean(axis=0), by_size, "of100"),
            "same": Reading(of.same.mean(axis=0), by_size, "of100"),
            "shifted": Reading(of.shifted.mean(axis=0)[..., reversed_cue], _ALL, "of100"),
            "pushed": Reading(of.pushed.mean(axis=0)[..., push], _ALL, "of100"),
            "apart": Reading([shift(share, 1.0) for share in TRAINING_SHARES], ("varied",),
                             "fixed2"),
        },
        sentences=[_sentence()],
        source=Source(
            f"Trained {SEEDS} times on each setting, with seeds 0 to {SEEDS - 1}. Accuracy on new "
            "examples is computed exactly. Bands are 95 % intervals of the mean over the seeds."
        ),
        key="four-words",
    )  # fmt: skip


def _sentence() -> Sentence:
    return [
        ("", "Trained on {examples} examples, it gets {training} of them right, and "),
        ("goal", "{same}"),
        ("", " new ones of the same distribution. It gets "),
        ("goal", "{shifted}"),
        ("", " right where the cue always misleads: a distribution at a distance of {apart} from "
             "that of training. It gets "),
        ("goal", "{pushed}"),
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


def _ticks(values: Sequence[float]) -> list[tuple[float, str]]:
    return [(value, percent(value)) for value in values]


def _accuracy_chart(
    label: str,
    x: Sequence[float],
    x_label: str,
    x_ticks: Sequence[tuple[float, str]],
    lines: Sequence[Line],
    over: tuple[str, ...] = _ALL,
    cursor: str | None = None,
) -> Lines:
    return Lines(
        label, x=x, x_label=x_label, x_ticks=x_ticks, log_x=cursor is not None,
        y_label="accuracy", y_range=(0, 1), y_ticks=_ticks((0, 0.5, 1)),
        lines=lines, over=over, cursor=cursor, format="percent",
    )  # fmt: skip


def _generalization(of: Curves) -> Lines:
    return _accuracy_chart(
        "Generalization: new examples, same distribution",
        EXAMPLES, "training examples", [(x, f"{x:,}") for x in (10, 100, 1000)],
        [
            Line("on new examples", "goal", *band(of.same)),
            Line("on the training examples", "mute", *band(of.training), dash=True),
        ],
        over=_SWITCHES, cursor="examples",
    )  # fmt: skip


def _out_of_distribution(of: Curves) -> Lines:
    return _accuracy_chart(
        "Out-of-distribution generalization: another distribution",
        TEST_SHARES, "test examples whose cue misleads", _ticks((0, 0.5, 1)),
        [Line("on test examples", "goal", *band(of.shifted))],
    )  # fmt: skip


def _robustness(of: Curves) -> Lines:
    return _accuracy_chart(
        "Robustness: same distribution, pushed in the worst way",
        PUSHES, "size of the push on each feature", [(x, f"{x:g}") for x in (0, 0.3, 0.6)],
        [Line("on pushed examples", "goal", *band(of.pushed))],
    )  # fmt: skip


def _shift() -> Lines:
    distances = np.stack([shift(share, TEST_SHARES) for share in TRAINING_SHARES])
    return Lines(
        "Distributional shift: no model is involved", x=TEST_SHARES,
        x_label="test examples whose cue misleads", x_ticks=_ticks((0, 0.5, 1)),
        y_label="total variation from training", y_range=(0, 1),
        y_ticks=[(y, f"{y:g}") for y in (0, 0.5, 1)],
        lines=[Line("distance", "proxy", distances)],
        over=("varied",), format="fixed2",
    )  # fmt: skip


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
        controls=_feature_controls(),
        parts=[_weights_chart(weights), _feature_accuracy(training, test)],
        readings={
            "core_weight": Reading(means[..., 0], on, "fixed1"),
            "spurious_weight": Reading(means[..., 1], on, "fixed1"),
            "core_wins": Reading((weights[..., 0] > weights[..., 1]).sum(axis=0), on, "int"),
            "in_training": Reading(training.mean(axis=0), on, "of100"),
            "at_test": Reading(test.mean(axis=0), at, "of100"),
        },
        sentences=[_feature_sentence(verdict) for verdict in _VERDICTS],
        which=(_verdict_numbers(means), on),
        source=Source(
            "Computed exactly for the whole distribution; limited training sets are drawn with "
            f"{FEATURE_SEEDS} seeds: the lines are means, with their 95 % interval."
        ),
        key="features",
    )


def weights_of_all() -> NDArray[np.float64]:
    """Return all weights, `(seeds, core, examples, training, features)`."""
    return np.stack(
        [np.stack([_fits(c, n) for n in FEATURE_EXAMPLES], axis=1) for c in CORE], axis=1
    )


def _fits(core: float, examples: int) -> NDArray[np.float64]:
    """Return the weights of every seed, `(seeds, training, features)`."""
    shares = spurious.case_shares(core, TRAINING)
    if examples == 0:
        return np.repeat(spurious.fit(shares)[None], FEATURE_SEEDS, axis=0)
    return spurious.fit(spurious.draw(shares, examples, FEATURE_SEEDS))


def accuracies_of_all(
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the accuracy on the training distribution and on each test distribution.

    Returns:
        `(seeds, core, examples, training)` and `(seeds, core, examples, test, training)`.
    """
    training = np.stack([spurious.case_shares(core, TRAINING) for core in CORE])
    test = np.stack([spurious.case_shares(core, TEST) for core in CORE])
    return (
        spurious.accuracy(weights, training[:, None]),
        spurious.accuracy(weights[..., None, :, :], test[:, None, :, None]),
    )


def _verdict_numbers(means: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which of `_VERDICTS` is right, `(core, examples, training)`."""
    gap = means[..., 0] - means[..., 1]
    of_exact = np.select([gap < -0.005, gap > 0.005], [0, 1], 2)
    limited = np.array(FEATURE_EXAMPLES)[:, None] > 0
    return np.where(limited, len(_VERDICTS) - 1, of_exact)


def _feature_sentence(verdict: str) -> Sentence:
    return [
        ("", "Trained on {examples}, the model gives the core feature a weight of "),
        ("goal", "{core_weight}"),
        ("", " and the spurious one "),
        ("proxy", "{spurious_weight}"),
        ("", f". {verdict} It is right on {{in_training}} examples as in training, and on "),
        ("goal", "{at_test}"),
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


def _line(label: str, colour: str, curves: NDArray[np.float64], *, dash: bool = False) -> Line:
    mean, low, high = band(curves)
    # The whole distribution has no seeds, and so no interval.
    exact = np.arange(len(FEATURE_EXAMPLES)) == FEATURE_EXAMPLES.index(0)
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


def _feature_accuracy(training: NDArray[np.float64], test: NDArray[np.float64]) -> Lines:
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
