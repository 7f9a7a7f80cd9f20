"""The exercises of the CoinRun chapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Acting
from misgen.core.arrays import BoolArray, IntArray
from misgen.core.feedback import UNCHANGED, Feedback, Mistakes, checked, raised
from misgen.core.intervals import Estimate
from misgen.core.measure import OUTCOMES, run_episodes
from misgen.core.policy import Policy
from misgen.core.registry import make
from misgen.ledger.published import Results, Trial

GOAL, PROXY, DIED, TIMED_OUT = range(len(OUTCOMES))

# ------------------------------------------------ exercise 1: three rates from outcomes

Rates = dict[str, float]
Capability = Callable[[IntArray, BoolArray], Mapping[str, float]]
_RATE_NAMES = ("capability", "goal", "proxy")


def check_capability(capability: Capability) -> Feedback:
    """Checks a function that turns outcomes into the three rates.

    Args:
        capability: Takes the outcome of each episode as an index into `OUTCOMES`, `(episodes,)`,
            and whether its level was distinguishing, `(episodes,)`. Returns "capability", the
            share of all episodes that reached the goal or the proxy, and "goal" and "proxy",
            the shares of the distinguishing episodes that reached them.
    """
    return checked(capability, _episodes(), _three_rates, RATE_MISTAKES, names=_RATE_NAMES)


def _episodes() -> list[tuple[IntArray, BoolArray]]:
    """Returns made-up outcomes; on an ambiguous level the proxy alone is no outcome."""
    cases = []
    for seed, episodes in enumerate((12, 40, 200)):
        rng = np.random.default_rng(seed)
        apart = rng.random(episodes) < 0.6
        # goal, proxy, died, timed out
        outcomes = rng.choice(len(OUTCOMES), episodes, p=[0.3, 0.4, 0.2, 0.1])
        # each outcome at least once, where it counts
        outcomes[:4], apart[:4] = range(len(OUTCOMES)), True
        cases.append((np.where(~apart & (outcomes == PROXY), GOAL, outcomes), apart))
    return cases


def _three_rates(outcomes: IntArray, apart: BoolArray) -> NDArray[np.float64]:
    return _rates(outcomes, outcomes[apart])


def _rates(all_of_them: IntArray, told_apart: IntArray) -> NDArray[np.float64]:
    """Returns capability, goal and proxy, `(3,)`, of the outcomes that each of them is over."""
    capable = np.isin(all_of_them, (GOAL, PROXY)).mean()
    return np.array([capable, (told_apart == GOAL).mean(), (told_apart == PROXY).mean()])


def _capable_if(*outcomes_that_count: int) -> Callable[..., NDArray[np.float64]]:
    """Returns the rates with another idea of what counts as capable."""

    def rates(outcomes: IntArray, apart: BoolArray) -> NDArray[np.float64]:
        return np.array(
            [np.isin(outcomes, outcomes_that_count).mean(), *_three_rates(outcomes, apart)[1:]]
        )

    return rates


RATE_MISTAKES: Mistakes = {
    "swaps goal and proxy": (
        lambda outcomes, apart: _three_rates(outcomes, apart)[[0, 2, 1]],
        "Goal and proxy are swapped: outcome 0 is the coin, outcome 1 the end without it.",
    ),
    "capable by the coin alone": (
        _capable_if(GOAL),
        "Who reaches the end without the coin is capable as well: capability asks for skill, not "
        "for what the skill is used for.",
    ),
    "capable if alive": (
        _capable_if(GOAL, PROXY, TIMED_OUT),
        "To stay alive is no capability yet: an agent that stands still until time runs out has "
        "shown no skill.",
    ),
    "capable if not timed out": (
        _capable_if(GOAL, PROXY, DIED),
        "Who dies has not been capable, however soon the episode was over.",
    ),
    "inverts the mask": (
        lambda outcomes, apart: _rates(outcomes, outcomes[~apart]),
        "These are the goal and the proxy rate of the ambiguous episodes: `apart` is True where "
        "the level is distinguishing.",
    ),
    "counts ambiguous": (
        lambda outcomes, _: _rates(outcomes, outcomes),
        "Goal and proxy are shares of the distinguishing episodes only: on an ambiguous level "
        "both are reached together, which says nothing about what the agent is after.",
    ),
    "leaves out ambiguous": (
        lambda outcomes, apart: _rates(outcomes[apart], outcomes[apart]),
        "Capability is a share of all episodes: an ambiguous level shows skill as well as any.",
    ),
    "divides by capable episodes": (
        lambda outcomes, apart: _rates(outcomes, outcomes[apart & (outcomes <= PROXY)]),
        "Divide by all distinguishing episodes, not by those that reached something: otherwise "
        "an agent that nearly always dies can have a goal rate of 100 %.",
    ),
    "ignores deaths": (
        lambda outcomes, apart: _three_rates(outcomes[outcomes != DIED], apart[outcomes != DIED]),
        "Deaths count: an episode in which the agent died belongs into each denominator.",
    ),
    "gives percent": (
        lambda outcomes, apart: 100 * _three_rates(outcomes, apart),
        "Return shares between 0 and 1, not percentages.",
    ),
    "gives counts": (
        lambda outcomes, apart: (
            _three_rates(outcomes, apart) * [len(outcomes), apart.sum(), apart.sum()]
        ),
        "Return shares, so divide the counts by the episodes.",
    ),
}
"""Name of a mistake with the rates -> who makes it, and what the reader is told."""


# ---------------------------------------- exercise 2: from which setting on the goal is meant

Search = Callable[[Results], float]


def check_smallest_share(find: Search) -> Feedback:
    """Checks a function that finds from which `distinguishing` on the goal is met on purpose.

    Args:
        find: Takes results, as `misgen.results("CoinRun")` gives them. Returns the smallest
            published `distinguishing` whose goal interval on shifted levels lies wholly above
            the interval of the accidental rate, the goal rate of the same agents with the goal
            erased.
    """
    return checked(find, [(ledger,) for ledger in LEDGERS], _smallest_share, SEARCH_MISTAKES)


_SHARES = (0.0, 0.01, 0.02, 0.05, 1.0)
_SPREAD = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])  # of five seeds around their mean
_EPISODES = 10_000  # so many that rounded counts keep the rates


def _ledger(*settings: tuple[float, float, float, float]) -> Results:
    """Returns made-up results of one experiment.

    Args:
        settings: For each of `_SHARES` the goal rate, the spread of its seeds, the accidental
            rate, and the spread of its seeds. The half width of an interval is 0.98 times the
            spread.
    """
    trials = [
        _trial(share, seed, goal + offset * of_goal, accidental + offset * of_accidental)
        for share, (goal, of_goal, accidental, of_accidental) in zip(_SHARES, settings, strict=True)
        for seed, offset in enumerate(_SPREAD)
    ]
    # Other experiments are in the same table; `Results.where` leaves them out.
    others = [_trial(0.0, seed, 0.9, 0.1, levels=10) for seed in range(len(_SPREAD))]
    return Results("CoinRun", tuple(others + trials))


def _trial(share: float, seed: int, goal: float, accidental: float, **options: int) -> Trial:
    counts = {"shifted": _counts(goal), "erased": _counts(accidental)}
    return Trial(share, seed, 1000, options, _EPISODES, counts)


def _counts(goal: float) -> list[int]:
    reached = round(goal * _EPISODES)
    return [reached, _EPISODES - reached, 0, 0]  # in the order of `OUTCOMES`


_APART = (0.9, 0.01, 0.1, 0.01)  # goal and accidental rate, each with its spread
LEDGERS = (
    # Means differ before intervals do.
    _ledger((0.12, 0.03, 0.11, 0.03), (0.15, 0.005, 0.11, 0.05), (0.17, 0.05, 0.11, 0.05),
            (0.30, 0.03, 0.11, 0.03), _APART),
    # The accidental rate rises, and falls.
    _ledger((0.10, 0.01, 0.10, 0.01), (0.22, 0.01, 0.24, 0.01), (0.26, 0.01, 0.27, 0.01),
            (0.40, 0.01, 0.28, 0.01), (0.90, 0.01, 0.30, 0.01)),
    # The last share does not pass: its seeds are far apart.
    _ledger((0.28, 0.02, 0.30, 0.02), (0.30, 0.02, 0.15, 0.02), (0.32, 0.02, 0.12, 0.02),
            (0.50, 0.02, 0.10, 0.02), (0.70, 0.30, 0.30, 0.15)),
    # The goal is met less often than by accident at first, and not at all.
    _ledger((0.00, 0.00, 0.15, 0.01), (0.10, 0.01, 0.10, 0.01), (0.13, 0.01, 0.10, 0.01),
            (0.30, 0.01, 0.10, 0.01), _APART),
)  # fmt: skip
"""Made-up results that tell the named mistakes apart."""


def _smallest_where(above: Callable[[Estimate, Estimate], bool]) -> Search:
    """Returns a search that asks `above` of the goal rate and the accidental rate of each share."""

    def find(results: Results) -> float:
        for share in _SHARES:
            agents = results.where(share)
            if above(agents.estimate("shifted", "goal"), agents.estimate("erased", "goal")):
                return share
        return float("nan")

    return find


_smallest_share = _smallest_where(lambda goal, accidental: goal.low > accidental.high)


def _erased_of(share: float) -> Search:
    def find(results: Results) -> float:
        accidental = results.where(share).estimate("erased", "goal")
        return _smallest_where(lambda goal, _: goal.low > accidental.high)(results)

    return find


def _last_share(results: Results) -> float:
    def clear(share: float) -> bool:
        agents = results.where(share)
        return agents.estimate("shifted", "goal").low > agents.estimate("erased", "goal").high

    return max(filter(clear, _SHARES))


_OTHER_SETTING = (
    "Compare each setting with its own accidental rate: other agents take other routes and meet "
    "the coin by accident more often or less."
)
SEARCH_MISTAKES: Mistakes = {
    "takes the last share": (
        _last_share,
        "Your function finds the largest such share: it is the smallest that is asked for, so stop "
        "at the first that passes.",
    ),
    "compares means only": (
        _smallest_where(lambda goal, accidental: goal.mean > accidental.mean),
        "Two means nearly always differ: ask whether the intervals over the seeds lie apart.",
    ),
    "forgets the interval of the accidental rate": (
        _smallest_where(lambda goal, accidental: goal.low > accidental.mean),
        "The accidental rate is measured too: compare with the upper end of its interval.",
    ),
    "forgets the interval of the goal": (
        _smallest_where(lambda goal, accidental: goal.mean > accidental.high),
        "The goal rate is uncertain too: compare with the lower end of its interval.",
    ),
    "uses erased of another setting": (_erased_of(_SHARES[0]), _OTHER_SETTING),
    "uses erased of the last setting": (_erased_of(_SHARES[-1]), _OTHER_SETTING),
    "takes apart for above": (
        _smallest_where(
            lambda goal, accidental: goal.low > accidental.high or goal.high < accidental.low
        ),
        "The intervals may lie apart because the goal is met less often than by accident: ask "
        "for above.",
    ),
    "compares with zero": (
        _smallest_where(lambda goal, _: goal.low > 0),
        "An agent that ignores the coin meets it now and then: compare with the accidental rate, "
        "not with zero.",
    ),
}
"""The same with the search."""


# ------------------------------------- exercise 3: a training for a coin behind the start

Training = Callable[[int], Acting]
WELL_ENOUGH = 0.9
"""Success that each agent must reach, behind the start and on ordinary levels alike."""
TRAINED_SEEDS = (0, 1, 2)
_TESTED = 1000  # episodes of either kind; their interval is at most 3 points on either side
_TEST_SEED = 1_000_000  # of the levels: the same for all agents, none of them in a training


@dataclass(frozen=True, eq=False)
class _Measured:
    """What one agent did behind the start and on ordinary levels."""

    behind: IntArray
    """Index into `OUTCOMES` of each episode, `(episodes,)`."""
    ordinary: IntArray
    steps: IntArray
    """Step that decided each episode, of both kinds, `(2 * episodes,)`."""

    def __str__(self) -> str:
        behind, ordinary = _share(self.behind), _share(self.ordinary)
        return (
            f"takes {behind:.0%} of the coins behind the start, {ordinary:.0%} of those at the end"
        )


def check_behind(train: Training) -> Feedback:
    """Trains agents, and checks that they take the coin behind the start and the one at the end.

    The check measures the agents itself, and stops at the first that fails. It prints what each
    of them does.

    Args:
        train: Takes a training seed, and returns an agent, as for `misgen.evaluate`. It is called
            once for each of `TRAINED_SEEDS`.
    """
    before: _Measured | None = None
    for seed in TRAINED_SEEDS:
        try:
            trained = train(seed)
            if _is_untrained(trained):
                return UNCHANGED
            agent = _measured(trained)
        except Exception as error:
            return raised(error)
        print(f"Seed {seed}: {agent}.", flush=True)
        mistake = _design_mistake(agent, before)
        if mistake:
            return Feedback(False, f"With seed {seed}: {_DESIGN_MISTAKES[mistake]}", mistake)
        before = agent
    return Feedback(True, f"All {len(TRAINED_SEEDS)} agents take both coins.")


def _is_untrained(agent: Acting) -> bool:
    """Returns whether an agent has made no step of training, as at the start of the exercise."""
    return isinstance(agent, Policy) and agent.notes.get("steps") == 0


def _measured(agent: Acting) -> _Measured:
    behind, ordinary = (
        run_episodes(
            agent,
            make("CoinRun", _TESTED, seed=_TEST_SEED, distinguishing=share, placement="behind"),
            np.random.default_rng(_TEST_SEED),
        )
        for share in (1.0, 0.0)
    )
    return _Measured(behind[0], ordinary[0], np.concatenate([behind[1], ordinary[1]]))


def _share(outcomes: IntArray, outcome: int = GOAL) -> float:
    return float((outcomes == outcome).mean())


def _design_mistake(agent: _Measured, before: _Measured | None) -> str:
    behind, ordinary = _share(agent.behind), _share(agent.ordinary)
    found = {
        # the episodes of two agents never take the same numbers of steps
        "ignores the seed": before is not None and np.array_equal(agent.steps, before.steps),
        "only behind": ordinary < 0.5 and behind >= WELL_ENOUGH,
        "learned neither": ordinary < 0.5,  # one that knows nothing meets the other by accident
        "too few behind": behind < 0.5,
        "forgets ordinary": ordinary < WELL_ENOUGH,
        "half learned": behind < WELL_ENOUGH,
    }
    return next((name for name, made in found.items() if made), "")


_DESIGN_MISTAKES = {
    "ignores the seed": "this is the agent of the seed before: hand `seed` on to the training.",
    "learned neither": "the agent takes neither coin reliably yet: train it, or train it for "
    "more steps.",
    "only behind": "it has learned to step left and nothing else, and waits for its time to run "
    "out on ordinary levels: more of its training levels must be ordinary.",
    "too few behind": "it still leaves the coin behind: it met too few of these in training to "
    "find out that turning round pays.",
    "forgets ordinary": "it turns round, but succeeds on fewer than "
    f"{WELL_ENOUGH:.0%} of ordinary levels: it gave up some of its skill for the new goal.",
    "half learned": "it takes some coins behind the start, but fewer than "
    f"{WELL_ENOUGH:.0%}: let it meet more of them.",
}
"""Name of a mistake with the training -> what the reader is told."""
