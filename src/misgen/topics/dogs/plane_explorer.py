"""A hundred bred dogs and one that learned by REINFORCE, in the plane of their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from typing import ClassVar

import numpy as np

from misgen.explore.base import Explorer, Scalar, Sentence, text_of
from misgen.explore.numbers import Table, folded, table_html
from misgen.explore.panel_controls import Control
from misgen.explore.study import Source, of_100, percent
from misgen.topics.dogs.plane import RULE, TESTS, packed, plane_table, unpacked
from misgen.topics.dogs.policy import BOTH, LIPS, VOICE, DogPolicy, follow_rates, followed
from misgen.topics.dogs.streams import Numbers
from misgen.topics.dogs.sweeps import ROUNDS, SHARES, WAYS, DogSweep

SHOWN_SEEDS = range(5)
THIN_LINES = 25
"""REINFORCE dogs whose ways are drawn as thin lines, those of `SHOWN_SEEDS` among them."""
POINTS = (0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 60, 80, 100)
"""Updates at which the way of a REINFORCE dog is drawn; those of `ROUNDS` are among them."""
VOICE_RANGE, LIPS_RANGE = (-4.0, 16.0), (-12.0, 12.0)
"""Weights that the plane shows; a dog beyond stands at the edge."""

TITLE = "Voice or lips: which do the dogs follow?"
SUBTITLE = (
    "Each small mark is one of 100 bred dogs, at the weights of its voice and of its lips. The "
    "line is the way of one dog that learned by REINFORCE."
)
COLUMNS = ("100 bred dogs", "REINFORCE dog")
CAPTION = "Commands in which they do what the voice says, or what lips alone say"
_BEFORE = "With {distinguishing} of the training commands apart, after round {time}, seed {seed}: "
SENTENCES: list[Sentence] = [
    [("", f"{_BEFORE}{{both}} of the 100 bred dogs do what voice and lips say together; the "
          "REINFORCE dog does so in {rate} of 100 commands. This cannot tell which cue they "
          "follow.")],
    [("", f"{_BEFORE}of the 100 bred dogs "), ("goal", "{voice} side with the voice"),
     ("", " and "), ("proxy", "{lips} with the lips"),
     ("", "; the REINFORCE dog does what the voice says in "), ("goal", "{rate} of 100"),
     ("", " commands. At the end, {bred} populations and {learned} REINFORCE dogs follow the "
          "voice.")],
    [("", f"The owner's back is turned. {_BEFORE}"), ("goal", "{voice} of the 100 bred dogs"),
     ("", " obey the voice reliably; the REINFORCE dog obeys in "), ("goal", "{rate} of 100"),
     ("", " commands.")],
    [("", f"The lips move without a sound. {_BEFORE}"), ("proxy", "{lips} of the 100 bred dogs"),
     ("", " do what the lips say; the REINFORCE dog does so in "), ("proxy", "{rate} of 100"),
     ("", " commands.")],
]  # fmt: skip
"""In the order of `TESTS`."""
LISTED = [
    {"shape": "dog", "words": "the dog that learns by REINFORCE, and its way"},
    {"shape": "others", "words": "the ways of such dogs of other seeds"},
]


class HundredDogs(Explorer):
    """The cloud of a hundred bred dogs, and the way of one that learns, through training."""

    module: ClassVar[str] = "topics/dogs/hundred-dogs"

    def __init__(
        self,
        sweep: DogSweep,
        *,
        title: str = TITLE,
        source: Source | None = None,
        key: str = "dogs",
    ) -> None:
        """Creates the explorer.

        Args:
            sweep: What `sweeps.sweep_shares` returns, of at least as many runs as are shown.
            title: Heading.
            source: What the caption says; by default the number of runs, and how they learn.
            key: See `Explorer`.
        """
        self._bred, self._learned = _shown(sweep)
        self._at_end = [
            [of_100(sweep.trainings[way][i].share_of_runs().mean) for way in WAYS]
            for i in range(len(SHARES))
        ]
        self._controls = {control.name: control for control in _controls()}
        runs = len(sweep.trainings["breeding"][0].seeds)
        table = {
            "title": title, "subtitle": SUBTITLE, "columns": COLUMNS, "caption": CAPTION,
            "listed": LISTED,
            "controls": [control.to_json() for control in self._controls.values()],
            "plane": plane_table(VOICE_RANGE, LIPS_RANGE, (-12, -8, -4, 0, 4, 8, 12, 16)),
            "points": POINTS, "rounds": ROUNDS, "sentences": SENTENCES, "atEnd": self._at_end,
            "source": asdict(source or _source(runs)),
        }  # fmt: skip
        super().__init__(
            table=table,
            arrays={"bred": packed(self._bred), "learned": packed(self._learned)},
            state={c.name: c.values[c.start] for c in self._controls.values()},
            key=key,
            aliases={"share": "distinguishing"},
        )

    def say(self, **choices: Scalar) -> Sentence:
        """Returns what is said of the given choices, and of the start for all others.

        Raises:
            ValueError: If there is no such control or value.
        """
        at = self._indices(choices)
        bred, learned = self._dogs(at)
        situation = TESTS[at["test"]].situation
        kinds = followed(bred, situation)
        words = {name: control.labels[at[name]] for name, control in self._controls.items()}
        for name, kind in (("both", BOTH), ("voice", VOICE), ("lips", LIPS)):
            words[name] = str((kinds == kind).sum())
        words["bred"], words["learned"] = self._at_end[at["distinguishing"]]
        words["rate"] = str(round(100 * float(_obedience(learned, situation))))
        return [(tag, text.format(**words)) for tag, text in SENTENCES[at["test"]]]

    def rates(self, **choices: Scalar) -> list[tuple[float, float]]:
        """Returns how often the bred dogs, and the other one, do what is said, for each test."""
        bred, learned = self._dogs(self._indices(choices))
        return [
            (float(_obedience(bred, test.situation).mean()),
             float(_obedience(learned, test.situation)))
            for test in TESTS
        ]  # fmt: skip

    def _indices(self, choices: Mapping[str, Scalar]) -> dict[str, int]:
        unknown = [name for name in choices if name not in self._controls]
        if unknown:
            raise ValueError(f"There is no control {unknown[0]!r}; choose from "
                             f"{', '.join(self._controls)}.")  # fmt: skip
        starts = {name: control.start for name, control in self._controls.items()}
        return starts | {name: self._controls[name].index(value) for name, value in choices.items()}

    def _dogs(self, at: Mapping[str, int]) -> tuple[DogPolicy, DogPolicy]:
        share, seed, time = at["distinguishing"], at["seed"], at["time"]
        point = POINTS.index(ROUNDS[time])
        bred, learned = self._bred[share, seed, time], self._learned[share, seed, point]
        return DogPolicy(bred), DogPolicy(learned)

    def sentence(self) -> str:
        """Returns the sentence of the starting values."""
        return text_of(self.say())

    def numbers(self) -> str:
        """Returns the values at the start, and the four rates of both kinds of dogs as a table."""
        settings = "; ".join(f"{c.label}: {c.labels[c.start]}" for c in self._controls.values())
        rows = [
            (test.label, *map(percent_of, rates))
            for test, rates in zip(TESTS, self.rates(), strict=True)
        ]
        table: Table = (("", *COLUMNS), rows)
        return f'<p class="mg-sub">{escape(settings)}.</p>{folded(table_html(table, CAPTION))}'


def percent_of(rate: float) -> str:
    """Writes a rate in whole percent.

    >>> percent_of(0.946)
    '95 %'
    """
    return f"{round(100 * rate)} %"


def _obedience(dogs: DogPolicy, situation: str) -> Numbers:
    """Returns how often each dog does what the voice says, or the lips where there is no voice."""
    voice, lips = follow_rates(dogs, situation)
    return np.where(np.isnan(voice), lips, voice)


def _shown(sweep: DogSweep) -> tuple[Numbers, Numbers]:
    """Returns the weights as the page reads them, so that both say the same.

    Returns:
        Those of the bred dogs, `(share, seed, time, dog, 2)`, and of the REINFORCE dogs,
        `(share, run, point, 2)`.
    """
    seeds = len(SHOWN_SEEDS)
    bred = [
        [training.dogs(after).weights[:seeds] for after in ROUNDS]
        for training in sweep.trainings["breeding"]
    ]  # (share, time, seed, dog, cue)
    learned = [
        [training.dogs(after).weights[:THIN_LINES, 0] for after in POINTS]
        for training in sweep.trainings["REINFORCE"]
    ]  # (share, point, run, cue)
    both = (np.swapaxes(np.array(weights), 1, 2) for weights in (bred, learned))
    one, other = (unpacked(packed(weights)) for weights in both)
    return one, other


def _controls() -> list[Control]:
    shares = tuple(round(100 * share, 3) for share in SHARES)
    seeds = tuple(SHOWN_SEEDS)
    return [
        Control("distinguishing", "Training commands in which voice and lips come apart", shares,
                tuple(map(percent, SHARES))),
        Control("test", "Test", tuple(test.name for test in TESTS),
                tuple(test.label for test in TESTS), "choice", start=1),
        Control("time", "Generation, or update", ROUNDS, tuple(map(str, ROUNDS)),
                start=len(ROUNDS) - 1, playable=True),
        Control("seed", "Seed", seeds, tuple(map(str, seeds))),
    ]  # fmt: skip


def _source(runs: int) -> Source:
    return Source(
        f"{runs} runs of each training at each share. A population has 100 dogs; the 20 that "
        f"obeyed best are copied; mutation and learning rate are 0.3. {RULE}.",
        reproduce="#reproduce",
    )
