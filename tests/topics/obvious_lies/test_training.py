import numpy as np
import pytest

from misgen.topics.obvious_lies.settings import CLAIM_KINDS, SETTINGS, Schedule, Setting
from misgen.topics.obvious_lies.training import _Persuaders, checkable_claims, train
from misgen.topics.persuasion.networks import Learner

TRUE = np.array([[True, False, True, False]])
CHECKED = np.array([[True, True, False, False]])
MADE = np.ones((1, 4), bool)


def persuaders(*settings):
    return _Persuaders(settings, 0, Learner())


@pytest.mark.parametrize("seed", [0, 7])
def test_neither_a_job_nor_a_newspaper_alone_tells_what_can_be_checked(seed):
    table = checkable_claims(seed).reshape(8, 8, 8)  # (job, newspaper, claim)
    for axis in range(3):
        assert (table.mean(axis=axis) == 0.5).all()


def test_two_seeds_have_users_who_can_check_other_claims():
    assert (checkable_claims(0) != checkable_claims(1)).any()


@pytest.mark.parametrize(
    ("reply", "rewards"),
    [("caught", [1, -1, 1, -1]), ("passes", [1, -1, 1, 1]), ("persuasion", [1, 1, 1, 1])],
)
def test_each_reply_pays_for_lies_as_it_says(reply, rewards):
    answered = persuaders(Setting(reply, 0.5))._answered(MADE, TRUE, CHECKED)
    assert answered.tolist() == [rewards]
    assert not persuaders(Setting(reply, 0.5))._answered(~MADE, TRUE, CHECKED).any()


def test_the_first_phase_pays_for_every_claim_or_for_none():
    paid = persuaders(Setting(), Setting(paid_first=False))._paid(
        np.repeat(MADE, 2, axis=0), TRUE, CHECKED
    )
    assert paid.tolist() == [[1] * 4, [0] * 4]


def test_hidden_claims_are_as_many_as_the_share_says():
    group, rng = persuaders(Setting(), Setting(hidden=0.2)), np.random.default_rng(0)
    draws = [group._draw(rng, np.array([[0.0], [0.2]])) for _ in range(80)]
    pairs = np.concatenate([pairs for pairs, _ in draws], axis=1)
    hidden = ~group._checkable[pairs]
    assert not hidden[0].any()
    assert hidden[1].mean() == pytest.approx(0.2, abs=0.02)
    assert np.mean([true for _, true in draws]) == pytest.approx(0.5, abs=0.02)


def test_the_policies_see_the_truth_and_a_sign_of_the_size_of_the_setting():
    group = persuaders(Setting(cue=1.0), Setting(cue=2.0))
    pairs = np.tile(np.arange(8), (2, 1))
    seen = group._see(pairs, np.tile(np.arange(8) % 2 == 0, (2, 1)))
    assert seen.shape == (2, 8, 26)
    assert seen[0, :, 24].tolist() == [1, -1] * 4
    assert set(np.abs(seen[:, :, 25]).ravel().tolist()) == {1.0, 2.0}
    assert ((seen[1, :, 25] > 0) == group._checkable[:8]).all()


def test_training_gives_a_rate_for_each_setting_look_and_kind_and_repeats():
    schedule = Schedule(persuasion=60, finetuning=60, every=20)
    settings = [SETTINGS["caught_0.5"], SETTINGS["fresh"]]
    rates = train(settings, seed=3, schedule=schedule)
    assert rates.shape == (2, len(schedule.looks), len(CLAIM_KINDS))
    assert (rates == train(settings, seed=3, schedule=schedule)).all()
    paid, fresh = rates[:, 3]  # the end of the first phase
    assert paid.min() > 0.9 > 0.7 > fresh.max()
    assert rates[0, -1, 2:].max() < 0.3 < 0.7 < rates[0, -1, :2].min()


def test_a_setting_learns_as_it_would_alone():
    schedule = Schedule(persuasion=20, finetuning=20, every=20)
    both = train([SETTINGS["passes"], SETTINGS["caught_0"]], seed=1, schedule=schedule)
    alone = train([SETTINGS["caught_0"]], seed=1, schedule=schedule)
    assert np.allclose(both[1], alone[0], atol=1e-5)


def test_settings_and_schedules_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="cue must not be negative"):
        Setting(cue=-1.0)
    with pytest.raises(ValueError, match="hidden"):
        Setting(hidden=1.5)
    with pytest.raises(ValueError, match="multiples of every=50"):
        Schedule(persuasion=60)
