import numpy as np
import pytest
from explored import arrays_of, said
from topics.four_scenarios.made_up import LEVELS, TRIALS, replays

from misgen.topics.four_scenarios.experiment import SEEDS
from misgen.topics.four_scenarios.explorers import CORNERS, board
from misgen.topics.four_scenarios.recordings import SHOWN
from misgen.topics.four_scenarios.scenarios import SCENARIOS


@pytest.fixture(scope="module")
def panel():
    return board(TRIALS, replays())


def test_the_goal_holds_above_and_the_capability_on_the_right():
    corners = [SCENARIOS[name] for name in CORNERS]
    assert [corner.goal for corner in corners] == [True, True, False, False]
    assert [corner.capability for corner in corners] == [False, True, False, True]


def test_each_corner_shows_its_own_agents(panel):
    frames = arrays_of(panel)["replays.frames"]
    count = len(SHOWN) * 2 * len(SEEDS) * len(LEVELS)
    assert len(frames) == len(CORNERS) * count
    for part, name in zip(panel.table["parts"], CORNERS, strict=True):
        scenario = SCENARIOS[name]
        steps = 2 + 2 * scenario.capability + 4 * scenario.goal  # as `made_up` has it
        own = frames[part["first"] : part["first"] + count]
        assert set(own.tolist()) == {steps + 1}
        assert scenario.training in part["label"]


def test_within_a_corner_the_coin_is_erased_where_the_switch_is_off(panel):
    part = panel.table["parts"][0]
    assert part["over"] == ["test", "coin", "seed", "level"]
    erased = arrays_of(panel)["replays.erased"][: part["first"] or None]
    per_coin = len(SEEDS) * len(LEVELS)
    assert np.array_equal(erased[: 4 * per_coin], np.repeat([1, 0, 1, 0], per_coin))


@pytest.mark.parametrize("test", SHOWN)
@pytest.mark.parametrize("coin", [False, True])
def test_the_sentence_tells_the_rates_of_all_four(panel, test, coin):
    told = said(panel, test=test, coin=coin)
    name = {("capability", True): "ordinary", ("capability", False): "ordinary_erased",
            ("goal", True): "shifted", ("goal", False): "erased"}[test, coin]  # fmt: skip
    for scenario in SCENARIOS.values():
        group = TRIALS.where(scenario.share, options={"hazards": scenario.capability})
        assert f"{round(100 * group.estimate(name, 'goal').mean)} %" in told
    assert ("indices" in told) == coin


def test_every_choice_of_test_and_coin_says_something_else(panel):
    assert len({said(panel, test=test, coin=coin) for test in SHOWN for coin in (0, 1)}) == 4
