"""Training in a reader's hands: update by update, measured on the way, stopped at any moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count, check_number
from misgen.core.env import BatchedEnv, Events, RewardFunction
from misgen.core.measure import OUTCOMES, count_outcomes
from misgen.core.policy import Policy
from misgen.core.registry import environment, make
from misgen.core.replay import record, to_arrays
from misgen.learn.ppo import Update, updates
from misgen.live.session import Session, Steps, answers

MOST_PAID = 10.0
"""What an event may pay or cost at most."""
MOST_NOTED = 10**12
"""Steps that an agent may have learnt at most, as many as `PPOSettings` allows."""
EPISODES = 200
"""Test episodes of each measurement, always the same ones."""
TEST_SEED = 1_000_000
"""Seed of the test levels, far from those with which readers train."""

Agent = TypeVar("Agent")
Turn = TypeVar("Turn")
Values = dict[str, float]
"""Name of a line of the curve -> its value."""


@dataclass
class _Run(Generic[Turn, Agent]):
    """One training, or an agent from a file."""

    agent: Agent
    options: Mapping[str, Any]
    """Of the tests: what the agent sees, not what it is paid."""
    told: Values = field(default_factory=dict)
    """By the latest update."""
    rest: Iterator[Turn] = field(default_factory=lambda: iter(()))
    """The updates that are left."""


class Training(Session, Generic[Turn, Agent]):
    """Trainings of one kind; each has a name, and lives as long as the session.

    A class of one kind has a question `begin`, which ends with `begun`, and says the six things
    below. A point of a curve is {"steps", "values", "replay"}, the last where the agent was shown.
    """

    measured_every: ClassVar[int] = 4
    """Updates between two looks at the agent."""

    def agent_of(self, turn: Turn) -> Agent:
        """Returns the agent after an update."""
        raise NotImplementedError

    def told(self, turn: Turn) -> Values:
        """Returns what an update tells at no cost."""
        raise NotImplementedError

    def look(self, agent: Agent, options: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what is measured of an agent: its "values", and a "replay" if it is shown.

        Raises:
            ValueError: The agent does not fit.
        """
        raise NotImplementedError

    def steps_of(self, agent: Agent) -> int:
        """Returns where on the axis of the curve an agent stands.

        Raises:
            ValueError: Its notes do not say so.
        """
        raise NotImplementedError

    def to_bytes(self, agent: Agent) -> bytes:
        """Returns an agent as the bytes of an .npz file."""
        raise NotImplementedError

    def from_bytes(self, data: bytes) -> Agent:
        """Returns the agent of an .npz file.

        Raises:
            ValueError: It holds none.
        """
        raise NotImplementedError

    def __init__(self) -> None:
        """Begins without a run."""
        self._runs: dict[str, _Run[Turn, Agent]] = {}

    def begun(self, run: str, rest: Iterator[Turn], options: Mapping[str, Any]) -> dict[str, Any]:
        """Takes a training, in place of an earlier one of that name; returns its first point."""
        first = next(rest)
        self._runs[run] = _Run(self.agent_of(first), options, self.told(first), rest)
        return self._point(run, is_seen=True)

    @answers
    def go_on(self, run: str) -> Steps:
        """Trains on; whoever cancels it can go on later.

        Yields:
            A point after each update; every few of them the agent is measured.
        """
        this = self._run(run)
        for number, turn in enumerate(this.rest, 1):
            this.agent, this.told = self.agent_of(turn), self.told(turn)
            yield self._point(run, is_seen=number % self.measured_every == 0)
        return self._point(run, is_seen=True)

    @answers
    def measured(self, run: str) -> dict[str, Any]:
        """Measures the agent as it is now, and returns a point."""
        return self._point(run, is_seen=True)

    @answers
    def saved(self, run: str) -> NDArray[np.uint8]:
        """Returns the agent as the bytes of an .npz file."""
        return np.frombuffer(self.to_bytes(self._run(run).agent), np.uint8)

    @answers
    def loaded(self, run: str, data: NDArray[np.uint8], options: dict[str, Any]) -> dict[str, Any]:
        """Takes an agent from the bytes of an .npz file, in place of a run; returns a point."""
        agent = self.from_bytes(data.tobytes())
        # both refuse another kind, before anything is replaced
        loaded = {**self.look(agent, options), "steps": self.steps_of(agent)}
        self._runs[run] = _Run(agent, options)
        return loaded

    def _run(self, run: str) -> _Run[Turn, Agent]:
        if run not in self._runs:
            raise ValueError(f"There is no training {run!r}; begin it first.")
        return self._runs[run]

    def _point(self, run: str, *, is_seen: bool) -> dict[str, Any]:
        this = self._run(run)
        looked = self.look(this.agent, this.options) if is_seen else {"values": {}}
        values = {**this.told, **looked["values"]}
        return {**looked, "steps": self.steps_of(this.agent), "values": values}


class PolicyTraining(Training[Turn, Policy]):
    """Trainings of policies."""

    def steps_of(self, agent: Policy) -> int:
        """Returns after how many environment steps this was the agent."""
        return noted(agent.notes, "steps")

    def to_bytes(self, agent: Policy) -> bytes:
        """Returns a policy as the bytes of an .npz file."""
        return agent.to_bytes()

    def from_bytes(self, data: bytes) -> Policy:
        """Returns the policy of an .npz file."""
        return Policy.from_bytes(data)


class OfEpisodes(PolicyTraining[Update]):
    """Trainings on an environment whose episodes end, tested on distinguishing levels."""

    environment: ClassVar[str]
    """Name of the environment."""
    shown_level: ClassVar[int | None] = 0
    """Number of the test level on which each agent is shown; None for none."""

    @classmethod
    def steps(cls) -> int:
        """Returns how many environment steps a training takes."""
        return environment(cls.environment).ppo.steps

    @answers
    def begin(
        self,
        run: str,
        seed: int,
        distinguishing: float,
        hidden: int | None = None,
        reward: dict[str, Any] | None = None,
        options: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Begins a training, in place of an earlier one of that name.

        Args:
            run: What it is called.
            seed: Seed of the levels, the first weights and the actions.
            distinguishing: Share of distinguishing training levels.
            hidden: Units of the network; by default those of the environment's settings.
            reward: Name of an event, such as "goal" -> what it pays, from -10 to 10; by default
                that of the environment.
            options: Further options of the environment.

        Returns:
            The point of the untrained agent, and `of` how many steps it is one.
        """
        settings = environment(self.environment).ppo
        settings = settings if hidden is None else replace(settings, hidden=hidden)
        options = options or {}
        paid = {} if reward is None else {"reward": paying(reward)}
        rest = updates(
            self.environment, distinguishing=distinguishing, seed=seed, settings=settings,
            options={**options, **paid},
        )  # fmt: skip
        return {"of": settings.steps, **self.begun(run, rest, options)}

    def agent_of(self, turn: Update) -> Policy:
        """Returns the agent after an update."""
        return turn.policy

    def told(self, turn: Update) -> Values:
        """Returns the rate of `success` in training."""
        return {"success": turn.success}

    def look(self, agent: Policy, options: Mapping[str, Any]) -> dict[str, Any]:
        """Returns shares of the test episodes by how they end, "capability", and one as a replay.

        All of them are on distinguishing levels.
        """
        counts = count_outcomes(
            agent, self.environment, distinguishing=1.0, episodes=EPISODES, seed=TEST_SEED,
            options=options,
        )  # fmt: skip
        rates = {name: float(counts[i] / EPISODES) for i, name in enumerate(OUTCOMES)}
        values = {**rates, "capability": rates["goal"] + rates["proxy"]}
        if self.shown_level is None:
            return {"values": values}
        env = self.shown_levels(options)
        replay = record(agent, env, TEST_SEED, levels=[self.shown_level])
        return {"values": values, "replay": to_arrays(replay)}

    @classmethod
    def shown_levels(cls, options: Mapping[str, Any]) -> BatchedEnv:
        """Returns test levels, of which the last is shown."""
        count = (cls.shown_level or 0) + 1
        return make(cls.environment, count, distinguishing=1.0, seed=TEST_SEED, **options)


def noted(notes: object, name: str, default: int = 0) -> int:
    """Returns a count out of the notes of an agent, which may come from anybody's file.

    >>> noted({"steps": 4096}, "steps")
    4096

    Raises:
        ValueError: If it is no whole number of at least `default`.
    """
    count: Any = notes.get(name, default) if isinstance(notes, Mapping) else None
    return check_count(f"{name} in the notes of this agent", count, default, MOST_NOTED)


def paying(weights: Mapping[str, float], of: type[Events] = Events) -> RewardFunction:
    """Returns a reward: of each step the sum of what its events pay.

    Args:
        weights: Name of an event -> what it pays.
        of: The events that the environment has.

    >>> reward = paying({"goal": 10.0, "died": -5.0})

    Raises:
        ValueError: If there is no such event, or it pays too much.
    """
    for name, weight in weights.items():
        if name not in of.__dataclass_fields__:
            known = ", ".join(of.__dataclass_fields__)
            raise ValueError(f"There is no event {name!r}; {known} can be paid.")
        check_number(name, weight, -MOST_PAID, MOST_PAID)

    def reward(events: Events) -> NDArray[np.floating[Any]]:
        none = np.zeros(len(events.goal), np.float32)
        return sum((weight * getattr(events, name) for name, weight in weights.items()), none)

    return reward
