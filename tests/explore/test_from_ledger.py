import pytest

import misgen
from misgen import explore
from misgen.explore import sources
from misgen.explore.presentations import PRESENTATIONS

FILLED = sorted(name for name in explore.EXPLORERS if hasattr(sources, name))


def test_the_explorers_of_replays_and_the_quiz_are_filled_from_the_ledger():
    assert FILLED == ["dial", "duel", "predict", "quiz"]


@pytest.mark.parametrize("env", PRESENTATIONS)
@pytest.mark.parametrize("name", FILLED)
def test_each_explorer_can_be_filled_from_the_ledger(name, env):
    explorer = explore.build(name, env)
    assert explorer.sentence()
    assert 'class="misgen-state"' in explorer.html()


@pytest.mark.parametrize("env", sorted(misgen.ENVIRONMENTS.keys() - PRESENTATIONS.keys()))
@pytest.mark.parametrize("name", ["dial", "duel", "predict"])
def test_an_environment_without_results_or_words_is_refused_in_one_sentence(name, env):
    with pytest.raises(ValueError, match=rf"(No agents|the results) of {env}\b") as c:
        explore.build(name, env)
    assert "\n" not in str(c.value)


def test_an_environment_that_is_published_but_has_no_words_is_refused(monkeypatch):
    monkeypatch.delitem(PRESENTATIONS, "CoinRun")
    sources.study.cache_clear()
    with pytest.raises(ValueError, match=r"no words for the results of CoinRun yet; choose one of"):
        explore.build("dial", "CoinRun")


def test_the_caption_says_how_the_levels_were_chosen():
    caption = explore.Dial.for_env("CoinRun").table["source"]["text"]
    assert "the first 8 levels of one seed that are at least 27 columns long, and open" in caption
    assert "on which 1 % changes what most agents do" in caption


def test_the_dial_shows_the_rates_of_the_ledger():
    sentence = explore.Dial.for_env("CoinRun").sentence()
    goal = misgen.results("CoinRun").where(0.0).estimate("shifted", "goal")
    assert f"{round(100 * goal.mean)} of 100" in sentence


def test_the_slider_has_exactly_the_values_of_the_ledger():
    values = explore.Dial.for_env("CoinRun").table["settings"]["values"]
    assert values == [0, 1, 2, 3, 5, 10, 25, 50, 100]


def test_ordinary_and_shifted_replays_are_on_the_same_levels():
    ordinary, shifted = (misgen.replays("CoinRun", kind) for kind in ("ordinary", "shifted"))
    for key, replay in shifted.items():
        assert (replay.cells == ordinary[key].cells).all()


def test_the_explorers_open_on_the_first_level_that_the_first_step_changes():
    replays = misgen.replays("CoinRun", "shifted")

    def usual(share: float, level: int) -> str:
        outcomes = [replays[(share, seed, level)].outcome for seed in range(10)]
        return max(set(outcomes), key=outcomes.count)

    levels = sorted({level for _, _, level in replays})
    opening = explore.Dial.for_env("CoinRun").state["level"]
    before = levels[: levels.index(opening)]
    assert usual(0.0, opening) != usual(0.01, opening)
    assert all(usual(0.0, level) == usual(0.01, level) for level in before)


def test_an_unknown_explorer_or_environment_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="choose one of"):
        explore.build("dials", "CoinRun")
    with pytest.raises(ValueError, match="no environment"):
        explore.build("dial", "CoinRum")
    with pytest.raises(ValueError, match="no quiz"):
        explore.build("quiz", "Nowhere")
