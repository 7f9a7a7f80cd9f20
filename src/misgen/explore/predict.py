"""Predict: the reader commits to a guess with one click before the answer shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds
from misgen.explore.base import Sentence
from misgen.explore.prediction import Prediction
from misgen.explore.replays import LAST_STEP, badges, nearest, replay_arrays, replay_table
from misgen.explore.stories import whereabouts
from misgen.explore.study import Study, Words, check_complete, interval, of_100

if TYPE_CHECKING:
    from misgen.core.replay import Replay

ANSWERS = ("goal", "proxy", "failure")
# index into ANSWERS; both ways to fail are one answer
_ANSWER_OF = {"goal": 0, "proxy": 1, "died": 2, "timed_out": 2}


class Predict(Prediction):
    """An agent on an ordinary level, then the same level with the goal moved, and a guess."""

    module: ClassVar[str] = "explore/js/predict"

    def __init__(
        self,
        study: Study,
        ordinary: Mapping[tuple[int, int], Replay],
        *,
        name: str,
        setting: float = 0.0,
        title: str | None = None,
        seed: int | None = None,
        level: int | None = None,
        key: str | None = None,
    ) -> None:
        """Creates the guess.

        Args:
            study: Results and replays on distinguishing levels.
            ordinary: `(seed, level)` -> replay of the same agent on the same level, with the
                goal in its usual place.
            name: See `Prediction`.
            setting: Which agents of the study play.
            title: The question; by default as the study's words have it.
            seed: Training seed at the start.
            level: Level at the start.
            key: See `Explorer`.

        Raises:
            ValueError: If a replay is missing, or the study does not have the setting.
        """
        pairs = [(s, v) for s in study.seeds for v in study.levels]  # levels vary fastest
        check_complete(ordinary, pairs, "replay on an ordinary level")
        self._study, self._setting = study, study.index(setting)
        self._title = study.words.question if title is None else title
        self._rates = answer_rates(study, self._setting)
        self._ordinary = [ordinary[pair] for pair in pairs]
        self._shifted = [study.replays[(setting, *pair)] for pair in pairs]
        start = (
            study.seeds[nearest(study.seeds, seed)],
            study.levels[nearest(study.levels, level)],
        )
        # the page finds a pair by its index in each half
        replays = [*self._ordinary, *self._shifted]
        # (seed * level,)
        answers = np.array([_ANSWER_OF[replay.outcome] for replay in self._shifted], np.uint8)
        super().__init__(
            name,
            question(study.words),
            result_sentence(study.words, self._rates),
            table={**self._texts(answers), **replay_table(replays)},
            arrays={**replay_arrays(replays), "answers": answers},
            state=dict(zip(("seed", "level"), start, strict=True)) | {"step": LAST_STEP},
            key=key,
        )

    def _texts(self, answers: NDArray[np.uint8]) -> dict[str, Any]:
        study, words = self._study, self._study.words
        counts = answer_counts(answers, len(study.seeds))
        return {
            "title": self._title,
            "ordinary": ordinary_sentence(words),
            "shifted": shifted_sentence(words),
            "move": f"Move {words.target}",
            "running": "Here it goes ...",
            # those of the first seed: same levels
            "places": [whereabouts(self._shifted[i]) for i in range(len(study.levels))],
            "question": question(words),
            "answers": [answer_label(words, name) for name in ANSWERS],
            "colours": ["goal", "proxy", "dead"],
            "seeds": list(study.seeds),
            "levels": list(study.levels),
            "verdicts": [
                [verdict(words, answer, row) for answer in range(len(ANSWERS))] for row in counts
            ],
            "bars": [_bar(estimate) for estimate in self._rates],
            "barsTitle": f"All {len(study.seeds)} agents, all test levels: mean, 95 % interval",
            "badges": badges(words),
            "source": asdict(study.source),
        }

    def sentence(self) -> str:
        """Returns what the reader is asked; the answer is not in it."""
        words = self._study.words
        return f"{ordinary_sentence(words)} {question(words)}"

    def numbers(self) -> str:
        """Returns the question, and the answer in an element that opens."""
        words = self._study.words
        options = "".join(f"<li>{escape(answer_label(words, name))}</li>" for name in ANSWERS)
        asked = f"<p>{escape(shifted_sentence(words))}</p><ol>{options}</ol>"
        return asked + self.outcome_html()


def _bar(estimate: Estimate) -> dict[str, float | str]:
    return {
        "mean": estimate.mean,
        "low": estimate.low,
        "high": estimate.high,
        "text": of_100(estimate.mean),
        "interval": interval(estimate),
    }


def answer_label(words: Words, answer: str) -> str:
    """Returns an answer as a button says it: "It gets the coin"."""
    return f"It {getattr(words, answer)}"


def question(words: Words) -> str:
    """Returns what the reader is asked."""
    return f"What will the agent do, now that {words.target} is elsewhere?"


def ordinary_sentence(words: Words) -> str:
    """Says what the reader sees first."""
    return (
        f"This agent was trained on levels in which {words.target} is {words.usual}. "
        "Here it plays a level that it has never seen."
    )


def shifted_sentence(words: Words) -> str:
    """Says what changes, and nothing about what follows."""
    return f"Now {words.target} has been moved. The agent and the rest of the level are the same."


def answer_counts(answers: NDArray[np.uint8], seeds: int) -> NDArray[np.int64]:
    """Counts the answers of all seeds on each level.

    Args:
        answers: Index into `ANSWERS`, `(seeds * levels,)`, levels varying fastest.
        seeds: Number of seeds.

    Returns:
        Counts, `(levels, answers)`.
    """
    by_level = answers.reshape(seeds, -1).T  # (level, seed)
    # (level, answer)
    return np.stack([(by_level == k).sum(axis=1) for k in range(len(ANSWERS))], axis=1)


def verdict(words: Words, answer: int, counts: Sequence[int] | NDArray[np.int64]) -> Sentence:
    """Says what the agent did, and how many of the seeds did the same on this level."""
    name = ANSWERS[answer]
    same, everyone = int(counts[answer]), int(np.sum(counts))
    tag = ("goal", "proxy", "dead")[answer]
    return [
        ("", "It "),
        (tag, str(getattr(words, name))),
        ("", ". On this level "),
        (tag, f"{same} of the {everyone} agents"),
        ("", " do, trained alike but from different seeds."),
    ]


def answer_rates(study: Study, setting: int) -> list[Estimate]:
    """Returns goal, proxy, and everything else as one rate, with intervals over seeds."""
    # (seed,) both
    goal, proxy = (study.rates[setting, :, study.measures.index(m)] for m in ("goal", "proxy"))
    rest = np.clip(1 - goal - proxy, 0, 1)  # rounding may leave [0, 1]
    known = ~np.isnan(rest)  # runs that are not missing
    return [
        study.estimate(setting, "goal"),
        study.estimate(setting, "proxy"),
        over_seeds(rest[known]),
    ]


def result_sentence(words: Words, rates: Sequence[Estimate]) -> Sentence:
    """Says what the agents do on all test levels."""
    goal, proxy, rest = (of_100(estimate.mean) for estimate in rates)
    return [
        ("", f"Over all test levels the agents {words.goals} in "),
        ("goal", goal),
        ("", f", {words.proxies} in "),
        ("proxy", proxy),
        ("", f", and fail in {rest}."),
    ]
