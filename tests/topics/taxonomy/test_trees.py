from __future__ import annotations

import pytest

from misgen.topics.taxonomy.trees import (
    BEYOND_TRAINING,
    GENERALIZATION_FOCUSED,
    HUBINGER,
    JBKJR,
    OBJECTIVE_FOCUSED,
    TREES,
)


def arrows(tree) -> dict[str, list[str]]:
    return {n.name: [child.name for child in n.children] for n in tree.nodes if n.children}


def test_the_objective_focused_tree_has_the_arrows_of_the_post():
    assert arrows(OBJECTIVE_FOCUSED) == {
        "impact alignment": ["intent alignment", "capability robustness"],
        "intent alignment": ["outer alignment", "objective robustness"],
        "objective robustness": ["inner alignment"],
    }


def test_the_generalization_focused_tree_has_the_arrows_of_the_end_of_the_post():
    assert arrows(GENERALIZATION_FOCUSED) == {
        "impact alignment": ["outer alignment", "robustness"],
        "robustness": ["objective robustness", "capability robustness"],
        "objective robustness": ["inner alignment"],
    }


def test_the_split_by_the_training_distribution_is_not_hubingers():
    assert arrows(BEYOND_TRAINING) == {
        "alignment": ["outer alignment", "acceptable generalization"]
    }
    assert {node.source for node in BEYOND_TRAINING.nodes} == {JBKJR}
    for tree in (OBJECTIVE_FOCUSED, GENERALIZATION_FOCUSED):
        assert {node.source for node in tree.nodes} == {HUBINGER}


def test_the_two_outer_alignments_are_properties_of_different_things():
    assert "objective alone" in OBJECTIVE_FOCUSED.node("outer").definition
    assert "model together" in BEYOND_TRAINING.node("outer").definition


def test_hubingers_two_trees_have_the_same_parts_with_the_same_definitions():
    of = [
        {n.id: n.definition for n in t.nodes} for t in (OBJECTIVE_FOCUSED, GENERALIZATION_FOCUSED)
    ]
    shared = set(of[0]) & set(of[1])
    assert shared == {"impact", "outer", "objective", "capability", "inner"}
    assert all(of[0][name] == of[1][name] for name in shared)


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_every_arrow_says_why_and_every_node_what_it_is(tree):
    assert all(bool(node.why) == bool(node.children) for node in tree.nodes)
    assert all(node.definition.endswith(".") for node in tree.nodes)


def test_only_the_arrow_of_inner_alignment_has_a_condition():
    conditions = {n.name: n.condition for t in TREES.values() for n in t.nodes if n.condition}
    assert conditions == {"objective robustness": "if the model is a mesa-optimizer"}


def test_every_source_is_an_entry_of_the_bibliography(root):
    entries = (root / "references.bib").read_text()
    for source in {node.source for tree in TREES.values() for node in tree.nodes}:
        entry = entries.split("{" + source.key + ",")[1].split("\n}")[0]
        assert source.url in entry


def test_the_path_leads_from_a_node_to_the_root():
    path = [node.id for node in GENERALIZATION_FOCUSED.path("inner")]
    assert path == ["inner", "objective", "robustness", "impact"]


def test_a_node_that_the_tree_does_not_have_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="has no node 'intent'; choose one of impact, outer"):
        GENERALIZATION_FOCUSED.node("intent")
