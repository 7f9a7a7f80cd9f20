import re
import tomllib
from html import unescape

import pytest
import small_predictions
from small_predictions import ANSWERS, OUTCOME

from misgen.core.topics import topic_text, topics_with
from misgen.explore import Answer, Guess
from misgen.explore import guess as guess_module

TWO = """
[guess.coins]
prompt = "Coins?"
outcome = "Some."
gives_away = ["some"]
[[guess.coins.answer]]
text = "Yes."
feedback = "So it was."
[[guess.coins.answer]]
text = "No."
feedback = "Look again."
"""
THREE = TWO + TWO.replace("coins", "doors").replace('outcome = "Some."\n', "")


@pytest.fixture
def written(monkeypatch):
    """Takes the text of the `guess.toml` of each topic."""
    return lambda text: monkeypatch.setattr(guess_module, "topic_text", lambda *_: text)


def test_what_came_out_and_the_feedback_wait_in_an_element_that_opens():
    before, after = small_predictions.guess().still().split("<details>")
    assert "54 of 100" not in before
    told = unescape(re.sub("<[^>]+>", "", after))
    assert "It took 54 of 100 of them." in told
    assert all(answer.feedback in told for answer in ANSWERS)


def test_the_page_is_told_under_which_name_the_answer_is_kept():
    html = small_predictions.guess().html()
    assert 'id="explorer-guess-coins"' in html
    assert 'data-key="guess-coins" data-prediction="maze.coins"' in html


def test_no_answer_is_called_right():
    assert "correct" not in small_predictions.guess().html()


@pytest.mark.parametrize("name", ["coins", "Maze.coins", "maze.", "maze/coins"])
def test_a_name_without_its_topic_is_refused(name):
    with pytest.raises(ValueError, match=r'Name a prediction as "topic\.name"'):
        Guess(name, "What?", ANSWERS, outcome=OUTCOME)


def test_a_guess_needs_two_answers_feedback_and_an_outcome():
    with pytest.raises(ValueError, match="two or more answers"):
        Guess("maze.coins", "What?", ANSWERS[:1], outcome=OUTCOME)
    with pytest.raises(ValueError, match="feedback on the answer 'Perhaps'"):
        Answer("Perhaps", " ")
    with pytest.raises(ValueError, match=r"Say what came out of the prediction 'maze\.coins'"):
        Guess("maze.coins", "What?", ANSWERS, outcome=[])


def test_the_only_guess_of_a_topic_needs_no_name(written):
    written(TWO)
    assert Guess.of("maze").prediction == "maze.coins"
    assert Guess.of("maze").outcome == [("", "Some.")]


def test_of_several_guesses_one_is_named(written):
    written(THREE)
    assert Guess.of("maze", "doors", outcome=OUTCOME).sentence() == "Coins?"
    for wrong in (None, "walls"):
        with pytest.raises(ValueError, match=r"Name one of the guesses of maze: coins, doors\."):
            Guess.of("maze", wrong)


def test_what_is_measured_takes_the_place_of_what_the_file_says(written):
    written(TWO)
    assert Guess.of("maze", outcome=OUTCOME).outcome == OUTCOME


def test_a_file_that_says_nothing_of_what_came_out_needs_it_as_an_argument(written):
    written(THREE)
    with pytest.raises(ValueError, match="Say what came out"):
        Guess.of("maze", "doors")


@pytest.mark.parametrize(
    "text",
    ["guess = [", "", TWO.replace("prompt", "asked"), TWO.replace("gives_away", "gives"),
     TWO[: TWO.rindex("[[")], TWO.replace("feedback", "told")],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_in_one_sentence_that_names_it(written, text):
    written(text)
    with pytest.raises(ValueError, match=r"maze/guess\.toml needs tables \[guess\.<name>\]") as c:
        Guess.of("maze")
    assert "\n" not in str(c.value)


def test_a_topic_without_guesses_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"no topic 'nowhere' with a guess\.toml; .* dogs"):
        Guess.of("nowhere")


@pytest.mark.parametrize("topic", topics_with("guess.toml"))
def test_each_prediction_of_a_topic_names_the_words_that_would_give_it_away(topic):
    for kind, entries in tomllib.loads(topic_text(topic, "guess.toml")).items():
        for name, entry in entries.items():
            assert [re.compile(pattern) for pattern in entry["gives_away"]]
            if kind == "guess":
                assert Guess.of(topic, name, outcome=OUTCOME).prediction == f"{topic}.{name}"
