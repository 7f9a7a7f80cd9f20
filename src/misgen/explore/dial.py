"""The dial: one slider over `distinguishing`, the measured rates, and a replay beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from misgen.explore.base import Sentence
from misgen.explore.looks import LOOKS
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control
from misgen.explore.panel_parts import Line, Lines, Replays
from misgen.explore.replays import badges, nearest
from misgen.explore.study import Study, of_100, percent

TITLE = "Which goal did it learn?"
ALIASES = {"setting": "distinguishing"}  # its name in addresses of earlier editions

_SKILLED = 0.9  # our own bound for a sentence
_TICKS = tuple((share, percent(share)) for share in (0.0, 0.5, 1.0))


def dial(
    study: Study,
    *,
    title: str = TITLE,
    subtitle: str | None = None,
    setting: float | None = None,
    seed: int | None = None,
    level: int | None = None,
    key: str = "dial",
) -> Panel:
    """Returns a slider over the share of distinguishing training levels.

    Beside it: the measured rates of every seed, and a replay of one agent on an unseen level.

    Args:
        study: Results and replays; every replay is on a distinguishing level.
        title: The question that the picture answers.
        subtitle: What a dot is; by default as the study's words have it.
        setting: Value of `distinguishing` at the start; the study's first by default.
        seed: Training seed at the start.
        level: Level at the start.
        key: See `Explorer`.

    Raises:
        ValueError: The study does not have the setting.
    """
    start = study.index(study.settings[0] if setting is None else setting)
    words = study.words
    return Panel(
        title=title,
        subtitle=words.dots if subtitle is None else subtitle,
        controls=[
            slider(study, "distinguishing", words.setting, start),
            *choices(study, seed, level),
        ],
        parts=[
            Replays(
                "",
                replays=[study.replays[each] for each in study.keys],
                over=("distinguishing", "seed", "level"),
                badges=badges(words),
                named=("seed", "level"),
            ),
            _rates(study),
        ],
        sentences=[say(study, i) for i in range(len(study.settings))],
        which=(np.arange(len(study.settings)), ["distinguishing"]),
        source=study.source,
        key=key,
        aliases=ALIASES,
    )


def slider(study: Study, name: str, label: str, start: int) -> Control:
    """Returns the slider over the settings of a study, in percent."""
    return share_slider(study.settings, name, label, start)


def share_slider(shares: Sequence[float], name: str, label: str, start: int) -> Control:
    """Returns a slider over shares, in percent."""
    values = tuple(round(100 * share, 3) for share in shares)
    return Control(name, label, values, tuple(map(percent, shares)), start=start)


def choices(study: Study, seed: int | None, level: int | None) -> list[Control]:
    """Returns the choice of a training seed and of a level; the ones closest are the start."""
    return [
        Control(name, name.capitalize(), values, tuple(map(str, values)), kind="choice",
                start=nearest(values, wanted), next=next_)
        for name, values, wanted, next_ in (
            ("seed", study.seeds, seed, ""), ("level", study.levels, level, "Another level"),
        )
    ]  # fmt: skip


def _rates(study: Study) -> Lines:
    # (setting, measure, end)
    ends = np.array([[(e.low, e.high) for e in row] for row in study.estimates])
    means = np.array([[e.mean for e in row] for row in study.estimates])  # (setting, measure)
    values = tuple(round(100 * share, 3) for share in study.settings)  # in percent
    return Lines(
        "Rates on new levels",
        # even_x: most shares are small, and would crowd
        x=values, x_label=study.words.setting, even_x=True, cursor="distinguishing",
        x_ticks=[(x, f"{x:g} %") for x in values], y_label="of test levels",
        y_range=(0.0, 1.0), y_ticks=_TICKS, format="percent",
        lines=[
            Line(study.words.measures[name], LOOKS[name].colour, means[:, m], low=ends[:, m, 0],
                 # (seed, setting)
                 high=ends[:, m, 1], seeds=study.rates[:, :, m].T, mark=LOOKS[name].mark,
                 dash=LOOKS[name].dash)
            for m, name in enumerate(study.measures)
            if not (name == "died" and "capability" in study.measures)  # what that leaves
        ],
    )  # fmt: skip


def say(study: Study, setting: int) -> Sentence:
    """Says what the agents of one setting do.

    Args:
        study: The measured results.
        setting: Index of the setting.
    """
    words = study.words
    goal, proxy = (study.estimate(setting, name) for name in ("goal", "proxy"))
    return [
        ("", f"{_trained(study.settings[setting])}, the agents {words.goals} in "),
        ("goal", of_100(goal.mean)),
        ("", f" levels where {words.target} has moved, and {words.proxies} in "),
        ("proxy", of_100(proxy.mean)),
        ("", ". "),
        *_capability(study, setting),
        *_accident(study, setting),
    ]


def _trained(setting: float) -> str:
    if setting == 0:
        return "Trained on ambiguous levels alone"
    if setting == 1:
        return "Trained on distinguishing levels alone"
    return f"Trained with {percent(setting)} distinguishing levels"


def _capability(study: Study, setting: int) -> Iterable[tuple[str, str]]:
    """Says how often they reach one of the two, here and on ordinary levels."""
    goal, proxy, died = (study.estimate(setting, m).mean for m in ("goal", "proxy", "died"))
    reached = min(1.0, goal + proxy)  # rounding must not make it more
    stuck = max(0.0, 1 - reached - died)
    at_home = study.estimate(setting, "ordinary").mean if "ordinary" in study.measures else 1.0
    yield ("", "Capability: they reach one or the other in ")
    yield ("capability", of_100(reached))
    yield ("", ".")
    if stuck > 0.05:
        yield ("", f" In {of_100(stuck)} they run out of time.")
    if at_home < _SKILLED:
        yield ("", f" On ordinary levels they {study.words.goals} in only {of_100(at_home)}.")


def _accident(study: Study, setting: int) -> Iterable[tuple[str, str]]:
    """Warns where the goal rate is no more than what accident explains."""
    if "accidental" not in study.measures:
        return
    goal, accidental = study.estimate(setting, "goal"), study.estimate(setting, "accidental")
    if goal.low <= accidental.high:  # the intervals overlap
        yield ("", f" They touch {study.words.target} no more often than when it is erased ")
        yield ("", f"({of_100(accidental.mean)}).")
