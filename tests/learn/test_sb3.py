from __future__ import annotations

import math
import random
import re
import sys
import time
import types
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from stable_baselines3 import PPO

import misgen
from misgen import PPOSettings
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.learn.progress import Progress
from misgen.learn.sb3 import export, make_model, train

SMALL = PPOSettings(steps=2048, num_envs=16, rollout_steps=32, batch_size=128, hidden=8)


def _model(settings: PPOSettings = SMALL, seed: int = 0) -> PPO:
    env = misgen.make("CoinRun", settings.num_envs, seed=seed)
    return make_model(BatchedVecEnv(env, settings.reward_scale), settings, seed)


def _same(first: misgen.Policy, second: misgen.Policy) -> bool:
    pairs = zip(first.weights, second.weights, strict=True)
    return all(one.tobytes() == other.tobytes() for one, other in pairs)


# ---------------------------------------------------------------------- export


@pytest.fixture(scope="module")
def trained_model() -> PPO:
    return _model().learn(SMALL.steps)


def test_the_exported_agent_has_the_logits_and_values_of_torch(trained_model):
    env = misgen.make("CoinRun", 500, distinguishing=0.5, seed=9)
    obs = env.reset()
    for _ in range(10):
        obs = env.step(np.random.default_rng(0).integers(0, 6, 500)).obs
    agent = export(trained_model)
    with torch.no_grad():
        tensor = torch.as_tensor(obs)
        logits = trained_model.policy.get_distribution(tensor).distribution.logits.numpy()
        values = trained_model.policy.predict_values(tensor).numpy()[:, 0]
    assert np.ptp(values) > 0.01  # it has learned something, so that the comparison means something
    np.testing.assert_allclose(np.log(agent.probabilities(obs)), logits, atol=1e-5)
    np.testing.assert_allclose(agent.value(obs), values, atol=1e-5)


def test_the_exported_agent_does_not_change_when_training_goes_on():
    model = _model()
    agent = export(model)
    before = [weights.copy() for weights in agent.weights]
    model.learn(512)
    for weights, old in zip(agent.weights, before, strict=True):
        np.testing.assert_array_equal(weights, old)


def test_an_untrained_model_values_every_state_at_zero():
    # A random value head is several times the reward, and some seeds then never learn.
    agent = export(_model())
    obs = misgen.make("CoinRun", 50, seed=0).reset()
    np.testing.assert_array_equal(agent.value(obs), 0.0)


def test_both_learners_start_from_the_same_kind_of_agent():
    torch_agent = export(_model(replace(SMALL, hidden=64)))
    numpy_agent = misgen.Policy.random(obs_size=310, num_actions=6, hidden=64, seed=0)
    for one, other in zip(torch_agent.weights, numpy_agent.weights, strict=True):
        assert one.shape == other.shape
        assert np.square(one).sum() == pytest.approx(np.square(other).sum(), rel=1e-3)


# ----------------------------------------------------------------- determinism


def test_the_same_seed_twice_gives_identical_weights_and_another_seed_does_not():
    first, second, other = (train("CoinRun", seed=seed, settings=SMALL) for seed in (3, 3, 4))
    assert _same(first, second)
    assert not _same(first, other)


def test_training_does_not_depend_on_the_random_state_that_it_finds():
    first = train("CoinRun", seed=3, settings=SMALL)
    np.random.seed(99)  # noqa: NPY002  # the global state is what this is about
    torch.manual_seed(99)
    assert _same(first, train("CoinRun", seed=3, settings=SMALL, progress=False))


def test_the_share_of_distinguishing_levels_and_the_options_matter():
    plain = train("CoinRun", seed=3, settings=SMALL)
    assert not _same(plain, train("CoinRun", seed=3, settings=SMALL, distinguishing=1.0))
    assert not _same(plain, train("CoinRun", seed=3, settings=SMALL, options={"levels": 2}))


def test_torch_computes_on_one_thread():
    torch.set_num_threads(2)
    train("CoinRun", seed=0, settings=SMALL, steps=1)
    assert torch.get_num_threads() == 1


# ------------------------------------------------------------- length and notes


def test_the_notes_say_how_the_agent_was_trained(tmp_path):
    agent = misgen.train(
        "CoinRun", distinguishing=0.1, seed=5, settings=SMALL, steps=600, options={"levels": 3}
    )
    agent.save(tmp_path / "agent.npz")
    notes = misgen.load(tmp_path / "agent.npz").notes
    assert notes["env"] == "CoinRun"
    assert (notes["distinguishing"], notes["seed"]) == (0.1, 5)
    assert notes["options"] == {"levels": 3}
    assert notes["settings"] == replace(SMALL, steps=600).to_json()
    assert notes["steps"] == 1024  # two rollouts of 512
    assert notes["interrupted"] is False


def test_no_steps_give_an_untrained_agent():
    agent = train("CoinRun", seed=0, settings=SMALL, steps=0)
    assert agent.notes["steps"] == 0
    np.testing.assert_allclose(agent.probabilities(np.ones((1, 310), np.float32)), 1 / 6, atol=0.05)


def test_until_ends_the_run_when_the_agent_is_good_enough():
    # Where 0 % are asked for, the first full window of 1,000 episodes of at most 50 steps will do.
    agent = train("CoinRun", seed=0, steps=300_000, until=0.0)
    assert agent.notes["steps"] < 1000 * 50 + 128 * (50 + 32)
    assert agent.notes["interrupted"] is False


def test_a_short_run_learns():
    agent = train("CoinRun", seed=0, steps=60_000)
    untrained = train("CoinRun", seed=0, steps=0)
    rates = [
        misgen.evaluate(a, "CoinRun", distinguishing=0.0, episodes=500, seed=1).goal
        for a in (untrained, agent)
    ]
    assert rates[0].high + 0.2 < rates[1].low


# ---------------------------------------------------------------- interruption


def _interrupt_after(monkeypatch, steps: int) -> None:
    """Let the stop button be pressed in a certain step of the environment."""
    whole, count = BatchedVecEnv.step_wait, [0]

    def step_wait(self):
        count[0] += 1
        if count[0] > steps:
            raise KeyboardInterrupt
        return whole(self)

    monkeypatch.setattr(BatchedVecEnv, "step_wait", step_wait)


def test_an_interrupted_run_keeps_the_agent_so_far(monkeypatch):
    untrained = train("CoinRun", seed=0, settings=SMALL, steps=0)
    _interrupt_after(monkeypatch, 70)
    with pytest.warns(UserWarning, match=r"interrupted after 1,120 of 2,048 steps; the agent so"):
        agent = train("CoinRun", seed=0, settings=SMALL)
    assert agent.notes["interrupted"] is True
    assert agent.notes["steps"] == 70 * 16
    assert not _same(agent, untrained)  # two updates were done
    assert agent.act(np.zeros((1, 310), np.float32), np.random.default_rng(0)).shape == (1,)


def test_the_agent_of_an_interrupted_run_is_the_one_of_the_updates_done(monkeypatch):
    two_updates = train("CoinRun", seed=0, settings=SMALL, steps=1024)
    _interrupt_after(monkeypatch, 70)
    with pytest.warns(UserWarning, match="interrupted"):
        assert _same(train("CoinRun", seed=0, settings=SMALL), two_updates)


def test_a_run_that_is_interrupted_at_once_returns_the_untrained_agent(monkeypatch):
    untrained = train("CoinRun", seed=0, settings=SMALL, steps=0)
    _interrupt_after(monkeypatch, 0)
    with pytest.warns(UserWarning, match="interrupted after 0 of"):
        assert _same(train("CoinRun", seed=0, settings=SMALL), untrained)


def test_the_warning_points_at_the_readers_own_line(monkeypatch):
    _interrupt_after(monkeypatch, 0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        misgen.train("CoinRun", seed=0, settings=SMALL)
    assert [warning.filename for warning in caught] == [__file__]


def test_other_errors_of_the_environment_are_not_swallowed(monkeypatch):
    def step_wait(self):
        raise RuntimeError("broken")

    monkeypatch.setattr(BatchedVecEnv, "step_wait", step_wait)
    with pytest.raises(RuntimeError, match="broken"):
        train("CoinRun", seed=0, settings=SMALL)


# ---------------------------------------------------------------- progress bar


def test_the_bar_shows_steps_return_success_and_time_left(capsys):
    agent = train("CoinRun", seed=0, settings=SMALL, steps=4096, progress=True)
    shown = capsys.readouterr().err
    assert agent.notes["steps"] == 4096
    assert "100%" in shown
    assert "mean return" in shown
    assert "success" in shown
    assert "<" in shown  # tqdm's [elapsed<left, rate]


def test_no_bar_is_shown_unless_asked_for(capsys):
    train("CoinRun", seed=0, settings=SMALL)
    shown = capsys.readouterr()
    assert shown.err == shown.out == ""


class _Handle:
    """What IPython's display returns: a line that can be written over."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def update(self, data: dict[str, str], raw: bool) -> None:
        assert raw
        self.lines.append(data["text/plain"])


@pytest.fixture
def notebook(monkeypatch) -> _Handle:
    """Pretend to be in a notebook; returns the line of output."""
    handle = _Handle()
    shell = types.SimpleNamespace(kernel=object())
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    display = types.ModuleType("IPython.display")
    display.display = lambda data, raw, display_id: handle
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return handle


def test_in_a_notebook_the_bar_is_one_line_of_text_that_ends_with_a_summary(notebook, capsys):
    train("CoinRun", seed=0, settings=SMALL, progress=True)
    assert capsys.readouterr().err == ""
    assert notebook.lines[-1].startswith("2,048 steps in ")
    assert "mean return" in notebook.lines[-1]


def test_in_a_notebook_the_line_is_written_over_with_the_time_left(notebook):
    with Progress(10, "step") as bar:
        time.sleep(0.4)  # a notebook is told three times a second at most
        bar.advance_to(5, "mean return 0.50")
        shown = notebook.lines[-1]
    assert "5.00/10.0" in shown
    assert "mean return 0.50" in shown
    assert re.search(r"<00:\d\d, ", shown)  # tqdm's [elapsed<left, rate]
    assert notebook.lines[-1].startswith("5 of 10 (stopped early) steps in ")
    assert notebook.lines[-1].endswith(" s, mean return 0.50")


def test_an_interrupted_bar_says_that_it_stopped_early(notebook, monkeypatch):
    _interrupt_after(monkeypatch, 70)
    with pytest.warns(UserWarning, match="interrupted"):
        train("CoinRun", seed=0, settings=SMALL, progress=True)
    assert notebook.lines[-1].startswith("1,024 of 2,048 (stopped early) steps in ")


# --------------------------------------------------------------- bad arguments


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"name": "Moon"}, "There is no environment 'Moon'"),
        ({"distinguishing": 1.5}, "distinguishing must lie between 0 and 1"),
        ({"distinguishing": math.nan}, "distinguishing must lie between 0 and 1"),
        ({"seed": -1}, "seed must be a whole number of at least 0"),
        ({"seed": 0.5}, "seed must be a whole number of at least 0"),
        ({"steps": -1}, "steps must be a whole number of at least 0, but is -1"),
        ({"steps": math.nan}, "steps must be a whole number of at least 0, but is nan"),
        ({"steps": 1.5}, "steps must be a whole number of at least 0, but is 1.5"),
        ({"seed": True}, "seed must be a whole number of at least 0, but is True"),
        ({"seed": 2**32}, "seed must be at most 4,294,967,295, but is 4,294,967,296"),
        ({"distinguishing": "0.5"}, "distinguishing must lie between 0 and 1, but is '0.5'"),
        ({"until": 95}, "until must lie between 0 and 1"),
        ({"options": {"levels": 0}}, "levels must be a whole number of at least 1"),
        ({"options": {"placement": "moon"}}, "placement must be one of"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(arguments, word):
    with pytest.raises(ValueError, match=word) as caught:
        train(**{"name": "CoinRun", "seed": 0, "settings": SMALL, **arguments})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"options": 5}, "options must be a dictionary"),
        ({"options": [("levels", 3)]}, "options must be a dictionary"),
        ({"options": {3: "levels"}}, "options must be a dictionary"),
        ({"settings": {"hidden": 8}}, "settings must be a PPOSettings, such as"),
        ({"settings": 8}, "settings must be a PPOSettings, such as"),
        ({"settings": PPOSettings}, "settings must be a PPOSettings, such as"),
        ({"progress": "no"}, "progress must be True or False, but is 'no'"),
        ({"progress": 1}, "progress must be True or False, but is 1"),
        ({"progress": None}, "progress must be True or False, but is None"),
        ({"seed": "3"}, "seed must be a whole number of at least 0, but is '3'"),
    ],
)
def test_misgen_train_refuses_what_is_of_the_wrong_kind_in_one_sentence(arguments, word):
    with pytest.raises(ValueError, match=word) as caught:
        misgen.train(**{"name": "CoinRun", "seed": 0, "settings": SMALL, **arguments})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("in_a_page", [False, True])
@pytest.mark.parametrize(
    "size",
    [
        {"rollout_steps": 10**6, "num_envs": 1000},
        {"rollout_steps": 10**5, "num_envs": 10**4},
        {"rollout_steps": 10, "num_envs": 200_000},
    ],
)
def test_a_rollout_that_does_not_fit_into_memory_is_refused_by_both_learners(
    size, in_a_page, monkeypatch
):
    monkeypatch.setattr(misgen, "in_page", lambda: in_a_page)
    monkeypatch.setattr(misgen, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"does not fit into memory; choose rollout_steps and num"):
        misgen.train("CoinRun", seed=0, settings=PPOSettings(**size))


@pytest.mark.parametrize("seed", [np.arange(3)[1], np.uint8(1), np.int32(1)])
def test_a_seed_of_numpy_trains_the_agent_of_the_same_number(seed):
    given = {"name": "CoinRun", "settings": SMALL, "steps": 512}
    agent = misgen.train(**given, seed=seed)
    assert _same(agent, misgen.train(**given, seed=1))
    assert type(agent.notes["seed"]) is int


def test_settings_of_numpys_numbers_train_the_agent_of_the_same_numbers():
    theirs = {name: np.asarray(value)[()] for name, value in SMALL.to_json().items()}
    agent = misgen.train("CoinRun", seed=0, settings=PPOSettings(**theirs), steps=np.int64(512))
    assert _same(agent, misgen.train("CoinRun", seed=0, settings=SMALL, steps=512))


def test_an_unknown_option_is_refused_by_name():
    with pytest.raises(TypeError, match="moonlight"):
        train("CoinRun", seed=0, settings=SMALL, options={"moonlight": True})


# ---------------------------------------------------- threads and random states


def test_trainings_in_threads_come_out_as_they_do_alone():
    alone = [train("CoinLine", seed=seed, settings=SMALL) for seed in (3, 4)]
    with ThreadPoolExecutor(2) as pool:
        together = pool.map(lambda seed: train("CoinLine", seed=seed, settings=SMALL), (3, 4))
    assert [_same(*pair) for pair in zip(together, alone, strict=True)] == [True, True]


def test_a_training_leaves_the_global_random_states_as_they_were():
    def draws() -> list[float]:
        return [random.random(), np.random.random(), float(torch.rand(()))]  # noqa: NPY002

    def seed() -> None:
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002  # the global state is what this is about
        torch.manual_seed(1)

    seed()
    expected = draws()
    seed()
    train("CoinLine", seed=3, settings=SMALL)
    with pytest.raises(ValueError, match="not finite"):
        train("CoinLine", seed=3, settings=SMALL, options={"reward": _huge})
    assert draws() == expected


def test_a_training_within_a_training_changes_neither(monkeypatch):
    outer, inner = (train("CoinLine", seed=seed, settings=SMALL) for seed in (3, 4))
    whole, met = BatchedVecEnv.step_wait, []

    def step_wait(self):
        if not met:
            met.append(None)
            met.append(train("CoinLine", seed=4, settings=SMALL))
        return whole(self)

    monkeypatch.setattr(BatchedVecEnv, "step_wait", step_wait)
    assert _same(train("CoinLine", seed=3, settings=SMALL), outer)
    assert _same(met[1], inner)


# --------------------------------------------------------- a reward of the reader


def _huge(events) -> np.ndarray:
    return np.full(len(events.goal), 1e38)


def _for_the_end(events) -> np.ndarray:
    return 10.0 * events.proxy


def test_an_agent_learns_for_the_reward_of_a_reader_and_its_notes_say_which(tmp_path):
    agent = train("CoinRun", seed=3, settings=SMALL, options={"reward": _for_the_end})
    assert not _same(agent, train("CoinRun", seed=3, settings=SMALL))
    agent.save(tmp_path / "agent.npz")
    assert "10.0 * events.proxy" in misgen.load(tmp_path / "agent.npz").notes["options"]["reward"]


def test_the_default_reward_given_by_hand_gives_the_same_agent():
    given = {"reward": lambda events: 10.0 * events.goal}
    agent = train("CoinRun", seed=3, settings=SMALL, options=given)
    assert _same(agent, train("CoinRun", seed=3, settings=SMALL))


def test_weights_that_overflow_are_refused_in_one_sentence():
    with pytest.raises(
        ValueError, match="weights that are not finite; train it with a sm"
    ) as caught:
        train("CoinLine", seed=0, settings=SMALL, options={"reward": _huge})
    assert "\n" not in str(caught.value)
