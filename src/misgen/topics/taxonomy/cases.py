"""Real cases, each of them published, and the class that each belongs to.

The cases themselves are in `cases.toml`, beside this file: what happened, which of four classes it
is and why not another one, and the sources. None of them is invented.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Kind:
    """One of the four classes between which the reader chooses."""

    key: str
    name: str
    meaning: str
    """One sentence that tells it from the other three."""


KINDS = (
    Kind(
        "gaming",
        "Specification gaming",
        "It does what was asked, and what was asked is not what was meant.",
    ),
    Kind(
        "misgeneralization",
        "Goal misgeneralization",
        "What was asked was right and the skill is there; it pursues another goal.",
    ),
    Kind("capability", "Capability failure", "The skill is gone, whatever the goal."),
    Kind(
        "unknown",
        "Cannot tell from the outside",
        "More than one reading fits all that is told here.",
    ),
)


@dataclass(frozen=True)
class Reference:
    """A published source of a case."""

    key: str
    """Entry of the bibliography."""
    label: str
    """Author and year, as cited."""
    url: str
    """Where it can be read; empty if it is not on the web."""


@dataclass(frozen=True)
class Case:
    """Something that a learned system did, and what it is a case of."""

    key: str
    title: str
    story: str
    """What happened, in two to four sentences that do not name the class."""
    kind: Kind
    why: str
    """Why it is this class and not a neighbouring one."""
    references: tuple[Reference, ...]


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases, in the order of their file: class by class."""
    return read_cases(resources.files("misgen.topics.taxonomy") / "cases.toml")


def read_cases(file: Any) -> tuple[Case, ...]:
    """Read cases from a TOML file.

    Args:
        file: A path, or what `importlib.resources` gives.

    Raises:
        ValueError: If an entry is incomplete, named twice, or refers to what is not there.
    """
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    references = {entry["key"]: Reference(**entry) for entry in entries["source"]}
    _check_unique("source", [entry["key"] for entry in entries["source"]])
    found = tuple(_case(entry, references) for entry in entries["case"])
    for what in ("key", "title", "story"):
        _check_unique(what, [getattr(case, what) for case in found])
    _check_all_used(references, found)
    return found


def _case(entry: Mapping[str, Any], references: Mapping[str, Reference]) -> Case:
    name = entry.get("id", "without an id")
    missing = [
        part for part in ("id", "title", "kind", "story", "why", "sources") if not entry.get(part)
    ]
    if missing:
        raise ValueError(f"Give the case {name!r} a {missing[0]}.")
    kinds = {kind.key: kind for kind in KINDS}
    if entry["kind"] not in kinds:
        raise ValueError(f"Give the case {name!r} one of the kinds {', '.join(kinds)}.")
    unknown = [key for key in entry["sources"] if key not in references]
    if unknown:
        raise ValueError(f"Add the source {unknown[0]!r} of the case {name!r} to the file.")
    return Case(
        key=name,
        title=entry["title"],
        story=entry["story"],
        kind=kinds[entry["kind"]],
        why=entry["why"],
        references=tuple(references[key] for key in entry["sources"]),
    )


def _check_unique(what: str, values: Iterable[str]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"Two entries have the same {what}, {twice[0]!r}: change one of them.")


def _check_all_used(references: Mapping[str, Reference], found: Sequence[Case]) -> None:
    used = {reference.key for case in found for reference in case.references}
    idle = sorted(set(references) - used)
    if idle:
        raise ValueError(f"No case has the source {idle[0]!r}: name it in one, or remove it.")


def of_kind(kind: str) -> tuple[Case, ...]:
    """Return the cases of a class, such as "gaming".

    Raises:
        ValueError: If there is no such class.
    """
    if kind not in {known.key for known in KINDS}:
        raise ValueError(f"There is no class {kind!r}; choose one of {[k.key for k in KINDS]}.")
    return tuple(case for case in cases() if case.kind.key == kind)


def orders(found: Sequence[Case], count: int, *, first: int) -> NDArray[np.uint8]:
    """Shuffle the cases several times; each class is among the first ones of each order.

    Args:
        found: At most 256 cases.
        count: How many orders; order `i` is drawn with seed `i`.
        first: Length of a short round, in which no class may be missing.

    Returns:
        Indices into `found`, shape (count, len(found)).

    Raises:
        ValueError: If a short round is too short to hold every class.

    >>> orders(cases(), 2, first=8).shape == (2, len(cases()))
    True
    """
    kinds = np.array([KINDS.index(case.kind) for case in found])
    wanted = len(set(kinds.tolist()))
    if not wanted <= first <= len(found):
        raise ValueError(f"Make a round {wanted} to {len(found)} cases long, not {first}.")
    return np.array([_order(kinds, wanted, first, seed) for seed in range(count)], np.uint8)


def _order(kinds: NDArray[np.int64], wanted: int, first: int, seed: int) -> NDArray[np.int64]:
    """Draw orders until one has every class among its first cases."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(kinds))
        if len(set(kinds[order[:first]].tolist())) == wanted:
            return order
