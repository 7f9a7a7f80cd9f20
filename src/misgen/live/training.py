"""Training in a reader's hands: update by update, measured on the way, stopped at any moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_number
from misgen.core.env import Events, RewardFunction
from misgen.core.measure import OUTCOMES, count_outcomes
from misgen.core.policy import Policy
from misgen.core.registry import environment, make
from misgen.core.replay import record, to_arrays
from misgen.learn.ppo import Update, updates
from misgen.live.session import Session, Steps, answers

MOST_PAID = 10.0
"""What an event may pay or cost at most."""
EPISODES = 200
"""Test episodes of each measurement, always the same ones."""
MEASURED_EVERY = 4  # updates
TEST_SEED = 1_000_000
"""Seed of the test levels, far from those with which readers train."""


@dataclass
class _Run:
    """One training, or an agent from a file."""

    agent: Policy
    options: Mapping[str, Any]
    """Of the environment in its tests: what the agent sees, not what it is paid."""
    rest: Iterator[Update] = field(default_factory=lambda: iter(()))
    """The updates that are left."""


class Training(Session):
    """Trains agents of one environment; each run has a name, and lives as long as the session."""

    environment: ClassVar[str]
    """Name of the environment."""
    shown_level: ClassVar[int] = 0
    """Number of the test level on which each agent is shown."""

    @classmethod
    def steps(cls) -> int:
        """Returns how many environment steps a training takes."""
        return environment(cls.environment).ppo.steps

    def __init__(self) -> None:
        """Begins without a run."""
        self._runs: dict[str, _Run] = {}

    @answers
    def begin(
        self,
        run: str,
        seed: int,
        distinguishing: float,
        hidden: int,
        reward: dict[str, Any],
        options: dict[str, Any],
    ) -> dict[str, Any]:
        """Begins a training, in place of an earlier one of that name.

        Args:
            run: What it is called.
            seed: Seed of the levels, the first weights and the actions.
            distinguishing: Share of distinguishing training levels.
            hidden: Units of the network.
            reward: Name of an event, such as "goal" -> what it pays, from -10 to 10.
            options: Further options of the environment.

        Returns:
            What `go_on` yields, for the untrained agent.
        """
        settings = replace(environment(self.environment).ppo, hidden=hidden)
        rest = updates(
            self.environment, distinguishing=distinguishing, seed=seed, settings=settings,
            options={**options, "reward": paying(reward)},
        )  # fmt: skip
        first = next(rest)
        self._runs[run] = _Run(first.policy, options, rest)
        return {"steps": 0, "success": 0.0, "of": settings.steps, **self._measured(run)}

    @answers
    def go_on(self, run: str) -> Steps:
        """Trains on; whoever cancels it can go on later.

        Yields:
            Environment `steps`, the rate of `success` in training, and every few updates what
            `measured` returns.
        """
        this = self._run(run)
        for number, update in enumerate(this.rest, 1):
            this.agent = update.policy
            told = {"steps": update.steps, "success": update.success}
            yield {**told, **self._measured(run)} if number % MEASURED_EVERY == 0 else told
        return {**self._measured(run), "steps": this.agent.notes["steps"]}

    @answers
    def measured(self, run: str) -> dict[str, Any]:
        """Measures the agent as it is now.

        Returns:
            Shares of the test episodes, all on distinguishing levels, that ended in each of
            `OUTCOMES`, and a `replay` of one of them.
        """
        return self._measured(run)

    @answers
    def saved(self, run: str) -> NDArray[np.uint8]:
        """Returns the agent as the bytes of an .npz file."""
        return np.frombuffer(self._run(run).agent.to_bytes(), np.uint8)

    @answers
    def loaded(self, run: str, data: NDArray[np.uint8], options: dict[str, Any]) -> dict[str, Any]:
        """Takes an agent from the bytes of an .npz file, in place of a run; see `measured`."""
        agent = Policy.from_bytes(data.tobytes())
        count_outcomes(  # refuses the agent of another environment, before anything is replaced
            agent, self.environment, distinguishing=1.0, episodes=1, seed=TEST_SEED,
            options=options,
        )  # fmt: skip
        self._runs[run] = _Run(agent, options)
        return {"notes": agent.notes, **self._measured(run)}

    def _run(self, run: str) -> _Run:
        if run not in self._runs:
            raise ValueError(f"There is no training {run!r}; begin it first.")
        return self._runs[run]

    def _measured(self, run: str) -> dict[str, Any]:
        agent, options = self._run(run).agent, self._run(run).options
        counts = count_outcomes(
            agent, self.environment, distinguishing=1.0, episodes=EPISODES, seed=TEST_SEED,
            options=options,
        )  # fmt: skip
        env = make(
            self.environment, self.shown_level + 1, distinguishing=1.0, seed=TEST_SEED, **options
        )
        replay = record(agent, env, TEST_SEED, levels=[self.shown_level])
        rates = {name: float(counts[i] / EPISODES) for i, name in enumerate(OUTCOMES)}
        return {"rates": rates, "replay": to_arrays(replay)}


def paying(weights: Mapping[str, float]) -> RewardFunction:
    """Returns a reward: of each step the sum of what its events pay.

    >>> reward = paying({"goal": 10.0, "died": -5.0})

    Raises:
        ValueError: If there is no such event, or it pays too much.
    """
    for name, weight in weights.items():
        if name not in Events.__dataclass_fields__:
            known = ", ".join(Events.__dataclass_fields__)
            raise ValueError(f"There is no event {name!r}; {known} can be paid.")
        check_number(name, weight, -MOST_PAID, MOST_PAID)

    def reward(events: Events) -> NDArray[np.floating[Any]]:
        none = np.zeros(len(events.goal), np.float32)
        return sum((weight * getattr(events, name) for name, weight in weights.items()), none)

    return reward
