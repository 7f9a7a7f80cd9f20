"""Weights of assistants, and the answers that follow from them: what the page computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misgen.topics.assistant.model import Assistant, MlpTrunk
from misgen.topics.assistant.weeks import DAYS, PLACES

Floats: TypeAlias = NDArray[np.floating]
Setting: TypeAlias = tuple[float, int]
"""`(distinguishing, number of different causes)` of a fine-tuning."""


@dataclass(frozen=True)
class Linear:
    """A linear layer."""

    weight: Floats
    """`(outputs, inputs)`, with further axes in front where layers are stacked."""
    bias: Floats
    """`(outputs,)`, likewise."""

    def __call__(self, inputs: Floats) -> Floats:
        """Returns `(n, outputs)` for `(n, inputs)`."""
        outputs: Floats = inputs @ self.weight.T + self.bias
        return outputs


@dataclass(frozen=True)
class Answers:
    """What an assistant answers to some weeks, as probabilities."""

    knows: Floats
    """What it says that the user prefers, `(n, places)`."""
    books: Floats
    """Where it books, `(n, places)`: zero where a place is not listed."""
    day: Floats
    """When it books, `(n, days)`."""


@dataclass(frozen=True)
class SeedWeights:
    """The assistants of one training seed: one trunk, and what each fine-tuning made of it."""

    seed: int
    hidden: Linear
    """From the 69 words to the first layer."""
    state: Linear
    """From the first layer to the state that all heads read."""
    knows: Linear
    """The head that says which of the 20 places the user prefers."""
    books: Mapping[Setting, Linear]
    """The head that books: 20 places and then 5 days, for each fine-tuning."""
    cause_order: tuple[str, ...]
    """What may happen in fine-tuning: with k different causes, the first k of these."""

    def layers(self, observations: Floats) -> tuple[Floats, Floats]:
        """Returns the first layer and the state of the trunk, `(n, units)` each."""
        hidden = np.maximum(self.hidden(observations), 0)
        return hidden, np.maximum(self.state(hidden), 0)

    def answers(self, setting: Setting, observations: Floats, listed: NDArray[np.int64]) -> Answers:
        """Returns the answers of the assistant of one fine-tuning.

        Args:
            setting: One of `books`.
            observations: Words of the weeks, `(n, 69)`.
            listed: The places that can be booked, `(n, 4)`.
        """
        _, state = self.layers(observations)
        bookings = self.books[setting](state)
        places = np.full((len(observations), len(PLACES)), -np.inf)
        rows = np.arange(len(observations))[:, None]
        places[rows, listed] = bookings[rows, listed]
        return Answers(
            softmax(self.knows(state)), softmax(places), softmax(bookings[:, -len(DAYS) :])
        )


def seed_weights(
    seed: int, fine_tuned: Mapping[Setting, Assistant], cause_order: Sequence[str]
) -> SeedWeights:
    """Returns the weights of the assistants of one training seed.

    Args:
        seed: The seed.
        fine_tuned: One assistant for each fine-tuning; they differ in how they book only.
        cause_order: See `SeedWeights`.

    Raises:
        TypeError: If the trunk is no `MlpTrunk`.
        ValueError: If their trunks or their knowledge differ.
    """
    first, *others = fine_tuned.values()
    trunk = first.trunk
    if not isinstance(trunk, MlpTrunk):
        raise TypeError("The page computes assistants of the architecture 'mlp' only.")
    if not all(_alike(first, other) for other in others):
        raise ValueError("Give assistants that share their trunk and their knowledge.")
    books = {setting: _booking(one) for setting, one in fine_tuned.items()}
    return SeedWeights(
        seed,
        hidden=Linear(trunk.hidden_weight.T, trunk.hidden_bias),
        state=Linear(trunk.state_weight.T, trunk.state_bias),
        knows=Linear(first.knows_place.weight.T, first.knows_place.bias),
        books=books,
        cause_order=tuple(cause_order),
    )


def _alike(one: Assistant, other: Assistant) -> bool:
    arrays, others = one.to_arrays(), other.to_arrays()
    shared = [name for name in arrays if name.startswith(("hidden", "state", "knows"))]
    return all(np.array_equal(arrays[name], others[name]) for name in shared)


def _booking(one: Assistant) -> Linear:
    heads = (one.books_place, one.books_day)
    return Linear(
        np.concatenate([head.weight.T for head in heads]),
        np.concatenate([head.bias for head in heads]),
    )


def softmax(logits: Floats) -> Floats:
    """Returns probabilities along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares
