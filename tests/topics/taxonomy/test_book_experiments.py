from __future__ import annotations

import json
import re

import pytest

from misgen.topics.persuasion.published import strict_runs
from misgen.topics.taxonomy.book_experiments import (
    EXPERIMENTS,
    Verdict,
    experiment_named,
    failing,
    verdicts,
)
from misgen.topics.taxonomy.links import CHAPTERS
from misgen.topics.taxonomy.trees import BEYOND_TRAINING, OBJECTIVE_FOCUSED, TREES
from misgen.topics.tree_gridworld.panels import SIZE
from misgen.topics.tree_gridworld.panels import TREES as MOST_TREES
from misgen.topics.tree_gridworld.planning import plan_grid
from misgen.topics.tree_gridworld.small import SmallForest

each_experiment = pytest.mark.parametrize("of", EXPERIMENTS, ids=lambda each: each.id)
each_link = pytest.mark.parametrize(
    "link",
    [link for each in EXPERIMENTS for link in each.links.values()],
    ids=lambda at: at.address,
)
MAKES = {
    "coin-line": r"^CoinLineExplorer\(\)",
    "policy-shift": r"^policy_shift\(\)",
    "dogs": r"explorers\.hundred_dogs\(",
    "dial": r"explorers\.dial\(\)",
    "forest": r"^endless_run\(\)",
    "asked-for": r"^asked_for\(\)",
    "recommender": r"^recommender\(\)",
    "hidden-incentives": r"^hidden_incentives\(\)",
    "assistant": r"^assistant_explorer\(\)",
    "training-order": r"^training_order\(\)",
    "persuader": r"^persuader\(\)",
    "ask-at-least-once": r"^ask_at_least_once\(\)",
    "book-map": r"^BookMap\(\)",
}
"""Key of an explorer -> the code that shows it, in a chapter."""
JUDGED = {
    "outer", "objective", "capability", *(f"training.{n.id}" for n in BEYOND_TRAINING.nodes[1:])
}  # fmt: skip


def code_of(root, page: str) -> str:
    cells = json.loads((root / "chapters" / f"{page}.ipynb").read_text())["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def test_ids_are_different():
    assert len({each.id for each in EXPERIMENTS}) == len(EXPERIMENTS)


def test_experiments_are_in_the_order_of_the_book_and_cover_five_chapters():
    numbers = [CHAPTERS[each.chapter] for each in EXPERIMENTS]
    assert set(numbers) == {1, 2, 3, 4, 5}


@each_experiment
def test_what_fails_is_one_sentence(of):
    assert re.findall(r"[.!?](?:\s|$)", of.what) == ["."]


@each_experiment
def test_a_judgement_that_decides_little_says_what_is_in_doubt(of):
    failing_of_hubinger = [node for node in of.fails if not node.startswith("training.")]
    if not failing_of_hubinger or len({*of.holds, *of.fails}) < len(JUDGED):
        assert of.doubt


@each_experiment
def test_what_is_judged_are_nodes_of_the_trees_each_of_them_once(of):
    judged = [*of.holds, *of.fails]
    assert len(set(judged)) == len(judged)
    assert set(judged) <= JUDGED


@each_experiment
def test_no_experiment_decides_inner_alignment(of):
    assert verdicts(of, OBJECTIVE_FOCUSED)["inner"] is Verdict.OPEN


@each_experiment
@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_above_a_failure_nothing_is_implied_and_nothing_is_said_to_fail(of, tree):
    said = verdicts(of, tree)
    for identity in failing(of, tree):
        node, *above = tree.path(identity)
        assert said[node.id] is Verdict.FAILS
        assert {said[each.id] for each in above} == {Verdict.UNSUPPORTED}


@each_experiment
@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_no_node_contradicts_an_arrow(of, tree):
    said = verdicts(of, tree)
    for node in tree.nodes:
        below = {said[child.id] for child in node.children}
        assert not (below == {Verdict.HOLDS} and said[node.id] is Verdict.FAILS)
        if said[node.id] is Verdict.HOLDS and below and not node.condition:
            assert below == {Verdict.HOLDS}
        if said[node.id] is Verdict.UNSUPPORTED:
            assert below & {Verdict.FAILS, Verdict.UNSUPPORTED}


def test_what_holds_climbs_a_tree():
    said = verdicts(experiment_named("asked-for"), TREES["generalization"])
    assert said["objective"] is said["capability"] is said["robustness"] is Verdict.HOLDS
    assert (said["outer"], said["impact"]) == (Verdict.FAILS, Verdict.UNSUPPORTED)


def test_moved_coin_and_upside_down_fail_in_different_nodes_of_hubinger_alone():
    moved, flipped = experiment_named("coinrun"), experiment_named("coinrun-flipped")
    assert failing(moved, OBJECTIVE_FOCUSED) == ("objective",)
    assert failing(flipped, OBJECTIVE_FOCUSED) == ("capability",)
    assert failing(moved, BEYOND_TRAINING) == failing(flipped, BEYOND_TRAINING) == ("robustness",)


def test_a_shift_that_is_caused_and_a_reward_for_lies_are_not_called_goal_misgeneralization():
    for name in ("recommender", "hidden-incentives", "training-order", "asked-for"):
        assert "objective" not in failing(experiment_named(name), OBJECTIVE_FOCUSED)


def test_the_hidden_incentive_is_marked_nowhere():
    assert failing(experiment_named("hidden-incentives"), OBJECTIVE_FOCUSED) == ()


@each_link
def test_the_chapter_of_a_link_shows_its_explorer(root, link):
    assert re.search(MAKES[link.key], code_of(root, link.page), re.MULTILINE)


def test_a_discount_of_0_7_asks_for_felling():
    link = experiment_named("asked-for").links["the best policy at 0.7"]
    discount, r_max = link.state["discount"], link.state["r_max"]
    grid = plan_grid(SmallForest(SIZE, MOST_TREES), discounts=[discount], r_maxs=[r_max])
    assert grid.deforests.all()


def test_the_persuader_asserts_falsehoods_with_capabilities_first_alone():
    share = strict_runs("capabilities_first").asserts("false, believed")[:, 0]
    assert share.mean() > 0.3
    assert share.max() - share.min() > 0.2  # the seeds disagree
    assert strict_runs("goals_first").asserts("false, believed")[:, 0].max() < 0.05


def test_an_experiment_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no experiment 'maze'; choose one of coin-line"):
        experiment_named("maze")
