import numpy as np
import pytest
from small_replays import WORDS, pass_by, take

import misgen
from misgen.core.measure import OUTCOMES
from misgen.explore import side_by_side
from misgen.explore.base import text_of
from misgen.explore.beside import POOL, of_replays
from misgen.explore.pack import unpack
from misgen.ledger.recording import REPLAY_SEED

LEVELS = (7, 22)


def right(obs):
    return [2] * len(obs)


def published(share):
    return misgen.published("CoinRun", distinguishing=share, seed=0)


@pytest.fixture(scope="module")
def panel():
    agents = {"always right": right, "trained at 0 %": published(0.0)}
    return side_by_side(agents, "CoinRun", seed=REPLAY_SEED, levels=LEVELS, words=WORDS)


def test_a_function_and_a_published_agent_play_the_same_levels(panel):
    arrays = unpack(panel.table["layout"], panel.data)
    assert len(arrays["replays.cells"]) == len(LEVELS)  # each level is stored once
    assert np.array_equal(arrays["replays.terrain"], [*range(len(LEVELS))] * 2)


def test_a_number_is_the_level_that_has_it_in_the_published_recordings():
    recorded = misgen.replays("CoinRun", "shifted")
    level = sorted({number for _, _, number in recorded})[-1]
    env = misgen.make("CoinRun", POOL, distinguishing=1.0, seed=REPLAY_SEED)
    (again,) = misgen.record(right, env, 0, levels=[level])
    assert np.array_equal(again.cells, recorded[0.0, 0, level].cells)


def test_the_replays_are_those_of_record(panel):
    env = misgen.make("CoinRun", POOL, distinguishing=1.0, seed=REPLAY_SEED)
    expected = misgen.record(published(0.0), env, REPLAY_SEED, levels=LEVELS)
    arrays = unpack(panel.table["layout"], panel.data)
    frames = [replay.steps + 1 for replay in expected]
    assert arrays["replays.frames"][len(LEVELS) :].tolist() == frames


def test_the_sentence_names_both_agents_in_the_words_of_the_topic(panel):
    for level in LEVELS:
        said = text_of(panel.say(level=level))
        assert said.startswith("“always right” ")
        assert "“trained at 0 %” " in said
        doing = [getattr(WORDS, outcome) for outcome in OUTCOMES]
        assert any(words in said for words in doing)


def test_a_model_of_stable_baselines3_is_shown_too():
    from stable_baselines3 import PPO

    model = PPO("MlpPolicy", misgen.vec_env("CoinRun", 4, seed=0), n_steps=8, batch_size=32, seed=0)
    shown = side_by_side({"untrained": model}, "CoinRun", seed=1, levels=LEVELS)
    assert list(shown.state) == ["level", "step"]  # no choice of one agent
    doing = ("reaches the goal", "reaches the proxy", "dies", "runs out of time")
    assert text_of(shown.say()) in [f"It {done}." for done in doing]


def test_every_pair_of_outcomes_has_its_sentence():
    replays = {"a": [take(7), pass_by(41)], "b": [take(7), take(41)]}
    shown = of_replays(replays, words=WORDS)
    assert text_of(shown.say()) == "“a” takes the coin; so does “b”."
    told = "“a” runs past the coin to the end; “b” takes the coin."
    assert text_of(shown.say(level=41)) == told
    assert text_of(shown.say(first="b", second="b", level=41)) == "“b” takes the coin; so does “b”."


def test_an_erased_goal_is_only_met_by_accident():
    erased = of_replays({"a": [take(7, erased=True), take(41, erased=True)]}, words=WORDS)
    assert text_of(erased.say()) == f"It {WORDS.accidental}."


@pytest.mark.parametrize(
    "other", [[take(7)], [take(7), take(40)], [take(7), take(41, erased=True)]]
)
def test_agents_on_different_levels_are_refused(other):
    with pytest.raises(ValueError, match="on the same levels"):
        of_replays({"a": [take(7), take(41)], "b": other})


def test_nobody_to_show_is_refused():
    with pytest.raises(ValueError, match="at least one agent"):
        of_replays({})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"agents": [lambda obs: [0] * len(obs)]}, "agents must be a Mapping, such as {.mine"),
        ({"control": ["erased"]}, "control must be a str, such as 'erased'"),
        ({"levels": 3}, "levels must be a list of the levels"),
        ({"options": {"seed": 3}}, "seed is none of the options"),
        ({"options": 5}, "options must be a dictionary"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(wrong, words):
    given = {"agents": {"a": lambda obs: [0] * len(obs)}, "name": "CoinRun", "seed": 0, **wrong}
    with pytest.raises(ValueError, match=f"^{words}"):
        side_by_side(**given)
