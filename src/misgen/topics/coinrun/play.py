"""Play it yourself: CoinRun by keyboard or touch, one step for each press."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from misgen.core.replay import at_start
from misgen.explore.base import Explorer, Sentence
from misgen.explore.dial import slider
from misgen.explore.panel_controls import Control
from misgen.explore.replays import replay_table
from misgen.explore.study import Source, Study
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import VIEW_X, VIEW_Y
from misgen.topics.coinrun.live import LEVEL_ARRAYS, described, generated

_ACTIONS = (
    ("left", "← Left", ("ArrowLeft", "a")),
    ("stay", "Stay", ("ArrowDown", " ", "s")),
    ("jump", "↑ Jump", ("ArrowUp", "w")),
    ("right", "Right →", ("ArrowRight", "d")),
)
"""Of each action its key in the table of actions, what a button says, and which keys take it. A
jump is steered in the air, so that the two slanting jumps need no keys of their own."""
_ENDED = {
    "goal": "You took the coin", "proxy": "You ran past the coin to the end", "died": "You died",
    "timed_out": "You ran out of time",
}  # fmt: skip
"""How the reader's episode ended, in the words that are used of agents."""
_COLOURED = ("goal", "proxy")
_COMPARED: Sentence = [
    ("", "Of {agents} agents on this level "), ("goal", "{goal}"), ("", " take the coin, "),
    ("proxy", "{proxy}"), ("", " run past it. Yours is the dotted path."),
]  # fmt: skip
_COMPARED_AT_END: Sentence = [
    ("", "Of {agents} agents on this level "), ("goal", "{goal}"),
    ("", " reach the coin. Yours is the dotted path."),
]  # fmt: skip
_SETTING = "Agents trained with this share of distinguishing levels"
_GUESS_FIRST: Sentence = [
    ("", " What would an agent do here? Its path is shown once you have made your guess below.")
]


class Play(Explorer):
    """A level in the reader's hands, step by step, and the agents' paths on the same one."""

    module: ClassVar[str] = "topics/coinrun/play"
    live: ClassVar[str] = "coinrun"

    def __init__(
        self,
        study: Study,
        *,
        seed: int,
        number: int,
        prediction: str,
        title: str = "Play it yourself",
        key: str | None = None,
    ) -> None:
        """Creates a level to be played.

        Args:
            study: The settings, and what they are called.
            seed: Seed of the levels.
            number: Number of the first one, whose coin lies at its end.
            prediction: Name of the prediction that the agents' paths on moved coins would give
                away; they are shown once it is made.
            title: Heading.
            key: See `Explorer`.
        """
        self._study, self._title = study, title
        first = generated(seed, number, apart=False)
        level, env = described(first), CoinRun(1, levels=first, seed=0)
        controls = self._controls()
        super().__init__(
            table={
                **replay_table([at_start(env, 0)]),
                **self._texts(controls),
                "level": level["level"], "apart": level["apart"], "seed": seed, "number": number,
                "prediction": prediction, "rows": len(level["cells"]), "columns": CoinRun.columns,
            },
            arrays={f"level.{name}": level[name] for name in LEVEL_ARRAYS},
            state={control.name: control.values[control.start] for control in controls},
            key=key,
        )  # fmt: skip

    def _controls(self) -> list[Control]:
        return [
            slider(self._study, "distinguishing", _SETTING, 0),
            Control("window", "Only what an agent sees", (False, True), kind="switch"),
            Control("apart", "Next level: the coin elsewhere", (False, True), kind="switch"),
        ]

    def _texts(self, controls: list[Control]) -> dict[str, Any]:
        actions = [
            {"action": CoinRun.action_names.index(name), "label": label, "keys": keys}
            for name, label, keys in _ACTIONS
        ]
        return {
            "title": self._title,
            "subtitle": "One step for each press. Take the coin within 50 steps.",
            "help": "The level. Arrow keys: left, right, up to jump, down to stay.",
            "alt": "The level that you play.",
            "begin": "Arrow keys or buttons: left, right, up to jump. In the air you can steer.",
            "start": "Start Python below the level, then play.",
            "ended": {
                name: [(name if name in _COLOURED else "", f"{told}.")]
                for name, told in _ENDED.items()
            },
            "guessFirst": _GUESS_FIRST,
            "compared": _COMPARED,
            "comparedAtEnd": _COMPARED_AT_END,
            "kept": "You took the coin in {goal} of {levels} levels.",
            "controls": [control.to_json() for control in controls],
            "shares": list(self._study.settings),
            "actions": actions,
            "view": [VIEW_X, VIEW_Y],
            "badges": _ENDED,
            "source": asdict(self._source()),
        }

    def _source(self) -> Source:
        return Source("The same environment that the agents were trained in; nothing is recorded.")

    def sentence(self) -> str:
        """Returns what the reader can do."""
        return "A level of CoinRun that can be played where Python runs in the page or a kernel."
