"""A session that echoes, counts, hangs and fails: asked in CPython, in a kernel, and in the page.

The page's copy is `misgen.topics.toy.live`, see `live_site`; so it imports nothing of the tests.
"""

from __future__ import annotations

import hashlib
import pydoc
from typing import Any, Literal

import numpy as np

import misgen
from misgen.core.registry import ENVIRONMENTS
from misgen.core.settings import PPOSettings
from misgen.learn import ppo
from misgen.learn.kernels import in_use
from misgen.live.session import Session, Steps, answers
from misgen.topics.coinrun.live import agents_of

BATCH, STEPS = 16, 60
ERRORS = {
    "refusal": ValueError("seed must be a whole number, but is 'a'."),
    "mistake": KeyError("coin"),
    "memory": MemoryError(),
    "lines": RuntimeError("first line\nlast line"),
}


class Toy(Session):
    """Remembers how often it was asked to."""

    def __init__(self) -> None:
        self.remembered = 0
        self.ended: list[str] = []
        self.prepared = 0

    def prepare(self) -> None:
        """Reads a table that a page then has without a network."""
        misgen.table("why_the_end")
        self.prepared += 1

    @answers
    def prepared_times(self) -> int:
        return self.prepared

    @answers
    def rows(self, experiment: str) -> int:
        """Reads a published table."""
        return len(misgen.table(experiment)["runs"])

    @answers
    def echo(self, value: Any) -> Any:
        return value

    @answers
    def types(
        self, flag: bool = True, count: int = 1, share: float = 0.5, word: str | None = None,
        numbers: np.ndarray | None = None, kind: Literal["a", "b"] = "a",
    ) -> list[str]:  # fmt: skip
        return [type(each).__name__ for each in (flag, count, share, word, numbers, kind)]

    @answers
    def remember(self) -> int:
        self.remembered += 1
        return self.remembered

    @answers
    def count(self, to: int) -> Steps:
        """Yields each number; whoever ends it early is noted."""
        try:
            for number in range(to):
                yield {"number": number, "squares": np.arange(number) ** 2}
            return to
        finally:
            self.ended.append("count")

    @answers
    def pause(self, turns: int) -> Steps:
        """Lets others in without any progress."""
        for _ in range(turns):
            yield None
        return "paused"

    @answers
    def endings(self) -> list[str]:
        return self.ended

    @answers
    def hang(self) -> None:
        while True:
            pass

    @answers
    def fail(self, how: str) -> None:
        raise ERRORS[how]

    @answers
    def trajectories(self) -> dict[str, str]:
        return {name: trajectory_hash(name) for name in ENVIRONMENTS}

    @answers
    def results(self, name: str) -> list[Any]:
        """Reads what a page fetches only now."""
        trial = next(trial for trial in misgen.results(name).trials if trial.agent)
        agent = misgen.published(
            name, distinguishing=trial.distinguishing, seed=trial.seed, options=trial.options
        )
        return [len(misgen.results(name).trials), float(agent.hidden_weight.sum())]

    @answers
    def weights(self, distinguishing: float) -> list[float]:
        """Reads all agents of a setting."""
        return [float(agent.hidden_weight.sum()) for agent in agents_of(distinguishing)]

    @answers
    def kernels(self) -> str:
        return type(in_use()).__name__

    @answers
    def train(self, seed: int) -> np.ndarray:
        settings = PPOSettings(num_envs=16, rollout_steps=16, batch_size=64, steps=2048)
        agent = ppo.train("CoinRun", seed=seed, settings=settings)
        return agent.probabilities(misgen.make("CoinRun", 4, seed=1).reset())

    @answers
    def help_on(self, name: str) -> str:
        return pydoc.plain(pydoc.render_doc(getattr(misgen, name)))

    def secret(self) -> str:
        return "nobody may ask this"


def trajectory_hash(name: str) -> str:
    """What a fixed random policy sees and is given in an environment, hashed."""
    env = misgen.make(name, BATCH, distinguishing=0.5, seed=7)
    rng = np.random.default_rng(3)
    digest = hashlib.sha256(env.reset().astype("<f4").tobytes())
    for _ in range(STEPS):
        step = env.step(rng.integers(0, env.num_actions, BATCH, dtype=np.int64))
        for array in (
            step.obs.astype("<f4"),
            step.reward.astype("<f4"),
            step.terminated,
            step.truncated,
        ):
            digest.update(array.tobytes())
    return digest.hexdigest()
