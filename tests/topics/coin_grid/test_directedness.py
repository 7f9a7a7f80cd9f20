"""Goal-directedness: against a search through all policies, and of walkers that need no network."""

import numpy as np
import pytest

from misgen.ledger.published import published
from misgen.topics.coin_grid.directedness import (
    FIRMNESS,
    GOALS,
    directedness,
    directedness_by_share,
    soft_log_policies,
)
from misgen.topics.coin_grid.env import CELLS, SIZE
from misgen.topics.coin_grid.visits import action_probabilities

UP, DOWN, LEFT, RIGHT = range(4)
EVEN = np.full((CELLS, CELLS, 4), 0.25)
SHARES = np.array([0.0, 0.3, 1.0])

# A corridor of three cells, the goal at its right end; actions: left, right.
CORRIDOR = np.array([[0, 0, 1], [1, 2, 2]])
AT_THE_END = np.array([[False], [False], [True]])


def corridor(firmness: float, discount: float) -> np.ndarray:
    """Probabilities of going right in the two cells before the goal."""
    found = soft_log_policies(
        CORRIDOR, AT_THE_END, AT_THE_END, np.array([firmness]), discount
    )  # (actions, cells, 1, 1)
    return np.exp(found[1, :2, 0, 0])


def worth(first: np.ndarray, second: np.ndarray, firmness: float, discount: float) -> np.ndarray:
    """What a policy is worth from the first cell on: reward less divergence from an even guess.

    With `a` and `b` the values of the two cells, `p` and `q` to go right:
    a = d * (p * b + (1 - p) * a) - k(p), and b = q + (1 - q) * d * a - k(q).
    """

    def dear(right: np.ndarray) -> np.ndarray:
        return (right * np.log(2 * right) + (1 - right) * np.log(2 - 2 * right)) / firmness

    p, q, d = first, second, discount
    b_less_a, a_of_b = (1 - q) * d, d * p
    return (a_of_b * (q - dear(q)) - dear(p)) / (1 - d * (1 - p) - a_of_b * b_less_a)


@pytest.mark.parametrize("firmness", [0.5, 3.0, 8.0])
@pytest.mark.parametrize("discount", [0.5, 0.95])
def test_soft_value_iteration_finds_the_best_of_all_policies_of_a_corridor(firmness, discount):
    grid = np.linspace(0.001, 0.999, 999)
    first, second = np.meshgrid(grid, grid, indexing="ij")
    best = worth(first, second, firmness, discount).argmax()
    wanted = first.flat[best], second.flat[best]
    assert corridor(firmness, discount) == pytest.approx(wanted, abs=0.002)


def test_without_firmness_all_moves_are_alike():
    assert corridor(0.0, 0.9) == pytest.approx([0.5, 0.5])


def test_many_worlds_are_solved_as_each_alone():
    at_the_start = AT_THE_END[::-1]
    both = np.concatenate([AT_THE_END, at_the_start], axis=1)
    firm = np.array([0.0, 2.0])
    found = soft_log_policies(CORRIDOR, both, both, firm, 0.9)
    for world, goal in enumerate((AT_THE_END, at_the_start)):
        alone = soft_log_policies(CORRIDOR, goal, goal, firm, 0.9)
        assert found[..., world] == pytest.approx(alone[..., 0], abs=1e-4)


def up_then_right() -> np.ndarray:
    """A device that sees no coin: up to the wall, then right, `(coin, agent, actions)`."""
    actions = np.zeros_like(EVEN)
    top = np.arange(CELLS) // SIZE == SIZE - 1
    actions[:, ~top, UP], actions[:, top, RIGHT] = 1.0, 1.0
    return actions


def of_agents(distinguishing: float, goal: str, share: float, **options: bool) -> np.ndarray:
    flipped = options.pop("flipped", False)
    return np.array([
        directedness(
            action_probabilities(_agent(distinguishing, seed), flipped=flipped), goal, share,
            **options,
        ).nats
        for seed in range(6)
    ])  # fmt: skip


def _agent(distinguishing: float, seed: int):
    return published(
        "CoinGrid", distinguishing=distinguishing, seed=seed, options={"encoding": "cell"}
    )


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("coin_ends", [True, False])
def test_a_random_walk_pursues_nothing_in_any_world(goal, coin_ends):
    found = directedness_by_share(EVEN, goal, SHARES, coin_ends=coin_ends)
    assert found == pytest.approx([0, 0, 0], abs=1e-12)


def test_a_walker_that_shuns_the_goal_scores_nothing():
    away = up_then_right()[:, ::-1]  # down to the wall, and then right
    away = away[..., [DOWN, UP, RIGHT, LEFT]]  # left
    assert directedness(away, "corner", 0.0) == (0.0, 0.0)


def test_a_device_that_sees_nothing_is_as_directed_to_the_corner_as_can_be():
    found = directedness(up_then_right(), "corner", 1.0, coin_ends=False)
    assert found.firmness == FIRMNESS[-1]
    # of two shortest moves it makes one, or the only one: log(4 / 2) and log(4 / 1)
    assert np.log(2) < found.nats < np.log(4)


def test_while_the_coin_lies_in_the_corner_the_two_goals_are_one():
    table = action_probabilities(_agent(0.0, 0))
    assert directedness(table, "coin", 0.0) == pytest.approx(directedness(table, "corner", 0.0))


def test_a_list_of_shares_gives_what_each_gives_alone():
    table = action_probabilities(_agent(0.25, 1))
    alone = [directedness(table, "coin", share).nats for share in SHARES]
    assert directedness_by_share(table, "coin", SHARES) == pytest.approx(alone)


def test_agents_that_met_no_moved_coin_are_as_directed_as_before_to_another_goal():
    before = of_agents(0.0, "coin", 0.0)
    assert before.min() > 0.95
    assert of_agents(0.0, "coin", 1.0).max() < 0.01
    assert of_agents(0.0, "corner", 1.0, coin_ends=False).min() > 0.95


def test_upside_down_they_are_directed_to_hardly_anything():
    for goal in GOALS:
        assert of_agents(0.0, goal, 1.0, flipped=True).max() < 0.15


def test_a_goal_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="goal must be one of coin, corner, not 'exit'"):
        directedness(EVEN, "exit", 0.0)
