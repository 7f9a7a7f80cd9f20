"""Weights of the published assistants in bytes: ten bits each, with which the page computes.

The page holds several training seeds with many fine-tunings each, too many for 16 bits a weight.
Eight bits change close to 0.5 % of the bookings; ten change fewer, and a test counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.topics.assistant.shelf import Shelf
from misgen.topics.assistant.weeks import BREAKS, PANDEMIC, TASTES, draw_weeks, observations

Arrays = dict[str, NDArray[np.generic]]
Floats = NDArray[np.floating[Any]]

LAYERS: Mapping[str, Sequence[str]] = {
    "hidden": ["hidden"],
    "state": ["state"],
    "knows": ["knows_place"],
    "books": ["books_place", "books_day"],
}
"""Layer of the page -> its outputs, by the names of `Assistant.to_arrays`: those of the first are
the units of the trunk, those of the last 20 places and 5 days, for each fine-tuning."""
LOW_BITS = 2
"""Bits of a weight besides the eight of its first byte."""

_LARGEST = (1 << (7 + LOW_BITS)) - 1  # 511: the tenth bit is for the sign
_IN_A_BYTE = 8 // LOW_BITS  # weights whose low bits share a byte
_WEEKS = 500  # that say what a layer typically reads


def packed_weights(shelves: Sequence[Shelf]) -> Arrays:
    """Returns the weights of the assistants of all seeds as arrays for `pack`.

    Each layer becomes "high", "low", "scale" and "bias", `(seed, output, input)` or shorter; in
    "books" the axis of fine-tunings comes second.

    Raises:
        ValueError: If the seeds differ in the sizes of their layers.
    """
    weights, biases = (
        {layer: _stacked(shelves, names, part) for layer, names in LAYERS.items()}
        for part in ("weight", "bias")
    )
    inputs = _typical_inputs(weights, biases)
    return {
        f"{layer}.{part}": array
        for layer, weight in weights.items()
        for part, array in _quantized(weight.swapaxes(-1, -2), biases[layer], inputs[layer]).items()
    }


def _stacked(shelves: Sequence[Shelf], names: Sequence[str], part: str) -> Floats:
    """Returns a layer's weights `(seed, ..., input, output)` or biases `(seed, ..., output)`."""
    outputs = [np.stack([shelf.arrays[f"{name}_{part}"] for shelf in shelves]) for name in names]
    return np.concatenate(outputs, axis=-1).astype(np.float32)


def _typical_inputs(
    weights: Mapping[str, Floats], biases: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Returns the mean of what each layer reads, over all users and situations: `(seed, input)`."""
    weeks = draw_weeks(  # as in pre-training
        np.random.default_rng(0), _WEEKS, distinguishing=0.6, causes=(*BREAKS, PANDEMIC),
        tastes=TASTES, wishes=0.2,
    )  # fmt: skip
    words = observations(weeks.words)
    # (seed, week, unit)
    hidden = np.maximum(words @ weights["hidden"] + biases["hidden"][:, None], 0)
    state = np.maximum(hidden @ weights["state"] + biases["state"][:, None], 0).mean(axis=1)
    # The words are alike for all seeds.
    first = np.broadcast_to(words.mean(axis=0), (len(hidden), words.shape[1]))
    return {"hidden": first, "state": hidden.mean(axis=1), "knows": state, "books": state}


def _quantized(weight: Floats, bias: Floats, typical: Floats) -> Arrays:
    """Returns a stack of layers as integers with a scale for each output, and their biases.

    `high` holds the upper eight bits of each weight, `low` the others, several in a byte. 32-bit
    numbers travel as their bits. The biases make up for what rounding does to the mean output.

    Args:
        weight: One stack for each seed, `(seed, ..., output, input)`.
        bias: `(seed, ..., output)`.
        typical: Mean inputs of each seed, `(seed, input)`.
    """
    scale = np.abs(weight).max(axis=-1) / _LARGEST
    scale = np.where(scale > 0, scale, 1).astype(np.float32)  # weights may all be 0
    steps = scale[..., None].astype(float)  # (seed, ..., output, 1)
    whole = np.clip(np.rint(weight / steps), -_LARGEST, _LARGEST)
    lost = np.einsum("s...i,si->s...", weight - whole * steps, typical)  # of the mean output
    numbers = whole.astype(np.int64) + _LARGEST + 1  # 1 to 1023, without a sign
    rest = (numbers & ((1 << LOW_BITS) - 1)).ravel()
    rest = np.pad(rest, (0, -len(rest) % _IN_A_BYTE)).reshape(-1, _IN_A_BYTE)  # whole bytes
    return {
        "high": (numbers >> LOW_BITS).astype(np.uint8),
        "low": (rest << (LOW_BITS * np.arange(_IN_A_BYTE))).sum(axis=1).astype(np.uint8),
        "scale": scale.view(np.uint32),
        "bias": (bias + lost).astype(np.float32).view(np.uint32),
    }
