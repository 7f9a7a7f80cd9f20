import hashlib

import numpy as np
import pytest
from topics.dogs.dogs_reference import Command

from misgen.core.measure import control_options
from misgen.learn import ppo
from misgen.topics.dogs.env import SIT, STAND, Dogs

OUTCOMES = {(True, True): "goal and proxy", (True, False): "goal", (False, True): "proxy",
            (False, False): "neither"}  # fmt: skip


@pytest.mark.parametrize(
    "senses",
    [
        {},
        {"voice_audible": False},
        {"lips_visible": False},
        {"lips_clarity": 2.0},
        {"lips_clarity": 0.5},
    ],
)
def test_the_batch_steps_like_the_slow_reference(senses):
    env, rng = Dogs(50, distinguishing=0.3, seed=11, **senses), np.random.default_rng(11)
    hears, sees = senses.get("voice_audible", True), senses.get("lips_visible", True)
    clarity = senses.get("lips_clarity", 1.0)
    for actions in np.random.default_rng(1).integers(0, 2, (40, 50)):
        obs = env.reset()
        commands = [Command.spoken(rng, 0.3) for _ in range(50)]
        assert obs.tolist() == [c.observed(hears, sees, clarity) for c in commands]
        assert env.distinguishing_levels.tolist() == [c.voice != c.lips for c in commands]
        step = env.step(actions)
        expected = [c.outcome(a) for c, a in zip(commands, actions, strict=True)]
        assert step.reward.tolist() == [reward for reward, _ in expected]
        happened = zip(step.events.goal.tolist(), step.events.proxy.tolist(), strict=True)
        assert [OUTCOMES[pair] for pair in happened] == [what for _, what in expected]
        assert step.events.timed_out.tolist() == [what == "neither" for _, what in expected]
        assert step.terminated.all()
        assert not (step.truncated | step.events.died | step.events.marker).any()
        np.testing.assert_array_equal(step.obs, obs)


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = Dogs(64, distinguishing=0.3, seed=2026)
    digest = hashlib.sha256(env.reset().tobytes())
    for row in np.random.default_rng(1).integers(0, 2, (50, 64)):
        digest.update(env.step(row).reward.tobytes() + env.reset().tobytes())
    assert digest.hexdigest()[:16] == "4c6af377e83b07a5"


def test_distinguishing_is_the_share_of_commands_whose_lips_say_the_other_word():
    for share in (0.0, 0.1, 1.0):
        env = Dogs(20_000, distinguishing=share, seed=3)
        voice, lips = env.reset().T
        assert (voice != lips).mean() == env.distinguishing_levels.mean()
        assert (voice != lips).mean() == pytest.approx(share, abs=0.01)


def test_both_words_are_equally_frequent_and_both_cues_equally_clear():
    voice, lips = Dogs(20_000, distinguishing=0.5, seed=3).reset().T
    for cue in (voice, lips):
        assert set(cue.tolist()) == {-1.0, 1.0}
        assert cue.mean() == pytest.approx(0.0, abs=0.03)


def test_an_ordinary_command_does_not_tell_the_cues_apart():
    voice, lips = Dogs(500, seed=3).reset().T
    np.testing.assert_array_equal(voice, lips)


def test_a_hidden_cue_still_counts():
    seen, hidden = (Dogs(200, distinguishing=0.5, lips_visible=v, seed=4) for v in (True, False))
    obs, without = seen.reset(), hidden.reset()
    np.testing.assert_array_equal(without[:, 0], obs[:, 0])
    assert not without[:, 1].any()
    assert not np.signbit(without[:, 1]).any()
    actions = np.random.default_rng(0).integers(0, 2, 200)
    first, second = seen.step(actions).events, hidden.step(actions).events
    np.testing.assert_array_equal(first.proxy, second.proxy)


def test_the_kth_command_of_a_seed_is_the_same_for_every_num_envs():
    one_by_one, many = (Dogs(n, distinguishing=0.5, seed=8) for n in (1, 300))
    commands = many.reset()
    for command in commands:
        np.testing.assert_array_equal(one_by_one.reset()[0], command)


def test_blocks_of_seeds_are_the_same_alone_and_beside_others():
    together = Dogs(30, distinguishing=0.5, seed=[5, 6, 7])
    alone = [Dogs(10, distinguishing=0.5, seed=seed) for seed in (5, 6, 7)]
    for _ in range(5):
        np.testing.assert_array_equal(together.reset(), np.concatenate([e.reset() for e in alone]))
    # Also where the blocks restart a different number of rows.
    mask = np.random.default_rng(0).random(30) < 0.4
    expected = [e.reset(rows) for e, rows in zip(alone, mask.reshape(3, 10), strict=True)]
    restarted = together.reset(mask)
    assert restarted.shape == (mask.sum(), 2)
    np.testing.assert_array_equal(restarted, np.concatenate(expected))


def test_the_bounds_of_the_observation_grow_with_the_clarity_of_the_lips():
    assert (Dogs(1, seed=0).obs_low, Dogs(1, seed=0).obs_high) == (-1.0, 1.0)
    clear = Dogs(1, lips_clarity=2.5, seed=0)
    assert (clear.obs_low, clear.obs_high) == (-2.5, 2.5)


def test_the_picture_shows_what_is_said_and_what_is_done():
    env = Dogs(1, distinguishing=1.0, seed=0)
    (voice, lips), names = env.reset()[0], Dogs.sprites
    for action, dog in ((STAND, "dog_stands"), (SIT, "dog_sits")):
        env.step(np.array([action]))
        shown = {names[sprite]: x for sprite, x, _ in env.frame(0).actors}
        assert shown[dog] == 3
        assert shown["voice_sit" if voice > 0 else "voice_stand"] == 0
        assert shown["lips_sit" if lips > 0 else "lips_stand"] == 1


@pytest.mark.parametrize(("control", "gone"), [("erased", "voice"), ("back_turned", "lips")])
def test_a_control_takes_one_cue_away(control, gone):
    env = Dogs(1, seed=0, **control_options("Dogs", control))
    env.reset()
    shown = " ".join(Dogs.sprites[sprite] for sprite, _, _ in env.frame(0).actors)
    assert gone not in shown
    assert {"voice": "lips", "lips": "voice"}[gone] in shown


def test_the_books_learner_learns_it_from_every_seed():
    obs = np.array([[1, 1], [-1, -1]], np.float32)
    for seed in range(10):
        agent = ppo.train("Dogs", seed=seed)
        sits = agent.probabilities(obs)[:, SIT]
        assert sits[0] > 0.9
        assert sits[1] < 0.1


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"distinguishing": 1.2}, "distinguishing"),
        ({"distinguishing": float("nan")}, "distinguishing"),
        ({"seed": -1}, "seed"),
        ({"seed": [0, -1]}, "seed"),
        ({"seed": [0, 1, 2]}, "num_envs must be a multiple of the 3 seeds"),
        ({"seed": []}, "seeds"),
        ({"lips_clarity": -0.1}, "lips_clarity"),
        ({"lips_clarity": 4.1}, "lips_clarity"),
        ({"lips_clarity": float("nan")}, "lips_clarity"),
        ({"num_envs": 0}, "num_envs"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, word):
    with pytest.raises(ValueError, match=word) as caught:
        Dogs(**{"num_envs": 2, "seed": 0, **options})
    assert str(caught.value).count("\n") == 0
