"""Every published agent of the book, as a point of its map."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from misgen.ledger.published import Trial, results, table
from misgen.topics.coin_grid.experiment import SHIPPED_ENCODING, SHIPPED_SHARES
from misgen.topics.taxonomy.book_map import FELLING_ASKED_FOR, SEEN, MappedAgent, Place
from misgen.topics.taxonomy.links import Link, Scalar
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    DIALS,
    FILMED_SEEDS,
    RECOVERING,
    SUSTAINING,
    with_one,
)
from misgen.topics.tree_gridworld.published import all_runs
from misgen.topics.tree_gridworld.rates import has_drifted, ledger_rates, spoken_of
from misgen.topics.tree_gridworld.runs import ForestRun, Setting


@lru_cache(maxsize=1)
def agents() -> tuple[MappedAgent, ...]:
    """Returns all published agents, in the order of the book, of their trainings and seeds."""
    return (*coin_grid_agents(), *coinrun_agents(), *forest_agents(), *assistants())


# ------------------------------------------------------------------- the room and CoinRun


_CODES = {
    "cell": "one place in the input for each cell",
    "row_column": "one place in the input for each row and each column",
    "coordinates": "two coordinates as input",
}


def place_of_trial(trial: Trial, test: str) -> Place:
    """Returns where an agent is: of distinguishing levels, those with goal or proxy reached.

    Args:
        trial: The agent.
        test: Name of a test of distinguishing levels.
    """
    capability = trial.rate(test, "capability")
    # 0 / 0 is no goal, see `Place.goal`
    return Place(capability, trial.rate(test, "goal") / capability if capability else math.nan)


def _sorted(name: str) -> list[Trial]:
    def order(trial: Trial) -> tuple[Any, ...]:
        # padded, so that 1000 levels come before 10000
        options = [(name, str(value).zfill(6)) for name, value in trial.options.items()]
        return (trial.steps > 0, options, trial.steps, trial.distinguishing, trial.seed)

    return sorted(results(name).trials, key=order)


def _mapped(
    world: str, trial: Trial, training: str, slug: str, link: Link, *, replay: bool
) -> MappedAgent:
    share = trial.distinguishing if trial.steps else None  # untrained agents met no levels at all
    places = {seen: place_of_trial(trial, seen) for seen in SEEN}
    return MappedAgent(world, training, slug, share, trial.seed, places, link, replay)


def coin_grid_agents() -> list[MappedAgent]:
    """Returns the agents of the room, of the companion of the chapter on distributions."""
    trials = _sorted("CoinGrid")
    # agents of shorter trainings have a section of their own
    longest = max(trial.steps for trial in trials)
    return [_coin_grid_agent(trial, trial.steps == longest) for trial in trials]


def _coin_grid_agent(trial: Trial, longest: bool) -> MappedAgent:
    code, share = str(trial.options["encoding"]), trial.distinguishing
    shown = code == SHIPPED_ENCODING and share in SHIPPED_SHARES
    link = (
        Link(
            "coin_grid",
            "policy-shift",
            # at_test=1: the coin is elsewhere in all test levels
            {"at_test": 1, "distinguishing": share, "seed": trial.seed},
        )
        if shown
        else Link("coin_grid", section="what-they-do-with-a-moved-coin" if longest else "more-time")
    )
    training = f"{_CODES[code]}, {trial.steps:,} steps"
    # steps, share in percent
    slug = f"{code.replace('_', '-')}-{trial.steps // 1000}k-{100 * share:g}"
    return _mapped("coin-grid", trial, training, slug, link, replay=shown)


def coinrun_agents() -> list[MappedAgent]:
    """Returns the agents of the chapter on CoinRun."""
    return [_coinrun_agent(trial) for trial in _sorted("CoinRun")]


def _coinrun_agent(trial: Trial) -> MappedAgent:
    percent = round(100 * trial.distinguishing, 3)  # as the dial has it in its addresses
    training, slug, section = _coinrun_training(trial)
    dial = {} if section else {"distinguishing": percent, "seed": trial.seed}
    link = Link("coinrun", "dial" if dial else "", dial, section)
    slug += f"-{percent:g}" if trial.steps else ""
    return _mapped("coinrun", trial, training, slug, link, replay=bool(dial))


def _coinrun_training(trial: Trial) -> tuple[str, str, str]:
    """Returns a training in words, its name in an address, and its section, if not the dial."""
    if not trial.steps:
        return "untrained", "untrained", "two-kinds-of-robustness"
    if levels := trial.options.get("levels"):
        return f"on {levels:,} levels", f"levels-{levels}", "not-simply-more-levels"
    if "placement" in trial.options:
        where = "moved coins in the last fifth of a level"
        return where, "fifth", "a-little-variety-in-the-right-place"
    return "on levels without limit", "dial", ""


# ------------------------------------------------------------------------- Tree Gridworld
# An endless run has many agents, one at each moment. On the map is the one that chapter 4 speaks
# of, frozen.

STORIES = {"collapse": BASE, "recovery": RECOVERING, "sustained": SUSTAINING}
"""Names of the filmed settings in the explorer of endless runs."""
SHOWN_TREES = 2
"""Trees of the forest in which a replay shows its agent: few enough to call for restraint."""


def mapped_runs() -> list[ForestRun]:
    """Returns the published runs whose agent is on the map, setting by setting.

    Left out are those with walls, of which only the agent long after the collapse was kept. Where
    felling was asked for it is on the map all the same, as no class is read from its place.
    """
    order = list(dict.fromkeys(run.setting for run in all_runs()))
    runs = sorted(all_runs(), key=lambda run: (order.index(run.setting), run.seed))
    return [run for run in runs if not has_drifted(run) or _was_asked_for(run.setting)]


def _was_asked_for(setting: Setting) -> bool:
    return _forest_training(setting)[1] in FELLING_ASKED_FOR


def forest_agents() -> list[MappedAgent]:
    """Returns one agent of each of `mapped_runs`; see `spoken_of`."""
    return [_forest_agent(run) for run in mapped_runs()]


def _forest_agent(run: ForestRun) -> MappedAgent:
    link, replay = _forest_link(run)
    training, slug = _forest_training(run.setting)
    share, places = run.setting.distinguishing, {"shifted": place_of_run(run)}
    return MappedAgent("tree-gridworld", training, slug, share, run.seed, places, link, replay)


def place_of_run(run: ForestRun) -> Place:
    """Returns where the agent of a run is: the rates of chapter 4, as far as they are published."""
    rates = ledger_rates(run)
    # 0 / 0 is no goal, see `Place.goal`
    return Place(rates.capability, rates.goal / rates.capability if rates.capability else math.nan)


def _forest_training(setting: Setting) -> tuple[str, str]:
    """Returns a setting in words, and its name in an address."""
    r_min = f"{setting.r_min:.6f}".rstrip("0")  # 0.000001, not 1e-06
    words = f"discount {setting.discount:g}, r_max {setting.r_max:g}, r_min {r_min}"
    slug = f"{setting.discount}-{setting.r_max}-{r_min}"
    if setting.distinguishing:
        slug += f"-{100 * setting.distinguishing:g}"
    return words, slug


def _forest_link(run: ForestRun) -> tuple[Link, bool]:
    """Returns where a run is shown, and whether its agent is seen there at work."""
    story = next((name for name, setting in STORIES.items() if setting == run.setting), None)
    if story and run.seed in FILMED_SEEDS:
        # index of the first span in which this agent is shown
        span = int(np.searchsorted(run.series.ticks, spoken_of(run).tick))
        at: dict[str, Scalar] = {"time": span, "trees": SHOWN_TREES}
        return Link("tree_gridworld", "forest", {"run": story, "seed": run.seed, **at}), True
    for name, values in DIALS.items():
        value = getattr(run.setting, name)
        if value in values and run.setting == with_one(name, value):
            key = f"forest-{name.replace('_', '-')}"
            return Link("forest_changes", key, {name: value}), False
    if story:
        return Link("forest_changes", section="how-the-worlds-end"), False
    raise ValueError(f"No page shows {run.setting}; add where it is shown to taxonomy/agents.py.")


# -------------------------------------------------------------------------- the assistant

TEST = "pandemic"
"""The assistants are on the map by what they do there."""
SHOWN = "main"
"""The variant whose assistants the explorer runs: those of the first seed of each first cause."""
VARIANTS: Mapping[str, str] = {
    "main": "taught by labels",
    "no_pretraining": "without pre-training",
    "alike": "taught by labels",
    "reinforce": "taught by REINFORCE",
    "trained_trunk": "all layers fine-tuned",
    "transformer": "a small transformer",
    "slow": "a tenth of the step size",
    "aligned": "begun as what it knows",
    "aligned_slow": "begun as what it knows, a tenth of the step size",
    "aligned_long": "begun as what it knows, a tenth of the step size, ten times the steps",
}
"""Name of a variant -> how its assistants were fine-tuned."""


def assistants() -> list[MappedAgent]:
    """Returns the assistants of all variants, settings and seeds.

    Raises:
        ValueError: If they are not published.
    """
    runs = table("assistant")["runs"]
    first: dict[str, int] = {}  # first cause -> seed
    for run in runs:
        if run["config"]["variant"] == SHOWN:
            first.setdefault(run["result"]["cause_order"][0], run["config"]["seed"])
    settings = [
        (run["config"], number, setting)
        for run in runs
        for number, setting in enumerate(run["result"]["settings"])
    ]
    order = list(VARIANTS)
    # then by setting, then by seed
    settings.sort(key=lambda each: (order.index(each[0]["variant"]), each[1], each[0]["seed"]))
    return [_assistant(config, setting, first.values()) for config, _, setting in settings]


def _assistant(
    config: Mapping[str, Any], setting: Mapping[str, Any], shown_seeds: Collection[int]
) -> MappedAgent:
    variant, seed = config["variant"], config["seed"]
    shown = variant == SHOWN and seed in shown_seeds
    share, causes = float(setting["distinguishing"]), setting["causes"]
    state: dict[str, Scalar] = {"distinguishing": round(100 * share, 3), "situation": TEST}
    if isinstance(causes, int):  # else a list of names, of causes that are alike
        state["causes"] = causes
    if shown:
        state["seed"] = str(seed)  # a word, as the explorer has it
    words, name = causes_in_words(causes) if share else ("", "")  # nothing breaks without
    training = ", ".join(filter(None, [VARIANTS[variant], words]))
    slug = "-".join(filter(None, [variant.replace("_", "-"), f"{100 * share:g}", name]))
    places = {"shifted": place_of_rates(setting["rates"][TEST])}
    link = Link("assistant", "assistant", state)
    return MappedAgent("assistant", training, slug, share, seed, places, link, shown)


def place_of_rates(rates: Mapping[str, float]) -> Place:
    """Returns where an assistant is; see `book_map.WORLDS` for the indices.

    >>> place_of_rates({"knows": 1.0, "day": 0.9, "preferred": 0.25})
    Place(capability=0.9, goal=0.25)
    """
    return Place(min(rates["knows"], rates["day"]), rates["preferred"])  # both skills are needed


def causes_in_words(causes: int | list[str]) -> tuple[str, str]:
    """Returns the causes of breaks in words, and as a part of an address.

    >>> causes_in_words(1), causes_in_words(["ill", "abroad"])
    (('1 cause', '1'), ('2 causes that are alike', '2-alike'))
    """
    if isinstance(causes, int):
        return f"{causes} cause{'' if causes == 1 else 's'}", str(causes)
    return f"{len(causes)} causes that are alike", f"{len(causes)}-alike"
