import numpy as np
import pytest

from misgen.core.measure import OUTCOMES, run_episodes
from misgen.core.policy import Policy
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import COLUMN_SPRITES, SPRITES, generate
from misgen.topics.four_scenarios.env import ScenarioCoinRun, without_hazards

N = 200
HAZARDS = [SPRITES.index(name) for name in ("lava", "saw")]
HELD = [SPRITES.index(name) for name in ("crate", "wall", "ledge", "end")]


@pytest.fixture(scope="module")
def levels():
    return generate(np.random.default_rng(0), 2000, distinguishing=0.5)


def sprites(levels) -> np.ndarray:
    """Sprite codes, `(level, x, y)`."""
    return COLUMN_SPRITES[levels.columns]


def walked(env) -> tuple[np.ndarray, np.ndarray]:
    return run_episodes(
        Policy.random(obs_size=env.obs_size, num_actions=6, hidden=16, seed=0),
        env,
        np.random.default_rng(1),
    )


def test_with_hazards_it_is_coinrun():
    of_coinrun = CoinRun(N, distinguishing=0.5, seed=3)
    for ours, theirs in zip(walked(ScenarioCoinRun(N, distinguishing=0.5, seed=3)),
                            walked(of_coinrun), strict=True):  # fmt: skip
        np.testing.assert_array_equal(ours, theirs)


def test_no_hazard_is_left(levels):
    assert np.isin(sprites(levels), HAZARDS).any()
    assert (levels.monster[:, 0] >= 0).any()
    safe = without_hazards(levels)
    assert not np.isin(sprites(safe), HAZARDS).any()
    assert (safe.monster == -1).all()


def test_nobody_dies_without_hazards():
    outcomes, _ = walked(ScenarioCoinRun(N, hazards=False, seed=0))
    died = OUTCOMES.index("died")
    assert not (outcomes == died).any()
    assert (walked(ScenarioCoinRun(N, seed=0))[0] == died).any()


def test_all_else_of_a_level_stays(levels):
    safe = without_hazards(levels)
    np.testing.assert_array_equal(np.isin(sprites(levels), HELD), np.isin(sprites(safe), HELD))
    for name in ("length", "spawn", "coin", "marker", "distinguishing", "on_ledge"):
        assert getattr(safe, name) is getattr(levels, name)


def test_where_a_hazard_was_the_ground_goes_on_at_the_height_beside_it(levels):
    safe = sprites(without_hazards(levels))
    # solid, (level, x, y); pits are at most four columns wide
    heights = (safe == SPRITES.index("grass")).argmax(axis=2)
    level, x = np.nonzero(np.isin(sprites(levels), HAZARDS).any(axis=2))
    assert (safe[level, x] == SPRITES.index("grass")).any(axis=1).all()
    hazardous = np.isin(sprites(levels), HAZARDS).any(axis=2)  # (level, x)
    for i, at in zip(level.tolist(), x.tolist(), strict=True):
        before = at - 1
        while hazardous[i, before]:
            before -= 1
        assert heights[i, at] == heights[i, before]


def test_the_same_seed_gives_the_same_levels_with_hazards_and_without():
    with_them, without = (ScenarioCoinRun(N, hazards=h, seed=5) for h in (True, False))
    with_them.reset(), without.reset()
    for i in range(N):
        first, second = with_them.frame(i), without.frame(i)
        held = [np.isin(frame.cells, HELD) for frame in (first, second)]
        np.testing.assert_array_equal(*held)
        assert first.actors[0] == second.actors[0]  # the coin


def test_a_hazard_flag_that_is_none_is_refused():
    with pytest.raises(ValueError, match="hazards must be True or False"):
        ScenarioCoinRun(1, hazards=2, seed=0)
