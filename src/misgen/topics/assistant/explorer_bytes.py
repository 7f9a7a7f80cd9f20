"""Weights of assistants in bytes: ten bits each.

The page holds several training seeds with many fine-tunings each, too many for 16 bits a weight.
Eight bits change close to 0.5 % of the bookings; ten change fewer, and a test counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misgen.topics.assistant.explorer_weights import Floats, Linear, SeedWeights
from misgen.topics.assistant.weeks import BREAKS, PANDEMIC, TASTES, draw_weeks, observations

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

LOW_BITS = 2
"""Bits of a weight besides the eight of its first byte."""

_LARGEST = (1 << (7 + LOW_BITS)) - 1
_IN_A_BYTE = 8 // LOW_BITS
_WEEKS = 500  # that say what a layer typically reads


def packed_weights(seeds: Sequence[SeedWeights]) -> Arrays:
    """Returns the weights of all seeds as arrays for `pack`.

    Raises:
        ValueError: If the seeds differ in shape or in their fine-tunings.
    """
    settings = list(seeds[0].books)
    if any(list(one.books) != settings for one in seeds):
        raise ValueError("Give assistants of all seeds with the same fine-tunings, in one order.")
    stacks = {
        "hidden": _stacked([one.hidden for one in seeds]),
        "state": _stacked([one.state for one in seeds]),
        "knows": _stacked([one.knows for one in seeds]),
        "books": _stacked([_stacked(list(one.books.values())) for one in seeds]),
    }
    words, hidden, state = map(np.stack, zip(*map(_typical_inputs, seeds), strict=True))
    typical = {"hidden": words, "state": hidden, "knows": state, "books": state}
    return {
        f"{name}.{part}": array
        for name, layer in stacks.items()
        for part, array in _quantized(layer, typical[name]).items()
    }


def _typical_inputs(one: SeedWeights) -> tuple[Floats, Floats, Floats]:
    """Returns the mean of what each layer reads, over weeks of all users and situations."""
    weeks = draw_weeks(
        np.random.default_rng(0), _WEEKS, distinguishing=0.6, causes=(*BREAKS, PANDEMIC),
        tastes=TASTES, wishes=0.2,
    )  # fmt: skip
    words = observations(weeks.words)
    hidden, state = one.layers(words)
    return words.mean(axis=0), hidden.mean(axis=0), state.mean(axis=0)


def _stacked(layers: Sequence[Linear]) -> Linear:
    if len({layer.weight.shape for layer in layers}) > 1:
        raise ValueError("Give assistants of all seeds with layers of the same sizes.")
    return Linear(
        np.stack([layer.weight for layer in layers]), np.stack([layer.bias for layer in layers])
    )


def _quantized(layer: Linear, typical: Floats) -> Arrays:
    """Returns a stack of layers as integers with a scale for each output, and their biases.

    `high` holds the upper eight bits of each weight, `low` the others, several in a byte. 32-bit
    numbers travel as their bits. The biases make up for what rounding does to the mean output.

    Args:
        layer: One stack for each seed.
        typical: Mean inputs of each seed, `(seeds, inputs)`.
    """
    scale = np.abs(layer.weight).max(axis=-1) / _LARGEST
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    steps = scale[..., None].astype(float)
    whole = np.clip(np.rint(layer.weight / steps), -_LARGEST, _LARGEST)
    lost = np.einsum("s...i,si->s...", layer.weight - whole * steps, typical)
    numbers = whole.astype(np.int64) + _LARGEST + 1
    rest = (numbers & ((1 << LOW_BITS) - 1)).ravel()
    rest = np.pad(rest, (0, -len(rest) % _IN_A_BYTE)).reshape(-1, _IN_A_BYTE)
    return {
        "high": (numbers >> LOW_BITS).astype(np.uint8),
        "low": (rest << (LOW_BITS * np.arange(_IN_A_BYTE))).sum(axis=1).astype(np.uint8),
        "scale": scale.view(np.uint32),
        "bias": (layer.bias + lost).astype(np.float32).view(np.uint32),
    }


def read_weights(
    arrays: Mapping[str, NDArray[np.generic]], seeds: Sequence[SeedWeights]
) -> list[SeedWeights]:
    """Returns assistants with the weights that the page reads from the arrays.

    Args:
        arrays: What `packed_weights` returned for `seeds`.
        seeds: The assistants before their weights were rounded.
    """
    layers = {name: _read(arrays, name) for name in ("hidden", "state", "knows", "books")}
    return [
        replace(
            one,
            hidden=_part(layers["hidden"], (i,)),
            state=_part(layers["state"], (i,)),
            knows=_part(layers["knows"], (i,)),
            books={setting: _part(layers["books"], (i, k)) for k, setting in enumerate(one.books)},
        )
        for i, one in enumerate(seeds)
    ]


def _read(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Linear:
    high, low, scale, bias = (arrays[f"{name}.{part}"] for part in ("high", "low", "scale", "bias"))
    parts = low.astype(np.int64)[:, None] >> (LOW_BITS * np.arange(_IN_A_BYTE))
    rest = (parts & ((1 << LOW_BITS) - 1)).ravel()[: high.size].reshape(high.shape)
    numbers = (high.astype(np.int64) << LOW_BITS) + rest - (_LARGEST + 1)
    return Linear(numbers * _floats(scale)[..., None].astype(float), _floats(bias).astype(float))


def _floats(bits: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.ascontiguousarray(bits, np.uint32).view(np.float32)


def _part(layer: Linear, at: tuple[int, ...]) -> Linear:
    return Linear(layer.weight[at], layer.bias[at])
