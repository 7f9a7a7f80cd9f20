"""Two-layer networks on the coin line: their form tilts the odds, and their first weights decide.

Many networks are cloned from the same labelled states as the linear policies (see `clone`), by the
same exact gradient descent. They have one layer of rectified units, as in MAIS-A8 (2026), section
3, whose networks see `(1, place, coin)`. Only the initial weights are random.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray, FloatArray
from misgen.core.intervals import Estimate, wilson
from misgen.learn.progress import Progress
from misgen.topics.coin_line.clone import intended_actions, recorded_steps, state_distribution
from misgen.topics.coin_line.env import ENCODINGS, LENGTH, SHORTEST, features, probe
from misgen.topics.coin_line.scores import decisions, score

SHARES = (0.0, 0.02)
"""Values of `distinguishing` in the chapter."""
NETWORKS = 200
MARKS = (100, 300, 1000, 3000)
"""Steps at which the chapter gives numbers."""
_BLOCK = 50  # networks whose hidden units fit into a processor's cache together
_REPORT_EVERY = 50  # steps between two updates of the progress bar


@dataclass(frozen=True)
class NetworkSettings:
    """How the networks are cloned."""

    encoding: str = "position_and_coin"
    """What they see; see `misgen.topics.coin_line.env.features`."""
    length: int = LENGTH
    """The last place of the line."""
    width: int = 32
    """Hidden units of a network."""
    spread: float = 0.5
    """Standard deviation of all initial weights, which are normal."""
    step_size: float = 0.02
    """Step size of gradient descent."""
    steps: int = 3000
    """Steps of gradient descent."""

    def __post_init__(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            ValueError: If there is no such encoding, a count is too small or a number is not
                positive.
        """
        if self.encoding not in ENCODINGS:
            raise ValueError(
                f"encoding must be one of {', '.join(ENCODINGS)}, not {self.encoding!r}."
            )
        check_count("length", self.length, minimum=SHORTEST)
        for name in ("width", "steps"):
            check_count(name, getattr(self, name))
        for name in ("spread", "step_size"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, but is {getattr(self, name)}.")


@dataclass(frozen=True)
class Networks:
    """What many networks do, in the course of their training with one share."""

    distinguishing: float
    steps: tuple[int, ...]
    """The recorded steps; 0 is before training."""
    away: BoolArray
    """Which networks walk away from the coin at the probe, `(recorded steps, networks)`."""
    accuracy: FloatArray
    """Share of training episodes' states in which each takes the intended step, same shape."""
    taken: NDArray[np.float64]
    """Share of all levels in which each takes the coin, same shape; see `scores.score`."""

    def walks_away(self, step: int) -> Estimate:
        """Returns the share of networks that walk away from the coin, with its Wilson interval.

        Raises:
            ValueError: If the step was not recorded.
        """
        if step not in self.steps:
            raise ValueError(f"step must be one of {self.steps}, not {step}.")
        away = self.away[self.steps.index(step)]
        return wilson(int(away.sum()), len(away))


def train_networks(
    distinguishing: Sequence[float] = SHARES,
    *,
    networks: int = NETWORKS,
    seed: int,
    settings: NetworkSettings | None = None,
    progress: bool = False,
) -> list[Networks]:
    """Clone networks from the same initial weights once for each value of `distinguishing`.

    Args:
        distinguishing: Shares of training episodes whose coin is moved.
        networks: Number of networks; the first of them are the same for every number.
        seed: Seed of the initial weights.
        settings: Line, network and gradient descent; those of the chapter by default.
        progress: Whether to show a progress bar.
    """
    settings = settings or NetworkSettings()
    # (network, unit, weight)
    first = first_weights(check_count("networks", networks), settings, seed)
    blocks = [first[i : i + _BLOCK] for i in range(0, networks, _BLOCK)]
    total = len(distinguishing) * len(blocks) * settings.steps
    with Progress(total, "step") if progress else nullcontext() as bar:
        trained = [
            Descent(share, block, settings).run(bar, done=(i * len(blocks) + j) * settings.steps)
            for i, share in enumerate(distinguishing)  # all blocks of a share, then the next share
            for j, block in enumerate(blocks)
        ]
    of_share = (trained[i : i + len(blocks)] for i in range(0, len(trained), len(blocks)))
    return [_joined(parts) for parts in of_share]


def first_weights(networks: int, settings: NetworkSettings, seed: int) -> FloatArray:
    """Returns normal weights, `(networks, width, features + 1)`; the last leads out of a unit."""
    rng = np.random.default_rng(check_count("seed", seed, minimum=0))
    size = (networks, settings.width, features(settings.encoding, settings.length).shape[1] + 1)
    return rng.normal(0.0, settings.spread, size).astype(np.float32)


def _joined(parts: Sequence[Networks]) -> Networks:
    away, accuracy, taken = (
        # axis 1 is that of the networks
        np.concatenate([getattr(part, name) for part in parts], axis=1)
        for name in ("away", "accuracy", "taken")
    )
    return Networks(parts[0].distinguishing, parts[0].steps, away, accuracy, taken)


class Descent:
    """Gradient descent of a block of networks, all at once and in place."""

    into: FloatArray
    """Weights into the hidden units, one row a unit, `(networks * width, features)`."""
    out: FloatArray
    """Weights out of them, `(networks, width)`."""

    def __init__(self, distinguishing: float, first: FloatArray, settings: NetworkSettings) -> None:
        """Prepares the descent of networks with the weights `first`; see `first_weights`."""
        length = settings.length
        shares, labels = state_distribution(distinguishing, length), intended_actions(length)
        drawn = shares > 0  # at 0 %, 8 states of 81
        self._all = features(settings.encoding, length).astype(np.float32)  # (state, feature)
        self._inputs = self._all[drawn]
        self._labels = labels[drawn].astype(np.float32)
        self._shares = shares[drawn].astype(np.float32)
        # the step size once, not in every step
        self._pull = self._labels * self._shares * np.float32(settings.step_size)
        # copies: the descent writes in place
        self.into = first[:, :, :-1].reshape(-1, self._inputs.shape[1]).copy()
        self.out = first[:, :, -1].copy()
        # (network, unit, state)
        self._units = np.empty((*self.out.shape, len(self._inputs)), np.float32)
        self._pulls, self._zeros = np.empty_like(self._units), np.zeros_like(self._units)
        self._distinguishing, self._settings = distinguishing, settings

    def run(self, bar: Progress | None, done: int) -> Networks:
        """Descends, and returns what the networks did at the recorded steps.

        Args:
            bar: Progress bar, if any.
            done: Steps of other blocks that it has seen.
        """
        steps = self._settings.steps
        keep = sorted({*recorded_steps(steps), *(m for m in MARKS if m <= steps)})
        found = [self._found()]
        for step in range(1, steps + 1):
            self._descend(self._outputs())
            if step in keep:
                found.append(self._found())
            if bar and (step % _REPORT_EVERY == 0 or step == steps):
                bar.advance_to(done + step, f"distinguishing {100 * self._distinguishing:g} %")
        away, accuracy, taken = map(np.array, zip(*found, strict=True))
        return Networks(self._distinguishing, tuple(keep), away, accuracy, taken)

    def _outputs(self) -> FloatArray:
        """Returns the logits of all states, `(networks, states)`; leaves the units in `_units`."""
        np.matmul(self.into, self._inputs.T, out=self._flat(self._units))
        # An array of zeros: NumPy is five times slower with the number 0.
        np.maximum(self._units, self._zeros, out=self._units)
        return np.matmul(self.out[:, None, :], self._units)[:, 0]

    def _descend(self, logits: FloatArray) -> None:
        """Makes one step, given the logits whose units are in `_units`."""
        pull = self._pull / (1 + np.exp(self._labels * logits))  # (networks, states)
        out_step = np.matmul(self._units, pull[:, :, None])[:, :, 0]  # (network, unit)
        # Where a unit is on, its slope is 1, else 0: also at exactly zero, as is the convention.
        np.greater(self._units, self._zeros, out=self._pulls)
        self._pulls *= pull[:, None, :]
        into_step = np.matmul(self._flat(self._pulls), self._inputs)
        into_step *= self.out.reshape(-1, 1)  # before `out` moves: one gradient for both
        self.out += out_step
        self.into += into_step

    def _flat(self, of_units: FloatArray) -> FloatArray:
        """Returns an array of all units with one row a unit."""
        return of_units.reshape(-1, len(self._inputs))

    def _found(self) -> tuple[BoolArray, FloatArray, NDArray[np.float64]]:
        """Returns `away`, `accuracy` and `taken` of each network, as they are now."""
        length = self._settings.length
        units = np.maximum(np.matmul(self.into, self._all.T), 0.0)
        of_units = units.reshape(*self.out.shape, -1)  # (network, unit, state)
        logits = np.matmul(self.out[:, None, :], of_units)[:, 0]
        grid = logits.reshape(-1, length + 1, length + 1)  # (network, coin, place)
        place, coin = probe(length)
        accuracy = (self._labels * self._outputs() > 0) @ self._shares
        # a positive logit prefers right
        return grid[:, coin, place] > 0, accuracy, score(decisions(grid), "uniform")
