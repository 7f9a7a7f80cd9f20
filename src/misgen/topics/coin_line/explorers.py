"""The coin line by hand: share of moved coins, steps, encoding and length, and every decision.

The page computes decisions, walks and scores from the recorded weights, as this module does: a
table of all of them would be a hundred times larger. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.explore import tables
from misgen.explore.base import Explorer, Scalar, Sentence, text_of
from misgen.explore.panel_controls import Control
from misgen.explore.study import Source
from misgen.topics.coin_line.clone import (
    SHARES,
    Cloned,
    CloningSettings,
    clone,
    logits,
    recorded_steps,
    state_distribution,
)
from misgen.topics.coin_line.env import (
    ENCODINGS,
    LENGTH,
    probe,
    states,
)
from misgen.topics.coin_line.scores import (
    RULES,
    TESTS,
    Walk,
    decisions,
    rule,
    score,
    walk,
)
from misgen.topics.coin_line.still import flips_html, still_html
from misgen.topics.coin_line.words import (
    ENCODING_NAMES,
    KINDS,
    NEITHER,
    SENTENCES,
    kind,
    sentence_of,
    written_share,
)

TITLE = "Always right, or to the coin?"
SUBTITLE = (
    "Each cell is one state: where the agent is, and where the coin is. Its arrow is the step that "
    "the policy prefers there."
)
SOURCE = Source(
    "Linear policies, cloned by gradient descent (step size 0.05, weights from zero) on the exact "
    "mean over all states of training, so that nothing is left to chance. Tests: every start, and "
    "an agent that does what it prefers",
    reproduce="#reproduce",
)
LENGTHS = (6, 8, 12)
STEPS = 10_000
"""Steps of gradient descent that the slider reaches."""

Floats = NDArray[np.float64]


@lru_cache(maxsize=32)
def _cloned(encoding: str, length: int, steps: int) -> Cloned:
    return clone(encoding, settings=CloningSettings(length=length, steps=steps))


@dataclass(frozen=True)
class Look:
    """What the explorer shows for one choice of all its controls."""

    logits: Floats
    """`(coins, places)`."""
    scores: Mapping[str, float]
    """Share of episodes in which the policy takes the coin, for each of `TESTS`."""
    walk: Walk
    """From the probe."""
    kinds: NDArray[np.uint8]
    """Kind of each decision, `(coins, places)`."""
    flip: float
    """The step after which the probe flips; nan: none."""
    sentence: Sentence


class CoinLineExplorer(Explorer):
    """Every decision of a linear policy on the coin line, in the course of its training."""

    module: ClassVar[str] = "topics/coin_line/coin-line"

    def __init__(
        self,
        *,
        title: str = TITLE,
        subtitle: str = SUBTITLE,
        source: Source = SOURCE,
        distinguishing: float = 0.0,
        steps: int = 1000,
        encoding: str = "position_and_coin",
        length: int = LENGTH,
        lengths: Sequence[int] = LENGTHS,
        most_steps: int = STEPS,
        key: str | None = None,
    ) -> None:
        """Create the explorer; it trains all its policies, which takes some seconds.

        Args:
            title: The question that the picture answers.
            subtitle: What a cell is.
            source: Where the numbers come from.
            distinguishing: Share of moved coins at the start.
            steps: Steps of training at the start.
            encoding: What the policy sees at the start.
            length: Length of the line at the start.
            lengths: Lengths of the line to choose from.
            most_steps: The last step of training.
            key: See `Explorer`.

        Raises:
            ValueError: If there is no such value at the start.
        """
        self._title, self._subtitle, self._source = title, subtitle, source
        self._lengths, self._most = tuple(lengths), most_steps
        start: dict[str, Scalar] = {
            "distinguishing": round(100 * distinguishing, 3),
            "steps": steps,
            "encoding": encoding,
            "length": length,
        }
        self._controls = _controls(self._lengths, most_steps, start)
        state = {control.name: control.values[control.start] for control in self._controls}
        super().__init__(table=self._table(), arrays=self._weights(), state=state, key=key)

    def _table(self) -> dict[str, Any]:
        return {
            "title": self._title,
            "subtitle": self._subtitle,
            "controls": [control.to_json() for control in self._controls],
            "kinds": [
                {"label": label, "colour": colour, "glyph": glyph, "listed": label != NEITHER}
                for label, colour, glyph in KINDS
            ],
            "sentences": SENTENCES,
            "most": f"{self._most:,}",
            "lines": [self._line_table(length) for length in self._lengths],
            "source": tables.source_table(self._source),
        }

    def _line_table(self, length: int) -> dict[str, Any]:
        flips = [_cloned(e, length, self._most).flip_steps.tolist() for e in ENCODINGS]
        drawn = [np.flatnonzero(state_distribution(share, length)).tolist() for share in (0.0, 1.0)]
        return {
            "length": length,
            "probe": list(probe(length)),
            "flips": [[None if np.isnan(step) else int(step) for step in row] for row in flips],
            "drawn": {"ordinary": drawn[0], "moved": drawn[1]},
            "rules": {name: {test: float(score(rule(name, length), test)) for test in TESTS}
                      for name in RULES},
        }  # fmt: skip

    def _weights(self) -> dict[str, NDArray[np.generic]]:
        arrays: dict[str, NDArray[np.generic]] = {}
        for encoding in ENCODINGS:
            for length in self._lengths:
                weights = _cloned(encoding, length, self._most).weights.astype(np.float32)
                columns, places = _distinct_columns(weights)
                # The bytes of 32-bit numbers: the sign of a logit must not depend on rounding.
                arrays[f"weights.{encoding}.{length}"] = columns.view(np.uint32)
                arrays[f"columns.{encoding}.{length}"] = places
        return arrays

    def look(self, **choices: Scalar) -> Look:
        """Return what is shown at the given choices, and at the start for all others.

        Raises:
            ValueError: If there is no such control or value.
        """
        unknown = set(choices) - {control.name for control in self._controls}
        if unknown:
            raise ValueError(f"There is no control {unknown.pop()!r}.")
        at = {
            control.name: control.index(choices[control.name]) if control.name in choices
            else control.start
            for control in self._controls
        }  # fmt: skip
        return self._look(at)

    def _look(self, at: Mapping[str, int]) -> Look:
        encoding, length = ENCODINGS[at["encoding"]], self._lengths[at["length"]]
        cloned = _cloned(encoding, length, self._most)
        weights = cloned.weights[at["distinguishing"], at["steps"]].astype(np.float32)
        grid = logits(weights.astype(float), encoding, length)
        right, (place, coin) = decisions(grid), probe(length)
        scores = {test: float(score(right, test)) for test in TESTS}
        walked, flip = walk(right, place, coin), float(cloned.flip_steps[at["distinguishing"]])
        share, steps, *_ = self._controls
        words = {
            "share": share.labels[at["distinguishing"]],
            "steps": steps.labels[at["steps"]],
            "uniform": written_share(scores["uniform"]),
            "rule": written_share(float(score(rule("right", length), "uniform"))),
            "most": f"{self._most:,}",
        }
        said = sentence_of(walked, float(grid[coin, place]), flip, words)
        return Look(grid, scores, walked, _kinds(right), flip, said)

    def sentence(self) -> str:
        """Return the sentence of the starting values."""
        return text_of(self.look().sentence)

    def still(self) -> str:
        """Return the map at the start, the sentence, and the flip steps as a table."""
        start, shares = self.look(), self._controls[0].labels
        at_start = {control.name: control.values[control.start] for control in self._controls}
        flips = {
            name: _cloned(encoding, int(at_start["length"]), self._most).flip_steps
            for encoding, name in ENCODING_NAMES.items()
        }
        return still_html(
            (self._title, self._subtitle),
            [f"{control.label}: {control.labels[control.start]}" for control in self._controls],
            start.kinds,
            start.sentence,
            flips_html(shares, flips, self._most),
            self._source,
        )


def _controls(
    lengths: Sequence[int], most_steps: int, start: Mapping[str, Scalar]
) -> tuple[Control, ...]:
    percents = tuple(round(100 * share, 3) for share in SHARES)
    steps = tuple(recorded_steps(most_steps))
    return (
        Control(
            "distinguishing", "Training episodes whose coin is moved", percents,
            tuple(f"{percent:g} %" for percent in percents),
            start=_start("distinguishing", percents, start),
        ),
        Control(
            "steps", "Steps of gradient descent", steps, tuple(f"{step:,}" for step in steps),
            start=_start("steps", steps, start), playable=True,
        ),
        Control(
            "encoding", "The policy sees", ENCODINGS, tuple(ENCODING_NAMES.values()),
            kind="choice", start=_start("encoding", ENCODINGS, start),
        ),
        Control(
            "length", "Length of the line", tuple(lengths), tuple(map(str, lengths)),
            kind="choice", start=_start("length", tuple(lengths), start),
        ),
    )  # fmt: skip


def _start(name: str, values: tuple[Scalar, ...], wanted: Mapping[str, Scalar]) -> int:
    if wanted[name] not in values:
        known = ", ".join(map(str, values))
        raise ValueError(f"{name} must be one of {known}, but is {wanted[name]}.")
    return values.index(wanted[name])


def _distinct_columns(
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Store the course of equal weights once: a table of all states has three, up to their signs.

    Args:
        weights: `(shares, steps, features)`.

    Returns:
        The different columns, `(shares, steps, columns)`, and for each feature 0 if it is zero
        throughout, else 1 + 2 * column, and 1 more if its sign is the other one.
    """
    rows: dict[bytes, int] = {}
    places = np.zeros(weights.shape[-1], np.uint8)
    for k, column in enumerate(np.moveaxis(weights, -1, 0) + np.float32(0)):  # no negative zeros
        if not column.any():
            continue
        mirrored = (np.float32(0) - column).tobytes()
        if mirrored in rows:
            places[k] = 2 + 2 * rows[mirrored]
        else:
            places[k] = 1 + 2 * rows.setdefault(column.tobytes(), len(rows))
    found = [np.frombuffer(row, np.float32).reshape(weights.shape[:2]) for row in rows]
    return np.ascontiguousarray(np.stack(found, axis=-1)), places


def _kinds(right: Floats) -> NDArray[np.uint8]:
    place, coin = states(right.shape[-1] - 1)
    each = zip(right.ravel().tolist(), place.tolist(), coin.tolist(), strict=True)
    return np.array([kind(*of) for of in each], np.uint8).reshape(right.shape)
