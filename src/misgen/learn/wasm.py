"""The kernels of a training in WebAssembly (`kernels.ts`), for the page.

The page's worker starts the module in the memory of the Python interpreter and hands over what it
exports: `kernels.use(WasmKernels(exports))`. Without it, as where a browser has no SIMD and the
module does not start, a training in the page is slower.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.settings import PPOSettings
from misgen.learn.kernels import BETA1, BETA2, EPSILON, Network, Rollout, pace


class Exports(Protocol):
    """What the module exports; arrays are given by their addresses."""

    def choose(self, *numbers: int) -> None:
        """See `kernels.ts`."""
        ...

    def gradient(self, *numbers: float) -> None:
        """See `kernels.ts`."""
        ...

    def adam(self, *numbers: float) -> None:
        """See `kernels.ts`."""
        ...


class WasmKernels:
    """The kernels of a module; see `Kernels`."""

    lanes = 16

    def __init__(self, exports: Exports) -> None:
        """Takes the exports of a module that works in the memory in which NumPy's arrays lie."""
        self._exports = exports
        self._room = np.zeros(0, np.float32)

    def choose(
        self, network: Network, obs: FloatArray, luck: FloatArray, actions: IntArray,
        log_probability: FloatArray, value: FloatArray,
    ) -> None:  # fmt: skip
        """See `Kernels.choose`."""
        self._exports.choose(
            _address(network.weights), _address(obs), _address(luck), _address(actions),
            _address(log_probability), _address(value), self._room_for(network),
            len(obs), network.inputs, network.units, network.num_actions,
        )  # fmt: skip

    def gradient(
        self, network: Network, rollout: Rollout, rows: IntArray, settings: PPOSettings
    ) -> None:
        """See `Kernels.gradient`."""
        self._exports.gradient(
            _address(network.weights), _address(network.gradient), _address(rollout.obs),
            _address(rollout.actions), _address(rollout.log_probability),
            _address(rollout.advantage), _address(rollout.value_target), _address(rows),
            self._room_for(network), len(rows), network.inputs, network.units,
            network.num_actions, settings.clip, settings.entropy_weight, settings.value_weight,
        )  # fmt: skip

    def adam(self, network: Network, settings: PPOSettings) -> None:
        """See `Kernels.adam`."""
        rate, unbiased = pace(network, settings)
        self._exports.adam(
            _address(network.weights), _address(network.gradient), _address(network.mean),
            _address(network.square), network.size, settings.max_gradient_norm,
            BETA1, BETA2, EPSILON, rate, unbiased,
        )  # fmt: skip

    def _room_for(self, network: Network) -> int:
        """Returns the address of room for what the kernels note of one observation."""
        # of each input that is on its place and value, two layers, and the scores twice
        needed = 2 * (network.inputs + network.units + network.num_actions + 1)
        if len(self._room) < needed:
            self._room = np.zeros(needed, np.float32)
        return _address(self._room)


def _address(array: NDArray[Any]) -> int:
    """Returns where an array begins in memory.

    Raises:
        ValueError: If its numbers do not lie one after the other.
    """
    if not array.flags.c_contiguous:
        raise ValueError("The kernels need arrays in one piece; copy this one first.")
    address: int = array.__array_interface__["data"][0]
    return address
