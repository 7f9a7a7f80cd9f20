from __future__ import annotations

import re

import pytest

from misgen.explore.base import text_of
from misgen.topics.taxonomy.book_experiments import EXPERIMENTS, experiment_named, failing, verdicts
from misgen.topics.taxonomy.explorers import ARROWS, Taxonomy, outline, say
from misgen.topics.taxonomy.trees import TREES

each_tree = pytest.mark.parametrize("table", Taxonomy().table["trees"], ids=TREES)


@each_tree
def test_the_page_gets_every_node_with_its_level_parent_and_children(table):
    tree = TREES[table["id"]]
    assert [node["name"] for node in table["nodes"]] == [node.name for node in tree.nodes]
    for i, node in enumerate(table["nodes"]):
        assert all(table["nodes"][child]["parent"] == i for child in node["children"])
        assert node["level"] == len(tree.path(node["id"]))


@each_tree
def test_a_node_lists_the_experiments_in_which_it_fails(table):
    tree = TREES[table["id"]]
    for node in table["nodes"]:
        listed = {EXPERIMENTS[i].id for i in node["fails"]}
        assert listed == {
            e.id for e in EXPERIMENTS if verdicts(e, tree)[node["id"]].value == "fails"
        }
        assert node["none"]


@each_tree
def test_the_failing_node_is_marked_and_those_above_it_are_no_longer_implied(table):
    tree, tags = TREES[table["id"]], Taxonomy().table["tags"]
    for of, codes in zip(EXPERIMENTS, table["codes"], strict=True):
        written = {node.id: tags[code] for node, code in zip(tree.nodes, codes, strict=True)}
        fails = [name for name, text in written.items() if text == "✗ fails"]
        assert fails == list(failing(of, tree))
        above = {node.id for name in fails for node in tree.path(name)[1:]}
        assert {name for name, text in written.items() if text == "– no longer implied"} == above


def test_the_sentence_names_what_fails():
    said = text_of(say(experiment_named("ask-at-least-once"), TREES["generalization"]))
    assert said.endswith("What fails, in this tree: capability robustness.")


def test_the_sentence_of_an_experiment_that_fails_nowhere_says_so():
    said = text_of(say(experiment_named("hidden-incentives"), TREES["objective"]))
    assert said.endswith("No node of this tree is marked.")


def test_the_words_do_not_turn_the_arrows_round():
    assert "Backwards it says less" in ARROWS
    assert "it may hold all the same" in ARROWS
    assert Taxonomy().table["arrows"] == ARROWS


def test_the_lists_nest_the_nodes_as_the_tree_does():
    first = Taxonomy().numbers().split("<details>")[1]
    names = re.findall(r"<li><b>([\w ]+)\.</b>|(</?ul>)", first)
    outline = " ".join(name or tag for name, tag in names)
    assert outline == (
        "<ul> impact alignment <ul> intent alignment <ul> outer alignment objective robustness "
        "<ul> inner alignment </ul> </ul> capability robustness </ul> </ul>"
    )


def test_the_lists_link_every_experiment_that_is_marked():
    lists = Taxonomy().numbers()
    for of in EXPERIMENTS:
        marked = failing(of, TREES["objective"])
        for link in of.links.values():
            assert (link.address.replace("&", "&amp;") in lists) == bool(marked)


@each_tree
def test_every_arrow_is_told_and_labelled_as_an_implication(table):
    for node in table["nodes"]:
        assert ("⇒" in node["implies"]) == bool(node["children"])
        assert node["name"] in table["outline"].lower()


def test_a_condition_of_an_arrow_is_told():
    told = "Inner alignment implies objective robustness, if the model is a mesa-optimizer."
    assert told in outline(TREES["objective"])


def test_it_opens_where_it_is_told_to():
    opened = Taxonomy(tree="training", experiment="forest", node="robustness")
    assert opened.state == {"tree": "training", "experiment": "forest", "node": "robustness"}
    assert "acceptable generalization" in opened.sentence()


@pytest.mark.parametrize(
    ("given", "words"),
    [({"tree": "binary"}, "no tree 'binary'"), ({"experiment": "maze"}, "no experiment 'maze'"),
     ({"node": "robustness"}, "has no node 'robustness'")],
)  # fmt: skip
def test_a_start_that_does_not_exist_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        Taxonomy(**given)
