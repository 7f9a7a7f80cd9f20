import numpy as np
import pytest
from topics.induced_shift.hidden_incentives_reference import OnePopulation

from misgen.topics.induced_shift.hidden_incentives import (
    BENEFITS,
    CONDITIONS,
    Condition,
    Settings,
    draw,
    train,
)

SMALL = Settings(learners=6, steps=120, settled=20, rate=0.1, replaced=0.34, largest_weight=1.0)
SEEDS, FEW = (2, 5), (0.0, 0.8)
MYOPIC, OUTER, BOTH, SWAPPED = range(4)


def small(**options):
    return train(**{"benefits": FEW, "seeds": SEEDS, "settings": SMALL, **options})


# ---------------------------------------------------------- the same, one learner at a time


@pytest.mark.parametrize("condition", range(len(CONDITIONS)))
def test_all_populations_at_once_do_the_same_as_one_learner_at_a_time(condition):
    trained, draws = small(), draw(SEEDS, SMALL)
    assert SMALL.copies == 2
    for b, benefit in enumerate(FEW):
        for s in range(len(SEEDS)):
            slow = OnePopulation(CONDITIONS[condition], benefit, draws, s, SMALL)
            for step in range(SMALL.steps):
                fast = trained.cooperation[condition, b, s, step]
                assert fast == pytest.approx(slow.cooperation(), abs=1e-9), step
                slow.step(step)
            assert trained.cooperation[condition, b, s, -1] == pytest.approx(slow.cooperation())


def test_a_population_is_the_same_alone_and_beside_others():
    alone = small(benefits=[0.8], seeds=[5], conditions=CONDITIONS[2:3])
    np.testing.assert_array_equal(alone.cooperation[0, 0, 0], small().cooperation[2, 1, 1])


def test_the_same_seeds_give_the_same_training_and_others_do_not():
    np.testing.assert_array_equal(small().cooperation, small().cooperation)
    first, second = np.moveaxis(small().cooperation, 2, 0)
    assert not np.array_equal(first, second)


# -------------------------------------------------------------------------------- the rules


def test_learners_of_all_conditions_start_alike():
    start = small().cooperation[..., 0]
    assert (start == start[0, 0]).all()
    assert start == pytest.approx(0.5, abs=0.2)


def test_without_a_benefit_swapping_makes_no_difference():
    cooperation = small(benefits=[0.0]).cooperation
    np.testing.assert_array_equal(cooperation[MYOPIC], cooperation[SWAPPED])
    np.testing.assert_array_equal(cooperation[OUTER], cooperation[BOTH])


def test_the_outer_loop_acts_at_its_steps_only():
    cooperation = small(benefits=[0.8]).cooperation
    same = cooperation[OUTER] == cooperation[MYOPIC]
    assert same[..., : SMALL.every].all()
    assert not same[..., SMALL.every].any()


def test_the_last_learners_cannot_lose_an_action():
    ends = train([0.0, 5.0], seeds=[0], settings=Settings(steps=3000, rate=0.2)).at_the_end()
    least = 1 / (1 + np.exp(4.0))
    assert ends.min() >= least - 1e-12
    assert ends.max() <= 1 - least + 1e-12
    assert ends.min() == pytest.approx(least, abs=1e-3)


def test_the_end_is_the_mean_of_the_last_steps():
    trained = small()
    last = trained.cooperation[..., -20:].mean(axis=-1)
    np.testing.assert_allclose(trained.at_the_end(), last)
    assert trained.cooperation.shape == (4, 2, 2, 121)


def test_every_pair_of_the_two_switches_is_a_condition():
    flags = {(c.outer_loop, c.swapping) for c in CONDITIONS}
    assert len(flags) == len(CONDITIONS) == len({c.name for c in CONDITIONS}) == 4


def test_the_book_has_benefits_below_at_and_above_the_cost():
    cost = Settings().cost
    assert list(BENEFITS) == sorted(BENEFITS)
    assert BENEFITS[0] == 0
    assert cost in BENEFITS
    assert BENEFITS[-1] > cost


def test_deals_are_permutations_of_the_learners():
    deals = draw(SEEDS, SMALL).deals
    assert (np.sort(deals, axis=-1) == np.arange(SMALL.learners)).all()
    stays = (deals == np.arange(SMALL.learners)).mean()
    assert 0.1 < stays < 0.25  # one in six by chance


# --------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"benefits": [-0.1]}, "benefit must be a finite number"),
        ({"benefits": [float("inf")]}, "benefit must be a finite number"),
        ({"benefits": []}, "at least one benefit and one condition"),
        ({"conditions": []}, "at least one benefit and one condition"),
        ({"seeds": []}, "at least one seed"),
        ({"seeds": [1.5]}, "seed must be a whole number"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, word):
    with pytest.raises(ValueError, match=word) as caught:
        small(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"learners": 0}, "learners"),
        ({"every": 0}, "every"),
        ({"replaced": 0.6}, "at most half"),
        ({"replaced": 0.0}, "at least one"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options, word):
    with pytest.raises(ValueError, match=word):
        Settings(**options)


def test_a_condition_is_myopic_unless_it_says_otherwise():
    assert CONDITIONS[MYOPIC] == Condition("myopic learners", False, False)
