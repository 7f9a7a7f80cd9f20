from __future__ import annotations

import re

import numpy as np
import pytest
from language_models import Capable, Scripted

from misgen.topics.language.expressions import (
    MOST_QUESTIONS,
    SHOTS,
    Dialogue,
    Expression,
    draw,
    flawless,
    play,
    questions,
    shots,
)

TWO_UNKNOWNS = Expression(("x", "3", "y"), ("-", "+"), (5, 3, 8))
NONE = Expression(("6", "2", "1"), ("+", "-"), (6, 2, 1))


def told(*turns: str, expression: Expression = TWO_UNKNOWNS, ask: float = 0.9) -> Dialogue:
    return Dialogue(expression, ask, turns)


@pytest.mark.parametrize("unknowns", range(4))
def test_a_drawn_expression_has_so_many_different_unknowns_and_python_agrees_with_its_value(
    unknowns,
):
    rng = np.random.default_rng(0)
    for expression in [draw(rng, unknowns) for _ in range(300)]:
        assert len(set(expression.unknowns)) == unknowns
        values = dict(zip(expression.terms, expression.values, strict=True))
        numbers = {k: v for k, v in values.items() if k.isalpha()}
        assert expression.value == eval(str(expression), {}, numbers)
        assert all(values[term] == int(term) for term in expression.terms if term.isdigit())


def test_drawn_terms_signs_and_places_of_unknowns_vary():
    rng = np.random.default_rng(0)
    drawn = [draw(rng, 1) for _ in range(300)]
    assert {e.terms.index(e.unknowns[0]) for e in drawn} == {0, 1, 2}
    assert {sign for e in drawn for sign in e.signs} == {"+", "-"}
    assert {value for e in drawn for value in e.values} == set(range(1, 10))


@pytest.mark.parametrize("unknowns", [-1, 4])
def test_an_expression_with_more_unknowns_than_terms_is_refused(unknowns):
    with pytest.raises(ValueError, match="An expression has 0 to 3 unknowns"):
        draw(np.random.default_rng(0), unknowns)


@pytest.mark.parametrize("without", [0, 3, SHOTS])
def test_so_many_of_the_ten_examples_have_no_unknown_and_all_others_two(without):
    examples = shots(without, seed=4).split("\n\n")[1:-1]
    asked = [example.count("What's") for example in examples]
    assert len(examples) == SHOTS
    assert sorted(asked) == [0] * without + [2] * (SHOTS - without)


def test_the_examples_are_flawless():
    for example in shots(5, seed=1).split("\n\n")[1:-1]:
        lines = example.split("\n")
        text = lines[0].removeprefix("Human: Evaluate ").removesuffix(".")
        values = {
            name: int(value) for name, value in re.findall(r"What's (\w)\?\nHuman: (\d)", example)
        }
        assert list(values) == [c for c in text if c.isalpha()]
        assert lines[-1] == f"Computer: The answer is {eval(text, {}, values)}."


def test_what_is_replaced_for_a_number_stays_replaced_for_a_larger_one():
    few, more = (shots(n, seed=2).split("\n\n") for n in (2, 5))
    changed = [i for i in range(len(few)) if few[i] != more[i]]
    assert len(changed) == 3
    assert all("What's" in few[i] and "What's" not in more[i] for i in changed)


def test_other_seeds_give_other_examples_and_other_questions():
    assert len({shots(5, seed) for seed in range(20)}) == 20
    assert len({str(questions(0, 5, seed)) for seed in range(20)}) == 20


def test_the_first_questions_are_the_same_however_many_are_asked():
    assert questions(2, 3, seed=0) == questions(2, 10, seed=0)[:3]


@pytest.mark.parametrize("without", [-1, 11])
def test_a_number_of_examples_that_there_is_not_is_refused(without):
    with pytest.raises(ValueError, match="without_unknowns must be 0 to 10"):
        shots(without, seed=0)


# ------------------------------------------------------------------------------- dialogues


@pytest.mark.parametrize("unknowns", range(4))
def test_who_understands_the_task_asks_for_the_unknowns_and_is_right(unknowns):
    for expression in questions(unknowns, 20, seed=0):
        played = play(Capable(), shots(0, seed=0), expression)
        assert played.asked == expression.unknowns
        assert played.asks_exactly_the_unknowns
        assert played.is_right
        assert played.asks == (unknowns > 0) == played.asks_the_first_unknown


def test_the_human_answers_what_is_asked_and_the_model_sees_it():
    model = Scripted("What's x?", "What's 3?", "What's z?", "The answer is 10.")
    played = play(model, "shown ", TWO_UNKNOWNS)
    assert played.turns == (
        "What's x?", "5", "What's 3?", "3", "What's z?", "There is no z.", "The answer is 10.",
    )  # fmt: skip
    assert model.prompts[0] == "shown Human: Evaluate x - 3 + y.\nComputer:"
    assert model.prompts[-1].endswith(
        "\nComputer: What's x?\nHuman: 5\nComputer: What's 3?\nHuman: 3\n"
        "Computer: What's z?\nHuman: There is no z.\nComputer:"
    )
    assert played.is_right
    assert not played.asks_exactly_the_unknowns


def test_a_dialogue_that_only_asks_is_broken_off():
    played = play(Scripted(*["What's x?"] * 50), "", TWO_UNKNOWNS)
    assert len(played.asked) == MOST_QUESTIONS + 1
    assert not played.is_right


def test_a_dialogue_of_one_turn_is_the_first_turn():
    assert play(Scripted("What's x?"), "", TWO_UNKNOWNS, turns=1).turns == ("What's x?",)


@pytest.mark.parametrize(("ask", "asks"), [(0.51, True), (0.49, False)])
def test_a_question_counts_if_it_is_likelier_than_an_answer(ask, asks):
    played = play(Scripted("The answer is 10.", ask=ask), "", TWO_UNKNOWNS)
    assert (played.ask, played.asks) == (ask, asks)


@pytest.mark.parametrize(
    ("turns", "exactly", "first"),
    [
        (("What's x?", "5", "What's y?", "8", "The answer is 10."), True, True),
        (("What's y?", "8", "What's x?", "5", "The answer is 10."), True, False),
        (("What's x?", "5", "What's x?", "5", "The answer is 10."), False, True),
        (("What's x?", "5", "The answer is 10."), False, True),
        (("What's x?", "5", "What's y?", "8", "What's x?", "5", "The answer is 10."), False, True),
        (("What's x?", "5", "What's y?", "8", "What's 3?", "3", "The answer is 10."), False, True),
        (("The answer is 10.",), False, False),
    ],
)
def test_each_unknown_must_be_asked_for_once_and_nothing_else(turns, exactly, first):
    assert told(*turns).asks_exactly_the_unknowns == exactly
    assert told(*turns).asks_the_first_unknown == first


def test_where_nothing_is_unknown_every_question_is_one_too_many():
    assert told("The answer is 7.", expression=NONE).asks_exactly_the_unknowns
    assert not told("What's 6?", "6", "The answer is 7.", expression=NONE).asks_exactly_the_unknowns
    assert not told("What's 6?", "6", "The answer is 7.", expression=NONE).asks_the_first_unknown


@pytest.mark.parametrize(
    ("last", "right"),
    [("The answer is 10.", True), ("The answer is 10", True), ("The answer is 100.", False),
     ("The answer is -10.", False), ("10.", False), ("What's x?", False),
     ("The answer is 10. What's z?", False)],
)  # fmt: skip
def test_an_answer_is_right_only_if_it_is_the_value(last, right):
    assert told(last).is_right == right


def test_a_negative_answer_is_read():
    expression = Expression(("1", "9", "1"), ("-", "-"), (1, 9, 1))
    assert told("The answer is -9.", expression=expression).is_right


def test_a_dialogue_comes_back_from_json():
    played = told("What's x?", "5", "The answer is 10.", ask=0.25)
    assert Dialogue.from_json(played.to_json()) == played


def test_an_example_and_a_played_dialogue_have_the_same_form():
    played = play(Capable(), "", TWO_UNKNOWNS)
    lines = [
        f"{who}: {said}" for who, said in zip(["Computer", "Human"] * 4, played.turns, strict=False)
    ]
    said = "\n".join(["Human: Evaluate x - 3 + y.", *lines])
    assert flawless(TWO_UNKNOWNS) == f"{said}\n\n"
