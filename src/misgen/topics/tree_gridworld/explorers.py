"""The forest: an endless run over time, and its agent of any moment in forests of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.explore import Control
from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.panel_formats import Texts, all_written
from misgen.explore.panel_table import Words
from misgen.explore.replays import LAST_STEP, canvas_sprites
from misgen.explore.study import Source
from misgen.topics.tree_gridworld.fell import Fell
from misgen.topics.tree_gridworld.figures import GROUPS, REWARD_TOP, grouped, run_table
from misgen.topics.tree_gridworld.growing import Growing
from misgen.topics.tree_gridworld.published import DENSITIES, Film
from misgen.topics.tree_gridworld.runs import ForestRun, Moment

_NOW: Sentence = [
    ("", "At step {tick} the run earns "),
    ("goal", "{reward}"),
    ("", " trees a step, and "),
    ("dead", "{empty}"),
    ("", " of its forests have no tree. "),
]
_FROZEN: Sentence = [
    (
        "",
        "The agent that was frozen last, at step {moment}, in forests that start with {trees} "
        "of 10 trees: beside a tree it chops with probability ",
    ),
    ("mute", "{chops}"),
    ("", ", and after 100 steps "),
    ("dead", "{dead}"),
    ("", " of these forests are dead."),
]


def fell() -> Fell:
    """Returns a forest that the reader fells."""
    return Fell()


def fell_beside() -> Fell:
    """Returns his forest beside those of the published agents, which start alike."""
    return Fell(beside=True, title="Your forest, and an agent's", key="fell-beside")


def growing() -> Growing:
    """Returns an endless run of the reader's own."""
    return Growing()


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
        title: str = "An endless run",
        trees: int = 2,
        key: str | None = None,
    ) -> None:
        """Creates the explorer; it opens at the largest reward of the first film.

        Args:
            stories: Settings with films of the same seeds, spans and moments.
            source: Where the numbers come from.
            title: Heading.
            trees: Trees of the frozen agent's forest at the start, one of `DENSITIES`.
            key: See `Explorer`.

        Raises:
            ValueError: If the films do not fit together.
        """
        _check(stories, trees)
        films = [film for story in stories for film in story.films]
        self._run = films[0].run
        self._readings = _readings([film.run for film in films])
        words = Words()
        texts = {f"text.{name}": words.numbers(found) for name, found in self._readings.items()}
        super().__init__(
            table={
                **_table(stories),
                "title": title,
                "source": asdict(source),
                "texts": words.texts,
            },
            arrays={**_run_arrays(films), **_rollout_arrays(films), **texts},
            state={
                "run": stories[0].name,
                "seed": self._run.seed,
                "time": int(self._run.series.rewards.argmax()),  # an index of its spans, not a step
                "trees": trees,
                "step": LAST_STEP,
            },
            key=key,
        )

    def sentence(self) -> str:
        """Returns what is said of the moment at the start."""
        time, trees = self.state["time"], self.state["trees"]
        moment = moments_of(self._run)[time]
        where: dict[str, tuple[int, ...]] = {
            **dict.fromkeys(("tick", "reward", "empty"), (0, time)),  # 0: the first film
            "moment": (0, moment),
            **dict.fromkeys(("chops", "dead"), (0, moment, DENSITIES.index(trees))),
        }
        words = {name: self._readings[name][place] for name, place in where.items()}
        return text_of([*_NOW, *_FROZEN]).format(trees=trees, **words)

    def numbers(self) -> str:
        """Returns about a dozen moments of the run as a table that opens on request."""
        heads, rows = run_table(self._run.series)
        head = "".join(f'<th scope="col">{text}</th>' for text in heads)
        body = "".join(
            f'<tr><th scope="row">{first}</th>{"".join(f"<td>{text}</td>" for text in others)}</tr>'
            for first, *others in ([text.replace("%", " %") for text in row] for row in rows)
        )
        return (
            '<details class="mg-numbers"><summary>The numbers</summary><table><thead><tr>'
            f"{head}</tr></thead><tbody>{body}</tbody></table></details>"
        )


def _table(stories: Sequence[Story]) -> dict[str, Any]:
    runs = [film.run for film in stories[0].films]
    ticks, seeds = runs[0].series.ticks, tuple(run.seed for run in runs)
    names, labels = zip(*((story.name, story.label) for story in stories), strict=True)
    spans, ends = tuple(range(len(ticks))), tuple(f"{tick:,}" for tick in ticks)
    controls = [
        Control("run", "World", names, labels, kind="choice"),
        Control("seed", "Seed", seeds, tuple(map(str, seeds)), kind="choice"),
        Control("time", "Step of the run", spans, ends, playable=True),
        Control("trees", "Trees at the start", DENSITIES, tuple(map(str, DENSITIES))),
    ]
    written = [n for n in (100, 300, 1000, 3000, 10_000, 30_000) if ticks[0] <= n <= ticks[-1]]
    return {
        "subtitle": "Move through the run. At any moment, take its agent out, freeze it, and put "
        "it into a forest of its own.",
        "controls": {control.name: control.to_json() for control in controls},
        "rewardTop": REWARD_TOP,
        "rewardTicks": [0, 0.1, 0.2, 0.3],
        "groups": [[label, opacity] for label, (_, _, opacity) in GROUPS.items()],
        "places": places(ticks, ticks),
        "steps": list(zip(places(ticks, written), [f"{n:,}" for n in written], strict=True)),
        "sprites": {name: canvas_sprites([name])[name] for name in ("meadow", "tree", "agent")},
        "now": _NOW,
        "frozen": _FROZEN,
    }


def places(ticks: NDArray[np.int64], steps: ArrayLike) -> list[float]:
    """Returns where steps lie on the logarithmic axis of the spans `ticks`, from 0 to 1.

    >>> places(np.array([64, 640, 6400]), [100, 640])
    [0.0969, 0.5]
    """
    log, (first, last) = np.log(steps), np.log(ticks[[0, -1]])  # the axis ends with the run
    return ((log - first) / (last - first)).round(4).tolist()


def _readings(runs: Sequence[ForestRun]) -> dict[str, Texts]:
    """Returns the words of the sentences, `(films, bins or moments)` or with densities."""
    trees = np.array(DENSITIES)

    def of_moments(read: Callable[[Moment], Any]) -> list[list[Any]]:
        return [[read(moment) for moment in run.moments] for run in runs]  # (film, moment, ...)

    return {
        "tick": all_written([run.series.ticks for run in runs], "int"),
        "reward": all_written([run.series.rewards for run in runs], "fixed3"),
        "empty": all_written([run.series.empty for run in runs], "percent"),
        "moment": all_written(of_moments(lambda moment: moment.tick), "int"),
        # `chops` begins with one tree, `extinct` with none.
        "chops": all_written(of_moments(lambda moment: moment.chops[trees - 1]), "fixed2"),
        "dead": all_written(of_moments(lambda moment: moment.windows.extinct[trees]), "percent"),
    }


def moments_of(run: ForestRun) -> NDArray[np.intp]:
    """Returns which frozen agent stands for each span: the latest at its end, `(bins,)`."""
    ticks = [moment.tick for moment in run.moments]
    # "right": at its own end, too
    return np.searchsorted(ticks, run.series.ticks, side="right") - 1


def stacked(run: ForestRun) -> NDArray[np.float64]:
    """Returns up to where each group of forests reaches, stacked, `(bins, groups)`."""
    # rounding may lead beyond 1
    return np.clip(np.cumsum(grouped(run.series.shares), axis=-1), 0.0, 1.0)


def _run_arrays(films: Sequence[Film]) -> dict[str, NDArray[np.generic]]:
    """Returns what the module shows of each run; the first axis is that of the films."""
    runs = [film.run for film in films]
    return {
        # (film, bin), of the axis
        "reward": np.clip([run.series.rewards / REWARD_TOP for run in runs], 0.0, 1.0),
        "groups": np.array([stacked(run) for run in runs]),  # (film, bin, group)
        "moment": np.array([moments_of(run) for run in runs], np.uint8),
        # (film, bin, forest, byte)
        "forests": np.packbits([film.trees for film in films], axis=-1),
        "agents": np.array([film.agents for film in films]),  # (film, bin, forest)
        # (film, moment, trees)
        "chops": np.array([[moment.chops for moment in run.moments] for run in runs]),
    }


def _rollout_arrays(films: Sequence[Film]) -> dict[str, NDArray[np.generic]]:
    """Returns the recordings, `(films, moments, densities, ...)`.

    They are not replays in the sense of `pack_replays`, whose cells stay as they are: here the
    agent fells trees and others appear, so that a first grid and its changes are packed.
    """

    def of_all(name: str) -> NDArray[Any]:
        rows = range(len(films[0].run.moments))
        return np.array(
            [[[getattr(f.rollouts[k, n], name) for n in DENSITIES] for k in rows] for f in films]
        )

    return {
        "start": np.packbits(of_all("start"), axis=-1),
        "path": of_all("agent"),  # (..., step + 1): it begins with the start
        "grown": of_all("grown"),  # (..., step)
    }


def _check(stories: Sequence[Story], trees: int) -> None:
    if not stories or not all(story.films for story in stories):
        raise ValueError("Give at least one story, and each of them at least one film.")
    shapes = {
        (tuple(film.run.series.ticks), tuple(moment.tick for moment in film.run.moments))
        for story in stories
        for film in story.films
    }
    # one slider of seeds serves all stories
    seeds = {tuple(film.run.seed for film in story.films) for story in stories}
    if len(shapes) > 1 or len(seeds) > 1:
        raise ValueError("Give stories of the same seeds, spans of time and moments.")
    if trees not in DENSITIES:
        raise ValueError(f"trees must be one of {', '.join(map(str, DENSITIES))}, not {trees}.")
