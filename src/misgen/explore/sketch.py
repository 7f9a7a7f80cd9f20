"""The sketch: the reader draws a curve, and then sees the measured one."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

import numpy as np

from misgen.explore.base import Sentence, segments, text_of
from misgen.explore.numbers import table_html
from misgen.explore.panel_formats import all_written
from misgen.explore.panel_parts import Lines
from misgen.explore.panel_table import Words, numbers_of, part_table
from misgen.explore.prediction import Prediction
from misgen.explore.study import Source

TITLE = "Draw what you expect"
MOST_PLACES = 31
MEASURED = "measured"
"""Prefix of the arrays of the measured line."""


class Sketch(Prediction):
    """A curve that the reader draws by pointer, touch or keyboard before he sees the measured one.

    Every place on the horizontal axis has one height, out of a few that are written in words. The
    measured line has its mean, its interval and every seed, where the chart has them.
    """

    module: ClassVar[str] = "explore/js/sketch"

    def __init__(
        self,
        name: str,
        prompt: str,
        chart: Lines,
        *,
        outcome: Sentence,
        source: Source,
        steps: int = 20,
        title: str = TITLE,
        key: str | None = None,
    ) -> None:
        """Creates a sketch.

        Args:
            name: See `Prediction`.
            prompt: What is to be drawn.
            chart: The axes, and the one line that was measured; the reader draws over its `x`.
            outcome: What came out, in words; numbers in it are the ledger's.
            source: Where the measured line comes from.
            steps: Number of steps from the lowest height to the highest.
            title: Heading.
            key: See `Explorer`; by default "sketch-" and the last part of the name.

        Raises:
            ValueError: If the chart has another number of lines, follows a control, or has more
                places than a reader would draw.
        """
        if len(chart.lines) != 1 or chart.over or chart.cursor:
            raise ValueError(f"Give {chart.label!r} one line and no control, to be drawn after.")
        if len(chart.x) > MOST_PLACES:
            raise ValueError(f"Give {chart.label!r} at most {MOST_PLACES} values of x.")
        self._chart, words, ticks = chart, Words(), dict(chart.x_ticks)
        part, arrays = part_table(chart, MEASURED, (), words)
        heights = all_written(np.linspace(*chart.y_range, steps + 1), chart.format).tolist()
        asked = segments(prompt)
        table = {
            "title": title,
            "question": asked,
            "part": part,
            "places": [ticks.get(x, f"{x:g}") for x in chart.x],
            "heights": heights,
            "measured": [text for _, text in numbers_of(chart, (), {})[1]],
            "source": asdict(source),
        }
        own_key = f"sketch-{name.rpartition('.')[2]}"
        super().__init__(name, text_of(asked), outcome, table=table, arrays=arrays, state={},
                         key=own_key if key is None else key)  # fmt: skip

    def sentence(self) -> str:
        """Returns what is to be drawn."""
        return text_of(self.table["question"])

    def numbers(self) -> str:
        """Returns what came out, and the measured numbers, in an element that opens."""
        return self.outcome_html(table_html(numbers_of(self._chart, (), {})))
