import re
from html import unescape

import pytest

from misgen.core.topics import topics_with
from misgen.explore import quiz as quiz_module
from misgen.explore.quiz import Option, Question, Quiz

RIGHT = Option("Its `goal`", "The skill was intact.", correct=True)
WRONG = Option("Its skill", "It did not die more often.")
QUESTION = Question("What failed?", (WRONG, RIGHT))


def test_the_answers_wait_in_an_element_that_opens():
    before, after = Quiz([QUESTION]).still().split("<details>")
    assert QUESTION.answer.feedback not in before
    assert QUESTION.answer.feedback in unescape(re.sub("<[^>]+>", "", after))


def test_every_option_travels_with_its_own_feedback():
    (question,) = Quiz([QUESTION]).table["questions"]
    assert [option["correct"] for option in question["options"]] == [False, True]
    assert question["options"][0]["feedback"] == [("", "It did not die more often.")]


def test_the_state_keeps_no_answers():
    assert Quiz([QUESTION]).state == {}


def test_a_quiz_says_how_long_it_is():
    assert Quiz([QUESTION]).sentence() == "Check yourself: 1 question with feedback."
    assert Quiz([QUESTION, QUESTION]).sentence() == "Check yourself: 2 questions with feedback."


@pytest.mark.parametrize("options", [(RIGHT,), (WRONG, WRONG), (RIGHT, RIGHT)])
def test_a_question_needs_two_options_and_one_right_answer(options):
    with pytest.raises(ValueError, match="two or more options, one of them right"):
        Question("What failed?", options)


def test_an_option_without_feedback_is_refused():
    with pytest.raises(ValueError, match="feedback on the option 'Perhaps'"):
        Question("What failed?", (RIGHT, Option("Perhaps", " ")))


def test_an_empty_quiz_is_refused():
    with pytest.raises(ValueError, match="at least one question"):
        Quiz([])


@pytest.mark.parametrize("topic", topics_with("quiz.toml"))
def test_the_quiz_of_each_topic_can_be_read(topic):
    quiz = Quiz.of(topic)
    count = len(quiz.table["questions"])
    assert count >= 3
    assert quiz.sentence() == f"Check yourself: {count} questions with feedback."


def test_there_are_quizzes():
    assert {"coinrun", "dogs"} <= set(topics_with("quiz.toml"))


def test_a_topic_without_a_quiz_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"no topic 'nowhere' with a quiz\.toml; .* dogs") as c:
        Quiz.of("nowhere")
    assert "\n" not in str(c.value)


@pytest.mark.parametrize(
    "text", ["question = [", "", '[[question]]\nprompt = "a?"\n[[question.option]]\ntext = "b"']
)
def test_a_file_that_is_no_quiz_is_refused_in_one_sentence_that_names_it(monkeypatch, text):
    monkeypatch.setattr(quiz_module, "topic_text", lambda *_: text)
    with pytest.raises(ValueError, match=r"maze/quiz\.toml needs tables \[\[question\]\]"):
        Quiz.of("maze")
