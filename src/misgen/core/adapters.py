"""The book's environments as gymnasium.Env, gymnasium VectorEnv and stable-baselines3 VecEnv.

The environments themselves need NumPy only; everything that imports gymnasium or
stable-baselines3 is here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from stable_baselines3.common.vec_env import VecEnv

from misgen.core.env import BatchedEnv, BoolArray, Events, FloatArray, IntArray
from misgen.core.registry import make
from misgen.core.sprites import LETTERS

_Spaces = tuple[gymnasium.Space[Any], gymnasium.Space[Any]]
_NO_INFO: dict[str, Any] = {}  # shared by all rows and steps, so never to be written to


def spaces_of(env: BatchedEnv) -> _Spaces:
    """Returns the observation space and the action space of one environment of a batch.

    >>> spaces_of(make("CoinRun", 4, seed=0))[1]
    Discrete(6)
    """
    # (entry,)
    observation = gymnasium.spaces.Box(env.obs_low, env.obs_high, (env.obs_size,), np.float32)
    return observation, gymnasium.spaces.Discrete(env.num_actions)


def _entropy() -> int:
    """Returns a seed from the operating system, for an environment whose `reset` gets none."""
    return int(np.random.SeedSequence().generate_state(1)[0])


def _info(events: Events, i: int) -> dict[str, bool]:
    return {name: bool(getattr(events, name)[i]) for name in Events.__dataclass_fields__}


def _draw_text(env: BatchedEnv, i: int) -> str:
    frame = env.frame(i)
    letters = np.array([LETTERS[name] for name in env.sprites])
    rows = letters[frame.cells]  # (y, x), row 0 at the bottom
    for sprite, x, y in frame.actors:  # in drawing order: what comes later covers what is below
        rows[y, x] = letters[sprite]
    return "\n".join("".join(row) for row in rows[::-1])  # text begins at the top


class SingleEnv(gymnasium.Env[FloatArray, np.int64]):
    """One environment of the book for `gymnasium.make("misgen/CoinRun-v0", distinguishing=0.1)`."""

    metadata = {"render_modes": ["ansi"], "render_fps": 15}  # noqa: RUF012  # as gymnasium has it

    def __init__(self, name: str, render_mode: str | None = None, **options: Any) -> None:
        """Creates the environment `name`; `options` are those of its class, without the seed."""
        self.render_mode = render_mode
        self._name, self._options = name, options
        self._batch = make(name, 1, seed=_entropy(), **options)
        self.observation_space, self.action_space = spaces_of(self._batch)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Starts an episode on a new level; `seed` starts a new sequence of levels."""
        super().reset(seed=seed)  # only seeds np_random, which gymnasium's checker asks for
        if seed is not None:
            self._batch = make(self._name, 1, seed=seed, **self._options)
        return self._batch.reset()[0], {}

    def step(self, action: np.int64) -> tuple[FloatArray, float, bool, bool, dict[str, Any]]:
        """Advances by one step; the info holds the events of the step."""
        if not self.action_space.contains(action):
            raise ValueError(f"action must be one of {self.action_space}, but is {action!r}.")
        step = self._batch.step(np.array([action]))  # (environment,), of one
        info = _info(step.events, 0)
        return (
            step.obs[0],  # the only row of the batch
            float(step.reward[0]),
            bool(step.terminated[0]),
            bool(step.truncated[0]),
            info,
        )

    def render(self) -> str | None:
        """Returns the level as text, one letter a tile."""
        return _draw_text(self._batch, 0) if self.render_mode == "ansi" else None


class VectorAdapter(gymnasium.vector.VectorEnv[FloatArray, IntArray, Any]):
    """A batch for `gymnasium.make_vec("misgen/CoinRun-v0", num_envs=256)`.

    Episodes that end are reset in the same step; the last observations and events of those
    episodes are in `final_obs` and `final_info`.
    """

    metadata = {  # noqa: RUF012  # as gymnasium has it
        "autoreset_mode": AutoresetMode.SAME_STEP,
        "render_modes": ["ansi"],
    }

    def __init__(
        self, name: str, num_envs: int = 1, render_mode: str | None = None, **options: Any
    ) -> None:
        """Creates `num_envs` environments `name`; `options` are those of its class."""
        self.num_envs, self.render_mode = num_envs, render_mode
        self._name, self._options = name, options
        self._batch = make(name, num_envs, seed=_entropy(), **options)
        self.single_observation_space, self.single_action_space = spaces_of(self._batch)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Starts all episodes; `seed` starts a new sequence of levels."""
        if isinstance(seed, list):
            seed = seed[0]  # one generator draws the levels of all rows, so one seed is enough
        super().reset(seed=seed)
        if seed is not None:
            self._batch = make(self._name, self.num_envs, seed=seed, **self._options)
        return self._batch.reset(), {}

    def step(
        self, actions: IntArray
    ) -> tuple[FloatArray, FloatArray, BoolArray, BoolArray, dict[str, Any]]:
        """Advances all episodes; those that end start anew."""
        step = self._batch.step(actions)
        done = step.terminated | step.truncated
        info: dict[str, Any] = {}
        if done.any():
            # gymnasium wants None where none ended
            final = np.full(self.num_envs, None, dtype=object)
            for i in np.flatnonzero(done):
                final[i] = step.obs[i].copy()  # the reset below overwrites the row
            # (environment,) each
            events = {name: getattr(step.events, name) for name in Events.__dataclass_fields__}
            info = {
                "final_obs": final,
                "_final_obs": done,  # the underscore is gymnasium's: which rows of it count
                "final_info": events,
                "_final_info": done,
            }
            step.obs[done] = self._batch.reset(done)
        return step.obs, step.reward, step.terminated, step.truncated, info

    def render(self) -> tuple[str, ...] | None:
        """Returns every level as text."""
        if self.render_mode != "ansi":
            return None
        return tuple(_draw_text(self._batch, i) for i in range(self.num_envs))


class BatchedVecEnv(VecEnv):
    """A batch for stable-baselines3.

    The time limit counts as an ordinary end of the episode. Reporting it as a truncation would
    make stable-baselines3 value each last observation in a Python loop, which costs 18 to 32 %
    of the rollout and changes no result here, because an agent that runs out of time gets 0.
    """

    def __init__(self, env: BatchedEnv, reward_scale: float = 1.0) -> None:
        """Wraps `env`, multiplying its rewards by `reward_scale`."""
        self._env, self._reward_scale = env, np.float32(reward_scale)
        self.render_mode = None
        self.finished_episodes = _EpisodeLog(env.num_envs)
        super().__init__(env.num_envs, *spaces_of(env))

    def reset(self) -> FloatArray:
        """Starts all episodes."""
        self.reset_infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        return self._env.reset()

    def step_async(self, actions: IntArray) -> None:
        """Remembers the actions; `step_wait` performs them."""
        self._actions = actions

    def step_wait(self) -> tuple[FloatArray, FloatArray, BoolArray, list[dict[str, Any]]]:
        """Advances all episodes; those that end start anew."""
        step = self._env.step(self._actions)
        done = step.terminated | step.truncated
        # one object; rows that end get their own below
        infos = [_NO_INFO] * self.num_envs
        self.finished_episodes.add(step.reward, step.events.goal, done)
        if done.any():
            for i in np.flatnonzero(done):
                infos[i] = {"terminal_observation": step.obs[i].copy()}  # see `VectorAdapter.step`
            step.obs[done] = self._env.reset(done)
        return step.obs, step.reward * self._reward_scale, done, infos

    def close(self) -> None:
        """Does nothing: there is nothing to close."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Returns an attribute of this object once for each index."""
        # all rows share the one object
        return [getattr(self, attr_name)] * len(self._rows(indices))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Sets an attribute of the whole batch."""
        setattr(self, attr_name, value)

    def env_method(
        self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any
    ) -> list[Any]:
        """Calls a method of the batch once for each index."""
        method = getattr(self._env, method_name)
        return [method(*args, **kwargs) for _ in self._rows(indices)]

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        """No environment is wrapped."""
        return [False] * len(self._rows(indices))

    def _rows(self, indices: int | Sequence[int] | None) -> Sequence[int]:
        if indices is None:
            return range(self.num_envs)
        return [indices] if isinstance(indices, int) else indices


class _EpisodeLog:
    """Returns and successes of the latest episodes, for the progress bar."""

    _WINDOW = 1000

    def __init__(self, num_envs: int) -> None:
        self._running = np.zeros(num_envs)  # unscaled reward of the running episodes
        self._latest: deque[tuple[float, bool]] = deque(maxlen=self._WINDOW)

    def add(self, reward: FloatArray, goal: BoolArray, done: BoolArray) -> None:
        self._running += reward
        if done.any():
            self._latest.extend(zip(self._running[done].tolist(), goal[done].tolist(), strict=True))
            self._running[done] = 0.0  # after the latest have been read from it

    @property
    def mean_return(self) -> float:
        """Mean return of the latest 1,000 episodes; nan before the first has ended."""
        return float(np.mean([r for r, _ in self._latest])) if self._latest else float("nan")

    @property
    def success_rate(self) -> float:
        """Share of the latest 1,000 episodes that reached the goal."""
        return float(np.mean([s for _, s in self._latest])) if self._latest else float("nan")

    def reached(self, success_rate: float) -> bool:
        """Whether the success rate is reached over a full window.

        The first episodes that end at all are mostly successes, so fewer would mean little.
        """
        return len(self._latest) == self._WINDOW and self.success_rate >= success_rate
