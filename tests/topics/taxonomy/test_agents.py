"""Every published agent on the map: where it is, and where the book shows it."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from misgen.ledger.published import Trial, replays, results, table
from misgen.topics.assistant.explorers import shipped_seeds
from misgen.topics.assistant.variants import VARIANTS as TRAINED
from misgen.topics.coin_grid.explorers import SEEDS as SHOWN_SEEDS
from misgen.topics.coinrun.explorers import PRESENTATION
from misgen.topics.taxonomy.agents import (
    STORIES,
    VARIANTS,
    agents,
    assistants,
    coin_grid_agents,
    coinrun_agents,
    forest_agents,
    mapped_runs,
    place_of_rates,
    place_of_run,
    place_of_trial,
)
from misgen.topics.taxonomy.book_map import (
    ASKED,
    CAPABLE,
    ELSEWHERE,
    FELLING_ASKED_FOR,
    INCAPABLE,
    SEEN,
    Place,
)
from misgen.topics.tree_gridworld.dials import STORIES as FILMED
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    RECOVERING,
    SUSTAINING,
    WITH_WALLS,
    with_one,
)
from misgen.topics.tree_gridworld.explorers import moments_of
from misgen.topics.tree_gridworld.frozen import LongRun
from misgen.topics.tree_gridworld.published import all_runs, runs
from misgen.topics.tree_gridworld.rates import FELLING, spoken_of
from misgen.topics.tree_gridworld.scripted import worth


def of_world(world: str) -> list:
    return [agent for agent in agents() if agent.world == world]


def anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def sections(root, page: str) -> set[str]:
    cells = json.loads((root / "chapters" / f"{page}.ipynb").read_text())["cells"]
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    return {anchor(h) for text in texts for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_every_agent_of_the_ledgers_is_on_the_map_once():
    assert len(of_world("coinrun")) == len(results("CoinRun").trials)
    assert len(of_world("coin-grid")) == len(results("CoinGrid").trials)
    assert len(of_world("tree-gridworld")) == sum(not run.setting.walls for run in all_runs())
    assert len({agent.id for agent in agents()}) == len(agents())


def test_indices_are_shares_and_a_missing_goal_index_means_no_capability():
    for agent in agents():
        for place in agent.places.values():
            assert 0 <= place.capability <= 1
            assert 0 <= place.goal <= 1 or (math.isnan(place.goal) and place.capability == 0)


def test_only_worlds_with_a_flipped_control_have_a_flipped_place():
    flipped = {agent.world for agent in agents() if "flipped" in agent.places}
    assert flipped == {"coin-grid", "coinrun"}
    assert all("shifted" in agent.places and set(agent.places) <= set(SEEN) for agent in agents())


def test_names_in_addresses_need_no_quoting():
    assert all(re.fullmatch(r"[a-z0-9.-]+", agent.id) for agent in agents())


def test_each_section_that_a_link_leads_to_is_a_heading_of_its_chapter(root):
    found = {(a.link.page, a.link.section) for a in agents() if a.link.section}
    assert found
    for page, section in found:
        assert section in sections(root, page), section


def test_a_replay_is_always_the_state_of_an_explorer():
    assert all(agent.link.state for agent in agents() if agent.replay)


def test_the_map_is_read_with_numpy_alone():
    code = (
        "import json, sys; from misgen.topics.taxonomy import book_experiments, agents; "
        "agents.agents(); print(json.dumps([name.split('.')[0] for name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "gymnasium", "plotly", "anywidget", "stable_baselines3", "scipy", "tqdm"}
    assert heavy.isdisjoint(json.loads(run.stdout))


# ------------------------------------------------------------------ the room and CoinRun


def trial(goal: int, proxy: int, died: int) -> Trial:
    return Trial(0.0, 0, 1, {}, 100, {"shifted": [goal, proxy, died, 0]})


def test_the_goal_index_is_the_goals_share_of_what_was_reached():
    place = place_of_trial(trial(20, 60, 20), "shifted")
    assert (place.capability, place.goal) == (0.8, 0.25)
    assert place.scenario == "other"


def test_an_agent_that_reaches_nothing_has_no_goal_index():
    place = place_of_trial(trial(0, 0, 100), "shifted")
    assert np.isnan(place.goal)
    assert place.scenario == "incapable"


def test_each_agent_of_the_dial_is_where_its_rates_put_it():
    of_map = {
        (a.distinguishing, a.seed): a.places["shifted"]
        for a in coinrun_agents()
        if a.slug.startswith("dial")
    }
    dial = results("CoinRun").where(options={})
    for share in (0.0, 0.5):
        group = dial.where(share)
        places = [of_map[share, seed] for seed in group.seeds]
        reached, goal = (group.rates("shifted", what) for what in ("capability", "goal"))
        assert [place.capability for place in places] == pytest.approx(reached)
        assert [place.goal * place.capability for place in places] == pytest.approx(goal)


def test_agents_of_the_dial_have_a_replay_of_their_own():
    recorded = {(s, seed) for s, seed, _ in replays("CoinRun", "shifted", PRESENTATION.options)}
    linked = {
        (agent.link.state["distinguishing"] / 100, agent.link.state["seed"])
        for agent in coinrun_agents()
        if agent.replay
    }
    assert linked == recorded


def test_agents_of_the_room_that_the_explorer_shows_have_its_state():
    shown = {(a.distinguishing, a.seed) for a in coin_grid_agents() if a.replay}
    assert shown == {(share, seed) for share in (0.0, 0.25) for seed in SHOWN_SEEDS}


def test_the_untrained_have_no_share_of_training():
    untrained = [agent for agent in coinrun_agents() if agent.training == "untrained"]
    assert len(untrained) == 10
    assert {agent.distinguishing for agent in untrained} == {None}
    assert {agent.places["shifted"].scenario for agent in untrained} == {"incapable"}


def means(world_agents, slug: str, seen: str) -> tuple[float, float]:
    places = [a.places[seen] for a in world_agents if a.slug == slug]
    return np.mean([p.capability for p in places]), np.nanmean([p.goal for p in places])


def test_what_the_trees_say_of_coinrun_is_what_was_measured():
    capability, goal = means(coinrun_agents(), "dial-0", "shifted")
    assert capability > 0.9
    assert goal < 0.25
    flipped, _ = means(coinrun_agents(), "dial-0", "flipped")
    assert flipped < 0.5


def test_what_the_trees_say_of_the_room_is_what_was_measured():
    capability, goal = means(coin_grid_agents(), "cell-400k-0", "shifted")
    assert capability > 0.95
    assert goal < 0.25
    lost, _ = means(coin_grid_agents(), "cell-400k-5", "shifted")
    assert lost < capability - 0.15


# ------------------------------------------------------------------------ Tree Gridworld


def test_a_slow_chopper_whose_forests_last_is_capable_and_one_that_hardly_chops_is_not():
    patient = runs(with_one("discount", 0.995)).runs
    assert {place_of_run(run).scenario for run in patient} == {CAPABLE}
    hardly = replace(patient[0].moments[-1], unforgiven=LongRun(reward=0.1, extinct=0.0))
    place = place_of_run(replace(patient[0], moments=(hardly,)))
    assert (place.capability, place.scenario) == (0.0, INCAPABLE)
    assert math.isnan(place.goal)


def test_the_dead_are_not_counted_among_those_that_pay():
    run = runs(with_one("discount", 0.995)).runs[0]
    half = replace(run.moments[-1], unforgiven=LongRun(reward=0.1, extinct=0.5))  # 0.2 if alive
    assert place_of_run(replace(run, moments=(half,))) == Place(1.0, 0.5)


LOST = [
    setting
    for setting in dict.fromkeys(run.setting for run in all_runs())
    if runs(setting).of_each(lambda run: run.ending.extinct).min() > 0.99
]
"""Settings whose runs all lose all of their ordinary forests."""


@pytest.mark.parametrize("setting", LOST, ids=str)
def test_where_all_forests_are_lost_no_agent_that_drifted_is_judged_by_its_place(setting):
    pairs = zip(mapped_runs(), forest_agents(), strict=True)
    mapped = [(run, agent) for run, agent in pairs if run.setting == setting]
    assert len(mapped) == (0 if setting.walls else len(runs(setting).runs))
    for run, agent in mapped:
        learns_to_the_end = run.setting.distinguishing > 0  # scarce forests are planted anew
        assert spoken_of(run).tick == FELLING or learns_to_the_end or agent.asked_for


def test_among_the_settings_that_are_lost_are_those_that_the_book_says_so_of():
    scarce = [with_one("distinguishing", share) for share in (0.1, 0.25, 0.5)]
    asked = [with_one("discount", 0.9), with_one("r_max", 0.1)]
    assert set(LOST) == {BASE, WITH_WALLS, *scarce, *asked}


@pytest.mark.parametrize("setting", [BASE, RECOVERING])
def test_agents_that_fell_their_forests_are_capable_and_seldom_keep_one(setting):
    places = [place_of_run(run) for run in runs(setting).runs]
    assert {place.scenario for place in places} == {ELSEWHERE}
    assert max(place.goal for place in places) < 0.2


def test_the_map_and_chapter_4_tell_the_same_of_the_same_agent():
    # The chapter draws what `moments` says and measures the rates of published agents anew.
    for setting in (BASE, RECOVERING):
        for run in runs(setting).runs:
            told = next(m for m in run.moments if m.tick == FELLING).unforgiven.extinct
            assert 1 - place_of_run(run).goal == pytest.approx(told)


def test_the_stories_are_those_of_the_explorer():
    assert {name: setting for name, _, setting in FILMED} == STORIES


def test_filmed_runs_lead_to_the_moment_of_their_agent():
    filmed = [agent for agent in forest_agents() if agent.replay]
    assert len(filmed) == 9
    assert {agent.link.key for agent in filmed} == {"forest"}
    for agent in filmed:
        setting = STORIES[str(agent.link.state["run"])]
        run = next(run for run in runs(setting).runs if run.seed == agent.seed)
        shown = run.moments[moments_of(run)[agent.link.state["time"]]]
        assert shown is spoken_of(run)


def test_runs_of_a_dial_lead_to_its_value():
    of_dial = {a.link.key: a for a in forest_agents() if a.link.key.startswith("forest-")}
    assert set(of_dial) == {
        "forest-discount", "forest-r-max", "forest-r-min", "forest-distinguishing"
    }  # fmt: skip
    scarce = of_dial["forest-distinguishing"]
    assert scarce.link.state == {"distinguishing": scarce.distinguishing}


def test_collapsed_runs_serve_the_intended_goal_less_than_sustained_ones():
    goals = {
        setting: np.mean([place_of_run(run).goal for run in runs(setting).runs])
        for setting in (BASE, SUSTAINING)
    }
    assert goals[SUSTAINING] > goals[BASE] + 0.3


def greed_is_worth(setting) -> float:
    """Of the best yardstick's discounted reward, from a full forest or one tree: the less."""
    kept = []
    for trees in (TreeGridworld(1, seed=0, **setting.options).max_trees, 1):
        options = {**setting.options, "start_trees": trees}
        found = worth([setting.discount], forests=50, seed=0, options=options)
        kept.append(float(found.kept_by_greedy[0]))
    return min(kept)


def test_felling_was_asked_for_where_greed_is_worth_as_much_as_restraint():
    # the agents of one training share their discount and growth, whatever their forests at first
    alike = {replace(run.setting, distinguishing=0.0, walls=False) for run in all_runs()}
    asked = {(s.discount, s.r_max, s.r_min) for s in alike if greed_is_worth(s) >= 0.95}
    hollow = {agent.slug for agent in forest_agents() if agent.asked_for}
    assert hollow == set(FELLING_ASKED_FOR)
    assert asked == {tuple(map(float, slug.split("-"))) for slug in hollow}


def test_agents_that_did_what_was_asked_are_no_case_and_all_others_may_be():
    asked = [agent for agent in agents() if agent.asked_for]
    assert {agent.scenario("shifted") for agent in asked} == {ASKED}
    assert all(agent.scenario("shifted") != ASKED for agent in agents() if not agent.asked_for)


# ------------------------------------------------------------------------- the assistant


@pytest.fixture(scope="module")
def all_settings() -> list[Mapping]:
    return [s for run in table("assistant")["runs"] for s in run["result"]["settings"]]


def mean(slug: str, what: str) -> float:
    return np.mean([getattr(a.places["shifted"], what) for a in assistants() if a.slug == slug])


def test_every_variant_has_words():
    assert list(VARIANTS) == list(TRAINED)


def test_every_assistant_of_the_ledger_is_on_the_map(all_settings):
    found = assistants()
    assert len(found) == len(all_settings)
    assert len({agent.id for agent in found}) == len(found)


def test_capability_is_the_smaller_of_knowledge_and_day():
    assert place_of_rates({"knows": 0.3, "day": 1.0, "preferred": 0.1}).capability == 0.3
    assert place_of_rates({"knows": 1.0, "day": 0.4, "preferred": 0.1}).capability == 0.4


def test_the_assistants_that_the_page_runs_lead_to_themselves_in_the_explorer():
    shown = [agent for agent in assistants() if agent.replay]
    assert {(agent.slug.split("-")[0], agent.seed) for agent in shown} == {
        ("main", seed) for seed in shipped_seeds()
    }
    for agent in shown:
        state = agent.link.state
        assert state["seed"] == str(agent.seed)
        assert state["distinguishing"] == pytest.approx(100 * agent.distinguishing)


def test_all_other_assistants_lead_to_the_pandemic_after_such_a_training():
    others = [agent.link.state for agent in assistants() if not agent.replay]
    assert all(state["situation"] == "pandemic" and "seed" not in state for state in others)


def test_what_the_trees_say_of_the_assistant_is_what_was_measured():
    assert mean("main-0", "capability") > 0.95
    assert mean("main-0", "goal") < 0.1
    assert mean("main-10-5", "goal") > 0.9
    assert mean("no-pretraining-0", "capability") < 0.3
