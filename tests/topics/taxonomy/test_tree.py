"""Where the page draws the nodes and arrows of a tree: wide, and for a phone."""

from __future__ import annotations

import itertools
import re

import pytest
from node import run_in_node

from misgen.topics.taxonomy.explorers import Taxonomy

TREES = {table["id"]: table["nodes"] for table in Taxonomy().table["trees"]}
SHAPES = ("wide", "narrow")
HEIGHT = 50
LAY_OUT = """({ layout }, { trees, shapes }) => Object.fromEntries(Object.entries(trees).map(
  ([id, nodes]) => [id, Object.fromEntries(shapes.map((shape) => [shape, layout(nodes, shape)]))]
))"""
each_picture = pytest.mark.parametrize(("tree", "shape"), list(itertools.product(TREES, SHAPES)))


@pytest.fixture(scope="module")
def layouts(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("tree")
    given = {"trees": TREES, "shapes": SHAPES}
    return run_in_node(folder, "topics/taxonomy/tree", LAY_OUT, given)


@each_picture
def test_no_two_nodes_touch_and_all_are_inside(layouts, tree, shape):
    drawn = layouts[tree][shape]
    for box in drawn["boxes"]:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= drawn["width"]
        assert box["y"] + HEIGHT <= drawn["height"]
    for a, b in itertools.combinations(drawn["boxes"], 2):
        left, right = sorted([a, b], key=lambda box: box["x"])
        beside = left["x"] + left["width"] <= right["x"]
        assert beside or abs(a["y"] - b["y"]) > HEIGHT


@each_picture
def test_every_arrow_runs_up_from_a_child_to_its_parent(layouts, tree, shape):
    drawn = layouts[tree][shape]
    boxes = drawn["boxes"]
    for node, child, arrow in zip(TREES[tree], boxes, drawn["arrows"], strict=True):
        if node["parent"] < 0:
            assert arrow is None
            continue
        start = float(re.match(r"M[\d.]+ ([\d.]+)", arrow)[1])
        end = float(re.search(r"V([\d.]+)$", arrow)[1])
        assert child["y"] - 2 <= start <= child["y"] + HEIGHT
        assert boxes[node["parent"]]["y"] + HEIGHT < end < start


@pytest.mark.parametrize("tree", TREES)
def test_the_outline_for_a_phone_is_indented_by_level(layouts, tree):
    boxes = layouts[tree]["narrow"]["boxes"]
    for node, box in zip(TREES[tree], boxes, strict=True):
        if node["parent"] >= 0:
            assert box["x"] > boxes[node["parent"]]["x"]
    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
