from __future__ import annotations

import numpy as np
import pytest

from misgen.ledger.published import Trial, replays, results
from misgen.topics.coin_grid.explorers import SEEDS as SHOWN_SEEDS
from misgen.topics.coinrun.explorers import PRESENTATION
from misgen.topics.coinrun.figures import plane_indices
from misgen.topics.taxonomy.trial_agents import coin_grid_agents, coinrun_agents, place_of


def trial(goal: int, proxy: int, died: int) -> Trial:
    return Trial(0.0, 0, 1, {}, 100, {"shifted": [goal, proxy, died, 0]})


def test_the_goal_index_is_the_goals_share_of_what_was_reached():
    place = place_of(trial(20, 60, 20), "shifted")
    assert (place.capability, place.goal) == (0.8, 0.25)
    assert place.scenario == "other"


def test_an_agent_that_reaches_nothing_has_no_goal_index():
    place = place_of(trial(0, 0, 100), "shifted")
    assert np.isnan(place.goal)
    assert place.scenario == "incapable"


def test_the_indices_are_those_of_the_coinrun_chapter():
    of_map = {
        (a.distinguishing, a.seed): a.places["shifted"]
        for a in coinrun_agents()
        if a.slug.startswith("dial")
    }
    dial = results("CoinRun").where(options={})
    for share in (0.0, 0.5):
        group = dial.where(share)
        capability, goal = plane_indices(group)
        places = [of_map[share, seed] for seed in group.seeds]
        assert [place.capability for place in places] == pytest.approx(capability)
        assert [place.goal for place in places] == pytest.approx(goal)


def test_agents_of_the_dial_have_a_replay_of_their_own():
    recorded = {(s, seed) for s, seed, _ in replays("CoinRun", "shifted", PRESENTATION.options)}
    linked = {
        (agent.link.state["setting"] / 100, agent.link.state["seed"])
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
