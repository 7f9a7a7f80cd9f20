"""Erasing a part changes what hangs on it, and nothing else."""

import numpy as np

from misgen import Policy
from misgen.core.erasing import effect_of_erasing, erased


def follower(of: int, entries: int = 6) -> Policy:
    """An agent that takes action 1 if one entry is 1, else action 0."""
    to_hidden = np.zeros((entries, 1), np.float32)
    to_hidden[of] = 1.0
    return Policy(
        to_hidden, np.zeros(1, np.float32), np.array([[0.0, 100.0]], np.float32),
        np.array([50.0, 0.0], np.float32), np.zeros(1, np.float32), np.zeros((), np.float32),
    )  # fmt: skip


def test_the_part_that_decides_changes_everything_and_the_others_nothing():
    parts = np.arange(6).reshape(3, 2)
    effects = effect_of_erasing(follower(3), np.ones(6, np.float32), parts)
    np.testing.assert_allclose(effects, [0.0, 1.0, 0.0], atol=1e-6)


def test_what_is_not_there_cannot_be_erased():
    obs = np.zeros(6, np.float32)
    assert effect_of_erasing(follower(3), obs, np.arange(6).reshape(3, 2)).tolist() == [0, 0, 0]


def test_an_observation_stays_as_it_was():
    obs = np.ones(4, np.float32)
    assert erased(obs, np.array([[1], [3]])).sum(axis=1).tolist() == [3, 3]
    assert obs.tolist() == [1, 1, 1, 1]
