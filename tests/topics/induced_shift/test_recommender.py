import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topics.induced_shift.recommender_reference import OneGroup

from misgen.core.divergence import total_variation
from misgen.topics.induced_shift.recommender import (
    EVENINGS,
    FEEDBACKS,
    MEASURES,
    Settings,
    draw,
    simulate,
)

SMALL = Settings(users=7, kinds=4, days=60, settled=10)
SEEDS = (3, 8)
STRENGTHS = (0.0, 0.1, 0.5)
both_policies = pytest.mark.parametrize("policy", ["greedy", "random"])


def small(policy="greedy", **options):
    given = {"feedbacks": STRENGTHS, "seeds": SEEDS, "settings": SMALL, **options}
    return simulate(policy=policy, **given)


# -------------------------------------------------------------- the same, one user at a time


@both_policies
def test_all_groups_at_once_do_the_same_as_one_user_at_a_time(policy):
    days = tuple(range(1, SMALL.days + 1))
    evenings, draws = small(policy, keep=days), draw(SEEDS, SMALL)
    for f, feedback in enumerate(STRENGTHS):
        for s in range(len(SEEDS)):
            group = OneGroup(feedback, policy, draws, s, SMALL)
            for day in range(SMALL.days):
                assert evenings.tastes[f, s, day] == pytest.approx(np.array(group.tastes))
                kinds, *measured = zip(*group.day(day), strict=True)
                assert evenings.shown[f, s, day].tolist() == list(kinds)
                for measure, of_users in zip(MEASURES, measured, strict=True):
                    mean = evenings.series[measure][f, s, day]
                    assert mean == pytest.approx(np.mean(of_users)), (measure, day)


@both_policies
def test_a_group_is_the_same_alone_and_beside_others(policy):
    together = small(policy)
    alone = small(policy, feedbacks=[0.5], seeds=[8])
    for measure in MEASURES:
        np.testing.assert_array_equal(alone.series[measure][0, 0], together.series[measure][2, 1])
    np.testing.assert_array_equal(alone.tastes[0, 0], together.tastes[2, 1])


def test_the_same_seeds_give_the_same_evenings_and_others_do_not():
    np.testing.assert_array_equal(small().tastes, small().tastes)
    assert not np.array_equal(small().tastes[:, 0], small().tastes[:, 1])


# ----------------------------------------------------------------------------- the rules


@both_policies
def test_without_feedback_no_taste_moves(policy):
    evenings = small(policy, feedbacks=[0.0])
    assert (evenings.series["drift"] == 0).all()
    np.testing.assert_array_equal(evenings.tastes[:, :, 0], evenings.tastes[:, :, -1])


@settings(max_examples=15)
@given(st.floats(0, 1), st.sampled_from(["greedy", "random"]))
def test_tastes_stay_distributions_whatever_the_feedback(feedback, policy):
    tastes = small(policy, feedbacks=[feedback]).tastes
    assert tastes.sum(axis=-1) == pytest.approx(1)
    assert (tastes > -1e-12).all()


def test_drift_is_the_total_variation_from_the_first_day():
    evenings = small(keep=(1, 40))
    (before, after) = np.moveaxis(evenings.tastes, 2, 0)
    for f, s in np.ndindex(len(STRENGTHS), len(SEEDS)):
        distances = [total_variation(p, q) for p, q in zip(before[f, s], after[f, s], strict=True)]
        assert evenings.series["drift"][f, s, 39] == pytest.approx(np.mean(distances))


def test_full_feedback_leaves_a_user_who_accepted_with_one_kind():
    tastes = small(feedbacks=[1.0], keep=(SMALL.days,)).tastes
    assert np.sort(tastes.max(axis=-1).ravel())[0] == 1.0


def test_tastes_are_kept_as_they_are_before_the_evening_changes_them():
    evenings = small(feedbacks=[0.5], keep=(1, 2))
    np.testing.assert_array_equal(evenings.tastes[0, :, 0], draw(SEEDS, SMALL).tastes)
    assert (evenings.series["drift"][..., 0] == 0).all()
    assert not np.array_equal(evenings.tastes[0, :, 0], evenings.tastes[0, :, 1])


def test_the_recommender_explores_with_probability_epsilon():
    plain = Settings(users=50, kinds=4, days=60)
    exploring = Settings(users=50, kinds=4, days=60, epsilon=1.0)
    days = range(1, 61)
    at_random = simulate([0.0], seeds=[0], settings=exploring, keep=days)
    control = simulate([0.0], seeds=[0], settings=plain, policy="random", keep=days)
    np.testing.assert_array_equal(at_random.shown, control.shown)
    greedy = simulate([0.0], seeds=[0], settings=plain, keep=days)
    differs = (greedy.shown != control.shown).mean()
    assert 0.6 < differs < 0.75  # 0.9 of the days greedy, one kind in four the same by chance


def test_the_first_suggestion_is_any_kind_for_each_user():
    shown = simulate([0.0], seeds=range(5), keep=(1,)).shown
    counts = np.bincount(shown.ravel(), minlength=len(EVENINGS))
    assert counts.min() > 120  # of 1,000 suggestions over 6 kinds


def test_the_end_is_the_mean_of_the_last_days():
    evenings = small()
    last = evenings.series["acceptance"][..., 50:].mean(axis=-1)
    np.testing.assert_allclose(evenings.at_the_end("acceptance"), last)


def test_by_default_the_first_and_the_last_day_are_kept():
    evenings = small()
    assert evenings.days == (1, SMALL.days)
    assert evenings.tastes.shape == (3, 2, 2, 7, 4)
    assert evenings.shown.shape == (3, 2, 2, 7)


def test_the_book_has_one_name_for_each_kind_and_starts_without_feedback():
    assert len(set(EVENINGS)) == Settings().kinds
    assert list(FEEDBACKS) == sorted(FEEDBACKS)
    assert FEEDBACKS[0] == 0


# ------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"feedbacks": [1.5]}, "feedback must lie between 0 and 1"),
        ({"feedbacks": [float("nan")]}, "feedback must lie between 0 and 1"),
        ({"feedbacks": []}, "at least one feedback"),
        ({"seeds": []}, "at least one seed"),
        ({"seeds": [-1]}, "seed must be a whole number"),
        ({"policy": "clever"}, "policy must be one of greedy, random"),
        ({"keep": (0, 3)}, "keep must be a whole number of at least 1"),
        ({"keep": (3, 61)}, "Keep days from 1 to 60"),
        ({"keep": (5, 3)}, "in order"),
        ({"keep": (3, 3)}, "each once"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, word):
    with pytest.raises(ValueError, match=word) as caught:
        small(**{"policy": "greedy", **options})
    assert "\n" not in str(caught.value)


def test_a_measure_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="measure must be one of acceptance"):
        small().at_the_end("clicks")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"users": 0}, "users"),
        ({"days": 2.5}, "days"),
        ({"epsilon": 1.1}, "epsilon"),
        ({"memory": 0.4}, "memory must lie between 0.5 and 1"),
        ({"taste": 0.0}, "taste must be above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options, word):
    with pytest.raises(ValueError, match=word):
        Settings(**options)


def test_a_single_day_is_kept_once():
    assert simulate([0.1], seeds=[0], settings=Settings(days=1)).days == (1,)
