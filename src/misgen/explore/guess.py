"""The guess: one question with options before the results, and what came out."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from misgen.core.topics import topic_text
from misgen.explore.base import Sentence, html_of, segments, text_of
from misgen.explore.prediction import Prediction

TITLE = "What do you expect?"


@dataclass(frozen=True)
class Answer:
    """One answer that the reader can choose."""

    text: str
    feedback: str
    """What the reader learns once he has chosen it."""

    def __post_init__(self) -> None:
        if not self.feedback.strip():
            raise ValueError(f"Give feedback on the answer {self.text!r}.")


class Guess(Prediction):
    """A question that the reader answers before he sees the results; text in backticks is code."""

    module: ClassVar[str] = "explore/js/guess"

    def __init__(
        self,
        name: str,
        prompt: str,
        answers: Sequence[Answer],
        *,
        outcome: Sentence,
        title: str = TITLE,
        key: str | None = None,
    ) -> None:
        """Creates a guess.

        Args:
            name: See `Prediction`.
            prompt: What is asked.
            answers: Two or more.
            outcome: What came out; numbers in it are the ledger's.
            title: Heading.
            key: See `Explorer`; by default "guess-" and the last part of the name.

        Raises:
            ValueError: If there are fewer than two answers.
        """
        if len(answers) < 2:
            raise ValueError(f"Give two or more answers to {prompt!r}.")
        self._answers = tuple(answers)
        asked = segments(prompt)
        table: dict[str, Any] = {
            "title": title,
            "question": asked,
            "answers": [
                {"text": segments(a.text), "feedback": segments(a.feedback)} for a in answers
            ],
        }
        own_key = f"guess-{name.rpartition('.')[2]}"
        super().__init__(name, text_of(asked), outcome, table=table, arrays={}, state={},
                         key=own_key if key is None else key)  # fmt: skip

    @classmethod
    def of(cls, topic: str, name: str | None = None, *, outcome: Sentence | None = None) -> Self:
        """Returns a guess of a topic from its `guess.toml`.

        Args:
            topic: Such as "dogs".
            name: Which one; it may be left out where there is one only.
            outcome: What came out, if it is measured; by default as the file says.

        Raises:
            ValueError: If there is no such guess, or the file does not say what came out.
        """
        guesses = read_guesses(topic)
        if name is None and len(guesses) == 1:
            (name,) = guesses
        if name not in guesses:
            raise ValueError(f"Name one of the guesses of {topic}: {', '.join(guesses)}.")
        entry = guesses[name]
        answers = [Answer(**answer) for answer in entry["answer"]]
        said = segments(entry.get("outcome", "")) if outcome is None else outcome
        return cls(f"{topic}.{name}", entry["prompt"], answers, outcome=said)

    def sentence(self) -> str:
        """Returns the question."""
        return text_of(self.table["question"])

    def numbers(self) -> str:
        """Returns what came out and the feedback in an element that opens."""
        rows = (
            f"<li><b>{html_of(segments(a.text))}</b> {html_of(segments(a.feedback))}</li>"
            for a in self._answers
        )
        return self.outcome_html(f"<ul>{''.join(rows)}</ul>")


def read_guesses(topic: str) -> dict[str, dict[str, Any]]:
    """Returns the guesses of a topic by their names, as its `guess.toml` has them.

    Raises:
        ValueError: If the topic has no such file, or it has another form.
    """
    try:
        entries = tomllib.loads(topic_text(topic, "guess.toml"))["guess"]
        for entry in entries.values():
            Answer(**entry["answer"][1])  # two answers, with the right keys
            (entry["prompt"], entry["gives_away"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, IndexError) as error:
        raise ValueError(
            f"{topic}/guess.toml needs tables [guess.<name>] with a prompt and what gives_away the "
            f"answer, and two or more [[guess.<name>.answer]] with text and feedback: {error}."
        ) from error
    return dict(entries)
