"""Fine-tuning step by step in NumPy follows the one in torch."""

from itertools import islice

import numpy as np
import pytest
from small_assistants import SHORT, small_school

from misgen.live.session import session_of
from misgen.topics.assistant.finetuning import finetune
from misgen.topics.assistant.turns import LABELS, finetuned_on, updates
from misgen.topics.assistant.weeks import BREAKS, draw_weeks


def answers(session, name, **arguments):
    """All that an answer yields, and what it returns."""
    steps, told = session.answering(name, arguments), []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            return told, end.value


@pytest.mark.parametrize(
    "options",
    [
        {"distinguishing": 0.0, "seed": 3},
        {"distinguishing": 0.3, "seed": 0, "causes": 2, "start": "aligned"},
    ],
)
def test_it_follows_the_fine_tuning_in_torch_to_rounding(options):
    school = small_school()
    expected = finetune(school, settings=SHORT, **options)
    *_, last = updates(school, settings=SHORT, **options)
    arrays, same = last.to_arrays(), expected.to_arrays()
    for name in arrays.keys() - {"notes"}:
        np.testing.assert_allclose(arrays[name], same[name], atol=1e-5, err_msg=name)
    assert np.abs(same["books_place_weight"]).max() > 0.05  # it has learnt
    for name in ("distinguishing", "causes", "finetuning_seed", "start", "finetuning"):
        assert last.notes[name] == expected.notes[name]


def test_weeks_of_one_s_own_are_learnt_as_those_that_are_drawn():
    school, seed = small_school(), 4
    *_, drawn = updates(school, distinguishing=0.3, causes=BREAKS, seed=seed)
    own = draw_weeks(np.random.default_rng([seed, 3]), 8192, distinguishing=0.3)
    same = finetuned_on(school, own, seed=seed)
    np.testing.assert_array_equal(same.books_place.weight, drawn.books_place.weight)
    np.testing.assert_array_equal(same.books_day.weight, drawn.books_day.weight)


def test_each_step_is_an_assistant_of_its_own_that_stays_as_it_is():
    school = small_school()
    first, second = islice(updates(school, distinguishing=0.1, seed=0, settings=SHORT), 2)
    assert (first.books_place.weight == 0).all()
    assert (second.books_place.weight != 0).any()
    assert [each.notes["steps"] for each in (first, second)] == [0, 1]
    assert first.knows_place is school.knows_place


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"distinguishing": 1.5}, "distinguishing must lie between 0 and 1"),
        ({"causes": 6}, "causes must be 1 to 5"),
        ({"start": "halfway"}, "start must be one of zero, aligned"),
        ({"seed": -1}, "seed must be"),
        ({"labels": {"day": 1.0}}, "There is no label 'day'; preferred, restaurant can be named"),
        ({"labels": {"restaurant": -0.5}}, "restaurant must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_before_the_first_step(wrong, words):
    with pytest.raises(ValueError, match=words):
        updates(small_school(), **{"distinguishing": 0.0, "seed": 0, **wrong})


# ------------------------------------------------------------------------- in a reader's hands

TUNING = {"seed": 0, "causes": 5, "start": "zero", "learning_rate": 0.01}


@pytest.mark.parametrize(("share", "wins"), [(0.0, "restaurant"), (0.1, "preferred")])
def test_a_reader_sees_what_it_knows_and_what_it_comes_to_book(share, wins):
    session = session_of("assistant")
    _, first = answers(session, "begin", run="a", distinguishing=share, **TUNING)
    told, last = answers(session, "go_on", run="a")
    assert len(told) == last["steps"] == first["of"] == 300
    assert all(point["values"]["knows"] > 0.95 for point in (first, *told))
    assert last["values"][wins] > 0.9
    _, data = answers(session, "saved", run="a")
    _, loaded = answers(session, "loaded", run="b", data=data, options={})
    assert loaded == last


@pytest.mark.parametrize(
    ("labels", "wins"),
    [
        ({"preferred": 1.0, "restaurant": 0.5}, "preferred"),
        ({"preferred": 0.5, "restaurant": 1.0}, "restaurant"),
    ],
)
def test_where_weeks_tell_the_goals_apart_the_heavier_label_wins(labels, wins):
    session = session_of("assistant")
    answers(session, "begin", run="a", distinguishing=0.3, labels=labels, **TUNING)
    _, last = answers(session, "go_on", run="a")
    assert last["values"][wins] > 0.7
    assert last["values"]["knows"] > 0.95


def test_labels_that_weigh_nothing_teach_no_place_and_the_right_day():
    school = small_school()
    nothing = {"preferred": 0.0, "restaurant": 0.0}
    given = {"distinguishing": 0.3, "seed": 0, "settings": SHORT}
    (*_, silent), (*_, usual) = (
        updates(school, **given, labels=labels) for labels in (nothing, LABELS)
    )
    assert (silent.books_place.weight == 0).all()
    np.testing.assert_array_equal(silent.books_day.weight, usual.books_day.weight)


def test_what_is_no_assistant_is_refused():
    session = session_of("assistant")
    with pytest.raises(ValueError, match="is not an assistant of this book"):
        answers(session, "loaded", run="a", data=np.zeros(9, np.uint8), options={})
    with pytest.raises(ValueError, match="There is no training 'a'"):
        answers(session, "go_on", run="a")
