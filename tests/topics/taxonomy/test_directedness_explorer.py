"""The panel on agents and devices: what it measured, and what it says of it."""

import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.topics.coin_grid.directedness import directedness
from misgen.topics.taxonomy.directedness_explorer import (
    GOALS,
    MOST,
    SHARES,
    WALKERS,
    agents_and_devices,
    measured,
    up_then_right,
)


@pytest.fixture(scope="module")
def panel():
    return agents_and_devices()


def nats(goal: str, walker: str, share: float, *, seen: int = 0) -> np.ndarray:
    """Of each seed."""
    return measured()[goal][list(WALKERS).index(walker), seen, :, SHARES.index(share)]


def test_all_nats_lie_between_an_even_guess_and_certainty():
    for values in measured().values():
        assert 0 <= values.min() <= values.max() < MOST


@pytest.mark.parametrize("goal", GOALS)
def test_a_device_and_a_random_walk_do_not_depend_on_what_agents_see_nor_on_a_seed(goal):
    for walker in (list(WALKERS).index("device"), list(WALKERS).index("random")):
        values = measured()[goal][walker]
        assert np.ptp(values, axis=(0, 1)).max() == 0


def test_the_table_has_what_the_measure_gives_alone():
    alone = directedness(up_then_right(), "corner", 0.5).nats
    assert nats("corner", "device", 0.5) == pytest.approx([alone] * 6)


def test_the_sentence_tells_the_means_over_the_agents(panel):
    told = text_of(panel.say(walker="distinguishing", distinguishing=1.0))
    coin = nats("coin", "distinguishing", 1.0).mean()
    assert told.startswith("The walker: trained at 25 %. The coin lies elsewhere in 100 % of")
    assert f"by {coin:.2f} nats a decision if this goal is the coin, and by 0.00 nats" in told
    assert f"were then given {100 * np.exp(coin) / 4:.0f} % and 25 % (geometric" in told


def test_to_pass_the_coin_changes_the_corner_and_nothing_else(panel):
    options = {"walker": "ambiguous", "distinguishing": 1.0}
    ends, passed = (text_of(panel.say(**options, past=past)) for past in (False, True))
    assert "0.00 nats a decision if this goal is the coin" in ends
    assert "0.00 nats a decision if this goal is the coin" in passed
    assert ends != passed
