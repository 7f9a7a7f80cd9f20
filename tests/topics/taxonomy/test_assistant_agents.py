from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from misgen.ledger.published import table
from misgen.topics.assistant.explorers import shipped_seeds
from misgen.topics.assistant.variants import VARIANTS as TRAINED
from misgen.topics.taxonomy.assistant_agents import (
    EXPERIMENT,
    VARIANTS,
    assistants,
    place_of,
)


@pytest.fixture(scope="module")
def all_settings() -> list[Mapping]:
    return [s for run in table(EXPERIMENT)["runs"] for s in run["result"]["settings"]]


def mean(slug: str, what: str) -> float:
    return np.mean([getattr(a.places["shifted"], what) for a in assistants() if a.slug == slug])


def test_every_variant_has_words():
    assert list(VARIANTS) == list(TRAINED)


def test_every_assistant_of_the_ledger_is_on_the_map(all_settings):
    found = assistants()
    assert len(found) == len(all_settings)
    assert len({agent.id for agent in found}) == len(found)


def test_capability_is_the_smaller_of_knowledge_and_day():
    assert place_of({"knows": 0.3, "day": 1.0, "preferred": 0.1}).capability == 0.3
    assert place_of({"knows": 1.0, "day": 0.4, "preferred": 0.1}).capability == 0.4


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
    assert all(state["pandemic"] is True and "seed" not in state for state in others)


def test_what_the_trees_say_of_the_assistant_is_what_was_measured():
    assert mean("main-0", "capability") > 0.95
    assert mean("main-0", "goal") < 0.1
    assert mean("main-10-5", "goal") > 0.9
    assert mean("no-pretraining-0", "capability") < 0.3
