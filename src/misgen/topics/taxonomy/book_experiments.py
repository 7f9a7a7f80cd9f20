"""Each experiment of the book, and what fails in it: read from `book_experiments.toml`.

The trees speak of systems in use; these are toys. Read "bad" as "not what was intended". An agent
is given an objective only in the sense that its behaviour can be read that way. None of the agents
was shown to be an optimizer, so that inner alignment is decided nowhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from misgen.core.topics import topic_text
from misgen.topics.taxonomy.links import Link
from misgen.topics.taxonomy.trees import BEYOND_TRAINING, Node, Tree


class Verdict(Enum):
    """What an experiment says of a node."""

    FAILS = "fails"
    HOLDS = "holds"
    OPEN = "open"
    """It does not decide it."""
    UNSUPPORTED = "unsupported"
    """A part below fails, so that the arrows no longer imply it; it may hold all the same."""


@dataclass(frozen=True)
class Experiment:
    """One experiment, and what it says of the parts of alignment."""

    id: str
    """Small letters and hyphens."""
    name: str
    chapter: str
    """Name of its notebook, without `.ipynb`."""
    what: str
    """What fails, in one sentence."""
    holds: Sequence[str]
    """Ids of the nodes of Hubinger's trees that hold; those of jbkjr's begin with "training."."""
    fails: Sequence[str]
    """Ids of the nodes that fail. All others are not decided."""
    links: Mapping[str, Link]
    """What a link shows -> where it leads."""
    doubt: str = ""
    """What can be said against the classification; empty if little can."""


def _experiment(links: Mapping[str, Mapping[str, Any]], **fields: Any) -> Experiment:
    return Experiment(links={text: Link(**link) for text, link in links.items()}, **fields)


EXPERIMENTS = tuple(
    _experiment(**entry)
    for entry in tomllib.loads(topic_text("taxonomy", "book_experiments.toml"))["experiment"]
)
"""In the order of the book."""


def experiment_named(identity: str) -> Experiment:
    """Returns the experiment with this id.

    Raises:
        ValueError: If there is none.
    """
    by_id = {each.id: each for each in EXPERIMENTS}
    if identity not in by_id:
        raise ValueError(f"There is no experiment {identity!r}; choose one of {', '.join(by_id)}.")
    return by_id[identity]


def failing(experiment: Experiment, tree: Tree) -> tuple[str, ...]:
    """Returns the ids of the nodes in which an experiment fails.

    >>> from misgen.topics.taxonomy.trees import TREES
    >>> failing(experiment_named("coinrun"), TREES["objective"])
    ('objective',)
    """
    said = verdicts(experiment, tree)
    return tuple(node for node, verdict in said.items() if verdict is Verdict.FAILS)


def verdicts(experiment: Experiment, tree: Tree) -> dict[str, Verdict]:
    """Returns what an experiment says of every node of a tree.

    What holds climbs the tree: a node holds if all its children do. What fails does not: above a
    failure a node is no longer implied, which is less than to fail (see `trees`).

    >>> from misgen.topics.taxonomy.trees import TREES
    >>> [v.value for v in verdicts(experiment_named("coinrun"), TREES["generalization"]).values()]
    ['unsupported', 'holds', 'unsupported', 'fails', 'open', 'holds']
    """
    said: dict[str, Verdict] = {}
    for node in reversed(tree.nodes):  # children come before their parents
        below = {said[child.id] for child in node.children}
        said[node.id] = _climbed(_judged(experiment, node, tree), below)
    return {node.id: said[node.id] for node in tree.nodes}  # in the order of the picture again


def _climbed(own: Verdict, below: set[Verdict]) -> Verdict:
    """Returns the verdict of a node from its own and those of its children."""
    if own is not Verdict.OPEN:
        return own
    if below == {Verdict.HOLDS}:  # the set of a leaf is empty
        return Verdict.HOLDS
    return Verdict.UNSUPPORTED if below & {Verdict.FAILS, Verdict.UNSUPPORTED} else Verdict.OPEN


def _judged(experiment: Experiment, node: Node, tree: Tree) -> Verdict:
    # its nodes share ids, not definitions
    name = f"training.{node.id}" if tree is BEYOND_TRAINING else node.id
    if name in experiment.fails:
        return Verdict.FAILS
    return Verdict.HOLDS if name in experiment.holds else Verdict.OPEN
