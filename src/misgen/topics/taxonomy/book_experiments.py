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
    """Returns the ids of the nodes in which an experiment fails, without those above them.

    >>> from misgen.topics.taxonomy.trees import TREES
    >>> failing(experiment_named("coinrun"), TREES["objective"])
    ('objective',)
    """
    # `verdicts` would add all above
    return tuple(n.id for n in tree.nodes if _judged(experiment, n, tree) is Verdict.FAILS)


def verdicts(experiment: Experiment, tree: Tree) -> dict[str, Verdict]:
    """Returns what an experiment says of every node of a tree.

    A node fails if it fails itself or one below it does. The arrows alone would not allow that
    (see `trees`); here it is observed, because each failure was seen in behaviour.
    A node holds if it does itself or all its children hold; otherwise it is open.

    >>> from misgen.topics.taxonomy.trees import TREES
    >>> [v.value for v in verdicts(experiment_named("coinrun"), TREES["generalization"]).values()]
    ['fails', 'holds', 'fails', 'fails', 'open', 'holds']
    """
    said: dict[str, Verdict] = {}
    for node in reversed(tree.nodes):  # children come before their parents
        below = {said[child.id] for child in node.children}
        # an empty set, of a leaf, is not equal
        own = Verdict.HOLDS if below == {Verdict.HOLDS} else _judged(experiment, node, tree)
        said[node.id] = Verdict.FAILS if Verdict.FAILS in below else own
    return {node.id: said[node.id] for node in tree.nodes}  # in the order of the picture again


def _judged(experiment: Experiment, node: Node, tree: Tree) -> Verdict:
    # its nodes share ids, not definitions
    name = f"training.{node.id}" if tree is BEYOND_TRAINING else node.id
    if name in experiment.fails:
        return Verdict.FAILS
    return Verdict.HOLDS if name in experiment.holds else Verdict.OPEN
