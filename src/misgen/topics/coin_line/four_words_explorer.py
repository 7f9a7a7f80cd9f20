"""Four words on the coin line, each of them a curve."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, percent
from misgen.topics.coin_line.clone import coin_distribution
from misgen.topics.coin_line.env import LENGTH
from misgen.topics.coin_line.samples import (
    cloned_from,
    coins_anywhere,
    pushed_accuracy,
    samples,
    shift,
    taken,
)
from misgen.topics.coin_line.words import ENCODING_NAMES

Array = NDArray[np.float64]
SEEDS = 20
ENCODINGS = ("position_and_coin", "difference")
EXAMPLES = (5, 10, 20, 50, 100, 200)
TRAINING_SHARES = (0.0, 0.1)
# 0 to 1; rounded, as they are looked up by value
TEST_SHARES = tuple(round(0.1 * k, 1) for k in range(11))
PUSHES = tuple(round(0.25 * k, 2) for k in range(13))
"""By how many places the coin may be misread."""
PUSH = 3.0
"""The push that the sentence speaks of."""

_INKS = dict(zip(ENCODINGS, ("first", "second"), strict=True))
_OVER = ("training", "examples")
_PERCENTS = [(share, percent(share)) for share in (0.0, 0.5, 1.0)]


class Scores(NamedTuple):
    """All scores, `(seeds, encodings, training shares, examples)`, and one more axis of two."""

    same: Array
    """Levels of the training distribution in which the coin is taken."""
    shifted: Array
    """The same by share of coins that lie anywhere, `(..., TEST_SHARES)`."""
    pushed: Array
    """Training states whose step no misread coin turns, `(..., PUSHES)`."""


def scores() -> Scores:
    """Returns the scores of all policies, which are trained here."""
    shape = (SEEDS, len(ENCODINGS), len(TRAINING_SHARES), len(EXAMPLES))
    same = np.empty(shape)
    shifted, pushed = np.empty((*shape, len(TEST_SHARES))), np.empty((*shape, len(PUSHES)))
    tested = coins_anywhere(np.array(TEST_SHARES))  # (share, place)
    for at in np.ndindex(shape[1:]):
        encoding, share, examples = ENCODINGS[at[0]], TRAINING_SHARES[at[1]], EXAMPLES[at[2]]
        weights = cloned_from(encoding, samples(share, examples, SEEDS))  # (seed, feature)
        by_seed = weights[:, None]  # before the axis of shares, or of pushes
        same[:, *at] = taken(weights, encoding, coin_distribution(share, LENGTH))
        shifted[:, *at] = taken(by_seed, encoding, tested)
        pushed[:, *at] = pushed_accuracy(by_seed, encoding, share, np.array(PUSHES))
    return Scores(same, shifted, pushed)


def four_words() -> Panel:
    """Returns the panel; its policies are trained here and now."""
    of = scores()
    far, near = TEST_SHARES.index(1.0), PUSHES.index(PUSH)
    numbers = {"same": of.same, "shifted": of.shifted[..., far], "pushed": of.pushed[..., near]}
    return Panel(
        title="Four words, four curves, two policies",
        subtitle="Both saw the same examples. They differ in how the examples are written.",
        controls=_controls(),
        parts=_charts(of),
        readings={
            f"{name}_{encoding}": Reading(found[:, k].mean(axis=0), _OVER, "percent")
            for name, found in numbers.items() for k, encoding in enumerate(ENCODINGS)
        }
        | {"apart": Reading([float(shift(share, np.array([1.0]))[0]) for share in TRAINING_SHARES],
                            ("training",), "fixed2")},
        sentences=[_sentence()],
        source=Source(
            f"Linear policies, each trained on samples with seeds 0 to {SEEDS - 1}. All tests are "
            "computed exactly. Bands are 95 % intervals of the mean over the seeds."
        ),
        key="four-words",
    )  # fmt: skip


def _sentence() -> Sentence:
    told: Sentence = [
        (
            _INKS[encoding],
            f"“{ENCODING_NAMES[encoding]}” takes the coin in {{same_{encoding}}} of new levels of "
            f"the same kind, and in {{shifted_{encoding}}} with the coin anywhere. With the coin "
            f"misread by up to {PUSH:g} places, {{pushed_{encoding}}} of its steps stay right. ",
        )
        for encoding in ENCODINGS
    ]
    return [*told, ("", "The coins of the two kinds of levels are {apart} apart, whoever walks.")]


def _controls() -> list[Control]:
    return [
        Control("training", "Training levels whose coin is moved", TRAINING_SHARES,
                tuple(map(percent, TRAINING_SHARES)), kind="choice"),
        Control("examples", "Examples in training", EXAMPLES, tuple(map(str, EXAMPLES)),
                start=EXAMPLES.index(50), playable=True),
    ]  # fmt: skip


def _lines(found: Array) -> list[Line]:
    """Returns one line for each encoding; the axes of `found` are those of `Scores`."""
    return [
        Line(ENCODING_NAMES[encoding], _INKS[encoding], *band(found[:, k]), dash=k > 0)
        for k, encoding in enumerate(ENCODINGS)
    ]


def _charts(of: Scores) -> list[Lines]:
    rates: dict[str, Any] = {"y_range": (0, 1), "y_ticks": _PERCENTS, "format": "percent"}
    by_test: dict[str, Any] = {
        "x": TEST_SHARES, "x_label": "test levels whose coin lies anywhere", "x_ticks": _PERCENTS,
    }  # fmt: skip
    return [
        Lines(
            "Generalization: new levels, same distribution", x=EXAMPLES,
            x_label="examples in training", x_ticks=[(x, str(x)) for x in (5, 20, 100)],
            y_label="coins taken", lines=_lines(of.same), over=("training",), cursor="examples",
            log_x=True, **rates,
        ),
        Lines("Out-of-distribution generalization: another distribution", **by_test,
              y_label="coins taken", lines=_lines(of.shifted), over=_OVER, **rates),
        Lines(
            "Robustness: same distribution, the coin misread in the worst way", x=PUSHES,
            x_label="places by which the coin may be misread",
            x_ticks=[(x, str(x)) for x in (0, 1, 2, 3)],
            y_label="steps that stay right", lines=_lines(of.pushed), over=_OVER, **rates,
        ),
        Lines(
            "Distributional shift: nobody walks", **by_test, y_label="total variation of the coins",
            y_range=(0, 1), y_ticks=[(y, f"{y:g}") for y in (0, 0.5, 1)], format="fixed2",
            lines=[Line("from training", "mute",
                        np.array([shift(share, np.array(TEST_SHARES))
                                  for share in TRAINING_SHARES]))],
            over=("training",),
        ),
    ]  # fmt: skip
