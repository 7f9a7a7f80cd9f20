"""The guess about voice against lips, the first dog, and what is said of them."""

from __future__ import annotations

import pytest
from node import run_in_node
from topics.dogs.page_of_dogs import page_of

from misgen.explore.base import text_of
from misgen.topics.dogs.explorers import against, first_dog
from misgen.topics.dogs.hand_explorer import SHOWN, TALLY
from misgen.topics.dogs.policy import RELIABLE
from misgen.topics.dogs.reinforce import reinforce

RUNS = 40
COURSE = """({ seed, praise }) => {
  const letters = module.expanded(praise);
  const course = module.courseOf(table, arrays, { seed, share: 0, letters });
  return { obeyed: course.obeyed, praised: course.praised, said: module.tally(table, course) };
}"""
BY_HAND = [{"seed": seed, "praise": praise} for seed in (0, 2) for praise in ("", "g3n2", "t60")]


@pytest.fixture(scope="module")
def guess():
    return against(runs=RUNS)


def test_what_came_out_of_the_guess_is_counted(guess):
    rates = reinforce(distinguishing=0.0, seeds=range(RUNS)).voice_rates()
    voice, lips = (rates >= RELIABLE).sum(), (rates <= 1 - RELIABLE).sum()
    said = text_of(guess.outcome)
    assert f"Of {RUNS} dogs" in said
    assert f"{voice} follow the voice, {lips} follow the lips, and {RUNS - voice - lips} " in said
    assert ("goal", f"{voice} follow the voice") in guess.outcome


def test_the_guess_does_not_tell_before_it_is_made(guess):
    assert "depends" not in guess.sentence()


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("node"), first_dog(), COURSE, BY_HAND)


def test_the_first_dog_is_said_to_have_done_what_it_did(courses):
    for case, found in zip(BY_HAND, courses, strict=True):
        lately = found["obeyed"][-SHOWN:]
        words = {
            "count": len(found["obeyed"]), "praised": found["praised"], "last": len(lately),
            "obeyed": sum(lately),
        }  # fmt: skip
        said = TALLY["some" if lately else "none"]
        assert found["said"] == [[tag, text.format(**words)] for tag, text in said], case


def test_a_trainer_praises_the_first_dog_for_what_was_said(courses):
    for case, found in zip(BY_HAND, courses, strict=True):
        if case["praise"].startswith("t"):
            assert found["praised"] == sum(found["obeyed"])
            assert sum(found["obeyed"][-SHOWN:]) > sum(found["obeyed"][:SHOWN])


def test_the_first_dog_shows_no_weights_and_names_no_test():
    said = str({**first_dog().table, "first": None})
    assert "weight" not in said
    assert "against" not in said
    assert first_dog().sentence() == text_of(TALLY["none"])


def test_the_mark_of_a_command_is_a_truth_value(tmp_path):
    script = "(m, course) => m.tally({ tally: { some: [['', '{obeyed}']] }, shown: 2 }, course)"
    course = {"obeyed": [True, False, True], "praised": 2}
    assert run_in_node(tmp_path, "topics/dogs/model", script, course) == [["", "1"]]
