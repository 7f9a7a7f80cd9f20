"""What the first chapter says of the coin line: theorems, exact numbers, and networks over seeds.

Linear policies are computed without chance, so that their claims have no interval. Networks differ
by their first weights: 200 of them, the same ones for every share.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from misgen.topics.coin_line import figures
from misgen.topics.coin_line.clone import (
    SHARES,
    CloningSettings,
    clone,
    descent,
    intended_actions,
    state_distribution,
)
from misgen.topics.coin_line.env import features, states
from misgen.topics.coin_line.four_words_explorer import ENCODINGS as FOUR_WORDS_ENCODINGS
from misgen.topics.coin_line.four_words_explorer import EXAMPLES, PUSHES, TRAINING_SHARES, scores
from misgen.topics.coin_line.networks import NETWORKS, NetworkSettings, train_networks
from misgen.topics.coin_line.scores import decisions, rule, score, walk

# Step after which the probe flips, on the line of length 8 with steps of 0.05 from zero.
FLIPS = {0.001: 3791, 0.003: 1164, 0.01: 315, 0.02: 147, 0.03: 94, 0.1: 24, 0.3: 7}
ENCODING_AT_0 = {"position_and_coin": (1, 0, 8), "difference": (1, 1)}


@pytest.fixture(scope="module")
def cloned():
    return clone()


def uniform_scores(of, share: float) -> dict[int, float]:
    scores = score(decisions(of.logits[of.distinguishing.index(share)]), "uniform")
    return dict(zip(of.steps, scores.tolist(), strict=True))


# ------------------------------------------------------------------------- two perfect rules


@pytest.mark.parametrize("length", [4, 8, 20])
def test_two_rules_are_perfect_in_training_and_one_of_them_at_test(length):
    right, coin = (rule(name, length) for name in ("right", "coin"))
    assert score(right, "ambiguous") == score(coin, "ambiguous") == score(coin, "uniform") == 1
    assert float(score(right, "uniform")) == pytest.approx((length + 2) / (2 * (length + 1)))


def test_on_the_line_of_length_8_always_right_takes_56_percent():
    assert float(score(rule("right", 8), "uniform")) == pytest.approx(0.556, abs=5e-4)


def test_in_training_the_two_rules_do_the_same_in_every_state():
    drawn = (state_distribution(0.0, 8) > 0).reshape(9, 9)
    np.testing.assert_array_equal(rule("right", 8)[drawn], rule("coin", 8)[drawn])


# ---------------------------------------------------------------------------- the encodings


def test_a_table_has_no_opinion_where_it_was_not_trained():
    table = clone("table")
    assert (table.probe_logits == 0).all()
    # From any other start it keeps the opinion that it had.
    start = np.random.default_rng(0).normal(size=(1, 81))
    examples = features("table", 8) * intended_actions(8)[:, None]
    for share in (0.0, 1.0):
        path = descent(examples, state_distribution(share, 8)[None], 0.05, start)
        after = next(itertools.islice(path, 500, None))
        assert after[0, 4] == start[0, 4]  # the state number of the probe


def test_place_and_coin_learn_always_right_at_0_percent(cloned):
    for row in range(1, len(cloned.steps)):
        np.testing.assert_array_equal(decisions(cloned.logits[0, row]), rule("right", 8))


def test_any_share_of_moved_coins_turns_the_probe_and_for_good(cloned):
    for k, share in enumerate(SHARES[1:], start=1):
        after = np.array(cloned.steps) >= cloned.flip_steps[k]
        assert after.any(), share
        assert (cloned.probe_logits[k, after] < 0).all()


def test_the_difference_learns_the_coin_at_0_percent():
    assert set(uniform_scores(clone("difference"), 0.0).values()) - {1.0} == {
        uniform_scores(clone("difference"), 0.0)[0]  # before training
    }


@pytest.mark.parametrize("length", [6, 8, 12])
def test_one_hot_never_turns_the_probe_at_any_share(length):
    # In training the coin is never at place 0, so that nothing is learned of it.
    one_hot = clone("one_hot", settings=CloningSettings(length=length))
    assert np.isnan(one_hot.flip_steps).all()
    assert (one_hot.probe_logits[:, 1:] > 0).all()


def test_one_hot_learns_every_other_place_at_100_percent():
    one_hot = clone("one_hot")
    position, coin = (of.reshape(9, 9) for of in states(8))
    elsewhere = (coin > 0) & (coin != position)
    learned = decisions(one_hot.logits[-1, -1])
    np.testing.assert_array_equal(learned[elsewhere], rule("coin", 8)[elsewhere])


@pytest.mark.parametrize(("encoding", "direction"), ENCODING_AT_0.items())
def test_at_0_percent_the_weights_turn_towards_the_theorem(encoding, direction):
    limit = np.array(direction) / np.linalg.norm(direction)
    _turns_towards(limit, clone(encoding, distinguishing=[0.0]))


@pytest.mark.parametrize("share", SHARES[1:])
def test_with_moved_coins_the_weights_turn_towards_the_coin(share):
    limit = np.array([0, -1, 1]) / np.sqrt(2)
    _turns_towards(limit, clone(distinguishing=[share]), least=0.8)


def _turns_towards(limit: np.ndarray, of, least: float = 0.95) -> None:
    """The cosine rises over the last two decades of steps and ends above `least`."""
    weights = of.weights[0, 1:]
    cosine = weights @ limit / np.linalg.norm(weights, axis=1)
    at = dict(zip(of.steps[1:], cosine, strict=True))
    assert at[10_000] > at[1000] - 1e-3 > at[100] - 2e-3
    assert at[10_000] > least


# --------------------------------------------------------------------------------- the flip


@pytest.mark.parametrize(("share", "step"), FLIPS.items())
def test_the_probe_flips_at_the_known_step_within_10_percent(cloned, share, step):
    assert cloned.flip_steps[SHARES.index(share)] == pytest.approx(step, rel=0.1)


def test_without_moved_coins_the_probe_never_flips(cloned):
    assert np.isnan(cloned.flip_steps[0])
    assert np.diff(cloned.probe_logits[0]).min() > 0  # it even moves away


def test_the_flip_step_falls_a_little_faster_than_1_over_the_share(cloned):
    law = figures.flip_law(cloned)
    assert -1.2 <= law.low <= law.high <= -1.02
    assert law.slope == pytest.approx(-1.1, abs=0.02)  # as the page has it
    # Share times steps is no constant: it doubles, nearly, from 30 % to 0.1 %.
    product = [share * cloned.flip_steps[SHARES.index(share)] for share in FLIPS]
    assert (np.diff(product) < 0).all()
    assert 2 <= product[-1] < product[0] <= 4


def test_the_probe_flips_before_most_other_decisions_are_right(cloned):
    # At 2 %: the probe has flipped after step 147, but right after that the agent does not reach
    # the coin, and long after it takes no more than nine of ten.
    right = decisions(cloned.logits[SHARES.index(0.02)])
    assert walk(right[cloned.steps.index(160)], 4, 0).end == "between"
    assert walk(right[cloned.steps.index(400)], 4, 0).end == "coin"
    taken = uniform_scores(cloned, 0.02)
    # What the page says: 56, 65 and 93 percent of all levels.
    assert taken[160] == pytest.approx(5 / 9)
    assert taken[400] == pytest.approx(0.654, abs=5e-3)
    assert taken[10_000] == pytest.approx(0.926, abs=5e-3)


def test_the_states_far_from_the_coin_come_right_before_those_beside_it(cloned):
    logits = cloned.logits[SHARES.index(0.02)]  # (step, coin, place)
    for coin in range(1, 7):
        right = logits[:, coin, coin + 1 :] < 0  # (step, places to the right of the coin)
        first = [np.flatnonzero(of)[0] if of.any() else len(cloned.steps) for of in right.T]
        assert first == sorted(first, reverse=True), coin


@pytest.mark.parametrize("penalty", [0.001, 0.01, 0.1])
def test_a_penalty_on_large_weights_does_not_turn_the_probe(penalty):
    seen, shares = features("position_and_coin", 8), state_distribution(0.0, 8)
    examples, weights = seen * intended_actions(8)[:, None], np.zeros(3)
    for _ in range(3000):
        pull = shares / (1 + np.exp(examples @ weights))
        weights = weights + 0.05 * (pull @ examples - penalty * weights)
    assert seen[4] @ weights > 0.1  # state 4 is the probe


def test_with_10_percent_moved_coins_every_decision_is_right_in_the_end(cloned):
    for share in (0.1, 0.3, 1.0):
        assert uniform_scores(cloned, share)[10_000] == 1


# ------------------------------------------------------------------------------- four words


@pytest.fixture(scope="module")
def words():
    return scores()


def at_0(found) -> dict[str, np.ndarray]:
    """The scores without moved coins, by encoding, over seeds and examples."""
    return {encoding: found[:, k, 0] for k, encoding in enumerate(FOUR_WORDS_ENCODINGS)}


def test_both_policies_generalize_without_a_fault_and_one_fails_out_of_distribution(words):
    for taken in at_0(words.same).values():
        assert (taken == 1).all()
    anywhere = {name: found[..., -1] for name, found in at_0(words.shifted).items()}
    assert anywhere["position_and_coin"] == pytest.approx(5 / 9)
    assert (anywhere["difference"] == 1).all()


def test_the_policy_that_does_not_look_is_the_more_robust_one(words):
    pushed = {name: found[..., PUSHES.index(3.0)] for name, found in at_0(words.pushed).items()}
    assert (pushed["position_and_coin"] == 1).all()
    assert pushed["difference"] == pytest.approx(0.75)


def test_more_examples_of_the_same_kind_move_nothing_and_moved_coins_do(words):
    for found in (words.same, words.shifted, words.pushed):
        of_place = at_0(found)["position_and_coin"]
        assert (of_place == of_place[:, :1]).all()  # (seed, examples, ...)
    many = EXAMPLES.index(200)
    moved = words.shifted[:, 0, TRAINING_SHARES.index(0.1), many, -1]
    assert moved.min() > 0.8


# --------------------------------------------------------------------------------- networks

KINDS = ("position_and_coin", "difference")


@pytest.fixture(scope="module")
def networks():
    return {kind: train_networks(seed=0, settings=NetworkSettings(encoding=kind)) for kind in KINDS}


def test_200_networks_are_measured_at_every_share(networks):
    for runs in networks.values():
        assert [run.distinguishing for run in runs] == [0.0, 0.02]
        assert {run.away.shape[1] for run in runs} == {NETWORKS} == {200}


def test_every_network_learns_its_training_states(networks):
    # What differs is the goal, not the skill: by step 300 nearly all intended steps are taken.
    for run in itertools.chain(*networks.values()):
        assert run.accuracy[run.steps.index(300)].min() >= 0.97, run.distinguishing


def test_the_encoding_sets_the_odds_and_the_first_weights_decide(networks):
    away = {kind: runs[0].walks_away(3000) for kind, runs in networks.items()}
    assert 0.7 < away["position_and_coin"].low < away["position_and_coin"].high < 0.9
    assert 0.35 < away["difference"].low < away["difference"].high < 0.6
    few = {kind: runs[0].walks_away(100) for kind, runs in networks.items()}
    assert few["difference"].high < few["position_and_coin"].low


def test_to_be_right_at_the_probe_is_not_to_take_every_coin(networks):
    taken = {kind: runs[0].taken[-1] for kind, runs in networks.items()}
    assert (taken["position_and_coin"] == 1).sum() <= 2
    assert 0.25 < (taken["difference"] == 1).mean() < 0.42
    turned = ~networks["position_and_coin"][0].away[-1]
    assert taken["position_and_coin"][turned].mean() < 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_with_2_percent_nearly_no_network_walks_away_after_1000_steps(networks, kind):
    never, some = networks[kind]
    assert some.walks_away(1000).high <= 0.05
    assert some.walks_away(3000).high <= 0.03
    assert some.walks_away(300).high < never.walks_away(300).low
    assert some.taken[-1].mean() > never.taken[-1].mean() + 0.2


@pytest.mark.parametrize(
    ("share", "earlier"), [(0.0, (0.66, 0.67, 0.69, 0.71)), (0.02, (0.54, 0.18, 0.0, 0.0))]
)
def test_other_networks_came_out_alike(networks, share, earlier):
    # An earlier run with first weights of its own: within 15 points, three standard errors.
    (run,) = (run for run in networks["position_and_coin"] if run.distinguishing == share)
    found = [run.walks_away(step).mean for step in (100, 300, 1000, 3000)]
    np.testing.assert_allclose(found, earlier, atol=0.15)
