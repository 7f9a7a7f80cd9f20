"""The panels of the chapter on the line: the two walkers, the networks, and the four words."""

from __future__ import annotations

import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said

from misgen.topics.coin_line.env import LENGTH
from misgen.topics.coin_line.explorers import outcome
from misgen.topics.coin_line.four_words_explorer import (
    ENCODINGS,
    EXAMPLES,
    PUSHES,
    TEST_SHARES,
    TRAINING_SHARES,
    four_words,
    scores,
)
from misgen.topics.coin_line.networks import NetworkSettings, train_networks
from misgen.topics.coin_line.networks_explorer import networks
from misgen.topics.coin_line.samples import (
    cloned_from,
    coins_anywhere,
    pushed_accuracy,
    samples,
    shift,
    taken,
)
from misgen.topics.coin_line.walkers_explorer import STARTS, STEPS, walkers, walks

# ------------------------------------------------------------------------------ the walkers


def test_nobody_can_tell_the_walkers_apart_and_both_have_the_coin_in_the_end():
    places = walks()
    assert places.shape == (len(STARTS), STEPS + 1, 2)
    np.testing.assert_array_equal(places[..., 0], places[..., 1])
    assert (places[:, 0, 0] == STARTS).all()
    assert (places[:, -1] == LENGTH).all()
    assert (np.diff(places, axis=1) >= 0).all()
    assert (np.diff(places, axis=1) <= 1).all()


def test_the_walkers_panel_says_where_both_are_and_never_which_is_which():
    panel = walkers()
    assert said(panel, start=2, time=3) == "After 3 steps both stand at place 5."
    assert said(panel, start=6, time=2) == "After 2 steps both have the coin."
    told = f"{panel.table}".lower()
    assert "always right" not in told
    assert "proxy" not in told
    assert_a_step_changes_the_sentence(panel)


# ----------------------------------------------------------------------------- the networks


@pytest.fixture(scope="module")
def runs():
    return {
        kind: train_networks(
            networks=6, seed=0, settings=NetworkSettings(encoding=kind, steps=1000)
        )
        for kind in ENCODINGS
    }


def test_the_networks_panel_counts_those_that_walk_away_and_those_that_take_all(runs):
    panel = networks(runs)
    for kind, of in runs.items():
        for step in (1, 160, 1000):
            told = said(panel, encoding=kind, steps=step)
            for run in of:
                row = run.steps.index(step)
                away, everywhere = int(run.away[row].sum()), int((run.taken[row] == 1).sum())
                assert f"moved coins, {away} of 6 networks walk away" in told
                assert f"after {step:,} steps, and {everywhere} take it in all levels" in told


def test_the_networks_charts_have_an_axis_of_steps_and_follow_the_encoding(runs):
    panel = networks(runs)
    drawn = arrays_of(panel)
    for k, what in enumerate(("away", "taken")):
        chart = panel.table["parts"][k]
        assert (chart["over"], chart["cursor"]) == (["encoding"], "steps")
        assert chart["xLabel"] == "steps of gradient descent"
        for e, kind in enumerate(ENCODINGS):
            for s, run in enumerate(runs[kind]):
                mean = getattr(run, what)[1:].mean(axis=1)
                np.testing.assert_allclose(drawn[f"part{k}.{s}.values"][e], mean, atol=1e-3)


def test_runs_that_do_not_fit_together_are_refused(runs):
    other = train_networks([0.5], networks=6, seed=0, settings=NetworkSettings(steps=1000))
    with pytest.raises(ValueError, match="the same for all encodings"):
        networks({**runs, "difference": other})


# --------------------------------------------------------------------------- the four words


@pytest.fixture(scope="module")
def of_four_words():
    return four_words()


def test_the_curves_are_those_of_each_setting():
    found = scores()
    for seed, e, t, n in ((0, 0, 1, 0), (7, 1, 0, 3), (19, 0, 1, 2)):
        share, examples = TRAINING_SHARES[t], EXAMPLES[n]
        weights = cloned_from(ENCODINGS[e], samples(share, examples, seed + 1))
        shifted = taken(weights[seed], ENCODINGS[e], coins_anywhere(np.array(TEST_SHARES)))
        np.testing.assert_allclose(found.shifted[seed, e, t, n], shifted)
        pushed = [pushed_accuracy(weights[seed], ENCODINGS[e], share, push) for push in PUSHES]
        np.testing.assert_allclose(found.pushed[seed, e, t, n], pushed)


def test_a_sample_has_as_many_examples_as_asked_and_no_state_that_training_lacks():
    often = samples(0.0, 20, 3)
    np.testing.assert_allclose(often.sum(axis=1), 1)
    np.testing.assert_allclose(often * 20, np.round(often * 20), atol=1e-9)
    assert not often[:, : 8 * 9].any()  # the coin is at place 8


def test_a_push_that_turns_a_step_is_found_by_trying_both_ends():
    weights = np.array([1.0, 1.0])  # steps right where c - p > -1
    assert pushed_accuracy(weights, "difference", 0.0, 0.0) == 1.0
    turned = [p for p in range(8) if 1 + (8 - p) - 2.5 <= 0]  # the coin seen 2.5 places to the left
    assert pushed_accuracy(weights, "difference", 0.0, 2.5) == pytest.approx(1 - len(turned) / 8)


def test_the_shift_is_that_of_the_coins_and_needs_no_policy(of_four_words):
    np.testing.assert_allclose(shift(0.0, np.array([0.0, 0.5, 1.0])), [0, 4 / 9, 8 / 9])
    chart = of_four_words.table["parts"][3]
    assert chart["over"] == ["training"]
    drawn = arrays_of(of_four_words)["part3.0.values"]
    for row, share in zip(drawn, TRAINING_SHARES, strict=True):
        assert row == pytest.approx(shift(share, np.array(TEST_SHARES)), abs=1e-3)


def test_the_sentence_names_both_policies_as_the_menus_do(of_four_words):
    told = said(of_four_words)
    assert "“place and coin” takes the coin in 100 % of new levels" in told
    assert "“difference” takes the coin in 100 % of new levels" in told
    assert "are 0.89 apart" in told
    assert said(of_four_words, training=0.1) != told


# ---------------------------------------------------------------------------- the outcome


def test_the_outcome_of_the_guess_is_measured_for_both_forms():
    told = "".join(text for _, text in outcome())
    assert "it ends away from the coin, and takes the coin in 56 % of all levels" in told
    assert "it ends at the coin, and takes the coin in 100 % of all levels" in told
    assert [tag for tag, _ in outcome() if tag] == ["proxy", "goal"]
