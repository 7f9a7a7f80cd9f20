"""The forest: an endless run over time, and its agent of any moment in forests of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.explore.base import Explorer, Sentence, caption_html, figure_html, html_of, text_of
from misgen.explore.draw import canvas_sprites
from misgen.explore.panel_formats import all_written
from misgen.explore.panel_table import Words
from misgen.explore.study import Source
from misgen.explore.tables import LAST_STEP, source_table
from misgen.topics.tree_gridworld.films import DENSITIES, STEPS, Film
from misgen.topics.tree_gridworld.runs import ForestRun
from misgen.topics.tree_gridworld.svg import (
    LABELS,
    REWARD_TOP,
    axis_steps,
    chart_svg,
    grid_svg,
    grouped,
    numbers_html,
    places,
)

TITLE = "An endless run"
SUBTITLE = (
    "Move through the run. At any moment, take its agent out, freeze it, and put it into a forest "
    "of its own."
)


@dataclass(frozen=True)
class Story:
    """The films of one setting."""

    name: str
    """Key in the address: small letters."""
    label: str
    """What the reader chooses."""
    films: Sequence[Film]
    """One for each seed."""


class Forest(Explorer):
    """A run against time, some of its forests, and its frozen agents at work."""

    module: ClassVar[str] = "topics/tree_gridworld/forest"

    def __init__(
        self,
        stories: Sequence[Story],
        source: Source,
        *,
        title: str = TITLE,
        subtitle: str = SUBTITLE,
        trees: int = 2,
        key: str | None = None,
    ) -> None:
        """Create the explorer; it opens at the largest reward of the first film.

        Args:
            stories: Settings with films of the same seeds, spans and moments.
            source: Where the numbers come from.
            title: Heading.
            subtitle: What the reader can do.
            trees: Trees of the frozen agent's forest at the start, one of `DENSITIES`.
            key: See `Explorer`.

        Raises:
            ValueError: If the films do not fit together.
        """
        _check(stories, trees)
        self._films = [film for story in stories for film in story.films]
        self._stories, self._source = stories, source
        self._title, self._subtitle, self._trees = title, subtitle, trees
        self._time = int(self._films[0].run.series.rewards.argmax())
        words = Words()
        arrays = {**_run_arrays(self._films), **_rollout_arrays(self._films)}
        arrays |= {
            f"text.{name}": words.numbers(texts) for name, texts in _readings(self._films).items()
        }
        super().__init__(
            table={**self._table(), "texts": words.texts},
            arrays=arrays,
            state={
                "run": stories[0].name, "seed": self._films[0].run.seed,
                "time": self._time, "trees": trees, "step": LAST_STEP,
            },
            key=key,
        )  # fmt: skip

    def _table(self) -> dict[str, Any]:
        series = self._films[0].run.series
        return {
            "title": self._title,
            "subtitle": self._subtitle,
            "controls": {
                "run": _control("run", "World", "choice", [s.name for s in self._stories],
                                [s.label for s in self._stories]),
                "seed": _control("seed", "Seed", "choice", *_twice(self._seeds)),
                "time": _control("time", "Step of the run", "slider", range(len(series.ticks)),
                                 [f"{tick:,}" for tick in series.ticks], playable=True),
                "trees": _control("trees", "Trees at the start", "slider", *_twice(DENSITIES)),
            },
            "rewardTop": REWARD_TOP,
            "rewardTicks": [0, 0.1, 0.2, 0.3],
            "groups": list(LABELS),
            "places": [round(float(x), 4) for x in places(series.ticks)],
            "steps": axis_steps(series.ticks),
            "densities": list(DENSITIES),
            "lastStep": STEPS,
            "sprites": {
                name: canvas_sprites([name])[name] for name in ("meadow", "tree", "agent")
            },
            "now": _NOW,
            "frozen": _FROZEN,
            "source": source_table(self._source),
        }  # fmt: skip

    @property
    def _seeds(self) -> list[int]:
        return [film.run.seed for film in self._stories[0].films]

    def say(self, *, story: int = 0, seed: int = 0, time: int, trees: int) -> Sentence:
        """Return what is said of a moment.

        Args:
            story: Index of the setting.
            seed: Index of the seed.
            time: Index of the span of time.
            trees: Trees at the start of the frozen agent's forest.
        """
        film = story * len(self._seeds) + seed
        moment = moments_of(self._films[film].run)[time]
        density = DENSITIES.index(trees)
        where = {1: (film,), 2: (film, time), 3: (film, moment, density)}
        readings = {
            name: str(texts[where[texts.ndim] if name != "moment" else (film, moment)])
            for name, texts in _readings(self._films).items()
        }
        readings["trees"] = str(trees)
        return [(tag, text.format(**readings)) for tag, text in [*_NOW, *_FROZEN]]

    def sentence(self) -> str:
        """Return what is said of the moment at the start."""
        return text_of(self.say(time=self._time, trees=self._trees))

    def still(self) -> str:
        """Return the run, the frozen agent's forest, the sentence and the numbers."""
        film = self._films[0]
        moment = int(moments_of(film.run)[self._time])
        said = self.say(time=self._time, trees=self._trees)
        return figure_html(
            f'<p class="mg-title">{escape(self._title)}</p>',
            chart_svg(film.run, self._time),
            grid_svg(film.rollouts[moment, self._trees]),
            f"<p>{html_of(said)}</p>",
            numbers_html(film.run),
            caption=caption_html(self._source),
        )


_NOW: Sentence = [
    ("", "At step {tick} the run earns "),
    ("goal", "{reward}"),
    ("", " trees a step, and "),
    ("dead", "{empty}"),
    ("", " of its forests have no tree. "),
]
_FROZEN: Sentence = [
    ("", "The agent of step {moment}, frozen, in forests that start with {trees} trees: beside a "
         "tree it chops with probability "),
    ("goal", "{chops}"),
    ("", ", and after 100 steps "),
    ("dead", "{dead}"),
    ("", " of these forests are dead."),
]  # fmt: skip


def _readings(films: Sequence[Film]) -> dict[str, NDArray[np.str_]]:
    """Return the words of the sentences, `(films, bins or moments, densities)` or less."""
    runs = [film.run for film in films]
    at = list(DENSITIES)

    def of_moments(read: Any) -> NDArray[np.float64]:
        return np.array([[read(moment) for moment in run.moments] for run in runs])

    return {
        "tick": all_written([run.series.ticks for run in runs], "int"),
        "reward": all_written([run.series.rewards for run in runs], "fixed3"),
        "empty": all_written([run.series.empty for run in runs], "percent"),
        "moment": all_written(of_moments(lambda moment: moment.tick), "int"),
        "chops": all_written(of_moments(lambda moment: moment.chops[np.array(at) - 1]), "fixed2"),
        "dead": all_written(of_moments(lambda moment: moment.windows.extinct[at]), "percent"),
    }


def moments_of(run: ForestRun) -> NDArray[np.intp]:
    """Return which frozen agent stands for each span: the latest at its end, `(bins,)`."""
    ticks = [moment.tick for moment in run.moments]
    return np.searchsorted(ticks, run.series.ticks, side="right") - 1


def stacked(run: ForestRun) -> NDArray[np.float64]:
    """Return up to where each group of forests reaches, stacked, `(bins, groups)`."""
    return np.clip(np.cumsum(grouped(run.series.shares), axis=-1), 0.0, 1.0)


def _run_arrays(films: Sequence[Film]) -> dict[str, NDArray[np.generic]]:
    rewards = np.array([film.run.series.rewards for film in films])
    return {
        "reward": np.clip(rewards / REWARD_TOP, 0.0, 1.0),
        "groups": np.array([stacked(film.run) for film in films]),
        "moment": np.array([moments_of(film.run) for film in films], np.uint8),
        "forests": np.packbits([film.trees for film in films], axis=-1),
        "agents": np.array([film.agents for film in films]),
        "chops": np.array([[moment.chops for moment in film.run.moments] for film in films]),
    }


def _rollout_arrays(films: Sequence[Film]) -> dict[str, NDArray[np.generic]]:
    each = [
        [[film.rollouts[k, n] for n in DENSITIES] for k in range(len(film.run.moments))]
        for film in films
    ]

    def of_all(name: str) -> NDArray[Any]:
        return np.array([[[getattr(r, name) for r in row] for row in film] for film in each])

    return {
        "start": np.packbits(of_all("start"), axis=-1),
        "path": of_all("agent"),
        "grown": of_all("grown"),
    }


def _control(
    name: str, label: str, kind: str, values: Any, labels: Sequence[str], playable: bool = False
) -> dict[str, Any]:
    return {
        "name": name, "label": label, "kind": kind, "values": list(values),
        "labels": list(labels), "playable": playable,
    }  # fmt: skip


def _twice(values: Sequence[int]) -> tuple[list[int], list[str]]:
    return list(values), [str(value) for value in values]


def _check(stories: Sequence[Story], trees: int) -> None:
    if not stories or not all(story.films for story in stories):
        raise ValueError("Give at least one story, and each of them at least one film.")
    shapes = {
        (tuple(film.run.series.ticks), tuple(moment.tick for moment in film.run.moments))
        for story in stories
        for film in story.films
    }
    seeds = {tuple(film.run.seed for film in story.films) for story in stories}
    if len(shapes) > 1 or len(seeds) > 1:
        raise ValueError("Give stories of the same seeds, spans of time and moments.")
    if trees not in DENSITIES:
        raise ValueError(f"trees must be one of {', '.join(map(str, DENSITIES))}, not {trees}.")
