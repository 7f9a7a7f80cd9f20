"""The scheduling assistant in NumPy alone: one state, and four heads that read it.

A trunk turns the words of a week into one vector, the state. Two linear heads say what the
assistant knows: which place the user prefers, and which day suits. Two more say what it books.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.atomic import write_npz
from misgen.topics.assistant.weeks import DAYS, OPTIONS, PLACES, VOCABULARY, Weeks, observations

_FORMAT = "misgen-assistant-1"
_FIRST_PLACE = VOCABULARY.index(PLACES[0])
HEADS = {
    "knows_place": len(PLACES),
    "knows_day": len(DAYS),
    "books_place": len(PLACES),
    "books_day": len(DAYS),
}
"""Name of each head and how many answers it has."""


class Trunk(Protocol):
    """Whatever turns the words of weeks into states."""

    @property
    def width(self) -> int:
        """Entries of a state."""

    def states(self, words: IntArray) -> FloatArray:
        """Returns the states of weeks, `(n, width)`; `words` is as in `Weeks`, `(n, 20)`."""


@dataclass(frozen=True)
class MlpTrunk:
    """Two layers of rectified units over the words of a week, whatever their order."""

    hidden_weight: FloatArray
    """`(69, hidden)`: one row for each word; the rows of a week are added up."""
    hidden_bias: FloatArray
    """`(hidden,)`."""
    state_weight: FloatArray
    """`(hidden, width)`."""
    state_bias: FloatArray
    """`(width,)`."""

    @property
    def width(self) -> int:
        """Entries of a state."""
        return len(self.state_bias)

    def states(self, words: IntArray) -> FloatArray:
        """Returns the states of weeks, `(n, width)`; see `Trunk`."""
        hidden = np.maximum(observations(words) @ self.hidden_weight + self.hidden_bias, 0.0)
        states: FloatArray = np.maximum(hidden @ self.state_weight + self.state_bias, 0.0)
        return states


_TRUNK_ARRAYS = tuple(MlpTrunk.__dataclass_fields__)  # in the order of its arguments


class Head(NamedTuple):
    """A linear head: one score for each answer."""

    weight: FloatArray
    """`(width, answers)`."""
    bias: FloatArray
    """`(answers,)`."""

    def scores(self, states: FloatArray) -> FloatArray:
        """Returns the scores of all answers, `(n, answers)`.

        Args:
            states: States of the trunk, `(n, width)`.
        """
        scores: FloatArray = states @ self.weight + self.bias
        return scores


class Booking(NamedTuple):
    """What was booked in each week."""

    place: IntArray
    """Index into `PLACES`, `(n,)`."""
    day: IntArray
    """Index into `DAYS`, `(n,)`."""


@dataclass(frozen=True, eq=False)
class Assistant:
    """A trunk and its four heads.

    >>> assistant = Assistant.random(hidden=8, width=4, seed=0)
    >>> {name: head.weight.shape for name, head in assistant.heads().items()}["books_place"]
    (4, 20)
    """

    trunk: Trunk
    knows_place: Head
    """What the user prefers, among all places."""
    knows_day: Head
    """Which day suits both."""
    books_place: Head
    """What is booked, among the four listed places."""
    books_day: Head
    """On which day."""
    notes: dict[str, Any] = field(default_factory=dict)
    """How the assistant came about: settings, seeds, steps; JSON."""

    @classmethod
    def random(cls, *, hidden: int, width: int, seed: int) -> Assistant:
        """Returns an assistant with random weights in the trunk and in all heads."""
        rng = np.random.default_rng(seed)

        def layer(inputs: int, outputs: int) -> Head:
            # Variance 1 / inputs, so that what comes out is about as large as what goes in.
            weight = rng.normal(0.0, inputs**-0.5, (inputs, outputs)).astype(np.float32)
            return Head(weight, np.zeros(outputs, np.float32))

        trunk = MlpTrunk(*layer(len(VOCABULARY), hidden), *layer(hidden, width))
        places, days = HEADS["knows_place"], HEADS["knows_day"]
        knowing = layer(width, places), layer(width, days)
        return cls(trunk, *knowing, layer(width, places), layer(width, days))

    def state(self, weeks: Weeks) -> FloatArray:
        """Returns the one vector that all heads read, `(n, width)`."""
        return self.trunk.states(weeks.words)

    def knows(self, weeks: Weeks) -> IntArray:
        """Returns which place it says that the user prefers, `(n,)`, among all of `PLACES`."""
        return self.knows_place.scores(self.state(weeks)).argmax(axis=1)

    def tells_day(self, weeks: Weeks) -> IntArray:
        """Returns which day it says suits both, `(n,)`, as an index into `DAYS`."""
        return self.knows_day.scores(self.state(weeks)).argmax(axis=1)

    def books(self, weeks: Weeks) -> Booking:
        """Returns what it books: one of the four listed places, and a day.

        Of places with the same score the first on the week's list is booked. The list is shuffled,
        so that an assistant without a preference shows none.
        """
        states, listed = self.state(weeks), listed_places(weeks)  # (n, width), (n, 4)
        # (n, 4), in the order of the list
        scores = np.take_along_axis(self.books_place.scores(states), listed, axis=1)
        chosen = scores.argmax(axis=1)  # the first of equal scores
        day = self.books_day.scores(states).argmax(axis=1)
        return Booking(listed[np.arange(len(listed)), chosen], day)

    def heads(self) -> dict[str, Head]:
        """Returns the heads by name."""
        return {name: getattr(self, name) for name in HEADS}

    def rounded(self) -> Assistant:
        """Returns the assistant as it is published: its weights rounded to float16.

        Raises:
            TypeError: If its trunk is not an `MlpTrunk`.
        """
        return from_arrays(self.to_arrays(np.float16))

    def to_arrays(self, dtype: type[np.floating[Any]] = np.float32) -> dict[str, NDArray[Any]]:
        """Returns the assistant as named arrays, weights as `dtype`; the notes become JSON bytes.

        Raises:
            TypeError: If its trunk is not an `MlpTrunk`.
        """
        if not isinstance(self.trunk, MlpTrunk):
            raise TypeError("Only an assistant of the architecture 'mlp' can be saved.")
        arrays = {name: getattr(self.trunk, name) for name in _TRUNK_ARRAYS}
        arrays |= head_arrays(self.heads())
        cast: dict[str, NDArray[Any]] = {name: a.astype(dtype) for name, a in arrays.items()}
        return {**cast, "notes": notes_array(self.notes)}

    def save(self, path: str | Path, dtype: type[np.floating[Any]] = np.float32) -> None:
        """Writes the assistant to a .npz file without pickles; whole or not at all.

        Args:
            path: The file.
            dtype: Type of the weights: float32, or float16 for half the size.

        Raises:
            TypeError: If its trunk is not an `MlpTrunk`.
        """
        write_npz(Path(path), self.to_arrays(dtype))


def listed_places(weeks: Weeks) -> IntArray:
    """Returns the listed places in the order of the list, `(n, 4)`, as indices into `PLACES`."""
    return weeks.words[:, OPTIONS] - _FIRST_PLACE


def notes_array(notes: dict[str, Any]) -> NDArray[np.uint8]:
    """Returns notes as the bytes of their JSON."""
    # As bytes, since a file without pickles holds no dictionary.
    return np.frombuffer(
        json.dumps({"format": _FORMAT, **notes}, sort_keys=True).encode(), np.uint8
    )


def head_arrays(heads: dict[str, Head]) -> dict[str, FloatArray]:
    """Returns the weights and biases of heads by name, such as "knows_day_bias"."""
    return {
        f"{name}_{part}": getattr(head, part)
        for name, head in heads.items()
        for part in head._fields
    }


def from_arrays(arrays: dict[str, NDArray[Any]]) -> Assistant:
    """Returns the assistant that `Assistant.to_arrays` described.

    Raises:
        ValueError: If the arrays are not those of an assistant.
    """
    notes = json.loads(bytes(arrays["notes"]))
    if notes.pop("format") != _FORMAT:  # not one of the notes
        raise ValueError("the arrays do not form an assistant")
    # Published ones are in float16.
    weights = {name: a.astype(np.float32) for name, a in arrays.items() if name != "notes"}
    trunk = MlpTrunk(*(weights[name] for name in _TRUNK_ARRAYS))
    heads = [Head(*(weights[f"{name}_{part}"] for part in Head._fields)) for name in HEADS]
    knows_place, knows_day, books_place, books_day = heads  # in the order of HEADS
    assistant = Assistant(trunk, knows_place, knows_day, books_place, books_day, notes)
    if not _fits_together(assistant):
        raise ValueError("the arrays do not form an assistant")
    return assistant


def load(path: str | Path) -> Assistant:
    """Loads an assistant that `Assistant.save` wrote.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged or is not an assistant.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no assistant at {path}; check the path or train one.")
    try:
        return from_arrays(read_npz(path))
    except Exception as error:  # NumPy and zipfile raise a dozen kinds for foreign bytes
        raise ValueError(
            f"{path} is damaged or is not an assistant of this book; restore it or train it again."
        ) from error


def read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Returns the arrays of a file."""
    # From memory: NumPy leaves a file open that turns out not to be an archive.
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _fits_together(assistant: Assistant) -> bool:
    trunk = assistant.trunk
    assert isinstance(trunk, MlpTrunk)  # from_arrays made it
    hidden = len(trunk.hidden_bias)
    shapes: list[tuple[FloatArray, tuple[int, ...]]] = [
        (trunk.hidden_weight, (len(VOCABULARY), hidden)),
        (trunk.state_weight, (hidden, trunk.width)),
    ]
    for name, head in assistant.heads().items():
        shapes += [(head.weight, (trunk.width, HEADS[name])), (head.bias, (HEADS[name],))]
    fits = all(array.shape == shape for array, shape in shapes)
    everything = [*vars(trunk).values(), *(a for h in assistant.heads().values() for a in h)]
    return fits and all(np.isfinite(array).all() for array in everything)
