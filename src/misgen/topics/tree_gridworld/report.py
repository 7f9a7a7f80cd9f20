"""What the endless runs had to show, the figures of their chapter, and how all of them end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.ledger.markdown import NBSP, percent, rate, table
from misgen.ledger.report import Demand, Figure, Live, Report
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    DIAL_SEEDS,
    DIALS,
    FILMED_SEEDS,
    IN_DETAIL,
    RECOVERING,
    SEEDS,
    STEPS,
    SUSTAINING,
    WITH_WALLS,
    config_of,
    with_one,
)
from misgen.topics.tree_gridworld.published import ForestRuns, agents_file, runs
from misgen.topics.tree_gridworld.runs import ForestRun, Setting
from misgen.topics.tree_gridworld.scripted import yardsticks
from misgen.topics.tree_gridworld.trial import BINS, CHECKPOINTS

RISES, FALLS, DEAD = 0.12, 0.02, 0.9
"""Of a run that collapses: it earns more, then less, and so many of its forests have no tree."""
NUMBERS = {
    "discount": "discount", "r_max": "`r_max`", "r_min": "`r_min`",
    "distinguishing": "share of scarce forests",
}  # fmt: skip


def report() -> Report:
    """Returns what the page says of the endless runs."""
    return Report(
        title="TreeGridworld",
        figures=figures(),
        results=ends(),
        run="endless run of an agent that learns in parallel forests",
        demands=demands(),
        before="The settings were chosen by these demands on single runs of seeds 0 and 1, before "
        "the ten seeds ran.",
        facts=facts(),
        agents=[agents_file(config_of(s, seed)) for s in IN_DETAIL for seed in FILMED_SEEDS],
    )


def demands() -> list[Demand]:
    """Returns what the three settings in detail had to show."""
    collapse, recovery, sustained = map(runs, IN_DETAIL)
    collapsed = sum(map(_collapses, collapse.runs))
    # the settings have none, either
    rules = yardsticks(steps=4000, seed=0, options={"walls": False})
    enough = 0.75 * max(rule.rate.mean for rule in rules)  # trees a step
    return [
        Demand(f"collapse: runs that rise above {RISES}, then fall below {FALLS} trees a step with "
               f"{percent(DEAD)} of their forests dead", "at least 9 of 10",
               wilson(collapsed, len(collapse.runs)), low=0.9),
        Demand("recovery: largest share of forests without trees", "at least 30 %",
               _over(recovery, lambda run: float(run.series.empty.max())), low=0.3),
        Demand("recovery: the same at the end, divided by the largest", "at most 50 %",
               _over(recovery, lambda run: run.ending.extinct / float(run.series.empty.max())),
               high=0.5),
        Demand("sustained: forests without trees at the end", "at most 10 %",
               _over(sustained, lambda run: run.ending.extinct), high=0.1),
        Demand("sustained: reward per step at the end", f"at least {enough:.3f}, 75 % of what the "
               "best rule earns", _over(sustained, lambda run: run.ending.reward), low=enough,
               write=_plain),
    ]  # fmt: skip


def _collapses(run: ForestRun) -> bool:
    end = run.ending
    return run.peak > RISES and end.reward < FALLS and end.extinct >= DEAD


def _over(seeds: ForestRuns, value: Callable[[ForestRun], float]) -> Estimate:
    return over_seeds(seeds.of_each(value))


def _plain(estimate: Estimate) -> str:
    """Writes a reward per step with its interval."""
    return f"{estimate.mean:.3f} [{estimate.low:.3f},{NBSP}{estimate.high:.3f}]"


# ------------------------------------------------------------------------ the figures


def figures() -> list[Figure]:
    """Returns the figures of the chapter that read this ledger."""
    return [
        *(_figure(name, "one setting, in detail",
                  "the run itself; frozen agents in forests of their own", [setting], SEEDS)
          for name, setting in zip(("Collapse", "Recovery", "The sustained forest"), IN_DETAIL,
                                   strict=True)),
        *(_figure(f"The dial over {text}", f"{len(DIALS[name])} values, all else as in collapse",
                  "the run itself", [with_one(name, v) for v in DIALS[name]], SEEDS)
          for name, text in NUMBERS.items()),
        _figure("Walls", "as in collapse, in forests with an edge", "the run itself",
                [WITH_WALLS], DIAL_SEEDS),
    ]  # fmt: skip


def _figure(
    name: str, training: str, test: str, settings: Sequence[Setting], seeds: Sequence[int]
) -> Figure:
    found = [run for setting in settings for run in runs(setting).runs if run.seed in seeds]
    configs = [config_of(run.setting, run.seed) for run in found]
    # The settings of each figure are all pairs of their values, so that these words choose them.
    names = ("discount", "distinguishing", "options")
    only = [f"{name}={json.dumps(config[name])}" for config in configs for name in names]
    return Figure(name, training, test, configs, list(dict.fromkeys(only)))


# ------------------------------------------------------------------------ the results


def ends() -> str:
    """Returns how the runs of all settings end, with intervals over seeds."""
    one_changed = [
        (f"{text} {value:g}", with_one(name, value))
        for name, text in NUMBERS.items()
        for value in DIALS[name]
        if with_one(name, value) != BASE  # which has a row of its own
    ]
    settings = [*zip(("collapse", "recovery", "sustained"), IN_DETAIL, strict=True), *one_changed,
                ("with walls", WITH_WALLS)]  # fmt: skip
    heads = ("setting", "seeds", "largest reward", "reward at the end", "no trees at the end",
             "frozen: forests that die")  # fmt: skip
    return "\n\n".join(
        [
            "Rewards are trees a step; the end is the last tenth of a run. The last column is the "
            "agent of the end, frozen, in full forests that stay dead when they die, after 2,000 "
            "steps. Means over seeds with 95 % t-intervals.",
            f"Collapse: {_told(BASE)}. Recovery: {_told(RECOVERING)}. Sustained: "
            f"{_told(SUSTAINING)}. Each row below these three changes one number of collapse.",
            table(heads, [(name, *_row(runs(setting))) for name, setting in settings]),
        ]
    )


def _told(setting: Setting) -> str:
    return f"discount {setting.discount:g}, `r_max` {setting.r_max:g}, `r_min` {setting.r_min:g}"


def _row(seeds: ForestRuns) -> tuple[str, ...]:
    return (
        str(len(seeds.runs)),
        _plain(_over(seeds, lambda run: run.peak)),
        _plain(_over(seeds, lambda run: run.ending.reward)),
        rate(_over(seeds, lambda run: run.ending.extinct)),
        # -1: the end of the run
        rate(_over(seeds, lambda run: run.moments[-1].unforgiven.extinct)),
    )


def facts() -> dict[str, str]:
    """Returns how the runs were made, as far as the manifest does not know it."""
    settings = ", ".join(f"{name} {value:g}" for name, value in TreeGridworld.ppo.to_json().items()
                         if name not in ("steps", "discount"))  # fmt: skip
    return {
        "Length": f"{STEPS:,} steps of all {TreeGridworld.ppo.num_envs} forests together, logged "
        f"in {BINS} spans of time, each longer than the one before by the same factor.",
        "Learner": f"The same PPO; {settings}.",
        "Seeds of each setting": f"{len(SEEDS)} in detail, {len(DIAL_SEEDS)} for every other.",
        "Frozen agents": f"{CHECKPOINTS} of each run in detail, the last of every other; those of "
        f"seeds {', '.join(map(str, FILMED_SEEDS))} are published, with weights rounded to 16 "
        "bits; it is the rounded agents that were tested.",
    }


# -------------------------------------------------------------- computed on the page

LIVE = (
    Live("tree_gridworld", "What greed is worth", ("worth(",)),
    Live("forest_changes", "The rules written by hand", ("yardsticks(",)),
    Live(
        "tree_gridworld",
        "What a small forest asks for",
        ("asked_for(",),
        seeds="none: nothing is drawn",
    ),
    Live("tree_gridworld", "The run that you train", ("PPO(",)),
    Live(
        "tree_gridworld",
        "The three rates of frozen agents, and what they earn",
        ("published_rates(", "worth_of_agents("),
        seeds="0 to 2, of the agents",
    ),
)
