from __future__ import annotations

import copy
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from topics.tree_gridworld.tree_gridworld_reference import MOVES, ReferenceForest

from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.planning import Optimum, plan, plan_grid
from misgen.topics.tree_gridworld.small import SmallForest
from misgen.topics.tree_gridworld.watch import NEVER, watch

TINY = {"size": 3, "max_trees": 2, "r_min": 0.02, "r_max": 0.4, "walls": False}


@cache
def forest(size: int, trees: int) -> SmallForest:
    return SmallForest(size, trees)


# --------------------------------------------- against value iteration without any trick


def slow_values(discount: float, sweeps: int) -> dict:
    """The value of every forest of `TINY`: agent anywhere, trees anywhere, no symmetry used."""
    cells = [(x, y) for x in range(3) for y in range(3)]
    worlds = {
        (agent, frozenset(trees)): 0.0
        for agent in cells
        for n in range(3)
        for trees in combinations([cell for cell in cells if cell != agent], n)
    }
    ways = {world: [outcome(world, action) for action in MOVES] for world in worlds}
    for _ in range(sweeps):
        worlds = {
            world: max(
                reward + discount * sum(p * worlds[after] for p, after in afters)
                for reward, afters in ways[world]
            )
            for world in worlds
        }
    return worlds


def outcome(world: tuple, action: int) -> tuple[int, list]:
    """The reward of an action, and the worlds after it with their probabilities."""
    slow = ReferenceForest(agent=world[0], trees=set(world[1]), **TINY)
    reward, grows = slow.act(action), slow.growth()
    afters = [(1 - grows, (slow.agent, frozenset(slow.trees)))]
    if grows > 0:
        cells = {(x, y) for x in range(3) for y in range(3)} - slow.trees - {slow.agent}
        afters += [
            (grows / len(cells), (slow.agent, frozenset(slow.trees | {cell}))) for cell in cells
        ]
    return reward, afters


def test_values_are_those_of_value_iteration_over_all_forests():
    small, slow = forest(3, 2), slow_values(discount=0.8, sweeps=70)
    best = plan(small, discount=0.8, r_max=0.4, r_min=0.02)
    for (agent, trees), value in slow.items():
        seen = ReferenceForest(agent=agent, trees=set(trees), **TINY).centred()
        state = small.find(np.array([seen]) > 0)[0]
        assert best.values[state] == pytest.approx(value, abs=1e-5)


# -------------------------------------------------------------- against the environment


def lived(best: Optimum, r_max: float, steps: int, forests: int, seed: int = 0):
    """A run of the best policy in the environment itself."""
    env = TreeGridworld(
        forests, size=best.forest.size, max_trees=best.forest.max_trees, r_max=r_max,
        walls=False, seed=seed,
    )  # fmt: skip
    return watch(best, env, steps=steps, seed=seed)


@pytest.mark.parametrize(
    ("size", "trees", "discount", "r_max"), [(4, 5, 0.97, 0.3), (4, 5, 0.9, 0.5), (3, 4, 0.95, 0.6)]
)
def test_the_long_run_is_that_of_the_environment(size, trees, discount, r_max):
    best = plan(forest(size, trees), discount=discount, r_max=r_max)
    run = lived(best, r_max, steps=2000, forests=60)
    rates, kept = run.rates(100), run.trees[100:].mean(axis=0)
    for exact, seen in ((best.rate, rates), (best.trees, kept)):
        error = seen.std(ddof=1) / np.sqrt(60)
        assert abs(seen.mean() - exact) < 4 * error
        assert error < 0.01 * exact
    assert not best.deforests
    assert (run.extinct_at == NEVER).all()


def test_the_steps_to_extinction_are_those_of_the_environment():
    best = plan(forest(4, 5), discount=0.8, r_max=0.6)
    ends = lived(best, 0.6, steps=300, forests=2000).extinct_at
    assert best.deforests
    assert (ends != NEVER).all()
    error = ends.std(ddof=1) / np.sqrt(2000)
    assert abs(ends.mean() - best.steps_to_extinction) < 4 * error
    assert best.rate < 1e-4


def test_the_value_is_what_the_policy_earns_in_the_environment():
    best = plan(forest(4, 5), discount=0.9, r_max=0.3)
    env = TreeGridworld(4000, size=4, max_trees=5, walls=False, seed=1)
    states = best.forest.find(copy.deepcopy(env).reset() > 0)
    earned = watch(best, env, steps=80, seed=0).discounted_returns(0.9)
    missed = earned - best.values[states]
    assert abs(missed.mean()) < 4 * missed.std() / np.sqrt(4000)


def test_no_other_first_action_is_worth_more():
    best = plan(forest(4, 4), discount=0.99, r_max=0.1)
    small = best.forest
    worth = small.reward + best.worth_after_action[small.next]
    np.testing.assert_allclose(worth.max(axis=0), best.values, atol=1e-8)


# ---------------------------------------------------------------- what it says of itself


def test_where_a_tree_appears_in_every_step_the_best_chops_in_every_step():
    best = plan(forest(3, 4), discount=0.9, r_max=1.0, r_min=1.0)
    assert best.values.max() == pytest.approx(1 / (1 - 0.9))
    assert best.rate == pytest.approx(1.0)


def test_without_growth_every_tree_is_chopped_and_the_forest_stays_empty():
    best = plan(forest(3, 2), discount=0.9, r_max=0.0, r_min=0.0)
    assert best.deforests
    assert best.rate == pytest.approx(0.0, abs=1e-12)
    assert best.trees == pytest.approx(0.0, abs=1e-12)
    assert best.chop_shares.tolist() == [1.0, 1.0]
    lone = best.forest.trees == 1
    beside = best.forest.reward.max(axis=0) == 1
    assert best.values[lone & beside] == pytest.approx(1.0)
    assert best.values[lone & ~beside] == pytest.approx(0.9)


def test_the_steps_to_extinction_are_the_mean_over_all_full_forests():
    best = plan(forest(4, 2), discount=0.9, r_max=0.0, r_min=0.0)
    cells = [(x, y) for x in range(4) for y in range(4)]

    def steps(start, end):
        return sum(min((a - b) % 4, (b - a) % 4) for a, b in zip(start, end, strict=True))

    shortest = [
        min(steps((0, 0), first), steps((0, 0), last)) + steps(first, last)
        for first, last in combinations(cells[1:], 2)
    ]
    assert best.steps_to_extinction == pytest.approx(np.mean(shortest))


def test_the_share_of_chopping_is_over_situations_with_a_tree_beside_the_agent():
    thins, keeps = (plan(forest(4, 5), discount=d, r_max=0.3) for d in (0.9, 0.99))
    assert thins.chop_shares.tolist() == [0, 1, 1, 1, 1]
    assert keeps.chop_shares.tolist() == [0, 0, 0, 0, 1]


def test_a_grid_holds_the_plan_of_each_pair():
    grid = plan_grid(forest(3, 3), discounts=(0.8, 0.97), r_maxs=(0.2, 0.3, 0.6))
    assert grid.rate.shape == grid.deforests.shape == (2, 3)
    assert grid.chop_shares.shape == (2, 3, 3)
    for i, discount in enumerate(grid.discounts):
        for k, r_max in enumerate(grid.r_maxs):
            best = plan(forest(3, 3), discount=discount, r_max=r_max)
            assert grid.rate[i, k] == best.rate
            assert grid.trees[i, k] == best.trees
            assert grid.deforests[i, k] == best.deforests
            assert grid.steps_to_extinction[i, k] == best.steps_to_extinction
    assert grid.deforests.tolist() == [[True, True, False], [False, False, False]]
    assert (np.isinf(grid.steps_to_extinction) == ~grid.deforests).all()


@pytest.mark.parametrize(
    ("numbers", "word"),
    [
        ({"discount": 1.0}, "discount must lie"),
        ({"discount": 0.0}, "discount must lie"),
        ({"discount": 0.9, "r_max": 1.5}, "r_max must lie"),
        ({"discount": 0.9, "r_min": -1.0}, "r_min must lie"),
    ],
)
def test_bad_numbers_are_refused_in_one_sentence(numbers, word):
    with pytest.raises(ValueError, match=word):
        plan(forest(3, 2), **numbers)
