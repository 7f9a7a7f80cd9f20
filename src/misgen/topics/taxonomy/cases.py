"""Real cases, each of them published, and the class that each belongs to.

The cases themselves are in `cases.toml`, beside this file: what happened, which of four classes it
is, why it is none of the others, and the sources. None of them is invented.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.topics import topic_text


@dataclass(frozen=True)
class Kind:
    """One of the four classes between which the reader chooses."""

    key: str
    name: str
    meaning: str
    """One sentence that tells it from the other three."""


KINDS = (
    Kind("gaming", "Specification gaming",
         "It does what was asked, and what was asked is not what was meant."),
    Kind("misgeneralization", "Goal misgeneralization",
         "What was asked was right and the skill is there; it pursues another goal."),
    Kind("capability", "Capability failure", "The skill is gone, whatever the goal."),
    Kind("unknown", "Cannot tell from the outside",
         "More than one reading fits all that is told here."),
)  # fmt: skip


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
    """Why it is this class."""
    why_not: Mapping[str, str]
    """Key of each other class -> why it is not that one."""
    references: tuple[Reference, ...]


@cache
def cases() -> tuple[Case, ...]:
    """Returns all cases, in the order of their file: class by class."""
    return read_cases(topic_text("taxonomy", "cases.toml"))


def read_cases(text: str) -> tuple[Case, ...]:
    """Returns the cases of a text in TOML.

    Raises:
        ValueError: If an entry is incomplete, named twice, or refers to what is not there.
    """
    entries = tomllib.loads(text)
    # an unknown field raises
    references = {key: Reference(key, **entry) for key, entry in entries["sources"].items()}
    read = tuple(_case(entry, references) for entry in entries["case"])
    for field in ("key", "title", "story"):
        _check_unique(field, [getattr(case, field) for case in read])
    # a source that no case names is a slip
    used = {reference.key for case in read for reference in case.references}
    if idle := sorted(set(references) - used):
        raise ValueError(f"No case has the source {idle[0]!r}: name it in one, or remove it.")
    return read


def _case(entry: Mapping[str, Any], references: Mapping[str, Reference]) -> Case:
    name = entry.get("id", "without an id")
    for part in ("id", "title", "kind", "story", "why", "not", "sources"):
        if not entry.get(part):  # also where it is empty
            raise ValueError(f"Give the case {name!r} a {part}.")
    kinds = {kind.key: kind for kind in KINDS}
    if entry["kind"] not in kinds:
        raise ValueError(f"Give the case {name!r} one of the kinds {', '.join(kinds)}.")
    others = [key for key in kinds if key != entry["kind"]]
    if sorted(entry["not"]) != sorted(others):
        raise ValueError(f"Say why the case {name!r} is not {', '.join(others)}, each once.")
    if unknown := [key for key in entry["sources"] if key not in references]:
        raise ValueError(f"Add the source {unknown[0]!r} of the case {name!r} to the file.")
    sources = tuple(references[key] for key in entry["sources"])
    kind = kinds[entry["kind"]]
    return Case(
        name, entry["title"], entry["story"], kind, entry["why"], entry["not"], sources
    )  # fmt: skip


def _check_unique(field: str, values: Iterable[str]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"Two entries have the same {field}, {twice[0]!r}: change one of them.")


def orders(played: Sequence[Case], count: int, *, first: int) -> NDArray[np.uint8]:
    """Shuffle the cases several times; each class is among the first ones of each order.

    Args:
        played: At most 256 cases.
        count: How many orders; order `i` is drawn with seed `i`.
        first: Length of a short round, in which no class may be missing.

    Returns:
        Indices into `played`, shape (count, len(played)).

    Raises:
        ValueError: If a short round is too short to hold every class.

    >>> orders(cases(), 2, first=8).shape == (2, len(cases()))
    True
    """
    kinds = np.array([KINDS.index(case.kind) for case in played])  # (case,)
    wanted = len(np.unique(kinds))
    if not wanted <= first <= len(played):
        raise ValueError(f"Make a round {wanted} to {len(played)} cases long, not {first}.")
    drawn = []
    for seed in range(count):
        rng = np.random.default_rng(seed)  # one for each order, so that more orders change none
        order = rng.permutation(len(kinds))
        while len(np.unique(kinds[order[:first]])) < wanted:  # drawn again until none is missing
            order = rng.permutation(len(kinds))
        drawn.append(order)
    return np.array(drawn, np.uint8)  # (order, place), so at most 256 cases
