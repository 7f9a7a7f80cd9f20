"""The quiz: multiple choice, with feedback on every answer."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from misgen.core.topics import topic_text
from misgen.explore.base import Explorer, html_of, segments

TITLE = "Check yourself"


@dataclass(frozen=True)
class Option:
    """One answer that the reader can choose."""

    text: str
    feedback: str
    """What the reader learns by choosing it, right or wrong."""
    correct: bool = False


@dataclass(frozen=True)
class Question:
    """A question with exactly one right answer. Text between backticks is code."""

    prompt: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        if len(self.options) < 2 or sum(option.correct for option in self.options) != 1:
            raise ValueError(f"Give two or more options, one of them right, to {self.prompt!r}.")
        silent = [option.text for option in self.options if not option.feedback.strip()]
        if silent:
            raise ValueError(f"Give feedback on the option {silent[0]!r}.")

    @property
    def answer(self) -> Option:
        """The right option."""
        return next(option for option in self.options if option.correct)


class Quiz(Explorer):
    """A short list of questions; nothing is revealed before the reader has chosen."""

    module: ClassVar[str] = "explore/js/quiz"

    def __init__(
        self, questions: Sequence[Question], *, title: str = TITLE, key: str | None = None
    ) -> None:
        """Creates a quiz.

        Args:
            questions: At least one question.
            title: Heading.
            key: See `Explorer`.

        Raises:
            ValueError: If there are no questions.
        """
        if not questions:
            raise ValueError("Give the quiz at least one question.")
        self._questions, self._title = tuple(questions), title
        table: dict[str, Any] = {"title": title, "questions": [_as_json(q) for q in questions]}
        super().__init__(table=table, arrays={}, state={}, key=key)

    @classmethod
    def of(cls, topic: str) -> Self:
        """Returns the questions that end the chapter of a topic, such as "coinrun".

        Raises:
            ValueError: If the topic has no `quiz.toml`.
        """
        return cls(_read(topic))

    def sentence(self) -> str:
        """Says how long the quiz is."""
        count = len(self._questions)
        return f"{self._title}: {count} question{'' if count == 1 else 's'} with feedback."

    def numbers(self) -> str:
        """Returns the answers in an element that opens."""
        answers = "".join(map(_answer_html, self._questions))
        return f"<details><summary>Answers</summary><ol>{answers}</ol></details>"


def _read(topic: str) -> list[Question]:
    try:
        entries = tomllib.loads(topic_text(topic, "quiz.toml"))["question"]
        return [Question(e["prompt"], tuple(Option(**o) for o in e["option"])) for e in entries]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ValueError(
            f"{topic}/quiz.toml needs tables [[question]] with a prompt, and [[question.option]] "
            f"with text and feedback in each: {error}."
        ) from error


def _as_json(question: Question) -> dict[str, Any]:
    return {
        "prompt": segments(question.prompt),
        "options": [
            {"text": segments(o.text), "feedback": segments(o.feedback), "correct": o.correct}
            for o in question.options
        ],
    }


def _answer_html(question: Question) -> str:
    answer = question.answer
    return f"<li><b>{html_of(segments(answer.text))}</b> {html_of(segments(answer.feedback))}</li>"
