"""Three trees that divide alignment into parts, with the definitions in our words.

An arrow is an implication: if all children hold, the parent holds. It is not one backwards: a
parent may hold although a child fails. Where a parent fails, at least one child does.

Hubinger (2020) draws the first tree, and the second at the end of the same post. The names
"objective-focused" and "generalization-focused" are those of jbkjr et al. (2021), who define outer
alignment in another way for the second. What follows from their definition is the third tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where a definition or an arrow comes from."""

    key: str
    """Entry of the bibliography."""
    text: str
    """What a reader sees."""
    url: str


HUBINGER = Source(
    "hubinger2020",
    "Hubinger (2020), Clarifying inner alignment terminology",
    "https://www.alignmentforum.org/posts/SzecSPYxqRa5GCaSF/clarifying-inner-alignment-terminology",
)
JBKJR = Source(
    "jbkjr2021",
    "jbkjr et al. (2021), Discussion: Objective Robustness and Inner Alignment Terminology",
    "https://www.alignmentforum.org/posts/pDaxobbB9FG5Dvqyv/"
    "discussion-objective-robustness-and-inner-alignment",
)


@dataclass(frozen=True)
class Node:
    """One property that a system may have, and the properties that imply it."""

    id: str
    """The same in all trees; small letters."""
    name: str
    definition: str
    """In our words."""
    source: Source
    children: tuple[Node, ...] = ()
    """Properties that together imply this one."""
    why: str = ""
    """Why they do, as a sentence; empty where there are none."""
    condition: str = ""
    """When the arrow applies, if not always."""


@dataclass(frozen=True)
class Tree:
    """A tree of properties, from the whole of alignment to its parts."""

    id: str
    """Small letters and hyphens."""
    name: str
    """What the reader chooses."""
    root: Node
    note: str
    """What to know about it, in a few sentences."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, each before its children, in the order of the picture."""
        return tuple(path[0] for path in _paths(self.root))  # the first of a path is its node

    def node(self, identity: str) -> Node:
        """Returns the node with this id; see `path`."""
        return self.path(identity)[0]

    def path(self, identity: str) -> tuple[Node, ...]:
        """Returns the nodes from one up to the root.

        >>> [node.id for node in OBJECTIVE_FOCUSED.path("objective")]
        ['objective', 'intent', 'impact']

        Raises:
            ValueError: If the tree has no node with this id.
        """
        paths = {path[0].id: path for path in _paths(self.root)}
        if identity not in paths:
            raise ValueError(
                f"The tree {self.id!r} has no node {identity!r}; choose one of {', '.join(paths)}."
            )
        return paths[identity]


def _paths(node: Node, *above: Node) -> Iterator[tuple[Node, ...]]:
    yield (node, *above)  # before its children: `nodes` promises it
    for child in node.children:
        yield from _paths(child, node, *above)


# ------------------------------------------------------------------------------ Hubinger

INNER = Node(
    "inner",
    "inner alignment",
    "Said of a mesa-optimizer, a learned model that is itself an optimizer. Whoever pursued the "
    "model's own objective perfectly would be aligned with the objective of the training.",
    HUBINGER,
)
OBJECTIVE = Node(
    "objective",
    "objective robustness",
    "This system behaves as if it pursued something. Whoever pursued that perfectly would be "
    "aligned with the objective of the training. It is also called goal robustness.",
    HUBINGER,
    (INNER,),  # one child, and a condition: the arrow is for mesa-optimizers only
    "What a mesa-optimizer does should follow its own objective. If that one is aligned with the "
    "training, what its behaviour is directed at is aligned with it too.",
    "if the model is a mesa-optimizer",
)
CAPABILITY = Node(
    "capability",
    "capability robustness",
    "The system does well at what it behaves as if it pursued, whatever that is, also in use and "
    "off the training distribution.",
    HUBINGER,
)
OUTER = Node(
    "outer",
    "outer alignment",
    "Every model that is perfect at the training objective, after perfect training on infinite "
    "data, is intent aligned. It is a property of the objective alone.",
    HUBINGER,
)
INTENT = Node(
    "intent",
    "intent alignment",
    "This system behaves as if it pursued something. Whoever pursued that perfectly would do "
    "nothing that we judge to be bad.",
    HUBINGER,
    (OUTER, OBJECTIVE),
    "The objective of the training is what we care about, and what the behaviour is directed at is "
    "aligned with that objective.",
)
ROBUSTNESS = Node(
    "robustness",
    "robustness",
    "The system does well on the objective that it was trained on, also in use and off the "
    "training distribution.",
    HUBINGER,
    (OBJECTIVE, CAPABILITY),
    "What the behaviour is directed at is aligned with the training objective, and the system is "
    "good at it wherever it is.",
)
_NO_HARM = "The system does nothing that we judge to be bad."

OBJECTIVE_FOCUSED = Tree(
    "objective",
    "Hubinger, objective-focused",
    Node(
        "impact",
        "impact alignment",
        _NO_HARM,
        HUBINGER,
        (INTENT, CAPABILITY),
        "What the system is after is harmless, and it is good at it.",
    ),
    "The main picture of the post. It groups by objectives: the right one first, then the skill.",
)
GENERALIZATION_FOCUSED = Tree(
    "generalization",
    "Hubinger, generalization-focused",
    Node(
        "impact",
        "impact alignment",
        _NO_HARM,
        HUBINGER,
        (OUTER, ROBUSTNESS),
        "The objective of the training is what we care about, and the system does well on it, also "
        "off the training distribution.",
    ),
    "The picture at the end of the same post. It has the same parts, grouped by what happens when "
    "the distribution changes.",
)

# ---------------------------------------------------------------------------- jbkjr et al.

BEYOND_TRAINING = Tree(
    "training",
    "jbkjr et al., split by the training distribution",
    Node(
        "impact",
        "alignment",
        "The system behaves acceptably, on the training distribution and off it.",
        JBKJR,
        (
            Node(
                "outer",
                "outer alignment",
                "The model behaves as desired on the training distribution. It is a property of "
                "objective, data, training set-up and model together.",
                JBKJR,
            ),
            Node(
                "robustness",
                "acceptable generalization",
                "The model behaves acceptably off the training distribution. Its goals matter as "
                "far as they help to predict that.",
                JBKJR,
            ),
        ),
        "An input is either like those of the training or not.",
    ),
    "An earlier text, the AI Safety Atlas, put this split under a picture by Hubinger. It called "
    "appropriate behaviour on the training distribution outer alignment, and never behaving "
    "catastrophically on any input robustness. Neither is Hubinger's definition. The first is that "
    "of jbkjr et al. For Hubinger, outer alignment is a property of the objective alone, and "
    "robustness means to do well on that objective off the training distribution.",
)

# in the order of the menu
TREES = {tree.id: tree for tree in (OBJECTIVE_FOCUSED, GENERALIZATION_FOCUSED, BEYOND_TRAINING)}
"""Id of a tree -> the tree."""
