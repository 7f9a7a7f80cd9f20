"""The panel of four words: each is a curve, and each switch moves some of them."""

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
from misgen.topics.distributions.generalization import (
    Learner,
    accuracy,
    draw,
    fit,
    shift,
    training_accuracy,
)

Array = NDArray[np.float64]

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
