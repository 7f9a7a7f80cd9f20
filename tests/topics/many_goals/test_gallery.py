from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.many_goals.gallery import (
    HILLS,
    NAMES,
    POTENTIALS,
    PRESETS,
    hills,
    reward_of,
    rivals,
)
from misgen.topics.many_goals.gridworld import (
    CELLS,
    count_policies,
    named_room,
    optimal_actions,
    room,
)
from misgen.topics.many_goals.identifiability import explains, observe

OPEN = named_room("open room")
WALL = named_room("a wall")
BUILT_ON_VALUES = {
    "Values in even steps", "Values in random steps", "Values in new random steps",
}  # fmt: skip


def verdicts(paint: str, potential: str = "left", where=OPEN, discount: float = 0.9):
    found = rivals(reward_of(paint), discount, potential, where)
    return {rival.name: rival.verdict for rival in found}


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"nothing"}))
@pytest.mark.parametrize("discount", [0.5, 0.9, 0.95])
def test_in_the_open_room_all_but_two_explain_what_each_preset_makes_best(name, discount):
    found = verdicts(PRESETS[name], discount=discount)
    assert found.pop("Nothing anywhere") == "among"
    assert found.pop("The potential simply added") == "other"
    assert found.pop("Its opposite") == "other"
    assert set(found.values()) == {"same"}


@pytest.mark.parametrize("potential", POTENTIALS)
def test_a_multiple_and_a_shaped_reward_part_nowhere(potential):
    for name in PRESETS:
        found = verdicts(PRESETS[name], potential, WALL)
        assert found["Half of it, plus 0.3"] == "same"
        assert found["Shaped by a potential"] == "same"


def test_a_wall_parts_rewards_that_no_one_could_tell_apart_in_the_open_room():
    found = verdicts(PRESETS["goal and pit"], where=WALL)
    assert {found[name] for name in BUILT_ON_VALUES} == {"other"}


def test_a_reward_of_nothing_makes_every_policy_optimal():
    found = rivals(reward_of(PRESETS["nothing"]), 0.9, "left", OPEN)
    assert found[NAMES.index("Nothing anywhere")].verdict == "same"
    assert found[NAMES.index("Nothing anywhere")].policies == count_policies(room().available)


def test_the_verdicts_on_rewards_of_states_are_those_of_the_linear_conditions():
    rng = np.random.default_rng(0)
    for _ in range(10):
        painted = rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0], CELLS)
        seen = observe(OPEN, painted, 0.9)
        for rival in rivals(painted, 0.9, "checks", OPEN):
            if rival.name == "Shaped by a potential":
                assert np.array_equal(rival.picture, POTENTIALS["checks"])
                assert rival.explains  # and it is no reward of states
            else:
                assert bool(explains([seen], rival.picture)) == rival.explains


def test_pictures_lie_between_minus_1_and_1():
    for potential in POTENTIALS:
        for rival in rivals(reward_of(PRESETS["goal and pit"]), 0.9, potential, OPEN):
            assert abs(rival.picture).max() <= 1


def test_policies_are_those_of_the_reward_in_the_picture():
    found = rivals(reward_of(PRESETS["one goal"]), 0.9, "left", WALL)
    for rival in found:
        if rival.name != "Shaped by a potential":
            assert rival.policies == count_policies(optimal_actions(WALL, rival.picture, 0.9))


def test_hills_rise_and_come_from_their_seed():
    for seed, heights in enumerate(HILLS):
        assert (np.diff(heights) > 0).all()
        assert np.array_equal(heights, hills(seed))


def test_a_painted_room_is_a_word_of_25_letters():
    assert reward_of("abcde" * 5).tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0] * 5
    for wrong in ("c" * 24, "c" * 24 + "f"):
        with pytest.raises(ValueError, match="25 of the letters abcde"):
            reward_of(wrong)
