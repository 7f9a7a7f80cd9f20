"""A trained agent: a small network in NumPy that acts, gives probabilities, and values states."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.atomic import npz, write_npz

_FORMAT = "misgen-policy-1"
DIVERGED = (
    "The agent has weights that are not finite; train it with a smaller learning_rate, "
    "reward_scale or reward."
)
_WEIGHTS = (
    "hidden_weight",
    "hidden_bias",
    "action_weight",
    "action_bias",
    "value_weight",
    "value_bias",
)


@dataclass(frozen=True)
class Policy:
    """One hidden layer of rectified units, shared by a softmax over actions and a value.

    >>> policy = Policy.random(obs_size=4, num_actions=3, hidden=8, seed=0)
    >>> policy.probabilities(np.zeros((2, 4), np.float32)).shape
    (2, 3)
    """

    hidden_weight: FloatArray
    """`(obs_size, hidden)`."""
    hidden_bias: FloatArray
    """`(hidden,)`."""
    action_weight: FloatArray
    """`(hidden, num_actions)`."""
    action_bias: FloatArray
    """`(num_actions,)`."""
    value_weight: FloatArray
    """`(hidden,)`."""
    value_bias: FloatArray
    """`()`."""
    notes: dict[str, Any] = field(default_factory=dict, compare=False)
    """How the agent came about: environment, settings, seed, steps; JSON."""

    def __post_init__(self) -> None:
        """Refuses what is no agent.

        Raises:
            ValueError: If a weight is not finite, or the arrays do not fit together.
        """
        if not all(np.isfinite(array).all() for array in self.weights):
            raise ValueError(DIVERGED)
        if not _fit_together(dict(self._named())):
            raise ValueError("The arrays do not form an agent: their shapes do not fit together.")

    def __repr__(self) -> str:
        """Returns what it is and how it came about in one line; its weights would fill screens.

        >>> Policy.random(obs_size=4, num_actions=3, hidden=8, seed=0)
        <Policy: 4 inputs, 8 units, 3 actions>
        """
        inputs, hidden = self.hidden_weight.shape
        told = [f"<Policy: {inputs} inputs, {hidden} units, {len(self.action_bias)} actions"]
        known = ("env", "distinguishing", "seed", "steps")
        told += [f"{name}={self.notes[name]!r}" for name in known if name in self.notes]
        return f"{', '.join(told)}>"

    @classmethod
    def random(cls, *, obs_size: int, num_actions: int, hidden: int, seed: int) -> Policy:
        """Returns an untrained agent: orthogonal weights, nearly uniform actions, value 0.

        Gains as in stable-baselines3, except for the value head, which starts at zero: with a
        hundred inputs switched on, a random value is several times the reward, and learning
        then often gets stuck in standing still.
        """
        rng = np.random.default_rng(seed)
        return cls(
            hidden_weight=_orthogonal(rng, obs_size, hidden, gain=2**0.5),  # (input, unit)
            hidden_bias=np.zeros(hidden, np.float32),
            action_weight=_orthogonal(rng, hidden, num_actions, gain=0.01),  # (unit, action)
            action_bias=np.zeros(num_actions, np.float32),
            value_weight=np.zeros(hidden, np.float32),
            value_bias=np.zeros((), np.float32),
        )

    @property
    def obs_size(self) -> int:
        """Entries of an observation."""
        return len(self.hidden_weight)

    @property
    def num_actions(self) -> int:
        """Number of actions."""
        return len(self.action_bias)

    @property
    def weights(self) -> tuple[FloatArray, ...]:
        """The six arrays, in the order of the fields."""
        return tuple(getattr(self, name) for name in _WEIGHTS)

    def _hidden(self, obs: FloatArray) -> FloatArray:
        if obs.shape[-1] != self.obs_size:
            raise ValueError(
                f"This agent expects {self.obs_size} inputs, but the observation has "
                f"{obs.shape[-1]}; use the environment that it was trained in."
            )
        return np.maximum(obs @ self.hidden_weight + self.hidden_bias, 0.0)  # (environment, unit)

    def probabilities(self, obs: FloatArray) -> FloatArray:
        """Returns the probability of each action, `(num_envs, num_actions)`.

        Args:
            obs: Observations, `(num_envs, obs_size)`.

        Raises:
            ValueError: If the observations are those of another environment.
        """
        # (environment, action); less the largest logit, so that no exponential overflows
        logits = self._hidden(obs) @ self.action_weight + self.action_bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: FloatArray = odds / odds.sum(axis=1, keepdims=True)
        return probabilities

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Draws one action for each observation, `(num_envs,)`."""
        return draw(self.probabilities(obs), rng)

    def value(self, obs: FloatArray) -> FloatArray:
        """Returns the critic's value of each observation, in scaled reward, `(num_envs,)`."""
        # (environment,)
        values: FloatArray = self._hidden(obs) @ self.value_weight + self.value_bias
        return values

    def rounded(self) -> Policy:
        """Returns the agent as it is published: its weights rounded to float16."""
        return Policy.from_arrays(self.to_arrays(np.float16))

    def _named(self) -> list[tuple[str, FloatArray]]:
        return list(zip(_WEIGHTS, self.weights, strict=True))

    def to_arrays(self, dtype: type[np.floating[Any]] = np.float32) -> dict[str, NDArray[Any]]:
        """Returns the agent as named arrays, weights as `dtype`; the notes become JSON bytes."""
        if "format" in self.notes:
            raise ValueError('The note "format" says what the file is; give yours another name.')
        if dtype not in (np.float16, np.float32, np.float64):
            raise ValueError(f"dtype must be np.float16 or np.float32, not {dtype!r}.")
        everything = {"format": _FORMAT, **self.notes}
        # sorted: the same agent, the same bytes
        notes = json.dumps(everything, sort_keys=True, default=_plain_number).encode()
        with np.errstate(over="ignore"):  # what becomes infinite is refused below
            arrays: dict[str, NDArray[Any]] = {
                name: array.astype(dtype) for name, array in self._named()
            }
        # bytes, as NumPy spends 4 on each character of a string
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise ValueError("A weight is too large for float16; save the agent as float32.")
        return {**arrays, "notes": np.frombuffer(notes, np.uint8)}

    def save(self, path: str | Path, dtype: type[np.floating[Any]] = np.float32) -> None:
        """Writes the agent to a .npz file without pickles; whole or not at all.

        Args:
            path: The file.
            dtype: Type of the weights: float32, or float16 for half the size.

        Raises:
            ValueError: If there is no such type, weights are too large for it, or the notes have a
                key "format" or hold what is no JSON. Python's JSON has NaN and Infinity as well.
            TypeError: If the notes are no dictionary, or their keys are not all words.
        """
        write_npz(Path(path), self.to_arrays(dtype))

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> Policy:
        """Returns the agent that `to_arrays` described.

        Raises:
            ValueError: If the arrays are not those of an agent.
        """
        notes = json.loads(bytes(arrays["notes"]))
        weights = {name: arrays[name].astype(np.float32) for name in _WEIGHTS}
        if notes.pop("format") != _FORMAT:
            raise ValueError("the arrays do not form an agent")
        return cls(**weights, notes=notes)

    def to_bytes(self, dtype: type[np.floating[Any]] = np.float32) -> bytes:
        """Returns what `save` writes, for those who have no file: the page, a download."""
        return npz(self.to_arrays(dtype))

    @classmethod
    def from_bytes(cls, data: bytes) -> Policy:
        """Returns the agent that `save` or `to_bytes` wrote.

        Raises:
            ValueError: If the bytes are damaged or are not an agent.
        """
        try:
            # From memory: NumPy leaves a file open that turns out not to be an archive.
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return cls.from_arrays({name: file[name] for name in file.files})
        except Exception as error:  # NumPy and zipfile raise a dozen kinds for foreign bytes
            raise ValueError(
                "This file is damaged or is not an agent of this book; choose another one."
            ) from error


def draw(probabilities: NDArray[np.floating[Any]], rng: np.random.Generator) -> IntArray:
    """Draws one action for each row of probabilities, `(num_envs, num_actions)`."""
    cumulative = probabilities.cumsum(axis=1)  # (environment, action)
    # The last sum is 1 but for rounding.
    drawn = rng.random((len(probabilities), 1)) * cumulative[:, -1:]
    return (drawn >= cumulative).sum(axis=1)  # how many sums it passes is the action


def load(path: str | Path) -> Policy:
    """Loads an agent that `Policy.save` wrote.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged or is not an agent.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no agent at {path}; check the path or train one.")
    try:
        return Policy.from_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{path} is damaged or is not an agent of this book; restore it or train it again."
        ) from error


def _plain_number(value: Any) -> int | float:
    """Returns a number of NumPy as JSON has it, as a seed out of `np.arange(3)` is one."""
    if isinstance(value, np.generic):
        return value.item()
    raise ValueError(f"Notes hold JSON, not {type(value).__name__}; change {value!r}.")


def _fit_together(weights: dict[str, FloatArray]) -> bool:
    if weights["hidden_weight"].ndim != 2:
        return False
    inputs, hidden = weights["hidden_weight"].shape
    actions = weights["action_bias"].shape
    # in the order of _WEIGHTS
    shapes = [(inputs, hidden), (hidden,), (hidden, *actions), actions, (hidden,), ()]
    return len(actions) == 1 and [weights[name].shape for name in _WEIGHTS] == shapes


def _orthogonal(rng: np.random.Generator, rows: int, columns: int, gain: float) -> FloatArray:
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))  # (long side, short side)
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # without this the signs depend on the LAPACK in use
    matrix: FloatArray = (gain * (q if rows >= columns else q.T)).astype(np.float32)
    return matrix
