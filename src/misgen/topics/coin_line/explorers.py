"""The coin line by hand: share of moved coins, steps, encoding and length, and every decision.

What is said, where the agent goes and how it scores is computed here for every choice. The page
computes the logits of all states from the recorded weights, as `clone.logits` does: a table of them
would be a hundred times larger. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import product
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.explore import Control
from misgen.explore.base import Explorer, Scalar, Sentence, text_of
from misgen.explore.panel_formats import Texts, all_written
from misgen.explore.panel_table import Words
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
from misgen.topics.coin_line.env import ENCODINGS, LENGTH, probe
from misgen.topics.coin_line.scores import RULES, TESTS, decisions, rule, score, walk
from misgen.topics.coin_line.words import (
    DESCRIPTIONS,
    ENCODING_NAMES,
    ENDS,
    KINDS,
    NEITHER,
    SENTENCES,
    written_logit,
    written_share,
)

TITLE = "Always right, or to the coin?"
SUBTITLE = (
    "Each cell is one state: where the agent is, and where the coin is. Its arrow is the step that "
    "the policy prefers there: right where its logit, the weighted sum, is positive."
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


@lru_cache(maxsize=32)
def cloned(encoding: str, length: int, steps: int) -> Cloned:
    """Returns the policies that the explorer shows; a second call returns the same."""
    return clone(encoding, settings=CloningSettings(length=length, steps=steps))


def outcome(steps: int = 1000) -> Sentence:
    """Says what came of the guess: where two encodings of the same examples lead the policy.

    Args:
        steps: Steps of training without a moved coin.
    """
    first, second = (_outcome_of(encoding, steps) for encoding in _COMPARED)
    return [*first, ("", " "), *second]


_COMPARED = {
    "position_and_coin": "As the examples were written here, ",
    "difference": "The same examples, written as a difference: ",
}


def _outcome_of(encoding: str, steps: int) -> Sentence:
    policies = cloned(encoding, LENGTH, STEPS)
    at = SHARES.index(0.0), policies.steps.index(steps)
    right = decisions(policies.logits[at])
    tag, words = ENDS[walk(right, *probe(LENGTH)).end]
    taken = written_share(float(score(right, "uniform")))
    return [
        ("", f"{_COMPARED[encoding]}after {steps:,} steps, with the coin at place 0, it ends "),
        (tag, words if tag != "goal" else "at the coin"),
        ("", f", and takes the coin in {taken} of all levels."),
    ]


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
        """Creates the explorer; it trains all its policies, which takes some seconds.

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
        self._length, self._most = length, most_steps
        start: dict[str, Scalar] = {
            "distinguishing": round(100 * distinguishing, 3),  # in percent, as its control
            "steps": steps,
            "encoding": encoding,
            "length": length,
        }
        self._controls = _controls(tuple(lengths), most_steps, start)
        self._which, self._readings = _said([*self._controls], tuple(lengths), most_steps)
        words, arrays = Words(), {**_weights(lengths, most_steps), "which": self._which}
        for name, (texts, _) in self._readings.items():
            numbers = words.numbers(texts)
            # half the bytes, where they suffice
            arrays[f"reading.{name}"] = numbers.astype(np.uint8) if numbers.max() < 256 else numbers
        table = {
            "title": title,
            "subtitle": subtitle,
            "controls": [control.to_json() for control in self._controls.values()],
            "kinds": [{"label": label, "colour": colour, "glyph": glyph, "listed": label != NEITHER}
                      for label, colour, glyph in KINDS],
            "ends": [[end, *ENDS[end]] for end, _, _ in SENTENCES],
            "lines": [_line(length) for length in lengths],
            "descriptions": DESCRIPTIONS,
            "sentences": [*SENTENCES.values()],
            "which": [*self._controls],
            "readings": {name: over for name, (_, over) in self._readings.items()},
            "texts": words.texts,
            "source": asdict(source),
        }  # fmt: skip
        state = {name: control.values[control.start] for name, control in self._controls.items()}
        super().__init__(table=table, arrays=arrays, state=state, key=key)

    def say(self, **choices: Scalar) -> Sentence:
        """Returns what is said of the given choices, and of the start for all others.

        Raises:
            ValueError: If there is no such control or value.
        """
        unknown = set(choices) - set(self._controls)
        if unknown:
            raise ValueError(f"There is no control {unknown.pop()!r}.")
        at = {name: control.index(choices[name]) if name in choices else control.start
              for name, control in self._controls.items()}  # fmt: skip
        words = {name: self._controls[name].labels[index] for name, index in at.items()}
        for name, (texts, over) in self._readings.items():
            words[name] = str(texts[tuple(at[control] for control in over)])
        template = [*SENTENCES.values()][self._which[tuple(at.values())]]
        return [(tag, text.format(**words)) for tag, text in template]

    def sentence(self) -> str:
        """Returns the sentence of the starting values."""
        return text_of(self.say())

    def numbers(self) -> str:
        """Returns when the probe flips, as a table that opens on request and in print."""
        flips = [cloned(encoding, self._length, self._most).flip_steps for encoding in ENCODINGS]
        never = f"not within {self._most:,}"
        heads = "".join(f'<th scope="col">{name}</th>' for name in ENCODING_NAMES.values())
        rows = [
            f'<tr><th scope="row">{label}</th>'
            + "".join(f"<td>{never if np.isnan(step) else f'{step:,.0f}'}</td>" for step in steps)
            + "</tr>"
            for label, *steps in zip(self._controls["distinguishing"].labels, *flips, strict=True)
        ]
        return (
            '<details class="mg-numbers"><summary>Step after which the policy first prefers left '
            'at the probe</summary><table><thead><tr><th scope="col">moved coins</th>'
            f"{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
        )


def _said(
    controls: list[str], lengths: Sequence[int], most: int
) -> tuple[NDArray[np.uint8], dict[str, tuple[Texts, list[str]]]]:
    """Returns which of `SENTENCES` each choice has, and the texts that fill them.

    Returns:
        Numbers, an axis for each control; name of a text -> its array, and the controls that
        its axes follow.
    """
    keys = [*SENTENCES]
    # (share, step, encoding, length)
    sizes = (len(SHARES), len(recorded_steps(most)), len(ENCODINGS), len(lengths))
    which = np.zeros(sizes, np.uint8)  # an index of `SENTENCES`
    texts = {name: np.empty(sizes, "U32") for name in (*TESTS, "where", "path", "logit")}
    # of a whole training, not of a step
    flips = np.empty((len(SHARES), len(ENCODINGS), len(lengths)), "U16")
    for (e, encoding), (k, length) in product(enumerate(ENCODINGS), enumerate(lengths)):
        policies, (place, coin) = cloned(encoding, length, most), probe(length)
        # The page has weights of 32 bits, and must decide and say the same.
        grid = logits(policies.weights.astype(np.float32).astype(float), encoding, length)
        # (share, step), and with (coin, place)
        at_probe, right = grid[..., coin, place], decisions(grid)
        for test in TESTS:
            texts[test][..., e, k] = all_written(score(right, test), written_share)  # (share, step)
        texts["logit"][..., e, k] = all_written(at_probe, written_logit)
        flips[:, e, k] = [f"{step:,.0f}" for step in policies.flip_steps]
        for i, j in np.ndindex(at_probe.shape):
            walked = walk(right[i, j], place, coin)
            way = {-1: "left", 0: "", 1: "right"}[int(np.sign(at_probe[i, j]))]
            key = (walked.end, way, not np.isnan(policies.flip_steps[i]))
            # it steps between its last two places
            ends = sorted(walked.places[-2 if walked.end == "between" else -1 :])
            which[i, j, e, k] = keys.index(key)
            texts["where"][i, j, e, k] = " and ".join(map(str, ends))
            texts["path"][i, j, e, k] = ", ".join(map(str, walked.places))
    by_rule = [written_share(float(score(rule("right", length), "uniform"))) for length in lengths]
    return which, {
        **{name: (array, controls) for name, array in texts.items()},
        "flip": (flips, ["distinguishing", "encoding", "length"]),
        "rule": (np.array(by_rule), ["length"]),
        "most": (np.array(f"{most:,}"), []),
    }


def _weights(lengths: Sequence[int], most: int) -> dict[str, NDArray[Any]]:
    """Returns the recorded weights by encoding and length, for the page."""
    arrays: dict[str, NDArray[Any]] = {}
    for encoding, length in product(ENCODINGS, lengths):
        weights = cloned(encoding, length, most).weights.astype(np.float32)
        columns, places = _distinct_columns(weights)
        # The bytes of 32-bit numbers: the sign of a logit must not depend on rounding.
        arrays[f"weights.{encoding}.{length}"] = columns.view(np.uint32)
        arrays[f"columns.{encoding}.{length}"] = places
    return arrays


def _controls(
    lengths: Sequence[int], most_steps: int, start: Mapping[str, Scalar]
) -> dict[str, Control]:
    # in percent
    percents = tuple(round(100 * share, 3) for share in SHARES)
    steps = tuple(recorded_steps(most_steps))
    controls = [
        Control("distinguishing", "Training episodes whose coin is moved", percents,
                tuple(f"{percent:g} %" for percent in percents)),
        Control("steps", "Steps of gradient descent", steps, tuple(f"{step:,}" for step in steps),
                playable=True),
        Control("encoding", "The policy sees", ENCODINGS, tuple(ENCODING_NAMES.values()), "choice"),
        Control("length", "Length of the line", tuple(lengths), tuple(map(str, lengths)), "choice"),
    ]  # fmt: skip
    return {c.name: replace(c, start=c.index(start[c.name])) for c in controls}


def _line(length: int) -> dict[str, Any]:
    """Returns what the page needs to know of a line: its probe, the rules' scores, what is drawn.

    "drawn" are the numbers of the states that occur in training, with and without moved coins.
    """
    return {
        "length": length,
        "probe": probe(length),
        "rules": {
            name: [written_share(float(score(rule(name, length), test))) for test in TESTS]
            for name in RULES
        },
        "drawn": {
            name: np.flatnonzero(state_distribution(share, length)).tolist()
            for name, share in (("ordinary", 0.0), ("moved", 1.0))
        },
    }


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
        mirrored = (np.float32(0) - column).tobytes()  # 0 - x: -x would make negative zeros
        if mirrored in rows:
            places[k] = 2 + 2 * rows[mirrored]
        else:
            places[k] = 1 + 2 * rows.setdefault(column.tobytes(), len(rows))
    # each (share, step)
    columns = [np.frombuffer(row, np.float32).reshape(weights.shape[:2]) for row in rows]
    return np.ascontiguousarray(np.stack(columns, axis=-1)), places
