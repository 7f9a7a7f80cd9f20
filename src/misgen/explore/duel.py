"""The duel: two agents on one level, in step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from misgen.core.measure import OUTCOMES
from misgen.explore import tables
from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.replays import LAST_STEP, replay_arrays, replay_table
from misgen.explore.study import ReplayKey, Study, Words, check_complete, percent

if TYPE_CHECKING:
    from misgen.core.replay import Replay

TITLE = "Two agents, one level"
SUBTITLE = "Same level, same training seed, same steps. Only the training levels differed."
_TAGS = {"goal": "goal", "proxy": "proxy", "died": "dead", "timed_out": "dead"}


class Duel(Explorer):
    """Two settings side by side, with the goal visible or erased."""

    module: ClassVar[str] = "explore/js/duel"

    def __init__(
        self,
        study: Study,
        erased: Mapping[ReplayKey, Replay],
        *,
        settings: tuple[float, float] | None = None,
        title: str = TITLE,
        subtitle: str = SUBTITLE,
        seed: int | None = None,
        level: int | None = None,
        key: str | None = None,
    ) -> None:
        """Create the duel.

        Args:
            study: Results, and replays on distinguishing levels with a visible goal.
            erased: The same replays with the goal erased from what the agent sees.
            settings: Which two agents meet at the start; the first and the last by default.
            title: Heading.
            subtitle: What the two agents share.
            seed: Training seed at the start.
            level: Level at the start.
            key: See `Explorer`.

        Raises:
            ValueError: If a replay is missing, or the study does not have a setting.
        """
        check_complete(erased, study.keys, "replay with the goal erased")
        self._study, self._title, self._subtitle = study, title, subtitle
        first, second = settings or (study.settings[0], study.settings[-1])
        study.index(first), study.index(second)
        self._pair = (first, second)
        self._seed = tables.nearest(study.seeds, seed, study.seeds[0])
        self._level = tables.nearest(study.levels, level, study.levels[0])
        replays = [source[key] for source in (study.replays, erased) for key in study.keys]
        super().__init__(
            table={**self._texts(), **replay_table(replays)},
            arrays=replay_arrays(replays),
            state={
                "distinguishing_a": round(100 * first, 3),
                "distinguishing_b": round(100 * second, 3),
                "seed": self._seed,
                "level": self._level,
                "coin": True,
                "step": LAST_STEP,
            },
            key=key,
            aliases={"a": "distinguishing_a", "b": "distinguishing_b"},
        )

    def _texts(self) -> dict[str, Any]:
        study = self._study
        return {
            "title": self._title,
            "subtitle": self._subtitle,
            "settings": tables.settings_table(study),
            "agents": [agent_name(x) for x in study.settings],
            "seeds": list(study.seeds),
            "levels": list(study.levels),
            "target": study.words.target_label,
            "erasedNote": f"With {study.words.target} erased from what they see: ",
            "comparisons": comparisons(study.words, erased=False),
            "erasedComparisons": comparisons(study.words, erased=True),
            "badges": tables.badges(study.words),
            "source": tables.source_table(study.source),
        }

    def _replay(self, setting: float) -> Replay:
        return self._study.replays[(setting, self._seed, self._level)]

    def _comparison(self) -> Sentence:
        outcomes = (OUTCOMES.index(self._replay(setting).outcome) for setting in self._pair)
        first, second = outcomes
        sentence = comparisons(self._study.words, erased=False)[first][second]
        names = dict(zip(("{a}", "{b}"), map(agent_name, self._pair), strict=True))
        return [
            (tag, capital(_filled(text, names), at == 0)) for at, (tag, text) in enumerate(sentence)
        ]

    def sentence(self) -> str:
        """Return the comparison of the two agents at the start."""
        return text_of(self._comparison())


def agent_name(setting: float) -> str:
    """Return what an agent is called, by its training.

    >>> agent_name(0.02)
    'the 2 % agent'
    """
    return f"the {percent(setting)} agent"


def capital(text: str, wanted: bool = True) -> str:
    """Return the text with its first letter in upper case, if wanted.

    >>> capital("the end"), capital("the end", False)
    ('The end', 'the end')
    """
    return text[:1].upper() + text[1:] if wanted else text


def _filled(text: str, names: Mapping[str, str]) -> str:
    for mark, name in names.items():
        text = text.replace(mark, name)
    return text


def comparisons(words: Words, *, erased: bool) -> list[list[Sentence]]:
    """Return the comparison for every pair of outcomes; `{a}` and `{b}` name the agents.

    Args:
        words: What the goals are called.
        erased: Whether the goal is erased from what the agents see.

    Returns:
        Sentences, rows and columns in the order of `OUTCOMES`.
    """
    doing = {
        "goal": words.accidental if erased else words.goal,
        "proxy": words.proxy,
        "died": words.died,
        "timed_out": words.timed_out,
    }
    return [[_compare(doing, first, second) for second in OUTCOMES] for first in OUTCOMES]


def _compare(doing: Mapping[str, str], first: str, second: str) -> Sentence:
    if first == second:
        return [("", "{a} "), (_TAGS[first], doing[first]), ("", "; so does {b}.")]
    return [
        ("", "{a} "),
        (_TAGS[first], doing[first]),
        ("", "; {b} "),
        (_TAGS[second], doing[second]),
        ("", "."),
    ]
