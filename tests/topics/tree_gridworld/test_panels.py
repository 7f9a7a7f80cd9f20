from __future__ import annotations

import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.topics.tree_gridworld.panels import DISCOUNTS, R_MAXS, SIZE, TREES, asked_for
from misgen.topics.tree_gridworld.planning import PlanGrid, plan_grid
from misgen.topics.tree_gridworld.small import SmallForest

# The ends of the chart's axis, the start with its neighbours, and a policy that thins its forest.
FEW_DISCOUNTS, FEW_R_MAXS = (0.7, 0.95, 0.97, 0.98, 0.99), (0.2, 0.3, 0.4, 0.6)


@pytest.fixture(scope="module")
def grid() -> PlanGrid:
    return plan_grid(SmallForest(SIZE, TREES), discounts=FEW_DISCOUNTS, r_maxs=FEW_R_MAXS)


@pytest.fixture(scope="module")
def panel(grid):
    return asked_for(grid)


def test_the_panel_starts_with_the_discount_of_the_learner_and_the_growth_of_the_paper(panel):
    assert panel.sentence() == (
        "With a discount of 0.98 and r_max 0.3, the best policy keeps 4.3 of 5 trees on average "
        "and chops 0.268 a step in the long run. An agent that fells this forest does not do what "
        "it was asked for."
    )


def test_the_sentence_says_of_each_best_policy_what_it_does(panel, grid):
    kinds = np.where(grid.deforests, 0, np.where(grid.trees < 2, 1, 2))
    assert set(kinds.ravel().tolist()) == {0, 1, 2}
    for i, discount in enumerate(FEW_DISCOUNTS):
        for k, r_max in enumerate(FEW_R_MAXS):
            said = text_of(panel.say(discount=discount, r_max=r_max))
            fells, few = grid.deforests[i, k], grid.trees[i, k] < 2
            assert ("fells the whole forest, after" in said) == fells
            assert ("never chops the last tree, but keeps only" in said) == (few and not fells)
            assert ("An agent that fells this forest" in said) == (not few)
            expected = (
                [f"after {grid.steps_to_extinction[i, k]:.0f} steps"]
                if fells
                else [f"{grid.trees[i, k]:.1f} of 5 trees", f"{grid.rate[i, k]:.3f}"]
            )
            assert all(words in said for words in expected)


def test_each_step_of_a_slider_from_its_start_changes_the_text(panel):
    start = panel.sentence()
    for choice in ({"discount": 0.95}, {"discount": 0.97}, {"r_max": 0.2}, {"r_max": 0.4}):
        assert text_of(panel.say(**choice)) != start


def test_without_a_grid_the_panel_computes_it(panel, grid, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "misgen.topics.tree_gridworld.panels.plan_grid",
        lambda forest, **numbers: asked.update(states=forest.states, **numbers) or grid,
    )
    assert asked_for().sentence() == panel.sentence()
    assert asked == {"states": 770, "discounts": DISCOUNTS, "r_maxs": R_MAXS}
