from __future__ import annotations

import math

import numpy as np
import pytest
from topics.tree_gridworld.tree_gridworld_reference import MOVES, ReferenceForest

from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.small import SmallForest

FOREST = SmallForest(4, 3)


def forests(count: int, seed: int = 0) -> tuple[TreeGridworld, np.ndarray]:
    """Random forests of 4 x 4 cells with 0 to 3 trees, and where their trees are."""
    env = TreeGridworld(
        count, size=4, max_trees=3, r_min=0.5, r_max=0.5, walls=False, start_trees=2, seed=seed
    )
    env.reset()
    for actions in np.random.default_rng(seed).integers(0, 5, (20, count)):
        obs = env.step(actions).obs
    return env, obs > 0


def test_the_states_are_all_forests_up_to_turning_and_reflecting():
    assert FOREST.weight.sum() == sum(math.comb(15, n) for n in range(4))
    assert np.bincount(FOREST.trees, weights=FOREST.weight).tolist() == [1, 15, 105, 455]
    assert set(FOREST.weight.tolist()) <= {1, 2, 4, 8}


def test_a_turned_or_reflected_forest_is_the_same_state():
    rng = np.random.default_rng(0)
    for _ in range(50):
        cells = {tuple(cell) for cell in rng.integers(-1, 3, (3, 2))} - {(0, 0)}
        states = {state_of(turned) for turned in symmetric(cells)}
        assert len(states) == 1


def symmetric(cells: set) -> list[set]:
    both = [cells, {(-x, y) for x, y in cells}]
    turns = [both]
    for _ in range(3):
        turns.append([{(-y, x) for x, y in each} for each in turns[-1]])
    return [each for pair in turns for each in pair]


def state_of(cells: set) -> int:
    reference = ReferenceForest(
        agent=(0, 0), trees={(x % 4, y % 4) for x, y in cells}, size=4, max_trees=3, walls=False
    )
    return int(FOREST.find(np.array([reference.centred()]) > 0)[0])


def test_different_states_are_not_turned_or_reflected_into_each_other():
    _, masks = forests(300)
    states = FOREST.find(masks)
    sets = [{tuple(offset) for offset in OFFSETS[mask].tolist()} for mask in masks]
    for i in range(0, 300, 7):
        same = {frozenset((x % 4, y % 4) for x, y in each) for each in symmetric(sets[i])}
        for j in range(300):
            alike = frozenset((x % 4, y % 4) for x, y in sets[j]) in same
            assert (states[i] == states[j]) == alike


OFFSETS = TreeGridworld(1, size=4, max_trees=3, walls=False, seed=0).view_offsets


def test_actions_lead_where_the_reference_goes():
    env, masks = forests(60)
    after, reward = FOREST.after_actions(masks)
    state = FOREST.find(masks)
    for i in range(60):
        ways = []
        for action in MOVES:
            slow = ReferenceForest.of(env.frame(i), size=4, max_trees=3, walls=False)
            earned = slow.act(action)
            seen = np.array([slow.centred()]) > 0
            assert after[action, i] == FOREST.find(seen)[0]
            assert reward[action, i] == earned
            ways.append((int(after[action, i]), earned))
        # Turned, the same situation offers the same ways, in another order.
        from_tables = zip(FOREST.next[:, state[i]], FOREST.reward[:, state[i]], strict=True)
        assert sorted(ways) == sorted((int(s), int(r)) for s, r in from_tables)


def test_trees_appear_evenly_on_the_empty_cells():
    matrix = FOREST.growth_matrix(np.where(FOREST.trees < 3, 0.4, 0.0))
    env, masks = forests(60)
    for i, state in enumerate(FOREST.find(masks)):
        slow = ReferenceForest.of(env.frame(i), size=4, max_trees=3, walls=False)
        expected = np.zeros(FOREST.states)
        empty = [
            (x, y)
            for x in range(4)
            for y in range(4)
            if (x, y) not in slow.trees and (x, y) != slow.agent
        ]
        grows = 0.4 if len(slow.trees) < 3 else 0.0
        expected[state] += 1 - grows
        for cell in empty if grows else []:
            slow.trees.add(cell)
            expected[FOREST.find(np.array([slow.centred()]) > 0)[0]] += grows / len(empty)
            slow.trees.remove(cell)
        np.testing.assert_allclose(matrix[state], expected, atol=1e-12)


def test_every_row_of_the_growth_adds_up_to_one():
    matrix = FOREST.growth_matrix(np.linspace(0, 1, FOREST.states) * (FOREST.trees < 3))
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0)
    assert matrix.min() >= 0


@pytest.mark.parametrize(
    ("size", "max_trees", "word"),
    [
        (1, 1, "size must be"),
        (3, 0, "max_trees must be"),
        (3, 9, "max_trees must be at most 8"),
        (10, 10, "10 x 10 cells with up to 10 trees has too many states"),
        (5, 6, "too many states"),
        (9, 1, "too many states"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_one_sentence(size, max_trees, word):
    with pytest.raises(ValueError, match=word):
        SmallForest(size, max_trees)
