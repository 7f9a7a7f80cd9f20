"""What travels with the page of what agents see is what they do."""

import numpy as np
import pytest

from misgen import published
from misgen.explore.pack import unpack
from misgen.topics.coinrun import explorers
from misgen.topics.coinrun.editing import from_text
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.eyes import AGENTS
from misgen.topics.coinrun.live import CELLS


@pytest.fixture(scope="module")
def eyes():
    return explorers.eyes()


@pytest.fixture(scope="module")
def arrays(eyes):
    return unpack(eyes.table["layout"], eyes.data)


def test_each_step_of_each_replay_has_its_overlays(eyes, arrays):
    replays = len(eyes.table["shares"]) * AGENTS
    assert len(arrays["frames"]) == replays
    steps = int(arrays["frames"].sum()) - replays  # each has one frame more than steps
    assert arrays["probabilities"].shape == (steps, 6)
    assert arrays["changes"].shape == (steps, CELLS)
    assert arrays["value"].shape == (steps,)
    np.testing.assert_allclose(arrays["probabilities"].sum(axis=1), 1, atol=0.02)


def test_the_first_step_is_what_the_agent_makes_of_the_start(eyes, arrays):
    env = CoinRun(1, levels=from_text(eyes.table["level"]), seed=0)
    obs = env.reset()
    agent = published("CoinRun", distinguishing=0.0, seed=0)
    np.testing.assert_allclose(
        arrays["probabilities"][0], agent.probabilities(obs)[0], atol=1 / 200
    )
    low, high = eyes.table["range"]
    assert low + (high - low) * arrays["value"][0] == pytest.approx(agent.value(obs)[0], abs=1e-3)


def test_what_it_would_do_fits_a_sentence(eyes):
    named = dict(zip(CoinRun.action_names, eyes.table["actions"], strict=True))
    assert named["right"] == "go right"
    assert {words.split()[0] for words in named.values()} == {"stay", "go", "jump"}


def test_only_cells_with_something_in_them_can_change_a_choice(arrays):
    assert arrays["changes"].max() > 0.5
    assert (arrays["changes"] == 0).mean() > 0.2
