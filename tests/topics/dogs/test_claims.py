"""What the chapter on rewards says of the dogs, as assertions over seeds with stated margins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from misgen.core.intervals import over_seeds, wilson
from misgen.learn import ppo
from misgen.topics.dogs.channel import as_it_is, permuted
from misgen.topics.dogs.hand_explorer import SEEDS, SETTINGS
from misgen.topics.dogs.policy import LIPS, NEITHER, RELIABLE, VOICE, follow_rates, followed
from misgen.topics.dogs.reinforce import ReinforceSettings, reinforce
from misgen.topics.dogs.selection import SelectionSettings, breed
from misgen.topics.dogs.sweeps import CLARITIES, WAYS, Way, by_followed, sweep_clarities, train_dogs
from misgen.topics.dogs.training import LAST, Training

RUNS = 300
both_ways = pytest.mark.parametrize("way", WAYS)


def trained(way: Way, share: float) -> Training:
    return train_dogs(way, share, seeds=RUNS)


def preferences(training: Training, after: int = LAST) -> np.ndarray:
    """By how much the voice outweighs the lips in the mean dog of each run, `(seeds,)`."""
    weights = training.dogs(after).weights.mean(axis=1)
    return weights[:, 0] - weights[:, 1]


def _lips(training: Training) -> np.ndarray:
    return training.voice_rates("apart") <= 1 - RELIABLE


# ------------------------------------------------------------------- the dog in the reader's hands


def test_a_few_dozen_commands_teach_every_dog_in_the_readers_hands_to_obey():
    training = reinforce(distinguishing=0.0, seeds=SEEDS, settings=SETTINGS)
    assert training.rounds_until(0.9).max() <= 60
    assert 12 <= np.median(training.rounds_until(0.9)) <= 48


# ------------------------------------------------------------ cues that are always together


@both_ways
def test_the_dogs_of_every_run_obey_where_the_cues_agree(way):
    assert trained(way, 0.0).voice_rates("as trained").min() >= 0.95


@both_ways
def test_with_cues_always_together_half_of_the_runs_lean_to_the_voice(way):
    # 300 fair coins miss this interval once in 10,000 times.
    leaning = trained(way, 0.0).voice_rates("apart") > 0.5
    assert abs(leaning.mean() - 0.5) <= 0.11
    assert over_seeds(trained(way, 0.0).voice_rates("apart")).low <= 0.53
    assert over_seeds(trained(way, 0.0).voice_rates("apart")).high >= 0.47


@both_ways
def test_with_cues_always_together_some_runs_follow_the_voice_and_some_the_lips(way):
    least = {"breeding": 0.12, "REINFORCE": 0.02}[way]
    training = trained(way, 0.0)
    assert training.share_of_runs().low >= least
    assert wilson(int(_lips(training).sum()), RUNS).low >= least
    assert training.voice_rates("apart").std() >= 0.2


def test_reinforce_keeps_the_preference_with_which_a_dog_was_born():
    training = trained("REINFORCE", 0.0)
    change = preferences(training) - preferences(training, after=0)
    assert np.abs(change).max() <= 1e-12
    sums = training.weights[[0, -1], :, 0].sum(axis=-1)
    assert (sums[1] - sums[0]).min() >= 2  # and yet it learns


@pytest.mark.parametrize("reward", [lambda e: 10.0 * e.goal, lambda e: 1.0 * e.proxy - e.goal * 3])
def test_no_other_reward_and_no_longer_training_moves_that_preference(reward):
    longer = ReinforceSettings(updates=400)
    training = reinforce(distinguishing=0.0, seeds=range(20), settings=longer, reward=reward)
    change = preferences(training) - preferences(training, after=0)
    assert np.abs(change).max() <= 1e-9


def test_breeding_drifts_away_from_where_it_began():
    training = trained("breeding", 0.0)
    first, last = preferences(training, after=0), preferences(training)
    assert last.std() >= 10 * first.std()
    assert abs(np.corrcoef(first, last)[0, 1]) <= 0.25


def test_most_populations_agree_more_than_chance_would():
    # At the start the two sides are even in each population; at the end one of them has won in
    # nearly half of the populations.
    for after, low, high in ((0, 0.0, 0.0), (100, 0.3, 0.55)):
        weights = trained("breeding", 0.0).dogs(after).weights
        for_voice = (weights[..., 0] > weights[..., 1]).mean(axis=1)
        unanimous = (for_voice <= 0.01) | (for_voice >= 0.99)
        assert low <= unanimous.mean() <= high


BACK = {
    "breeding": {"follow the lips": (0.72, 0.87), "follow the voice": (0.98, 1.0)},
    "REINFORCE": {"follow the lips": (0.78, 0.90), "follow the voice": (0.97, 1.0)},
}
"""What the interval of the mean must lie between, split by what the runs follow."""


@both_ways
def test_with_the_back_turned_dogs_of_the_lips_obey_less_than_those_of_the_voice(way):
    # Two weights that always grew together: most dogs obey either cue alone, if not alike.
    training = trained(way, 0.0)
    groups = by_followed(training, training.voice_rates("back turned"))
    for name, (low, high) in BACK[way].items():
        assert low <= over_seeds(groups[name]).low <= over_seeds(groups[name]).high <= high
    gap = groups["follow the voice"].mean() - groups["follow the lips"].mean()
    assert gap >= 0.1
    assert 0.93 <= over_seeds(groups["follow neither reliably"]).mean <= 0.98


@both_ways
def test_who_fails_with_the_back_turned_does_not_follow_the_voice_who_passes_may_follow_either(way):
    training = trained(way, 0.0)
    obeyed = training.voice_rates("back turned")
    groups = by_followed(training, obeyed)
    assert groups["follow the voice"].min() >= RELIABLE
    passed = {name: (rates >= RELIABLE).mean() for name, rates in groups.items()}
    assert 0.05 <= passed["follow the lips"] <= 0.4
    assert passed["follow neither reliably"] >= 0.8
    deaf = (obeyed < RELIABLE).mean()
    assert (0.15 <= deaf <= 0.32) if way == "breeding" else (0.03 <= deaf <= 0.14)


@both_ways
def test_either_cue_alone_is_mostly_enough(way):
    training = trained(way, 0.0)
    for rates in (training.voice_rates("back turned"), training.lips_rates()):
        assert over_seeds(rates).low >= 0.88


def test_a_dog_that_obeys_a_turned_back_in_96_of_100_commands_hardly_follows_the_voice():
    # The question of the quiz: most such dogs follow neither, and of the bred ones many the lips.
    kinds = {}
    for way in WAYS:
        dogs = trained(way, 0.0).dogs()
        obeyed, _ = follow_rates(dogs, "back turned")
        asked = np.abs(obeyed - 0.96) <= 0.01
        kinds[way] = np.bincount(followed(dogs, "apart")[asked], minlength=4) / asked.sum()
        assert asked.sum() >= 80
        assert kinds[way][VOICE] <= 0.06
        assert kinds[way][NEITHER] >= 0.5
    assert 0.2 <= kinds["breeding"][LIPS] <= 0.5


def test_another_learner_and_a_network_do_not_decide_either():
    # PPO of the book, a network with a hidden layer: obeys, and leans to either side.
    conflicts = np.array([[1, -1], [-1, 1]], np.float32)
    sits = np.stack(
        [ppo.train("Dogs", seed=seed).probabilities(conflicts)[:, 1] for seed in range(12)]
    )
    by_voice = (sits[:, 0] + 1 - sits[:, 1]) / 2
    assert by_voice.min() < 0.5 < by_voice.max()
    assert 0.3 <= by_voice.mean() <= 0.7


# --------------------------------------------------------------- a share of them apart


@both_ways
def test_at_10_percent_at_least_95_of_100_runs_follow_the_voice(way):
    assert trained(way, 0.1).share_of_runs().mean >= 0.95
    assert trained(way, 0.1).share_of_runs().low >= 0.93


@both_ways
def test_more_commands_apart_make_more_runs_follow_the_voice(way):
    shares = [trained(way, share).share_of_runs() for share in (0.0, 0.01, 0.02, 0.1)]
    assert all(after.low > before.high for before, after in pairwise(shares))


@both_ways
def test_at_10_percent_a_turned_back_does_no_harm(way):
    assert over_seeds(trained(way, 0.1).voice_rates("back turned")).low >= 0.97


@both_ways
def test_dogs_that_side_with_the_voice_may_still_do_what_silent_lips_say(way):
    silent = over_seeds(trained(way, 0.1).lips_rates())
    assert 0.55 <= silent.low <= silent.high <= 0.85


@both_ways
def test_at_100_percent_the_correlation_returns_with_the_other_sign(way):
    # The lips always say the other word, and to do the opposite of them is as good as the voice.
    training = trained(way, 1.0)
    assert over_seeds(training.lips_rates()).high <= 0.15
    together = training.voice_rates("as trained")
    assert over_seeds(together).low <= 0.53
    assert over_seeds(together).high >= 0.44
    assert together.std() >= 0.15


# ------------------------------------------------------------------------- clearer lips


@both_ways
def test_of_two_cues_that_are_always_together_the_clearer_one_is_followed(way):
    sweep = sweep_clarities(seeds=60)
    rates = [over_seeds(training.voice_rates()) for training in sweep.trainings[way]]
    assert (CLARITIES[0], CLARITIES[-1]) == (0.5, 2.0)
    assert rates[0].low >= 0.8
    assert rates[-1].high <= 0.3
    assert all(b.mean <= a.mean + 0.05 for a, b in pairwise(rates))


# ---------------------------------------------- breeding and REINFORCE, alike and unlike


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.4])
def test_both_trainings_set_out_in_the_same_direction_on_average(share):
    # Within 3 degrees: the direction in which the expected reward rises most.
    bred = breed(distinguishing=share, seeds=range(300), settings=SelectionSettings(generations=1))
    learned = reinforce(
        distinguishing=share, seeds=range(4000), settings=ReinforceSettings(updates=1)
    )
    angles = [_angle(training) for training in (bred, learned)]
    assert abs(angles[0] - angles[1]) <= 3
    assert abs(angles[1] - np.degrees(np.arctan2(1 - 2 * share, 1))) <= 3


def _angle(training: Training) -> float:
    lips_and_voice = (training.weights[1] - training.weights[0]).mean(axis=(0, 1))[::-1]
    return float(np.degrees(np.arctan2(*lips_and_voice)))


def test_both_need_few_rounds_but_breeding_needs_a_hundred_times_the_commands():
    bred = breed(distinguishing=0.0, seeds=range(60), settings=SelectionSettings(generations=20))
    learned = reinforce(distinguishing=0.0, seeds=range(200))
    rounds = [float(np.median(t.rounds_until(0.95))) for t in (bred, learned)]
    assert rounds == pytest.approx([4, 4], abs=1.5)
    commands = [r * t.commands * t.weights.shape[2] for r, t in zip(rounds, (bred, learned), strict=True)]  # noqa: E501  # fmt: skip
    assert 50 <= commands[0] / commands[1] <= 200


def _ten_times(events):
    return 10.0 * events.goal


def test_a_reward_ten_times_as_large_makes_a_first_step_ten_times_as_long():
    first = ReinforceSettings(updates=1)
    usual, larger = (
        np.diff(
            reinforce(distinguishing=0.1, seeds=range(50), settings=first, reward=reward).weights,
            axis=0,
        )
        for reward in (None, _ten_times)
    )
    assert np.abs(usual).max() > 0.5
    np.testing.assert_allclose(larger, 10 * usual, rtol=1e-6)


def test_breeding_uses_the_order_of_the_scores_alone():
    usual, changed = (
        breed(
            distinguishing=0.1, seeds=range(5), settings=SelectionSettings(generations=20),
            reward=reward,
        )
        for reward in (None, lambda events: _ten_times(events) - 3)
    )  # fmt: skip
    np.testing.assert_array_equal(usual.weights, changed.weights)


def test_credit_for_the_right_command_makes_reinforce_many_times_faster():
    settings = ReinforceSettings(updates=400)
    usual, shuffled = (
        reinforce(distinguishing=0.0, seeds=range(200), settings=settings, channel=channel)
        for channel in (as_it_is, permuted)
    )
    rounds = [np.median(np.nan_to_num(t.rounds_until(0.95), nan=401)) for t in (usual, shuffled)]
    assert 5 <= rounds[1] / rounds[0] <= 15


def test_a_stricter_breeder_needs_more_commands_apart():
    # Against what one might expect: of 100 dogs that obey alike, chance keeps the few.
    strict, mild = (_kept(share, 0.02).share_of_runs() for share in (0.1, 0.5))
    assert strict.high + 0.1 <= mild.low
    drift = [preferences(_kept(share, 0.0)).std() for share in (0.1, 0.5)]
    assert drift[0] >= 1.2 * drift[1]


def _kept(kept: float, share: float) -> Training:
    settings = SelectionSettings(kept=kept)
    return breed(distinguishing=share, seeds=range(150), settings=settings, keep=[100])


def test_without_mutation_breeding_comes_to_a_stop():
    settings = SelectionSettings(mutation=0.0)
    still = breed(distinguishing=0.1, seeds=range(60), settings=settings, keep=[100])
    copies_of_one = np.ptp(still.weights[0], axis=1).max(axis=1) == 0
    assert copies_of_one.mean() >= 0.9
    assert still.share_of_runs().high <= 0.5
