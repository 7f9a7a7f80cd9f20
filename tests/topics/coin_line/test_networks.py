from dataclasses import replace

import numpy as np
import pytest

from misgen.topics.coin_line.clone import coin_distribution
from misgen.topics.coin_line.env import probe
from misgen.topics.coin_line.networks import (
    MARKS,
    Descent,
    Networks,
    NetworkSettings,
    first_weights,
    train_networks,
)

SMALL = NetworkSettings(width=5, steps=12, length=4)
SEEN = {
    "position_and_coin": lambda p, c: (1, p, c),
    "difference": lambda p, c: (1, c - p),
    "one_hot": lambda p, c: (*np.eye(5)[p], *np.eye(5)[c]),
}


class SlowNetwork:
    """One network in Python, unit by unit and state by state, in double precision."""

    def __init__(self, weights: np.ndarray, share: float, settings: NetworkSettings) -> None:
        self.into = [list(map(float, unit[:-1])) for unit in weights]
        self.out = [float(unit[-1]) for unit in weights]
        self.see, self.length = SEEN[settings.encoding], settings.length
        self.step_size, length = settings.step_size, settings.length
        coins = coin_distribution(share, length)
        pairs = [(p, c) for p in range(length + 1) for c in range(length + 1) if p != c]
        total = sum(coins[c] for _, c in pairs)
        self.states = [(p, c, coins[c] / total) for p, c in pairs if coins[c] > 0]

    def logit(self, position: int, coin: int) -> float:
        seen = self.see(position, coin)
        return sum(a * max(0.0, np.dot(u, seen)) for a, u in zip(self.out, self.into, strict=True))

    def descend(self) -> None:
        into = [[0.0] * len(unit) for unit in self.into]
        out = [0.0] * len(self.out)
        for position, coin, likely in self.states:
            label = 1 if coin > position else -1
            pull = label * likely / (1 + np.exp(label * self.logit(position, coin)))
            for j, (a, u) in enumerate(zip(self.out, self.into, strict=True)):
                before = np.dot(u, self.see(position, coin))
                if before > 0:
                    out[j] += pull * before
                    for k, x in enumerate(self.see(position, coin)):
                        into[j][k] += pull * a * x
        for j in range(len(self.out)):
            self.out[j] += self.step_size * out[j]
            self.into[j] = [
                u + self.step_size * d for u, d in zip(self.into[j], into[j], strict=True)
            ]

    def accuracy(self) -> float:
        return sum(w for p, c, w in self.states if (self.logit(p, c) > 0) == (c > p))

    def taken(self) -> float:
        """The share of levels in which a network that does what it prefers takes the coin."""
        places = range(self.length + 1)
        chances = [self._chance(at, coin, 2 * self.length) for coin in places for at in places]
        return np.mean(chances)

    def _chance(self, place: int, coin: int, steps: int) -> float:
        if place == coin or not steps:
            return float(place == coin)
        logit = self.logit(place, coin)
        moves = (
            [-1, 1] if logit == 0 else [1 if logit > 0 else -1]
        )  # at random without a preference
        ends = [min(max(place + move, 0), self.length) for move in moves]
        return np.mean([self._chance(end, coin, steps - 1) for end in ends])


@pytest.mark.parametrize("share", [0.0, 0.3])
@pytest.mark.parametrize("encoding", SEEN)
def test_the_batch_descends_like_slow_networks(share, encoding):
    settings = replace(SMALL, encoding=encoding)
    (fast,) = train_networks([share], networks=6, seed=4, settings=settings)
    first, (place, coin) = first_weights(6, settings, 4), probe(SMALL.length)
    for i in range(6):
        slow = SlowNetwork(first[i], share, settings)
        for step in range(SMALL.steps + 1):
            if step in fast.steps:
                row = fast.steps.index(step)
                assert fast.away[row, i] == (slow.logit(place, coin) > 0)
                assert fast.accuracy[row, i] == pytest.approx(slow.accuracy(), abs=1e-6)
                assert fast.taken[row, i] == pytest.approx(slow.taken(), abs=1e-6)
            slow.descend()


def test_the_weights_after_training_are_those_of_the_slow_network():
    block = first_weights(3, SMALL, 0)
    training = Descent(0.3, block, SMALL)
    training.run(None, done=0)
    for i in range(3):
        slow = SlowNetwork(block[i], 0.3, SMALL)
        for _ in range(SMALL.steps):
            slow.descend()
        np.testing.assert_allclose(training.out[i], slow.out, atol=1e-5)
        np.testing.assert_allclose(training.into.reshape(3, 5, 3)[i], slow.into, atol=1e-5)


def test_the_first_networks_are_the_same_however_many_are_trained():
    (few,) = train_networks([0.1], networks=52, seed=1, settings=SMALL)
    (many,) = train_networks([0.1], networks=107, seed=1, settings=SMALL)  # in three blocks
    assert many.away.shape == (len(many.steps), 107)
    np.testing.assert_array_equal(many.away[:, :52], few.away)
    np.testing.assert_allclose(many.accuracy[:, :52], few.accuracy, atol=1e-6)


def test_all_shares_start_from_the_same_networks_and_another_seed_does_not():
    one, other = train_networks([0.0, 0.5], networks=40, seed=2, settings=SMALL)
    np.testing.assert_array_equal(one.away[0], other.away[0])
    assert (one.distinguishing, other.distinguishing) == (0.0, 0.5)
    (again,) = train_networks([0.0], networks=40, seed=3, settings=SMALL)
    assert (again.away[0] != one.away[0]).any()


def test_first_weights_are_normal_with_the_given_spread():
    weights = first_weights(100, NetworkSettings(spread=0.5), 0)
    assert weights.shape == (100, 32, 4)
    assert weights.mean() == pytest.approx(0, abs=0.02)
    assert weights.std(axis=(0, 1)) == pytest.approx([0.5] * 4, abs=0.02)


def test_the_marks_are_recorded_as_far_as_the_training_goes():
    (short,) = train_networks([0.0], networks=2, seed=0, settings=NetworkSettings(steps=350))
    assert {100, 300, 350} <= set(short.steps)
    assert max(short.steps) == 350
    assert set(MARKS) - set(short.steps) == {1000, 3000}


def test_the_share_that_walks_away_has_a_wilson_interval():
    away = np.array([[True] * 3 + [False] * 7])
    run = Networks(0.0, (5,), away, *[away.astype(np.float32)] * 2)
    assert str(run.walks_away(5)) == "30 % [11, 60]"
    with pytest.raises(ValueError, match=r"step must be one of \(5,\), not 6"):
        run.walks_away(6)


def test_a_progress_bar_ends_where_the_training_does(capsys):
    train_networks([0.0, 0.1], networks=2, seed=0, settings=SMALL, progress=True)
    assert "24.0/24.0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        {"encoding": "pixels"},
        {"length": 3},
        {"width": 0},
        {"steps": 0},
        {"spread": 0.0},
        {"step_size": -1.0},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
        NetworkSettings(**wrong)


def test_a_number_of_networks_that_is_none_is_refused():
    with pytest.raises(ValueError, match="networks must be a whole number"):
        train_networks(networks=0, seed=0)
