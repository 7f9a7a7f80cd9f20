"""The trees of alignment: choose a node or an experiment of the book, and see where it fails."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import Any, ClassVar

from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.study import Source
from misgen.topics.taxonomy.book_experiments import (
    EXPERIMENTS,
    Experiment,
    Verdict,
    experiment_named,
    failing,
    verdicts,
)
from misgen.topics.taxonomy.links import CHAPTERS
from misgen.topics.taxonomy.trees import TREES, Node, Tree

ARROWS = (
    "Each arrow is an implication: if the parts hold, the whole holds. Backwards it says less: "
    "where the whole fails, at least one part does. Where a part fails, the whole is no longer "
    "implied; it may hold all the same."
)
SOURCE = Source(
    "Trees: Hubinger (2020) and jbkjr et al. (2021), definitions in our words. Which node an "
    "experiment belongs to is our judgement"
)
TAGS = {
    Verdict.FAILS: "✗ fails",
    Verdict.HOLDS: "✓ holds",
    Verdict.OPEN: "? not decided",
    Verdict.UNSUPPORTED: "– no longer implied",
}
"""What is written below a node's name, never colour alone."""
_NO_OPTIMIZER = "None: no agent of this book was shown to be an optimizer itself."
_NOWHERE = "None of them."
_AT_A_PART = "None: a failure is marked at the part in which it was seen."


class Taxonomy(Explorer):
    """Three trees of alignment, their nodes, and the experiments of the book."""

    module: ClassVar[str] = "topics/taxonomy/taxonomy"

    def __init__(
        self,
        *,
        title: str = "Which part of alignment fails?",
        source: Source = SOURCE,
        tree: str = "objective",
        experiment: str = "coinrun",
        node: str = "objective",
        key: str | None = None,
    ) -> None:
        """Creates the explorer.

        Args:
            title: Heading.
            source: Where trees and classification come from.
            tree: Id of the tree at the start, one of `TREES`.
            experiment: Id of the experiment at the start.
            node: Id of the node at the start.
            key: See `Explorer`.

        Raises:
            ValueError: If there is no such tree, experiment or node.
        """
        if tree not in TREES:
            raise ValueError(f"There is no tree {tree!r}; choose one of {', '.join(TREES)}.")
        TREES[tree].node(node)  # raises if the tree does not have it
        self._start = experiment_named(experiment), TREES[tree]
        super().__init__(
            table={
                "title": title,
                "subtitle": "Choose an experiment, and its node lights up. Choose a node, by a "
                "click or with the arrow keys, and read what it means and which experiments fail "
                "there.",
                "trees": [_tree_table(tree) for tree in TREES.values()],
                # each id once, as the trees share some
                "nodes": list(dict.fromkeys(n.id for tree in TREES.values() for n in tree.nodes)),
                "experiments": [_experiment_table(each) for each in EXPERIMENTS],
                "arrows": ARROWS,
                "tags": list(TAGS.values()),
                "looks": [verdict.value for verdict in TAGS],
                "source": asdict(source),
            },
            arrays={},
            state={"tree": tree, "experiment": experiment, "node": node},
            key=key,
        )

    def sentence(self) -> str:
        """Returns what fails in the experiment at the start."""
        return text_of(say(*self._start))

    def numbers(self) -> str:
        """Returns all trees with their definitions and experiments as lists that open."""
        return "".join(map(_tree_html, TREES.values()))


def say(experiment: Experiment, tree: Tree) -> Sentence:
    """Returns what fails in an experiment, and which node that is.

    >>> from misgen.explore.base import text_of
    >>> text_of(say(experiment_named("coinrun-flipped"), TREES["objective"]))[-48:]
    'What fails, in this tree: capability robustness.'
    """
    names = [tree.node(identity).name for identity in failing(experiment, tree)]
    happened = f"{experiment.name}. {experiment.what}"
    if not names:
        return [("", f"{happened} No node of this tree is marked.")]
    return [
        ("", f"{happened} What fails, in this tree: "),
        ("second", " and ".join(names)),
        ("", "."),
    ]


def outline(tree: Tree) -> str:
    """Returns the arrows of a tree in words.

    >>> outline(TREES["training"])
    'Outer alignment and acceptable generalization together imply alignment.'
    """
    return " ".join(_arrow_words(node) for node in tree.nodes if node.children)


def _arrow_words(node: Node) -> str:
    names = " and ".join(child.name for child in node.children)
    start = names[0].upper() + names[1:]
    if node.condition:  # the one arrow from a single part
        return f"{start} implies {node.name}, {node.condition}."
    return f"{start} together imply {node.name}."


# ---------------------------------------------------------------------------------- table


def _tree_table(tree: Tree) -> dict[str, Any]:
    return {
        "id": tree.id,
        "name": tree.name,
        "note": tree.note,
        "outline": outline(tree),
        "nodes": [_node_table(node, tree) for node in tree.nodes],
        "codes": [_codes(each, tree) for each in EXPERIMENTS],
        "said": [say(each, tree) for each in EXPERIMENTS],
    }


def _node_table(node: Node, tree: Tree) -> dict[str, Any]:
    ids = [each.id for each in tree.nodes]
    path = tree.path(node.id)
    return {
        "id": node.id,
        "name": node.name,
        "definition": node.definition,
        "arrow": f"{_arrow_words(node)} {node.why}" if node.children else "",
        "implies": _implies(node),
        "source": {"text": node.source.text, "url": node.source.url},
        "level": len(path),  # 1 for the root
        "parent": ids.index(path[1].id) if len(path) > 1 else -1,  # path: the node, its parent, ...
        "children": [ids.index(child.id) for child in node.children],
        "fails": [i for i, each in enumerate(EXPERIMENTS) if node.id in failing(each, tree)],
        "none": _nowhere(node),
    }


def _nowhere(node: Node) -> str:
    if node.id == "inner":
        return _NO_OPTIMIZER
    return _AT_A_PART if node.children else _NOWHERE


def _implies(node: Node) -> str:
    if not node.children:
        return ""
    return "holds ⇒ it holds, in a mesa-optimizer" if node.condition else "both hold ⇒ it holds"


def _codes(experiment: Experiment, tree: Tree) -> list[int]:
    """Returns the number in `TAGS` for each node."""
    return [list(TAGS).index(verdict) for verdict in verdicts(experiment, tree).values()]


def _experiment_table(experiment: Experiment) -> dict[str, Any]:
    return {
        "id": experiment.id,
        "name": experiment.name,
        "label": f"{CHAPTERS[experiment.chapter]}  {experiment.name}",
        "chapter": f"chapter {CHAPTERS[experiment.chapter]}",
        "doubt": experiment.doubt,
        "links": [[text, link.address] for text, link in experiment.links.items()],
    }


# ------------------------------------------------------------- the lists below the picture


def _tree_html(tree: Tree) -> str:
    return (
        f"<details><summary>{escape(tree.name)}: definitions and experiments</summary>"
        f"<p>{escape(tree.note)}</p><ul>{_node_html(tree.root, tree)}</ul></details>"
    )


def _node_html(node: Node, tree: Tree) -> str:
    arrow = f" {_arrow_words(node)}" if node.children else ""
    marked = "; ".join(_marked_html(e) for e in EXPERIMENTS if node.id in failing(e, tree))
    below = "".join(_node_html(child, tree) for child in node.children)
    return (
        f"<li><b>{escape(node.name)}.</b> {escape(node.definition + arrow)}"
        f"{f' Fails in: {marked}.' if marked else ''}{f'<ul>{below}</ul>' if below else ''}</li>"
    )


def _marked_html(experiment: Experiment) -> str:
    links = ", ".join(
        f'<a href="{escape(link.address, quote=True)}">{escape(text)}</a>'
        for text, link in experiment.links.items()
    )
    return f"{escape(experiment.name)} ({links})"
