"""The trees of alignment: choose a node or an experiment of the book, and see where it fails."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

from misgen.explore import tables
from misgen.explore.base import Explorer, Sentence, caption_html, figure_html, html_of, text_of
from misgen.explore.study import Source
from misgen.topics.taxonomy.book_experiments import (
    EXPERIMENTS,
    Experiment,
    Verdict,
    experiment_named,
    failing,
    verdicts,
)
from misgen.topics.taxonomy.layout import (
    LIT,
    SHAPES,
    TAGS,
    layout,
    tree_svg,
)
from misgen.topics.taxonomy.links import CHAPTERS
from misgen.topics.taxonomy.trees import TREES, Node, Tree

TITLE = "Which part of alignment fails?"
SUBTITLE = (
    "Choose an experiment, and its node lights up. Choose a node, by a click or with the arrow "
    "keys, and read what it means and which experiments fail there."
)
ARROWS = (
    "Each arrow is an implication: if the parts hold, the whole holds. Backwards it says less: "
    "where the whole fails, at least one part does."
)
SOURCE = Source(
    "Trees: Hubinger (2020) and jbkjr et al. (2021), definitions in our words. Which node an "
    "experiment belongs to is our judgement"
)
_CODES = (Verdict.FAILS, Verdict.HOLDS, Verdict.OPEN)
_LIT_CODE = len(_CODES)
_NO_OPTIMIZER = "None: no agent of this book was shown to be an optimizer itself."
_NOWHERE = "None of them."


class Taxonomy(Explorer):
    """Three trees of alignment, their nodes, and the experiments of the book."""

    module: ClassVar[str] = "topics/taxonomy/taxonomy"

    def __init__(
        self,
        *,
        title: str = TITLE,
        subtitle: str = SUBTITLE,
        source: Source = SOURCE,
        tree: str = "objective",
        experiment: str = "coinrun",
        node: str = "objective",
        key: str | None = None,
    ) -> None:
        """Create the explorer.

        Args:
            title: Heading.
            subtitle: What the reader can do.
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
        self._title, self._subtitle, self._source = title, subtitle, source
        self._tree, self._node = TREES[tree], TREES[tree].node(node)
        self._experiment = experiment_named(experiment)
        super().__init__(
            table=self._table(),
            arrays={},
            state={"tree": tree, "experiment": experiment, "node": node},
            key=key,
        )

    def _table(self) -> dict[str, Any]:
        return {
            "title": self._title,
            "subtitle": self._subtitle,
            "trees": [tree_table(tree) for tree in TREES.values()],
            "nodes": list(dict.fromkeys(n.id for tree in TREES.values() for n in tree.nodes)),
            "experiments": [_experiment_table(each) for each in EXPERIMENTS],
            "arrows": ARROWS,
            "tags": [*(TAGS[verdict] for verdict in _CODES), LIT],
            "source": tables.source_table(self._source),
        }

    def sentence(self) -> str:
        """Say what fails in the experiment at the start."""
        return text_of(say(self._experiment, self._tree))

    def still(self) -> str:
        """Return the tree with the experiment, and all trees with their experiments as lists."""
        said, lit = verdicts(self._experiment, self._tree), failing(self._experiment, self._tree)
        sentence = say(self._experiment, self._tree)
        label = f"Tree of {self._tree.name}. {text_of(sentence)} {outline(self._tree)}"
        return figure_html(
            f'<p class="mg-title">{escape(self._title)}</p>',
            f'<div class="mg-still-tree">{tree_svg(self._tree, said, lit, label)}</div>',
            f"<p>{html_of(sentence)}</p><p>{escape(ARROWS)}</p>",
            *(_tree_html(tree) for tree in TREES.values()),
            caption=caption_html(self._source),
        )


def say(of: Experiment, tree: Tree) -> Sentence:
    """Say what fails in an experiment, and which node that is.

    >>> from misgen.explore.base import text_of
    >>> text_of(say(experiment_named("coinrun-flipped"), TREES["objective"]))[-48:]
    'What fails, in this tree: capability robustness.'
    """
    names = [tree.node(identity).name for identity in failing(of, tree)]
    if not names:
        return [("", f"{of.name}. {of.what} No node of this tree is marked.")]
    return [
        ("", f"{of.name}. {of.what} What fails, in this tree: "),
        ("proxy", " and ".join(names)),
        ("", "."),
    ]


def outline(tree: Tree) -> str:
    """Return the arrows of a tree in words.

    >>> outline(TREES["training"])
    'Outer alignment and acceptable generalization together imply alignment.'
    """
    return " ".join(_arrow_words(node) for node in tree.nodes if node.children)


def _arrow_words(node: Node) -> str:
    names = " and ".join(child.name for child in node.children)
    start = names[0].upper() + names[1:]
    if node.condition:
        return f"{start} implies {node.name}, {node.condition}."
    return f"{start} together imply {node.name}."


# ---------------------------------------------------------------------------------- table


def tree_table(tree: Tree) -> dict[str, Any]:
    """Return a tree as the page needs it."""
    return {
        "id": tree.id,
        "name": tree.name,
        "note": tree.note,
        "outline": outline(tree),
        "nodes": [_node_table(node, tree) for node in tree.nodes],
        "layouts": {shape: layout(tree, shape).to_json(tree) for shape in SHAPES},
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
        "source": {"text": node.source.text, "url": node.source.url},
        "level": len(path),
        "parent": ids.index(path[1].id) if len(path) > 1 else -1,
        "children": [ids.index(child.id) for child in node.children],
        "fails": _failing_at(node, tree),
        "none": _NO_OPTIMIZER if node.id == "inner" else _NOWHERE,
    }


def _failing_at(node: Node, tree: Tree) -> list[int]:
    return [
        i for i, each in enumerate(EXPERIMENTS)
        if verdicts(each, tree)[node.id] is Verdict.FAILS
    ]  # fmt: skip


def _codes(of: Experiment, tree: Tree) -> list[int]:
    lit = failing(of, tree)
    said = verdicts(of, tree)
    return [_LIT_CODE if i in lit else _CODES.index(verdict) for i, verdict in said.items()]


def _experiment_table(of: Experiment) -> dict[str, Any]:
    return {
        "id": of.id,
        "name": of.name,
        "label": f"{CHAPTERS[of.chapter]}  {of.name}",
        "chapter": f"chapter {CHAPTERS[of.chapter]}",
        "doubt": of.doubt,
        "links": [[text, link.address] for text, link in of.links.items()],
    }


# ---------------------------------------------------------------------------------- still


def _tree_html(tree: Tree) -> str:
    return (
        f"<details><summary>{escape(tree.name)}: definitions and experiments</summary>"
        f"<p>{escape(tree.note)}</p><ul>{_node_html(tree.root, tree)}</ul></details>"
    )


def _node_html(node: Node, tree: Tree) -> str:
    here = [each for each in EXPERIMENTS if node.id in failing(each, tree)]
    below = "".join(_node_html(child, tree) for child in node.children)
    return (
        f"<li><b>{escape(node.name)}.</b> {escape(node.definition)} "
        f"{escape(_arrow_words(node)) if node.children else ''} {_here_html(here)}"
        f"{f'<ul>{below}</ul>' if below else ''}</li>"
    )


def _here_html(experiments: Sequence[Experiment]) -> str:
    if not experiments:
        return ""
    items = "; ".join(
        f"{escape(each.name)} ("
        + ", ".join(
            f'<a href="{escape(link.address, quote=True)}">{escape(text)}</a>'
            for text, link in each.links.items()
        )
        + ")"
        for each in experiments
    )
    return f"Fails in: {items}."
