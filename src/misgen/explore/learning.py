"""Watch it learn: a training in the reader's hands, beside what published agents came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray

from misgen.core.replay import at_start
from misgen.explore.base import Explorer, Scalar, Sentence
from misgen.explore.dial import share_slider
from misgen.explore.panel_controls import Control
from misgen.explore.replays import badges, replay_arrays, replay_table
from misgen.explore.study import Source, Words
from misgen.ledger.published import Results
from misgen.live.training import EPISODES, OfEpisodes

Arrays = Mapping[str, NDArray[Any]]
_RATES = ("goal", "proxy", "capability")


@dataclass(frozen=True)
class Knob:
    """One thing that a reader may change before a training begins."""

    control: Control
    sets: tuple[str, ...]
    """What it is to the question `begin`: an argument, or one and a key of it."""
    gives: Sequence[Scalar] = ()
    """What is set for each value; by default the value itself."""
    decides: bool = True
    """Whether published agents differ from those that are trained with another value of it."""

    def to_json(self) -> dict[str, Any]:
        """Returns the control as the page needs it."""
        gives = list(self.gives or self.control.values)
        return {**self.control.to_json(), "sets": list(self.sets), "gives": gives}


def seeds(count: int = 10) -> Knob:
    """Returns the choice of a seed."""
    numbers = tuple(range(count))
    control = Control("seed", "Seed", numbers, tuple(map(str, numbers)), kind="choice")
    return Knob(control, ("seed",), decides=False)


def units(start: int) -> Knob:
    """Returns the choice of a network's size, which starts at that of the published agents."""
    sizes = (8, 16, 32, 64, 128)
    control = Control("units", "Units of the network", sizes, tuple(map(str, sizes)),
                      kind="choice", start=sizes.index(start))  # fmt: skip
    return Knob(control, ("hidden",))


def pay(name: str, label: str, event: str, most: int, start: int) -> Knob:
    """Returns the slider of what an event pays.

    Args:
        name: Key of the control.
        label: What the reader sees.
        event: Name of the event.
        most: What it pays at most; at the other end it costs as much.
        start: What it pays in the environment.
    """
    amounts = tuple(most * k / 2 for k in range(-2, 3))
    texts = tuple(f"{amount:g}" for amount in amounts)
    return Knob(Control(name, label, amounts, texts, start=amounts.index(start)),
                ("reward", event))  # fmt: skip


@dataclass(frozen=True)
class Band:
    """Where published agents ended, or how they went."""

    at: Mapping[str, Scalar]
    """Name of a knob -> its value in their training; all others stand where they start."""
    lines: Mapping[str, Sequence[Sequence[float]]]
    """Name of a line -> [steps, low, high] of its interval, once, or several times on the way."""


class LiveTraining(Explorer):
    """A training and its curve, and its agent at work where there is a picture of it."""

    module: ClassVar[str] = "explore/js/learning"

    def __init__(
        self,
        knobs: Sequence[Knob],
        bands: Sequence[Band],
        table: Mapping[str, Any],
        *,
        arrays: Arrays | None = None,
        source: Source,
        key: str = "learning",
    ) -> None:
        """Creates a training that has not begun.

        Args:
            knobs: What the reader may change.
            bands: What is known of published agents.
            table: `title`, `subtitle`, `lines` and `axes` of the curve (`curve.js`), what is `said`
                of a point, and the texts and drawings of the picture. A line has a `format`:
                "percent", "fixed1" or "fixed3".
            arrays: The picture before the training.
            source: Where the bands come from.
            key: See `Explorer`.
        """
        controls = [knob.control for knob in knobs]
        stand = {k.control.name: k.control.values[k.control.start] for k in knobs if k.decides}
        super().__init__(
            table={
                "begin": _BEGIN,
                "loaded": _LOADED,
                "keeps": f"{self.live}.{key}",
                **table,
                "controls": [knob.to_json() for knob in knobs],
                "bands": [{"at": {**stand, **band.at}, "lines": band.lines} for band in bands],
                "source": asdict(source),
            },
            arrays=arrays or {},
            state={control.name: control.values[control.start] for control in controls},
            key=key,
        )

    def sentence(self) -> str:
        """Returns what the reader can do."""
        return "A training of your own, where Python runs in the page or in a kernel."


_BEGIN: Sentence = [("", "Set the knobs, then train. You may pause at any moment and go on.")]
_LOADED: Sentence = [
    ("", "This is an agent of step {steps}; its file does not hold how its run went. Below it is "
     "at work."),
]  # fmt: skip


@dataclass(frozen=True)
class Published:
    """The published agents beside which a reader trains."""

    bands: Sequence[Band] = ()
    agents: int = 0
    """How many there are at each setting."""


class Learning(LiveTraining):
    """A training on an environment whose episodes end; a topic's class names its session."""

    def __init__(
        self,
        words: Words,
        shares: Sequence[float],
        session: type[OfEpisodes],
        knobs: Sequence[Knob],
        published: Published | None = None,
        *,
        tests: str = "distinguishing levels",
        title: str = "Train it here",
        key: str = "learning",
    ) -> None:
        """Creates a training that has not begun.

        Args:
            words: What goals are called.
            shares: Shares of distinguishing training levels to choose from.
            session: What answers it.
            knobs: What else the reader may change.
            published: The published agents, if there are some.
            tests: What the levels of the tests are called.
            title: Heading.
            key: See `Explorer`.
        """
        published = published or Published()
        slider = share_slider(shares, "distinguishing", words.setting, 0)
        level = session.shown_level
        first = [] if level is None else [at_start(session.shown_levels({}), level)]
        about = f"An agent of your own, tested on {EPISODES} {tests} after every few updates."
        if published.bands:
            about += " Bands: where the published agents of this setting ended."
        super().__init__(
            [Knob(slider, ("distinguishing",), gives=shares), *knobs], published.bands,
            {**(replay_table(first) if first else {}), **_texts(words, session),
             "title": title, "subtitle": about},
            arrays=replay_arrays(first) if first else {}, source=_source(published), key=key,
        )  # fmt: skip


def _texts(words: Words, session: type[OfEpisodes]) -> dict[str, Any]:
    return {
        "alt": "The agent so far, on a distinguishing level that it has not seen.",
        "lines": _lines(words),
        "axes": {
            "xLabel": "environment steps", "yLabel": "share of episodes", "top": session.steps(),
            "runs": ["", "the one before"],
        },
        "said": _said(words),
        "badges": badges(words),
    }  # fmt: skip


def _lines(words: Words) -> list[dict[str, str]]:
    in_training = words.measures.get("success", words.measures["goal"])
    labels = {
        "goal": ("goal", words.measures["goal"]),
        "proxy": ("proxy", words.measures["proxy"]),
        "capability": ("capability", "capability (either of them)"),
        "success": ("mute", "in training: " + in_training),
    }
    return [
        {"name": name, "label": label, "colour": colour, "format": "percent"}
        for name, (colour, label) in labels.items()
    ]


def _said(words: Words) -> Sentence:
    return [
        ("", "After {steps} steps this agent "), ("goal", f"{words.measures['goal']}"),
        ("", " in "), ("goal", "{goal}"), ("", " of the test episodes, and it "),
        ("proxy", f"{words.measures['proxy']}"), ("", " in "), ("proxy", "{proxy}"), ("", "."),
    ]  # fmt: skip


def _source(published: Published) -> Source:
    if not published.bands:
        return Source("Trained by proximal policy optimization, in NumPy.")
    return Source(
        f"Bands: 95 % t-intervals over {published.agents} published agents, trained with "
        "stable-baselines3; here the same algorithm runs in NumPy.",
        reproduce="#reproduce",
    )


def bands_of(results: Results, at: Mapping[str, Scalar], options: Mapping[str, Any]) -> list[Band]:
    """Returns where the published agents ended, for each share of distinguishing levels.

    Args:
        results: Published trials of an environment.
        at: Where the knobs stand for these options, besides `distinguishing`.
        options: Options of the environment in training.
    """
    alike = results.where(options=options)
    found = []
    for share in sorted({trial.distinguishing for trial in alike.trials}):
        trials = alike.where(share, options=options)
        ends = {name: trials.estimate("shifted", name) for name in _RATES}
        lines = {name: [(0, end.low, end.high)] for name, end in ends.items()}
        found.append(Band({"distinguishing": round(100 * share, 3), **at}, lines))
    return found
