"""The book's environments as a batch for stable-baselines3."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count, check_flag, check_positive
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.env import BatchedEnv
from misgen.core.extras import extra
from misgen.core.gymnasium_envs import fresh_seed, spaces_of
from misgen.core.pictures import picture

with extra("train", "A batch for stable-baselines3"):
    from stable_baselines3.common.vec_env import VecEnv

MOST_REWARD_SCALE = 1e6
_NO_INFO: dict[str, Any] = {}  # shared by all rows and steps, so never to be written to


class BatchedVecEnv(VecEnv):
    """A batch for stable-baselines3.

    The time limit counts as an ordinary end of the episode. With `truncations` it is reported, and
    stable-baselines3 values each last observation in a Python loop, which costs 18 to 32 % of the
    rollout. `benchmarks/time_limits.py` measured what that changes in CoinRun, with the settings of
    the ledger and three seeds each: nothing beyond the spread over seeds. Trained on 0 % of
    distinguishing levels, the goal was reached in 12 % [9, 15] of the test levels with the limit as
    an end and in 12 % [10, 13] with it as a truncation, the proxy in 86 % of both; on 2 %, the goal
    in 62 % [61, 63] and 61 % [58, 64], the proxy in 34 % [29, 39] and 29 % [11, 47], one of them
    (capability) in 96 % [90, 100] and 90 % [74, 100].
    """

    def __init__(
        self,
        env: BatchedEnv,
        reward_scale: float = 1.0,
        *,
        truncations: bool = False,
        render_mode: str | None = None,
    ) -> None:
        """Wraps `env`.

        Args:
            env: The environments.
            reward_scale: Factor on their rewards.
            truncations: Whether to report the time limit, so that the learner bootstraps there.
            render_mode: "rgb_array" for pictures.

        Raises:
            ValueError: If an argument is out of range.
        """
        self._env = env
        self._next_seed: int | None = None  # of the next reset
        self._reward_scale = np.float32(
            check_positive("reward_scale", reward_scale, maximum=MOST_REWARD_SCALE)
        )
        self._truncations = check_flag("truncations", truncations)
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f'render_mode must be "rgb_array" or None, not {render_mode!r}.')
        self.render_mode = render_mode
        self.finished_episodes = EpisodeLog(env.num_envs)
        super().__init__(env.num_envs, *spaces_of(env))

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Makes the next `reset` start a new sequence of levels.

        One seed is that of the whole batch. A learner of stable-baselines3 that is given a seed
        hands it on to here.

        Args:
            seed: As for `misgen.make`; by default one from the operating system.

        Returns:
            The seed, once for each environment.
        """
        self._next_seed = check_count("seed", fresh_seed() if seed is None else seed, minimum=0)
        return [self._next_seed] * self.num_envs

    def set_options(self, options: list[dict[str, Any]] | dict[str, Any] | None = None) -> None:
        """Refuses options: those of the environments hold from their start.

        Raises:
            ValueError: If there are any.
        """
        if options and any([options] if isinstance(options, dict) else options):
            raise ValueError(f"reset takes no options, but got {options!r}; give them to vec_env.")

    def reset(self) -> FloatArray:
        """Starts all episodes."""
        if self._next_seed is not None:
            self._env, self._next_seed = self._env.reseeded(self._next_seed), None
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
                # the reset below overwrites the row
                infos[i] = {"terminal_observation": step.obs[i].copy()}
                if self._truncations:
                    infos[i]["TimeLimit.truncated"] = bool(step.truncated[i])
            step.obs[done] = self._env.reset(done)
        return step.obs, step.reward * self._reward_scale, done, infos

    def close(self) -> None:
        """Does nothing: there is nothing to close."""

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """Returns a picture of each environment, `(height, width, 3)`."""
        return [picture(self._env, i) for i in range(self.num_envs)]

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


class EpisodeLog:
    """Returns and successes of the latest episodes, for the progress bar."""

    _WINDOW = 1000

    def __init__(self, num_envs: int) -> None:
        self._running = np.zeros(num_envs)  # unscaled reward of the running episodes
        self._latest: deque[tuple[float, bool]] = deque(maxlen=self._WINDOW)

    def add(self, reward: FloatArray, goal: BoolArray, done: BoolArray) -> None:
        """Notes what one step brought; all `(num_envs,)`."""
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
