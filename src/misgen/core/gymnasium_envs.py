"""The book's environments as gymnasium has them: one at a time, or a batch as a vector environment.

`misgen.registration` gives them their names. The environments themselves need NumPy only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.env import BatchedEnv, Events
from misgen.core.extras import extra
from misgen.core.pictures import picture, text
from misgen.core.registry import make

with extra("train", "An environment of gymnasium"):
    import gymnasium
    from gymnasium.vector import AutoresetMode
    from gymnasium.vector.utils import batch_space

RENDER_MODES = ("ansi", "rgb_array")
FRAMES_PER_SECOND = 15
KEYS = {"up": "w", "jump": "w", "left": "a", "down": "s", "right": "d", "stand": "w", "sit": "s"}
"""Words in the names of actions, and the keys that `gymnasium.utils.play` takes for them."""

_Spaces = tuple[gymnasium.Space[Any], gymnasium.Space[Any]]
Rendered = str | NDArray[np.uint8]
"""Text, one letter a tile, or a picture `(height, width, 3)`."""


def spaces_of(env: BatchedEnv) -> _Spaces:
    """Returns the observation space and the action space of one environment of a batch.

    >>> spaces_of(make("CoinRun", 4, seed=0))[1]
    Discrete(6)
    """
    # (entry,)
    observation = gymnasium.spaces.Box(env.obs_low, env.obs_high, (env.obs_size,), np.float32)
    return observation, gymnasium.spaces.Discrete(env.num_actions)


def fresh_seed() -> int:
    """Returns a seed from the operating system, for an environment whose `reset` gets none."""
    return int(np.random.SeedSequence().generate_state(1)[0])


def keys_of(action_names: tuple[str, ...]) -> dict[str, int]:
    """Returns which keys, pressed together, mean which action; actions of other words have none.

    >>> keys_of(("stay", "left", "jump", "jump left"))
    {'a': 1, 'w': 2, 'wa': 3}
    """
    words = {action: name.split() for action, name in enumerate(action_names)}
    return {
        "".join(KEYS[word] for word in name): action
        for action, name in words.items()
        if all(word in KEYS for word in name)
    }


class SingleEnv(gymnasium.Env[FloatArray, np.int64]):
    """One environment of the book for `gymnasium.make("misgen/CoinRun-v0", distinguishing=0.1)`.

    In a window (`render_mode="human"`) it is shown by gymnasium, which needs pygame for it.
    """

    metadata = {  # noqa: RUF012  # as gymnasium has it
        "render_modes": list(RENDER_MODES),
        "render_fps": FRAMES_PER_SECOND,
    }

    def __init__(self, name: str, render_mode: str | None = None, **options: Any) -> None:
        """Creates the environment `name`; `options` are those of its class, without the seed."""
        self.render_mode = _checked_mode(render_mode)
        self._batch = make(name, 1, seed=fresh_seed(), **options)
        self.observation_space, self.action_space = spaces_of(self._batch)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Starts an episode on a new level; `seed` starts a new sequence of levels.

        Raises:
            ValueError: If `options` are given: those of the environment hold from its start.
        """
        _refuse_options(options)
        super().reset(seed=seed)  # only seeds np_random, which gymnasium's checker asks for
        if seed is not None:
            self._batch = self._batch.reseeded(seed)
        return self._batch.reset()[0], {}

    def step(self, action: np.int64) -> tuple[FloatArray, float, bool, bool, dict[str, Any]]:
        """Advances by one step; the info holds the events of the step."""
        if not self.action_space.contains(action):
            raise ValueError(f"action must be one of {self.action_space}, but is {action!r}.")
        step = self._batch.step(np.array([action]))  # (environment,), of one
        info = {name: bool(happened[0]) for name, happened in _named(step.events)}
        return (
            step.obs[0],  # the only row of the batch
            float(step.reward[0]),
            bool(step.terminated[0]),
            bool(step.truncated[0]),
            info,
        )

    def render(self) -> Rendered | None:
        """Returns the level as text or as a picture, as the render mode says."""
        return rendered(self._batch, 0, self.render_mode)

    def get_keys_to_action(self) -> dict[str, int]:
        """Returns the keys for `gymnasium.utils.play`: w, a, s and d.

        Raises:
            ValueError: If the actions have no keys; give `play` some.
        """
        if not (keys := keys_of(self._batch.action_names)):
            raise ValueError(
                f"The {self._batch.num_actions} actions have no keys; give play() keys_to_action."
            )
        return keys


class VectorAdapter(gymnasium.vector.VectorEnv[FloatArray, IntArray, Any]):
    """A batch for `gymnasium.make_vec("misgen/CoinRun-v0", num_envs=256)`.

    Episodes that end are reset in the same step; the last observations and events of those
    episodes are in `final_obs` and `final_info`.
    """

    metadata = {  # noqa: RUF012  # as gymnasium has it
        "autoreset_mode": AutoresetMode.SAME_STEP,
        "render_modes": list(RENDER_MODES),
        "render_fps": FRAMES_PER_SECOND,
    }

    def __init__(
        self,
        name: str,
        num_envs: int = 1,
        render_mode: str | None = None,
        max_episode_steps: int | None = None,
        **options: Any,
    ) -> None:
        """Creates `num_envs` environments `name`.

        Args:
            name: Name of the environment, such as "CoinRun".
            num_envs: Number of episodes that run side by side.
            render_mode: "ansi", "rgb_array" or None.
            max_episode_steps: Truncates episodes after so many steps, if they last as long.
            **options: Those of the class, without the seed.
        """
        self.render_mode = _checked_mode(render_mode)
        if max_episode_steps is not None:
            check_count("max_episode_steps", max_episode_steps)
        self._limit = max_episode_steps
        self._batch = make(name, num_envs, seed=fresh_seed(), **options)
        self.num_envs = self._batch.num_envs
        self._lasted = np.zeros(self.num_envs, np.int64)  # steps of the running episodes
        self.single_observation_space, self.single_action_space = spaces_of(self._batch)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Starts all episodes; `seed` starts a new sequence of levels.

        Raises:
            ValueError: If a list of seeds or any `options` are given.
        """
        _refuse_options(options)
        if seed is not None:
            if not isinstance(seed, (int, np.integer)):
                raise ValueError(
                    f"seed must be one whole number, from which the levels of all environments are "
                    f"drawn; got {seed!r}."
                )
            self._batch = self._batch.reseeded(seed)
        super().reset(seed=seed)
        self._lasted[:] = 0
        return self._batch.reset(), {}

    def step(
        self, actions: IntArray
    ) -> tuple[FloatArray, FloatArray, BoolArray, BoolArray, dict[str, Any]]:
        """Advances all episodes; those that end start anew."""
        step = self._batch.step(actions)
        truncated = self._truncated(step.terminated, step.truncated)
        done = step.terminated | truncated
        info: dict[str, Any] = {}
        if done.any():
            # gymnasium wants None where none ended
            final = np.full(self.num_envs, None, dtype=object)
            for i in np.flatnonzero(done):
                final[i] = step.obs[i].copy()  # the reset below overwrites the row
            info = {
                "final_obs": final,
                "_final_obs": done,  # the underscore is gymnasium's: which rows of it count
                "final_info": dict(_named(step.events)),  # (environment,) each
                "_final_info": done,
            }
            self._lasted[done] = 0
            step.obs[done] = self._batch.reset(done)
        return step.obs, step.reward, step.terminated, truncated, info

    def _truncated(self, terminated: BoolArray, truncated: BoolArray) -> BoolArray:
        if self._limit is None:
            return truncated
        self._lasted += 1
        return truncated | ((self._lasted >= self._limit) & ~terminated)

    def render(self) -> tuple[Rendered, ...] | None:
        """Returns every level as text or as a picture, as the render mode says."""
        if self.render_mode is None:
            return None
        shown = (rendered(self._batch, i, self.render_mode) for i in range(self.num_envs))
        return tuple(level for level in shown if level is not None)


def rendered(env: BatchedEnv, i: int, render_mode: str | None) -> Rendered | None:
    """Returns environment `i` of a batch as text, as a picture, or None where no mode is chosen."""
    if render_mode is None:
        return None
    return text(env, i) if render_mode == "ansi" else picture(env, i)


def _checked_mode(render_mode: str | None) -> str | None:
    if render_mode is not None and render_mode not in RENDER_MODES:
        raise ValueError(
            f"render_mode must be one of {', '.join(RENDER_MODES)} or None, not {render_mode!r}; "
            "for a window use gymnasium.make, which opens one where pygame is installed."
        )
    return render_mode


def _refuse_options(options: dict[str, Any] | None) -> None:
    if options:
        raise ValueError(
            f"reset takes no options, but got {options!r}; give them to gymnasium.make."
        )


def _named(events: Events) -> list[tuple[str, BoolArray]]:
    """Returns the events of a step by their names; some environments have events of their own."""
    return list(vars(events).items())
