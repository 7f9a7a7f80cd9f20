from __future__ import annotations

import itertools
import re

import pytest

from misgen.topics.taxonomy.layout import SHAPES, layout
from misgen.topics.taxonomy.trees import TREES

each_picture = pytest.mark.parametrize(
    ("tree", "shape"),
    list(itertools.product(TREES.values(), SHAPES)),
    ids=lambda of: getattr(of, "id", of),
)


@each_picture
def test_no_two_nodes_touch_and_all_are_inside(tree, shape):
    drawn = layout(tree, shape)
    for box in drawn.boxes.values():
        assert box.x >= 0
        assert box.x + box.width <= drawn.width
        assert box.y + box.height <= drawn.height
    for a, b in itertools.combinations(drawn.boxes.values(), 2):
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert beside or a.y + a.height < b.y or b.y + b.height < a.y


@each_picture
def test_every_arrow_runs_up_from_a_child_to_its_parent(tree, shape):
    drawn = layout(tree, shape)
    for node, parent in tree.walk():
        if parent is None:
            assert node.id not in drawn.arrows
            continue
        _, start = map(float, re.match(r"M([\d.]+) ([\d.]+)", drawn.arrows[node.id]).groups())
        end = float(re.search(r"V([\d.]+)$", drawn.arrows[node.id])[1])
        child, above = drawn.boxes[node.id], drawn.boxes[parent.id]
        assert child.y - 2 <= start <= child.y + child.height
        assert above.y + above.height < end < start


@each_picture
def test_every_arrow_is_labelled_as_an_implication(tree, shape):
    labels = layout(tree, shape).labels
    assert set(labels) == {node.id for node in tree.nodes if node.children}
    assert all("⇒" in text for *_, text in labels.values())


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_the_outline_for_a_phone_is_indented_by_level(tree):
    boxes = layout(tree, "narrow").boxes
    for node, parent in tree.walk():
        if parent is not None:
            assert boxes[node.id].x > boxes[parent.id].x
    tops = [boxes[node.id].y for node in tree.nodes]
    assert tops == sorted(tops)
