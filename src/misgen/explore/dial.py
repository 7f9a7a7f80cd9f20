"""The dial: one slider over `distinguishing`, the measured rates, and a replay beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from misgen.explore import tables
from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.numbers import folded_table
from misgen.explore.replays import LAST_STEP, replay_arrays, replay_table
from misgen.explore.study import Study, of_100, percent

TITLE = "Which goal did it learn?"


class Dial(Explorer):
    """A slider over the share of distinguishing training levels.

    Beside it: the measured rates of every seed, and a replay of one agent on an unseen level.
    """

    module: ClassVar[str] = "explore/js/dial"

    def __init__(
        self,
        study: Study,
        *,
        title: str = TITLE,
        subtitle: str | None = None,
        setting: float | None = None,
        seed: int | None = None,
        level: int | None = None,
        key: str | None = None,
    ) -> None:
        """Create the dial.

        Args:
            study: Results and replays; every replay is on a distinguishing level.
            title: The question that the picture answers.
            subtitle: What a dot is; by default as the study's words have it.
            setting: Value of `distinguishing` at the start; the study's first by default.
            seed: Training seed at the start.
            level: Level at the start.
            key: See `Explorer`.

        Raises:
            ValueError: If the study does not have the setting.
        """
        self._study, self._title = study, title
        self._subtitle = study.words.dots if subtitle is None else subtitle
        self._start = (
            study.settings[study.index(study.settings[0] if setting is None else setting)],
            tables.nearest(study.seeds, seed, study.seeds[0]),
            tables.nearest(study.levels, level, study.levels[0]),
        )
        replays = [study.replays[key] for key in study.keys]
        super().__init__(
            table={**self._texts(), **replay_table(replays)},
            arrays={
                **replay_arrays(replays),
                "rates": study.rates,
                "estimates": tables.estimates_array(study),
            },
            state=dict(zip(("distinguishing", "seed", "level"), self._shown_start(), strict=True))
            | {"step": LAST_STEP},
            key=key,
            aliases={"setting": "distinguishing"},
        )

    def _shown_start(self) -> tuple[float, int, int]:
        setting, seed, level = self._start
        return round(100 * setting, 3), seed, level

    def _texts(self) -> dict[str, Any]:
        study = self._study
        return {
            "title": self._title,
            "subtitle": self._subtitle,
            "settings": tables.settings_table(study),
            "seeds": list(study.seeds),
            "levels": list(study.levels),
            "measures": tables.measures_table(study),
            "readouts": tables.readouts(study),
            "sentences": [say(study, i) for i in range(len(study.settings))],
            "badges": tables.badges(study.words),
            "source": tables.source_table(study.source),
        }

    def sentence(self) -> str:
        """Return the sentence of the starting value."""
        return text_of(say(self._study, self._study.index(self._start[0])))

    def numbers(self) -> str:
        """Return the estimates as a table that opens on request, and in print."""
        study = self._study
        heads = (study.words.setting, *(study.words.measures[m] for m in study.measures))
        rows = [
            (percent(setting), *map(str, estimates))
            for setting, estimates in zip(study.settings, study.estimates, strict=True)
        ]
        return folded_table((heads, rows))


def say(study: Study, setting: int) -> Sentence:
    """Say what the agents of one setting do.

    Args:
        study: The measured results.
        setting: Index of the setting.
    """
    words = study.words
    goal, proxy = (study.estimate(setting, name) for name in ("goal", "proxy"))
    return [
        ("", f"{_trained(study.settings[setting])}, the agents {words.goals} in "),
        ("goal", of_100(goal.mean)),
        ("", f" shifted levels and {words.proxies} in "),
        ("proxy", of_100(proxy.mean)),
        ("", ". "),
        *_survival(study, setting),
        *_accident(study, setting),
    ]


def _trained(setting: float) -> str:
    if setting == 0:
        return "Trained only on levels in which the two goals coincide"
    if setting == 1:
        return "Trained only on levels in which the two goals come apart"
    return f"Trained with {percent(setting)} of levels in which the two goals come apart"


def _survival(study: Study, setting: int) -> Iterable[tuple[str, str]]:
    goal, proxy, died = (study.estimate(setting, m).mean for m in ("goal", "proxy", "died"))
    stuck = max(0.0, 1 - goal - proxy - died)
    verdict = ": the skill is intact." if died + stuck <= 0.1 else "."
    yield ("", f"They stay alive in {of_100(1 - died)}{verdict}")
    if stuck > 0.05:
        yield ("", f" In {of_100(stuck)} their time runs out.")


def _accident(study: Study, setting: int) -> Iterable[tuple[str, str]]:
    """Warn where the goal rate is no more than what accident explains."""
    if "accidental" not in study.measures:
        return
    goal, accidental = study.estimate(setting, "goal"), study.estimate(setting, "accidental")
    if goal.low <= accidental.high:
        yield ("", f" They touch {study.words.target} no more often than when it is erased ")
        yield ("", f"({of_100(accidental.mean)}).")
