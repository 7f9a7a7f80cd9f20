"""What a reader chooses in a panel, and the numbers that its sentence names."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from misgen.explore.base import Scalar
from misgen.explore.panel_formats import Format, check_format

KINDS = ("slider", "choice", "switch")
Kind: TypeAlias = Literal["slider", "choice", "switch"]

_NAME = re.compile(r"[a-z][a-z_]*")
_RESERVED = ("step",)  # the position in a replay, which every other choice resets


def check_name(name: str, what: str) -> None:
    """Checks that a name can be a key of the state and of the address.

    Raises:
        ValueError: If it cannot.
    """
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise ValueError(
            f"Name a {what} by small letters and underscores, and not 'step': {name!r} will not do."
        )


@dataclass(frozen=True)
class Control:
    """One thing that the reader chooses."""

    name: str
    """Key in the state and in the address: small letters and underscores."""
    label: str
    """What the reader sees, with its unit."""
    values: tuple[Scalar, ...]
    """What goes into the address: numbers or strings; False and True for a switch."""
    labels: tuple[str, ...] = ("off", "on")
    """The same for the eye, such as "2 %" or "1,000"."""
    kind: Kind = "slider"
    """A slider with ticks, a choice from a list, or a switch."""
    start: int = 0
    """Index of the value at the start."""
    playable: bool = False
    """Whether a button moves this slider from value to value; at most one in a panel."""
    next: str = ""
    """Name of a button beside a list that goes on to its next value, if there is one."""
    labels_by: tuple[str, tuple[tuple[str, ...], ...]] | None = None
    """Of a slider whose labels depend on another control: its name, and the labels for each of its
    values."""
    below: str = ""
    """Label of the part that it stands below; by default the chart of its cursor, or the only part
    that it changes. One that changes several stands between them otherwise."""

    def __post_init__(self) -> None:
        # JSON knows no numbers of NumPy
        plain = tuple(v.item() if isinstance(v, np.generic) else v for v in self.values)
        object.__setattr__(self, "values", plain)  # the dataclass is frozen
        object.__setattr__(self, "labels", tuple(self.labels))
        check_name(self.name, "control")
        _check_kind(self)
        _check_values(self)

    def to_json(self) -> dict[str, Any]:
        """Returns the control as the page needs it."""
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "values": list(self.values),
            "labels": list(self.labels),
            "start": self.start,
            "playable": self.playable,
            "next": self.next,
            "by": self.labels_by and dict(zip(("name", "labels"), self.labels_by, strict=True)),
        }

    def label_of(self, indices: Mapping[str, int]) -> str:
        """Returns the label of what is chosen, from the index of each control's value."""
        return self.labels_at(indices)[indices[self.name]]

    def labels_at(self, indices: Mapping[str, int]) -> tuple[str, ...]:
        """Returns all labels, as they are while the controls have the values of these indices."""
        if self.labels_by is None:
            return self.labels
        other, labels = self.labels_by
        return labels[indices[other]]

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self.values)

    def index(self, value: Scalar) -> int:
        """Returns the index of a value.

        Raises:
            ValueError: If the control does not have it.
        """
        if value not in self.values:
            known = ", ".join(map(str, self.values))
            raise ValueError(f"{self.name!r} has no value {value!r}; choose one of {known}.")
        return self.values.index(value)


def _check_kind(control: Control) -> None:
    if control.kind not in KINDS:
        raise ValueError(f"A control is one of {', '.join(KINDS)}, not {control.kind!r}.")
    if control.playable and control.kind != "slider":
        raise ValueError(f"Only a slider is playable; {control.name!r} is a {control.kind}.")
    truths = [value for value in control.values if isinstance(value, bool)]  # 0 == False
    if truths != ([False, True] if control.kind == "switch" else []):
        raise ValueError(f"Give a switch, and nothing else, the values (False, True): {control}.")


def _check_values(control: Control) -> None:
    name, values = control.name, control.values
    if len(values) < 2 or len(set(values)) < len(values):  # one value is no choice
        raise ValueError(f"Give {name!r} at least two values, all different.")
    if any(len(values) != len(labels) for labels in (control.labels, *_labels_by(control))):
        raise ValueError(f"Give {name!r} one label for each of its {len(values)} values.")
    words = [isinstance(value, str) for value in values]  # strings, not numbers
    if any(words) != all(words):
        raise ValueError(f"Give {name!r} numbers or strings, not both.")
    if not any(words) and not all(math.isfinite(float(value)) for value in values):
        raise ValueError(f"Give {name!r} finite numbers.")
    if not 0 <= control.start < len(values):
        raise ValueError(f"Start {name!r} at an index from 0 to {len(values) - 1}.")


def _labels_by(control: Control) -> tuple[tuple[str, ...], ...]:
    if control.labels_by is None:
        return ()
    if control.kind != "slider":
        raise ValueError(f"Only a slider has `labels_by`; {control.name!r} is a {control.kind}.")
    return control.labels_by[1]


@dataclass(frozen=True, eq=False)
class Reading:
    """A number that a sentence names as "{name}"."""

    values: ArrayLike
    """Numbers or words, one for each value of the controls in `over`."""
    over: tuple[str, ...] = ()
    """Names of the controls that the axes of `values` follow, in order."""
    format: Format = "plain"
    """A name of `FORMATS` or a function."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "over", tuple(self.over))
        check_format(self.format)
