"""Watch it learn: a training in the reader's hands, beside what published agents came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from misgen.core.registry import make
from misgen.core.replay import at_start
from misgen.explore.base import Explorer, Sentence
from misgen.explore.dial import slider
from misgen.explore.panel_controls import Control
from misgen.explore.replays import badges, replay_arrays, replay_table
from misgen.explore.study import Source, Study
from misgen.live.training import EPISODES, TEST_SEED, Training

_LINES = (("goal", "goal"), ("proxy", "proxy"), ("capability", "ink"), ("success", "mute"))
"""What the curve shows, and in which colour."""


@dataclass(frozen=True)
class Knob:
    """One thing that a reader may change before a training begins."""

    control: Control
    sets: tuple[str, ...]
    """What it is to `Training.begin`: an argument, or one and a key of it."""
    is_published: bool = True
    """Whether published agents were trained with its value at the start only."""

    def to_json(self) -> dict[str, Any]:
        """Returns the control as the page needs it."""
        published = self.control.start if self.is_published else None
        return {**self.control.to_json(), "sets": list(self.sets), "published": published}


class Learning(Explorer):
    """A training, its curve, and its agent on one test level; a topic's class names its session."""

    module: ClassVar[str] = "explore/js/learning"

    def __init__(
        self,
        study: Study,
        session: type[Training],
        knobs: Sequence[Knob],
        *,
        title: str = "Train it here",
        key: str = "learning",
    ) -> None:
        """Creates a training that has not begun.

        Args:
            study: The published agents, and what goals are called.
            session: What answers it.
            knobs: What the reader may change, besides the share of distinguishing levels.
            title: Heading.
            key: See `Explorer`.
        """
        self._study, self._title = study, title
        share = Knob(slider(study, "distinguishing", study.words.setting, 0), ("distinguishing",),
                     is_published=False)  # fmt: skip
        self._knobs = [share, *knobs]
        env = make(session.environment, session.shown_level + 1, distinguishing=1.0, seed=TEST_SEED)
        first = at_start(env, session.shown_level)
        super().__init__(
            table={**replay_table([first]), **self._texts(session)},
            arrays=replay_arrays([first]),
            state={knob.control.name: knob.control.values[knob.control.start]
                   for knob in self._knobs},
            key=key,
        )  # fmt: skip

    def _texts(self, session: type[Training]) -> dict[str, Any]:
        words = self._study.words
        labels = {
            "goal": words.measures["goal"],
            "proxy": words.measures["proxy"],
            "capability": "either of them",
            "success": "in training: " + words.measures["goal"],
        }
        return {
            "title": self._title,
            "subtitle": f"An agent of your own, tested on {EPISODES} distinguishing levels after "
            "every few updates. Bands: where the published agents of this setting ended.",
            "alt": "The agent so far, on a distinguishing level that it has not seen.",
            "controls": [knob.to_json() for knob in self._knobs],
            "lines": [{"name": n, "label": labels[n], "colour": colour} for n, colour in _LINES],
            "xLabel": "environment steps",
            "yLabel": "share of episodes",
            "top": session.steps(),
            "bands": [self._band(i) for i in range(len(self._study.settings))],
            "begin": _BEGIN,
            "said": _said(self._study),
            "badges": badges(words),
            "source": asdict(self._source()),
        }

    def _band(self, setting: int) -> dict[str, list[list[float]]]:
        """Returns the published interval of each measure of the curve."""
        estimates = {name: self._study.estimate(setting, name) for name in ("goal", "proxy")}
        return {name: [[0, e.low, e.high]] for name, e in estimates.items()}

    def _source(self) -> Source:
        return Source(
            f"Bands: 95 % t-intervals over {len(self._study.seeds)} published agents, trained with "
            "stable-baselines3; here the same algorithm runs in NumPy.",
            reproduce="#reproduce",
        )

    def sentence(self) -> str:
        """Returns what the reader can do."""
        return "A training of your own, where Python runs in the page or in a kernel."


_BEGIN: Sentence = [("", "Set the knobs, then train. You may pause at any moment and go on.")]


def _said(study: Study) -> Sentence:
    words = study.words
    return [
        ("", "After {steps} steps this agent "), ("goal", f"{words.measures['goal']}"),
        ("", " in "), ("goal", "{goal}"), ("", " of the test episodes, and it "),
        ("proxy", f"{words.measures['proxy']}"), ("", " in "), ("proxy", "{proxy}"), ("", "."),
    ]  # fmt: skip
