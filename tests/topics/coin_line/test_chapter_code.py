"""The learner that stands in the chapter is the one of the package, state by state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from misgen.topics.coin_line.clone import clone, state_distribution
from misgen.topics.coin_line.env import features, probe, states
from misgen.topics.coin_line.scores import decisions, score
from misgen.topics.coin_line.words import ENCODING_NAMES

CHAPTER = Path(__file__).resolve().parents[3] / "chapters" / "distributions.ipynb"
BEGINS = ("length = 8", "one, unit_of", "def step(", "def evaluate(")
LINES = 30
ENCODINGS = ("position_and_coin", "difference", "one_hot")


def learner() -> list[str]:
    """The cells that make the examples, write them as numbers, train, and test."""
    cells = [c.source for c in nbformat.read(CHAPTER, 4).cells if c.cell_type == "code"]
    return [cell for begin in BEGINS for cell in cells if cell.startswith(begin)]


@pytest.fixture(scope="module")
def chapter() -> dict[str, Any]:
    """What the cells define."""
    space: dict[str, Any] = {"np": np}
    exec("\n".join(learner()), space)
    return space


def test_the_whole_learner_is_about_25_lines():
    lines = [line.strip() for cell in learner() for line in cell.splitlines()]
    code = [line for line in lines if line and not line.startswith(("#", '"""'))]
    assert len(learner()) == len(BEGINS)
    assert len(code) <= LINES


@pytest.mark.parametrize("moved", [0.0, 0.02, 1.0])
def test_its_examples_are_the_states_of_training(chapter, moved):
    np.testing.assert_allclose(chapter["examples"](moved), state_distribution(moved, 8), atol=1e-15)
    place, coin = states(8)
    assert (chapter["place"] == place).all()
    assert (chapter["coin"] == coin).all()
    assert (place[4], coin[4]) == probe(8)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_it_sees_has_the_names_and_the_numbers_of_the_explorer(chapter, encoding):
    seen = chapter["seen"][ENCODING_NAMES[encoding]]
    np.testing.assert_array_equal(seen, features(encoding, 8))


@pytest.mark.parametrize("moved", [0.0, 0.02, 1.0])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_its_weights_and_its_scores_are_those_of_the_package(chapter, encoding, moved):
    cloned, name = clone(encoding, distinguishing=[moved]), ENCODING_NAMES[encoding]
    for steps in (1, 160, 1000):
        row = cloned.steps.index(steps)
        weights = chapter["train"](moved, name, steps)
        np.testing.assert_allclose(weights, cloned.weights[0, row], atol=1e-9)
        logit, taken = chapter["evaluate"](weights, name)
        assert logit == pytest.approx(cloned.probe_logits[0, row], abs=1e-9)
        right = decisions(cloned.logits[0, row])
        place, coin = states(8)
        undecided = (right.ravel() == 0.5) & (place != coin)
        if not undecided.any():  # there one stands still, and the other steps at random
            assert taken == pytest.approx(float(score(right, "uniform")))
