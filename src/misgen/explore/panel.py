"""The panel: controls, charts, bars, maps of cells and one sentence, all from one table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.replay import Replay
from misgen.explore.base import Explorer, Scalar, Sentence, text_of
from misgen.explore.numbers import folded, table_html
from misgen.explore.pack import pack
from misgen.explore.panel_controls import Control, Reading, check_name
from misgen.explore.panel_formats import Texts, all_written
from misgen.explore.panel_parts import Bars, Lines, Part, Replays, controls_of
from misgen.explore.panel_table import Arrays, Words, check_over, numbers_of, part_table, shaped
from misgen.explore.replays import LAST_STEP, replay_arrays, replay_table
from misgen.explore.study import Source

MAX_BYTES = 300_000  # of arrays and texts, before they are compressed
_PLACE = re.compile(r"\{([a-z][a-z_]*)\}")  # as `check_name` allows a name


class Panel(Explorer):
    """Controls, pictures and a sentence, which Python fills for every value of every control.

    It is made by functions of the chapters' modules, not from the ledger of an environment.
    """

    module: ClassVar[str] = "explore/js/panel"

    def __init__(
        self,
        *,
        title: str,
        controls: Sequence[Control],
        parts: Sequence[Part],
        sentences: Sequence[Sentence],
        source: Source,
        subtitle: str = "",
        readings: Mapping[str, Reading] | None = None,
        which: tuple[ArrayLike, Sequence[str]] | None = None,
        key: str | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        """Creates a panel.

        Args:
            title: The question that the pictures answer.
            controls: What the reader chooses; each of them changes at least one part.
            parts: `Lines`, `Bars`, `Cells` and `Replays`, in order; the last two on the left.
            sentences: Templates: lists of (tag, text), whose texts may name readings and
                controls as "{accuracy}".
            source: Where the numbers come from.
            subtitle: What a line or a cell is.
            readings: Name -> values that a sentence may name.
            which: Index of the template, one for each value of the controls that it follows:
                (array, names of the controls). Needed where there are several templates.
            key: See `Explorer`.
            aliases: See `Explorer`.

        Raises:
            ValueError: If a shape, a name or a size does not fit.
        """
        self._controls = {control.name: control for control in controls}
        self._parts = tuple(parts)
        self._sizes = {control.name: control.size for control in controls}
        _check_controls(controls, self._parts)
        self._readings = _readings(dict(readings or {}), self._sizes)
        self._sentences = [list(sentence) for sentence in sentences]
        # (array of template numbers, controls of its axes)
        self._which = _which(which, self._sizes, len(self._sentences))
        _check_places(self._sentences, {*self._readings, *self._controls})
        table, arrays = self._table()
        table |= {"title": title, "subtitle": subtitle, "source": asdict(source)}
        _check_bytes(table, arrays)
        state = {control.name: control.values[control.start] for control in controls}
        if "replays" in table:
            state["step"] = LAST_STEP  # all replays of a panel share one clock
        super().__init__(table=table, arrays=arrays, state=state, key=key, aliases=aliases)

    def _table(self) -> tuple[dict[str, Any], Arrays]:
        words, arrays, parts = Words(), dict[str, NDArray[np.generic]](), []
        replays, starts = _joined(self._parts)
        controls = list(self._controls.values())
        for i, part in enumerate(self._parts):
            table, its_arrays = part_table(part, f"part{i}", controls, words)
            first = {"first": starts[id(part.replays)]} if isinstance(part, Replays) else {}
            parts.append(table | first)
            arrays |= its_arrays
        if replays:
            own = replay_arrays(replays)
            arrays |= {f"replays.{name}": array for name, array in own.items()}
        for name, (texts, _) in self._readings.items():
            arrays[f"reading.{name}"] = words.numbers(texts)  # (*over,), numbers of texts
        arrays["which"] = self._which[0]
        table = {
            "controls": [_control_table(control, self._parts) for control in controls],
            "parts": parts,
            "readings": {name: list(over) for name, (_, over) in self._readings.items()},
            "sentences": self._sentences,
            "which": list(self._which[1]),
            "texts": words.texts,
        }
        return table | ({"replays": replay_table(replays)} if replays else {}), arrays

    def indices(self, **choices: Scalar) -> dict[str, int]:
        """Returns the index of each control's value: those at the start, but for the given ones.

        Raises:
            ValueError: If there is no such control or value.
        """
        unknown = [name for name in choices if name not in self._controls]
        if unknown:
            raise ValueError(f"There is no control {unknown[0]!r}; choose from "
                             f"{', '.join(self._controls)}.")  # fmt: skip
        starts = {name: control.start for name, control in self._controls.items()}
        chosen = {name: self._controls[name].index(value) for name, value in choices.items()}
        return {**starts, **chosen}

    def say(self, **choices: Scalar) -> Sentence:
        """Returns what the panel says of the given values, and of the start for all others.

        Raises:
            ValueError: If there is no such control or value.
        """
        indices = self.indices(**choices)
        array, over = self._which
        template = self._sentences[int(array[tuple(indices[name] for name in over)])]
        words = {name: control.label_of(indices) for name, control in self._controls.items()}
        for name, (texts, follows) in self._readings.items():
            words[name] = str(texts[tuple(indices[control] for control in follows)])
        return [(tag, _PLACE.sub(lambda match: words[match[1]], text)) for tag, text in template]

    def sentence(self) -> str:
        """Returns the sentence of the starting values."""
        return text_of(self.say())

    def numbers(self) -> str:
        """Returns the values at the start, and the numbers of the charts as tables."""
        controls = list(self._controls.values())
        settings = "; ".join(f"{c.label}: {c.label_of(self.indices())}" for c in controls)
        charts = [part for part in self._parts if isinstance(part, Lines | Bars)]
        shown = [
            table_html(numbers_of(chart, controls, self.indices()), chart.label) for chart in charts
        ]
        return f'<p class="mg-sub">{escape(settings)}.</p>{folded(*shown) if shown else ""}'


def _check_controls(controls: Sequence[Control], parts: Sequence[Part]) -> None:
    names = [control.name for control in controls]
    if not controls or not parts:
        raise ValueError("Give a panel at least one control and one part.")
    if len(set(names)) < len(names):
        raise ValueError(f"Give each control a name of its own, not {', '.join(names)}.")
    if sum(control.playable for control in controls) > 1:
        raise ValueError("Make at most one control of a panel playable.")
    sizes = {control.name: control.size for control in controls}
    for control in controls:
        other, labels = control.labels_by or (control.name, control.values)
        if len(labels) != sizes.get(other):
            raise ValueError(
                f"Give {control.name!r} labels for each value of another control, not of {other!r}."
            )
    known = {"", *(part.label for part in parts)}
    for control in controls:
        if control.below not in known:
            raise ValueError(
                f"There is no part {control.below!r} for {control.name!r} to be below."
            )
    changing = {name for part in parts for name in controls_of(part)}
    idle = [name for name in names if name not in changing]
    if idle:
        raise ValueError(f"The control {idle[0]!r} changes no picture; name it in `over` of a part "
                         "or as its cursor.")  # fmt: skip


def _joined(parts: Sequence[Part]) -> tuple[list[Replay], dict[int, int]]:
    """Returns the replays of all parts, a list that several share once, and where each begins."""
    replays: list[Replay] = []
    starts: dict[int, int] = {}  # by `id` of a list, as arrays have no single truth value
    for part in parts:
        if isinstance(part, Replays) and id(part.replays) not in starts:
            starts[id(part.replays)] = len(replays)
            replays += part.replays
    return replays, starts


def _readings(
    readings: Mapping[str, Reading], sizes: Mapping[str, int]
) -> dict[str, tuple[Texts, tuple[str, ...]]]:
    """Returns the texts of each reading, and the controls that they follow."""
    texts = {}
    for name, reading in readings.items():
        check_name(name, "reading")
        if name in sizes:
            raise ValueError(f"The name {name!r} is that of a control; rename the reading.")
        shape = check_over(reading.over, sizes, f"the reading {name!r}")
        values = shaped(reading.values, shape, f"the reading {name!r}")
        texts[name] = (all_written(values, reading.format), reading.over)
    return texts


def _which(
    which: tuple[ArrayLike, Sequence[str]] | None, sizes: Mapping[str, int], sentences: int
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    if sentences == 0 or (which is None and sentences > 1):
        raise ValueError("Give one sentence, or several and `which` of them to say when.")
    values, over = which or (0, ())  # a single sentence, whatever is chosen
    shape = check_over(over, sizes, "`which`")
    numbers = shaped(values, shape, "`which`")
    # integers, unsigned or not, and truth values
    if numbers.dtype.kind not in "iub" or numbers.min() < 0 or numbers.max() >= sentences:
        raise ValueError(f"Give `which` as indices of the {sentences} sentences.")
    return numbers.astype(np.uint8), tuple(over)  # at most 256 sentences


def _check_places(sentences: Sequence[Sentence], known: set[str]) -> None:
    named = {name for sentence in sentences for name in _PLACE.findall(text_of(sentence))}
    if named - known:
        raise ValueError(f"A sentence names {sorted(named - known)[0]!r}, which is no reading and "
                         "no control.")  # fmt: skip


def _check_bytes(table: Mapping[str, Any], arrays: Arrays) -> None:
    size = len(pack(arrays)[1]) + sum(len(text.encode()) for text in table["texts"])
    if size > MAX_BYTES:
        raise ValueError(f"The panel holds {size / 1000:.0f} kB; leave out seeds, points or values "
                         f"until it is at most {MAX_BYTES // 1000} kB.")  # fmt: skip


def _below(control: Control, parts: Sequence[Part]) -> int | None:
    """Returns the part that a control stands below.

    That is the one that it names, the chart of its cursor, or all that it changes.
    """
    if control.below:
        return [part.label for part in parts].index(control.below)
    of = [
        i for i, part in enumerate(parts) if isinstance(part, Lines) and part.cursor == control.name
    ]
    changes = [i for i, part in enumerate(parts) if control.name in controls_of(part)]
    return next((found[0] for found in (of, changes) if len(found) == 1), None)


def _control_table(control: Control, parts: Sequence[Part]) -> dict[str, Any]:
    return {**control.to_json(), "below": _below(control, parts)}
