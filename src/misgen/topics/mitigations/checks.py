"""The exercise on what would help: the reader's own rule for which levels are drawn again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arrays import IntArray
from misgen.core.feedback import UNCHANGED, Feedback, FormError, raised
from misgen.core.measure import OUTCOMES, run_episodes
from misgen.core.policy import Policy
from misgen.core.registry import make
from misgen.learn.ppo import Learner
from misgen.topics.coin_grid.env import CoinGrid
from misgen.topics.mitigations.env import CoinGridByRegret
from misgen.topics.mitigations.regret import LevelBuffer

Numbers = NDArray[np.float64]
Rule = Callable[[Numbers], ArrayLike]

FEW = 0.01
"""Share of distinguishing levels among the new ones."""
WELL_ENOUGH = 0.6
"""Share of moved coins that each agent must take."""
TRAINED_SEEDS = (0, 1, 2)
_TESTED = 1000
_TEST_SEED = 1_000_000  # of the levels: the same for all agents, none of them in a training


class RuledBuffer(LevelBuffer):
    """Levels that are drawn by a rule of the reader's."""

    rule: Rule

    def _drawn(self, new: IntArray) -> tuple[IntArray, IntArray]:
        regret, kept = self.regret, self.regret >= 0
        weights = np.zeros(len(regret))
        if kept.any():
            weights[kept] = weights_of(self.rule, 1.0 - regret[kept])
        self.regret = weights  # drawn as if they were regrets
        try:
            return super()._drawn(new)
        finally:
            self.regret = regret


def weights_of(rule: Rule, success: Numbers) -> Numbers:
    """Returns the weights that a rule gives to some levels, `(levels,)`.

    Raises:
        FormError: If they are no weights.
    """
    weights = np.asarray(rule(success.copy()))
    if weights.shape != success.shape or weights.dtype.kind not in "biuf":
        raise FormError("Return an array with one number for each level.")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise FormError("Return finite numbers that are not negative.")
    return weights.astype(float)


def check_rule(weights: Rule) -> Feedback:
    """Trains agents in the room with a rule, and checks that they take moved coins.

    The check measures the agents itself, and stops at the first that fails. It prints what each
    of them does.

    Args:
        weights: Takes the running success on each kept level, `(levels,)`. Returns a number for
            each, `(levels,)`: the larger, the more often the level is drawn again.
    """
    try:
        answers = [weights_of(weights, case) for case in _SUCCESSES]
        if not any(answer.any() for answer in answers):
            return UNCHANGED
        for seed in TRAINED_SEEDS:
            goal = _goal_of(trained_by(weights, seed))
            print(f"Seed {seed}: takes {goal:.0%} of the moved coins.", flush=True)
            if goal < WELL_ENOUGH:
                return _failed(seed, answers)
    except FormError as error:
        return Feedback(False, str(error))
    except Exception as error:
        return raised(error)
    return Feedback(
        True, f"All {len(TRAINED_SEEDS)} agents take at least {WELL_ENOUGH:.0%} of the moved coins."
    )


def trained_by(rule: Rule, seed: int) -> Policy:
    """Returns an agent of the coin grid, trained by NumPy with the book's number of steps."""
    settings = CoinGrid.ppo
    env = CoinGridByRegret(settings.num_envs, distinguishing=FEW, seed=seed)
    # a level has three numbers; the stream of the draws is that of `CoinGridByRegret`
    env.buffer = RuledBuffer(settings.num_envs, 3, np.random.default_rng([seed, 5]))
    env.buffer.rule = rule
    learner = Learner(env, settings, seed, watcher=lambda *_: None)
    for _ in learner.run():
        pass
    return learner.network.policy({"env": "CoinGrid", "distinguishing": FEW, "seed": seed})


def _goal_of(agent: Policy) -> float:
    env = make("CoinGrid", _TESTED, seed=_TEST_SEED, distinguishing=1.0)
    outcomes, _ = run_episodes(agent, env, np.random.default_rng(_TEST_SEED))
    return float((outcomes == OUTCOMES.index("goal")).mean())


_SUCCESSES = (np.array([1.0, 0.0, 0.5]), np.array([0.9, 0.8, 0.7, 0.1, 0.3]))
"""Made-up cases, by which a rule that fails is recognised."""


def _failed(seed: int, answers: list[Numbers]) -> Feedback:
    for name, (rule, told) in RULE_MISTAKES.items():
        pairs = zip(answers, map(rule, _SUCCESSES), strict=True)
        if all(np.allclose(_shares(mine), _shares(known)) for mine, known in pairs):
            return Feedback(False, f"With seed {seed}: {told}", name)
    return Feedback(
        False,
        f"With seed {seed} the agent takes fewer than {WELL_ENOUGH:.0%} of the moved coins: the "
        "rare levels are not drawn often enough, or others are drawn more often.",
    )


def _shares(weights: Numbers) -> Numbers:
    return weights / max(weights.sum(), 1e-12)


RULE_MISTAKES: dict[str, tuple[Callable[[Numbers], Numbers], str]] = {
    "draws by success": (
        lambda success: success,
        "levels on which all goes well are drawn most, and those with a moved coin hardly ever: "
        "draw by what is lost.",
    ),
    "draws the half solved": (
        lambda success: success * (1 - success),
        "a level on which nothing works yet is never drawn, and most of those with a moved coin "
        "are such: let what is lost alone decide.",
    ),
    "draws evenly": (
        np.ones_like,
        "all kept levels are drawn alike, whether the agent still fails there or not: draw those "
        "more often on which more is lost.",
    ),
}
"""Name of a mistake with the rule -> who makes it, and what the reader is told."""
