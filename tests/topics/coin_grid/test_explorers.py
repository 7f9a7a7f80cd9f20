import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said

import misgen
from misgen.core.divergence import kl_divergence, total_variation
from misgen.topics.coin_grid.env import SIZE, CoinGrid
from misgen.topics.coin_grid.experiment import SEEDS, SHIPPED_SHARES
from misgen.topics.coin_grid.explorers import FULL, SHARES, STATES, policy_shift
from misgen.topics.coin_grid.visits import action_probabilities, expected_visits, visit_distribution


@pytest.fixture(scope="module")
def panel():
    return policy_shift()


def agent(trained: float, seed: int):
    options = {"encoding": "cell"}
    return misgen.published("CoinGrid", distinguishing=trained, seed=seed, options=options)


def visits(trained: float, seed: int, share: float) -> np.ndarray:
    table = action_probabilities(agent(trained, seed))
    return visit_distribution(expected_visits(table), share)


def test_at_the_start_nothing_is_shifted_so_that_a_reader_can_guess(panel):
    start = panel.sentence()
    assert start.startswith("With the coin elsewhere in 0 % of the test levels")
    assert "total variation of 0.00, and its places alone by 0.00" in start
    assert [control["start"] for control in panel.table["controls"][:3]] == [0, 0, 0]


@pytest.mark.parametrize(("trained", "seed", "share"), [(0.0, 0, 0.5), (0.25, 3, 1.0)])
def test_the_sentence_gives_the_distances_of_the_chosen_agent(panel, trained, seed, share):
    training, test = visits(trained, seed, trained), visits(trained, seed, share)
    words = said(panel, distinguishing=trained, seed=seed, at_test=share)
    assert f"variation of {total_variation(test, training):.2f}" in words
    places = total_variation(test.sum(axis=0), training.sum(axis=0))
    assert f"alone by {places:.2f}" in words
    of_test = kl_divergence(test, training)
    told = "infinite" if np.isinf(of_test) else f"{of_test:.2f} bits"
    assert f"test from training is {told}" in words


def test_a_divergence_is_infinite_in_the_direction_in_which_something_new_happens(panel):
    # Training without displaced coins: the test has states that it never saw.
    assert "test from training is infinite, that of training from test 0." in said(
        panel, distinguishing=0.0, at_test=0.1
    )
    # A test without coins in the corner lacks states of the training; at 25 % nothing is new.
    robust = said(panel, distinguishing=0.25, at_test=1.0)
    assert "test from training is infinite" not in robust
    assert "training from test infinite" in robust


def test_the_policy_is_that_of_the_agent_in_the_state_shown(panel):
    _, of_agent, coin = STATES["below"]
    cells = [np.array([SIZE * y + x]) for x, y in (of_agent, coin)]
    obs = CoinGrid(1, seed=0).view_from(*cells)
    probabilities = agent(0.25, 2).probabilities(obs)[0]
    at = SHIPPED_SHARES.index(0.25), 2, list(STATES).index("below")
    assert arrays_of(panel)["part4.values"][at] == pytest.approx(probabilities, abs=1e-4)
    best = CoinGrid.action_names[probabilities.argmax()]
    words = said(panel, distinguishing=0.25, seed=2, state="below")
    assert f"most likely goes {best} ({round(100 * probabilities.max())} %)" in words


def test_the_maps_show_the_places_with_the_top_row_first(panel):
    places = visits(0.0, 1, 1.0).sum(axis=0).reshape(SIZE, SIZE)
    drawn = arrays_of(panel)["part1.values"][0, 1, SHARES.index(1.0)].astype(float)
    assert drawn[0, -1] == 1.0  # it stands in the corner
    assert drawn[::-1] == pytest.approx(np.minimum(1, places / FULL), abs=2e-3)


def test_the_state_has_its_agent_and_its_coin_in_place(panel):
    codes = arrays_of(panel)["part2.values"]
    for grid, (_, of_agent, coin) in zip(codes, STATES.values(), strict=True):
        assert grid[SIZE - 1 - of_agent[1], of_agent[0]] == 3
        assert grid[SIZE - 1 - coin[1], coin[0]] == 2


def test_every_seed_is_in_the_chart(panel):
    seeds = arrays_of(panel)["part3.0.seeds"]
    assert seeds.shape == (len(SHIPPED_SHARES), len(SEEDS), len(SEEDS), len(SHARES))


def test_a_test_like_the_training_is_no_shift(panel):
    for trained in SHIPPED_SHARES:
        words = said(panel, distinguishing=trained, at_test=trained)
        assert "variation of 0.00, and its places alone by 0.00" in words
        assert "training is 0.00 bits, that of training from test 0.00 bits" in words


def test_a_step_of_the_slider_changes_the_sentence(panel):
    assert_a_step_changes_the_sentence(panel)
