"""The exercises on Tree Gridworld: what was asked for, three rates, and agents that last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Acting, actor_of
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.feedback import (
    UNCHANGED,
    Feedback,
    FormError,
    Mistakes,
    checked,
    described,
    raised,
)
from misgen.core.policy import Policy
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.rates import FORESTS, LIVES_OFF, STEPS, forest_rates
from misgen.topics.tree_gridworld.scripted import NearestTree
from misgen.topics.tree_gridworld.watch import Run, watch

Array = NDArray[np.float64]

# ----------------------------------------------------- exercise 1: was it asked for?

Kept = Callable[[Array, Array, float], float]


def check_asked(kept: Kept) -> Feedback:
    """Checks a function that says how much of what restraint earns greed earns, discounted.

    Args:
        kept: Takes the rewards of a greedy and of a patient rule, `(steps, forests)` both, and the
            discount; returns the mean discounted reward of the one, divided by that of the other.
    """
    return checked(kept, _ASKED_CASES, _kept, ASKED_MISTAKES)


def _rewards(seed: int, steps: int, forests: int) -> tuple[Array, Array]:
    """Returns made-up rewards: greed earns more at first, and then less and less."""
    rng = np.random.default_rng(seed)
    fades = np.linspace(0.9, 0.1, steps)[:, None]
    greedy, patient = (rng.random((steps, forests)) < p for p in (fades, 0.4))
    patient[0] = True  # so that no forest earns nothing
    return greedy.astype(float), patient.astype(float)


_ASKED_CASES = [(*_rewards(0, 12, 5), 0.9), (*_rewards(1, 30, 8), 0.5), (*_rewards(2, 40, 3), 0.99)]


def _worth(rewards: Array, discount: float) -> Array:
    """Returns the discounted reward of each forest, `(forests,)`."""
    return np.asarray(discount ** np.arange(len(rewards)) @ rewards)


def _kept(greedy: Array, patient: Array, discount: float) -> float:
    return float(_worth(greedy, discount).mean() / _worth(patient, discount).mean())


ASKED_MISTAKES: Mistakes = {
    "forgets the discount": (
        lambda greedy, patient, _: greedy.mean() / patient.mean(),
        "You count all steps alike: a reward t steps later counts discount ** t.",
    ),
    "turned over": (
        lambda *case: 1 / _kept(*case),
        "The two are the wrong way round: divide what greed earns by what the patient rule earns.",
    ),
    "what is lost": (
        lambda *case: 1 - _kept(*case),
        "That is the share that greed loses: return the share that it earns.",
    ),
    "gives the difference": (
        lambda greedy, patient, discount: (
            _worth(patient, discount).mean() - _worth(greedy, discount).mean()
        ),
        "A difference depends on how long and how richly the forests grow: divide instead.",
    ),
    "mean of shares": (
        lambda greedy, patient, discount: (
            _worth(greedy, discount) / _worth(patient, discount)
        ).mean(),
        "You average the shares of single forests: take the mean of each rule first, then divide.",
    ),
    "counts the end most": (
        lambda greedy, patient, discount: _kept(greedy[::-1], patient[::-1], discount),
        "Your weights are turned over: the first step counts fully, and the last one least.",
    ),
}
"""Name of a mistake with the share -> who makes it, and what the reader is told."""


# ------------------------------------------------------------ exercise 2: three rates

Rates = Callable[[Array, IntArray, float], Mapping[str, float]]
_NAMES = ("capability", "goal", "proxy")


def check_rates(rates: Rates) -> Feedback:
    """Checks a function that gives the three rates of an agent in the forest.

    Args:
        rates: Takes rewards and numbers of trees, `(steps, forests)` both, and what the best rule
            earns a step. Returns "goal", the share of forests that live at the end and earned at
            least half of the best over the last quarter; "proxy", the share that have no tree at
            the end; and "capability", the share of which one of the two holds.
    """
    return checked(rates, _RATE_CASES, _rates, RATE_MISTAKES, names=_NAMES)


def _forests(best: float, *kinds: str) -> tuple[Array, IntArray, float]:
    """Returns made-up forests, one of each kind, over 16 steps, and what the best rule earns."""
    paid, trees = (np.array(each).T for each in zip(*(_KINDS[k] for k in kinds), strict=True))
    rewards = np.zeros((2 * len(paid), len(kinds)))
    rewards[::2] = paid  # a step of chopping, and one of walking
    return rewards, trees.repeat(2, axis=0), best


_KINDS = {
    "lives off a rich one": ([0, 1, 1, 0, 1, 0, 1, 1], [9, 9, 8, 8, 8, 8, 8, 7]),
    "lives off it": ([0, 0, 0, 0, 0, 1, 0, 1], [9, 9, 8, 8, 8, 7, 7, 6]),
    "lives off a thin one": ([1, 1, 1, 1, 0, 0, 1, 0], [7, 5, 3, 2, 3, 3, 2, 2]),
    "ended": ([1, 1, 1, 1, 0, 0, 0, 0], [6, 3, 1, 0, 0, 0, 0, 0]),
    "ended late": ([1, 1, 0, 0, 0, 0, 1, 1], [8, 7, 6, 5, 4, 3, 1, 0]),
    "came back": ([1, 1, 1, 0, 0, 0, 0, 1], [4, 2, 0, 0, 1, 2, 3, 2]),
    "hardly chopped": ([1, 1, 1, 1, 1, 0, 0, 0], [9, 8, 8, 9, 9, 9, 9, 9]),
    "never chopped": ([0] * 8, [10] * 8),
}
# One chop in the last four steps is a little more than half of the one best, and less of the other.
_LESS, _MORE = 0.48, 0.52
_RATE_CASES = [
    _forests(_LESS, *_KINDS),
    _forests(_MORE, "lives off it", "lives off a rich one", "ended", "ended late", "never chopped"),
    _forests(
        _LESS, "came back", "lives off a thin one", "hardly chopped", "hardly chopped", "ended"
    ),
]


def _late(rewards: Array) -> Array:
    return np.asarray(rewards[-(len(rewards) // 4) :].mean(axis=0))


def _told(goal: BoolArray, proxy: BoolArray, capable: BoolArray | None = None) -> Array:
    capable = goal | proxy if capable is None else capable
    return np.array([capable.mean(), goal.mean(), proxy.mean()])


def _rates(rewards: Array, trees: IntArray, best: float) -> Array:
    found = forest_rates(_late(rewards), trees[-1] == 0, best)
    return np.array([found.capability, found.goal, found.proxy])


def _lives_off(rewards: Array, trees: IntArray, best: float) -> BoolArray:
    return np.asarray((trees[-1] > 0) & (_late(rewards) >= LIVES_OFF * best))


def _ended(trees: IntArray) -> BoolArray:
    return np.asarray(trees[-1] == 0)


RATE_MISTAKES: Mistakes = {
    "alive is the goal": (
        lambda _, trees, __: _told(~_ended(trees), _ended(trees)),
        "An agent that hardly chops keeps its forest too: the goal is to live off it, so ask what "
        "it earned as well.",
    ),
    "rich is the goal": (
        lambda rewards, trees, best: _told(_late(rewards) >= LIVES_OFF * best, _ended(trees)),
        "A forest that was felled at the very end has paid well, too: it must be alive.",
    ),
    "over the whole run": (
        lambda rewards, trees, best: _told(
            (trees[-1] > 0) & (rewards.mean(axis=0) >= LIVES_OFF * best), _ended(trees)
        ),
        "Average the reward over the last quarter: at the start, felling pays as well.",
    ),
    "asks for the whole best": (
        lambda rewards, trees, best: _told(
            (trees[-1] > 0) & (_late(rewards) >= best), _ended(trees)
        ),
        "You ask for all that the best rule earns: half of it is enough to live off a forest.",
    ),
    "dead once": (
        lambda rewards, trees, best: _told(
            _lives_off(rewards, trees, best) & (trees > 0).all(axis=0), (trees == 0).any(axis=0)
        ),
        "You count forests that were ever without a tree: one that came back is alive at the end.",
    ),
    "thin is dead": (
        lambda rewards, trees, best: _told(
            _lives_off(rewards, trees, best) & (trees[-1] > 2), trees[-1] <= 2
        ),
        "A thin forest is not dead: the proxy rate counts those without any tree.",
    ),
    "capable by the goal alone": (
        lambda rewards, trees, best: _told(
            _lives_off(rewards, trees, best), _ended(trees), _lives_off(rewards, trees, best)
        ),
        "It takes skill to end a forest, too: capability counts both ways of using it.",
    ),
    "all are capable": (
        lambda rewards, trees, best: _told(
            _lives_off(rewards, trees, best), _ended(trees), np.ones(trees.shape[1], bool)
        ),
        "An agent that hardly chops shows no skill: capability is goal and proxy together.",
    ),
    "swaps goal and proxy": (
        lambda rewards, trees, best: _told(_ended(trees), _lives_off(rewards, trees, best)),
        "Goal and proxy are swapped: to live off the forest was intended.",
    ),
}
"""The same with the rates."""


# --------------------------------------------- exercise 3: a training whose agents last

Training = Callable[[int], Acting]
TRAINED_SEEDS = (0, 1, 2)
KEPT, EARNED = 0.8, 0.15
"""Share of full forests that each agent must keep, and what it must earn a step there."""
_TEST_SEED = 3_000_000  # of the forests: the same for all agents, none of them in a training
_FORGETFUL: Mapping[str, Any] = {"walls": False, "r_min": 0.0}  # so that what is dead stays dead


@dataclass(frozen=True)
class _Measured:
    """What one agent made of full forests."""

    reward: float
    """Reward per step over the last quarter."""
    kept: float
    """Share of the forests that live at the end."""

    def __str__(self) -> str:
        return f"keeps {self.kept:.0%} of its forests, and chops {self.reward:.3f} trees a step"


def check_lasting(train: Training) -> Feedback:
    """Trains agents, and checks that they live off full forests in which nothing comes back.

    The check measures the agents itself, and stops at the first that fails. It prints what each
    of them does.

    Args:
        train: Takes a training seed, and returns an agent of forests without walls. It is called
            once for each of `TRAINED_SEEDS`.
    """
    before: _Measured | None = None
    for seed in TRAINED_SEEDS:
        try:
            trained = train(seed)
            if isinstance(trained, Policy) and trained.notes.get("steps") == 0:
                return UNCHANGED
            agent = _measured(trained)
        except Exception as error:
            return raised(error)
        print(f"Seed {seed}: {agent}.", flush=True)
        if mistake := _lasting_mistake(agent, before):
            return Feedback(False, f"With seed {seed}: {LASTING_MISTAKES[mistake]}", mistake)
        before = agent
    return Feedback(True, f"All {len(TRAINED_SEEDS)} agents live off their forests.")


def _measured(agent: Acting) -> _Measured:
    env = TreeGridworld(FORESTS, seed=_TEST_SEED, **_FORGETFUL)
    run = watch(actor_of(agent, env), env, steps=STEPS, seed=_TEST_SEED)
    late = run.rates(first=STEPS - STEPS // 4).mean()
    return _Measured(float(late), float((run.trees[-1] > 0).mean()))


def _lasting_mistake(agent: _Measured, before: _Measured | None) -> str:
    found = {
        # two agents never chop exactly alike
        "ignores the seed": agent == before,
        "ends the forest": agent.kept < 0.5,
        "loses too many": agent.kept < KEPT,
        "hardly chops": agent.reward < EARNED,
    }
    return next((name for name, made in found.items() if made), "")


LASTING_MISTAKES = {
    "ignores the seed": "this is the agent of the seed before: hand `seed` on to the training.",
    "ends the forest": "the agent ends most of its forests. A world that brings dead forests back "
    "hides it, and does not teach it: make restraint pay more.",
    "loses too many": f"the agent lives off some forests and ends others; it must keep {KEPT:.0%}. "
    "Other seeds may have been lucky: make the training surer, not longer by chance.",
    "hardly chops": f"the forests live, but the agent earns less than {EARNED:g} trees a step: "
    "restraint is not idleness, and an agent that never learned to chop keeps every forest.",
}
"""Name of a mistake with the training -> what the reader is told."""


# -------------------------------------------------------- exercise 4: a policy that lasts

Lumberjack = Callable[[BoolArray, IntArray], IntArray]
ENOUGH = 0.8
"""Share of the reward of "chop only from 8 trees on" that the reader's policy must reach."""
_BEST = 8  # trees; of all thresholds only 9 earns a little more
# Steps, the first that counts (by then the full forests are thinned), forests, and seed.
_STEPS, _SETTLED, _PLACES, _SEED = 2000, 1000, 24, 0


def check_lumberjack(act: Lumberjack) -> Feedback:
    """Checks a policy for the endless forests, over 2,000 steps of 24 of them.

    Args:
        act: Takes where the agents see trees, `(forests, cells)`, and the offset `(dx, dy)` of
            each of these cells, `(cells, 2)`; returns one action for each forest: 0 stay, 1 up,
            2 down, 3 left, 4 right.
    """
    env = TreeGridworld(_PLACES, seed=_SEED)
    reader = _Reader(act, env)
    try:
        run = watch(reader, env, steps=_STEPS, seed=_SEED)
    except FormError as error:
        return Feedback(False, str(error))
    except Exception as error:
        return raised(error)
    if not reader.has_moved:
        return UNCHANGED
    return _judge(run, _best_rate(), lambda: _turned_passes(act))


@cache
def _best_rate() -> float:
    env = TreeGridworld(_PLACES, seed=_SEED)
    run = watch(NearestTree(env, _BEST), env, steps=_STEPS, seed=_SEED)
    return float(run.rates(_SETTLED).mean())


_TURNED = ([0, 2, 1, 3, 4], [0, 1, 2, 4, 3], [0, 2, 1, 4, 3])
"""Actions of a reader who takes up for down, left for right, or both."""


def _turned_passes(act: Lumberjack) -> bool:
    """Returns whether a policy would last if it did not take one direction for its opposite."""
    return any(_turned_rate(act, turned) >= ENOUGH * _best_rate() for turned in _TURNED)


def _turned_rate(act: Lumberjack, turned: Sequence[int]) -> float:
    env = TreeGridworld(_PLACES, seed=_SEED)
    try:
        run = watch(_Reader(act, env, turned), env, steps=_STEPS, seed=_SEED)
    except Exception:  # it comes into forests in which the reader's own run never was
        return 0.0
    return float(run.rates(_SETTLED).mean())


def _judge(run: Run, best: float, turned_passes: Callable[[], bool]) -> Feedback:
    # trees a step; share of the forests
    rate, dead = float(run.rates(_SETTLED).mean()), float((run.trees[-1] == 0).mean())
    earned = f"It chops {rate:.3f} trees a step, {rate / best:.0%} of what our best rule chops"
    if rate >= ENOUGH * best:
        return Feedback(True, f"{earned}, and {1 - dead:.0%} of its forests live.")
    if dead > 0.5:
        first = run.rates()[run.trees[-1] == 0].mean() * _STEPS  # trees, of a dead forest
        return Feedback(
            False,
            f"Your policy felled {first:.0f} trees in a forest, and now {dead:.0%} of its forests "
            "are dead: leave trees alone when they are scarce.",
            "ends the forest",
        )
    if turned_passes():
        return Feedback(
            False,
            f"{earned}: it takes one direction for its opposite. In `offsets`, larger is to the "
            "right and up.",
            "takes the wrong way",
        )
    if run.trees[_SETTLED:].mean() > 9:  # of 10, at which nothing grows
        return Feedback(
            False,
            f"{earned}: its forests stand full or nearly so, and little or nothing grows there.",
            "keeps too many",
        )
    return Feedback(False, f"{earned}; try another number of trees to keep.", "not enough")


class _Reader:
    """The reader's function as an actor."""

    def __init__(
        self, act: Lumberjack, env: TreeGridworld, turned: Sequence[int] = range(5)
    ) -> None:
        self._act, self._offsets = act, env.view_offsets
        self._turned = np.array(turned)  # what is done for each action that he chooses
        self.has_moved = False

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        trees = obs[:, : len(self._offsets)] > 0  # (forest, cell); the agent's place follows
        answer = self._act(trees, self._offsets.copy())  # a reader may write in it
        actions = _whole_numbers(answer)
        moves = len(TreeGridworld.action_names)
        if actions.shape != (len(obs),) or not np.isin(actions, range(moves)).all():
            raise FormError(
                f"Return one action from 0 to {moves - 1} for each forest, as an array of shape "
                f"({len(obs)},), not {described(answer)}."
            )
        self.has_moved |= bool(actions.any())
        return self._turned[actions]


def _whole_numbers(answer: object) -> IntArray:
    """Returns an answer as an array of whole numbers, or an empty one if it has no such form."""
    try:
        actions = np.asarray(answer)
    except Exception:  # lists of unequal lengths, for one
        return np.empty(0, np.int64)
    whole = actions.dtype.kind in "biu" or (actions.dtype.kind == "f" and not (actions % 1).any())
    return actions.astype(np.int64) if whole else np.empty(0, np.int64)
