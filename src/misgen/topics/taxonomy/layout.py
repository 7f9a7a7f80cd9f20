"""Where the nodes and arrows of a tree of alignment are drawn: wide, and for a phone.

The wide picture grows downwards from the root, with the parts side by side. The narrow one is an
outline: one node a row, indented. In both the arrows run up, from the children to what they imply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from misgen.topics.taxonomy.book_experiments import Verdict
from misgen.topics.taxonomy.trees import Node, Tree

Shape = Literal["wide", "narrow"]
SHAPES: tuple[Shape, ...] = ("wide", "narrow")
TAGS = {Verdict.FAILS: "✗ fails", Verdict.HOLDS: "✓ holds", Verdict.OPEN: "? not decided"}
"""What is written below a node's name: never colour alone."""
LIT = "✗ fails here"
"""The same, where the failure itself is."""

_WIDE, _COLUMN, _NODE, _HEIGHT, _GAP = 504, 168, 160, 50, 58
_NARROW, _INDENT, _ROW_GAP = 300, 24, 30
_LETTER = 8.0  # units of a name's letters, at most


@dataclass(frozen=True)
class Box:
    """Where a node is."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its middle, from left to right."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Layout:
    """A tree as a picture."""

    width: int
    height: int
    boxes: Mapping[str, Box]
    """Id of a node -> where it is."""
    arrows: Mapping[str, str]
    """Id of a child -> path from it to its parent."""
    heads: Mapping[str, tuple[float, float]]
    """Id of a parent -> the tip of its arrows."""
    labels: Mapping[str, tuple[float, float, str, str]]
    """Id of a parent -> x, y, text-anchor and text of what its arrows say."""

    def to_json(self, tree: Tree) -> dict[str, Any]:
        """Return the layout as the page needs it, nodes by their numbers in the tree."""
        number = {node.id: i for i, node in enumerate(tree.nodes)}
        return {
            "width": self.width,
            "height": self.height,
            "boxes": [_box_table(node, self.boxes[node.id]) for node in tree.nodes],
            "arrows": [[number[child], path] for child, path in self.arrows.items()],
            "heads": [[number[node], _head(*tip)] for node, tip in self.heads.items()],
            "labels": [list(label) for label in self.labels.values()],
        }


def _box_table(node: Node, box: Box) -> list[float]:
    """Return place and size of a box, and the width of a name to be squeezed; 0: it fits."""
    return [box.x, box.y, box.width, box.height, _squeezed(node, box)]


def _squeezed(node: Node, box: Box) -> float:
    room = box.width - 10
    return room if len(node.name) * _LETTER > room else 0


def layout(tree: Tree, shape: Shape) -> Layout:
    """Return where everything of a tree is drawn, in one of `SHAPES`."""
    return _wide(tree) if shape == "wide" else _narrow(tree)


def implication(node: Node) -> str:
    """Return what the arrows into a node say.

    >>> from misgen.topics.taxonomy.trees import INTENT, OBJECTIVE
    >>> implication(INTENT), implication(OBJECTIVE)
    ('both hold ⇒ it holds', 'holds ⇒ it holds, in a mesa-optimizer')
    """
    if node.condition:
        return "holds ⇒ it holds, in a mesa-optimizer"
    return "both hold ⇒ it holds"


# ----------------------------------------------------------------------------------- wide


def _wide(tree: Tree) -> Layout:
    columns = {node.id: _column(node, tree.root) for node in tree.nodes}
    depths = {node.id: len(tree.path(node.id)) - 1 for node in tree.nodes}
    leaves = len(_leaves(tree.root))
    start = (_WIDE - leaves * _COLUMN) / 2
    boxes = {
        node.id: Box(
            round(start + columns[node.id] * _COLUMN + (_COLUMN - _NODE) / 2, 1),
            depths[node.id] * (_HEIGHT + _GAP) + 2, _NODE, _HEIGHT,
        )
        for node in tree.nodes
    }  # fmt: skip
    parents = [node for node in tree.nodes if node.children]
    heads = {n.id: (boxes[n.id].middle, boxes[n.id].y + _HEIGHT + 2) for n in parents}
    height = (max(depths.values()) + 1) * (_HEIGHT + _GAP) - _GAP + 4
    arrows = {c.id: _up(boxes[c.id], heads[n.id]) for n in parents for c in n.children}
    labels = {n.id: _beside(n, heads[n.id]) for n in parents}
    return Layout(_WIDE, height, boxes, arrows, heads, labels)


def _column(node: Node, root: Node) -> float:
    order = [leaf.id for leaf in _leaves(root)]
    places = [order.index(leaf.id) for leaf in _leaves(node)]
    return sum((min(places), max(places))) / 2


def _leaves(node: Node) -> list[Node]:
    if not node.children:
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def _up(child: Box, tip: tuple[float, float]) -> str:
    """Return the path from the top of a child to the bar under its parent, and up to it."""
    x, y = tip
    bar = y + 32
    return f"M{child.middle:g} {child.y - 1:g}V{bar:g}H{x:g}V{y + 8:g}"


def _beside(node: Node, tip: tuple[float, float]) -> tuple[float, float, str, str]:
    x, y = tip
    return (x + 12, y + 22, "start", implication(node))


# --------------------------------------------------------------------------------- narrow


def _narrow(tree: Tree) -> Layout:
    boxes: dict[str, Box] = {}
    top = 2.0
    for node in tree.nodes:
        x = (len(tree.path(node.id)) - 1) * _INDENT + 1.0
        boxes[node.id] = Box(x, top, _NARROW - 2 - x, _HEIGHT)
        top += _HEIGHT + (_ROW_GAP if node.children else 12)
    parents = [node for node in tree.nodes if node.children]
    heads = {n.id: (boxes[n.id].x + 12, boxes[n.id].y + _HEIGHT + 2) for n in parents}
    arrows = {c.id: _to_the_left(boxes[c.id], heads[n.id]) for n in parents for c in n.children}
    labels = {n.id: (heads[n.id][0] + 12, heads[n.id][1] + 18, "start", implication(n))
              for n in parents}  # fmt: skip
    last = boxes[tree.nodes[-1].id]
    return Layout(_NARROW, round(last.y + _HEIGHT + 2), boxes, arrows, heads, labels)


def _to_the_left(child: Box, tip: tuple[float, float]) -> str:
    x, y = tip
    return f"M{child.x - 1:g} {child.y + child.height / 2:g}H{x:g}V{y + 8:g}"


def _head(x: float, y: float) -> str:
    """Return an arrow head that points up."""
    return f"M{x:g} {y:g}l5.5 10h-11z"


# ---------------------------------------------------------------------------------- still


def tree_svg(tree: Tree, said: Mapping[str, Verdict], lit: Sequence[str], label: str) -> str:
    """Draw a tree with what an experiment says of it.

    Args:
        tree: The tree.
        said: Id of each node -> verdict.
        lit: Ids of the nodes in which the failure is.
        label: What the picture shows, in words.
    """
    drawn = layout(tree, "wide")
    lines = "".join(
        f'<path d="{path}" fill="none" stroke-width="1.5" '
        'style="stroke:var(--mg-control,#7b8694)"/>'
        for path in drawn.arrows.values()
    )
    heads = "".join(
        f'<path d="{_head(*tip)}" style="fill:var(--mg-control,#7b8694)"/>'
        for tip in drawn.heads.values()
    )
    texts = "".join(
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="12" '
        f'style="fill:var(--mg-mute,#5a636e)">{escape(text)}</text>'
        for x, y, anchor, text in drawn.labels.values()
    )
    nodes = "".join(_node_svg(node, drawn.boxes[node.id], said, lit) for node in tree.nodes)
    return (
        f'<svg class="mg-still-part" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {drawn.width} {drawn.height}">'
        f"{lines}{heads}{texts}{nodes}</svg>"
    )


def tag(node: Node, said: Mapping[str, Verdict], lit: Sequence[str]) -> str:
    """Return what is written below a node's name."""
    return LIT if node.id in lit else TAGS[said[node.id]]


def _node_svg(node: Node, box: Box, said: Mapping[str, Verdict], lit: Sequence[str]) -> str:
    fails = said[node.id] is Verdict.FAILS
    colour = "--mg-proxy,#1f6feb" if fails else "--mg-control,#7b8694"
    fill = "--mg-proxy-soft,#1f6feb1f" if node.id in lit else "--mg-bg,#ffffff"
    dash = ' stroke-dasharray="6 4"' if fails and node.id not in lit else ""
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="9" '
        f'stroke-width="{2.5 if fails else 1.2}"{dash} style="fill:var({fill});'
        f'stroke:var({colour})"/>'
        f'<text x="{box.middle:g}" y="{box.y + 22:g}" text-anchor="middle" font-size="13" '
        f'font-weight="650" style="fill:var(--mg-ink,#1b1f24)"{_fitting(node, box)}>'
        f"{escape(node.name)}</text>"
        f'<text x="{box.middle:g}" y="{box.y + 40:g}" text-anchor="middle" font-size="12" '
        f'style="fill:var(--mg-mute,#5a636e)">{escape(tag(node, said, lit))}</text>'
    )


def _fitting(node: Node, box: Box) -> str:
    """Squeeze a name that is too long for its box."""
    width = _squeezed(node, box)
    return f' textLength="{width:g}" lengthAdjust="spacingAndGlyphs"' if width else ""
