"""The dial: one slider over `distinguishing`, the measured rates, and a replay beside them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, ClassVar

from misgen.explore import tables
from misgen.explore.base import Explorer, Sentence, caption_html, figure_html, html_of, text_of
from misgen.explore.draw import svg_still
from misgen.explore.study import Study, of_100, percent
from misgen.explore.transcripts import transcript

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
            table={**self._texts(), **tables.replay_table(replays)},
            arrays={
                **tables.replay_arrays(replays),
                "rates": study.rates,
                "estimates": tables.estimates_array(study),
            },
            state=dict(zip(("setting", "seed", "level"), self._shown_start(), strict=True))
            | {"step": tables.LAST_STEP},
            key=key,
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

    def still(self) -> str:
        """Return one replay, the sentence, and the numbers as a table."""
        replay = self._study.replays[self._start]
        label = transcript(replay, self._start[1])
        return figure_html(
            f'<p class="mg-title">{escape(self._title)}</p>',
            svg_still(replay, label=label),
            f"<p>{escape(label)}</p>",
            f"<p>{html_of(say(self._study, self._study.index(self._start[0])))}</p>",
            rates_html(self._study),
            caption=caption_html(self._study.source),
        )


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


def rates_html(study: Study) -> str:
    """Return the estimates as a table that opens on request, and in print."""
    names = "".join(
        f'<th scope="col">{escape(study.words.measures[m])}</th>' for m in study.measures
    )
    rows = "".join(_row_html(study, i) for i in range(len(study.settings)))
    return (
        '<details class="mg-numbers"><summary>The numbers</summary><table><thead><tr>'
        f'<th scope="col">{escape(study.words.setting)}</th>{names}</tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )


def _row_html(study: Study, setting: int) -> str:
    cells = "".join(f"<td>{escape(str(e))}</td>" for e in study.estimates[setting])
    return f'<tr><th scope="row">{percent(study.settings[setting])}</th>{cells}</tr>'
