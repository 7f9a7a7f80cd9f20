"""Whatever a check lets pass goes on as it was given: the ledger counts on it."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misgen.core import arguments

CHECKS = {
    "check_share": ((), st.floats(0, 1)),
    "check_count": ((1, 10**6), st.integers(1, 10**6)),
    "check_number": ((-5.0, 5.0), st.floats(-5, 5)),
    "check_positive": ((9.0,), st.floats(0, 9, exclude_min=True)),
    "check_flag": ((), st.booleans()),
}
"""Check -> its limits, and values within them."""


def test_each_check_of_one_value_is_looked_at():
    found = {name for name, _ in inspect.getmembers(arguments, inspect.isfunction)}
    assert {name for name in found if name.startswith("check_")} == {
        *CHECKS,
        "check_acting",
        "check_batch",
        "check_kind",
        "check_levels",
        "check_options",
        "check_path",
        "check_rollout",
    }


@pytest.mark.parametrize("name", CHECKS)
@given(data=st.data())
def test_what_is_let_pass_is_what_was_given(name, data):
    limits, values = CHECKS[name]
    value = data.draw(values)
    for given_as in (value, np.asarray(value)[()]):  # a number of Python, and one of NumPy
        checked = getattr(arguments, name)("it", given_as, *limits)
        assert checked == value
        assert type(checked) is type(value)


@given(st.integers(1, 1000))
def test_a_batch_that_fits_is_as_large_as_asked_for(num_envs):
    assert arguments.check_batch(num_envs, numbers=100, maximum=100_000) == num_envs


@pytest.mark.parametrize("given", [5, "levels=3", [("levels", 3)], {1: 3}, True])
def test_what_are_no_options_is_one_sentence(given):
    with pytest.raises(ValueError, match=r"^options must be a dictionary from names to values, "):
        arguments.check_options(given)


@pytest.mark.parametrize("name", ["distinguishing", "seed", "num_envs", "name"])
def test_what_is_an_argument_of_its_own_is_no_option(name):
    with pytest.raises(ValueError, match=f"^{name} is none of the options, but an argument of "):
        arguments.check_options({"levels": 3, name: 1})


def test_what_is_given_by_place_or_by_name_is_checked_and_what_is_not_given_is_not():
    looked = []
    half = arguments.refusing(lambda number, by=2: number / by, number=looked.append, by=print)
    assert (half(4), half(number=6)) == (2, 3)
    assert looked == [4, 6]


def test_options_are_copied_and_none_are_an_empty_dictionary():
    given = {"levels": 3}
    assert arguments.check_options(given) == given
    assert arguments.check_options(given) is not given
    assert arguments.check_options(None) == {}


def test_what_is_no_object_of_its_class_is_one_sentence():
    with pytest.raises(ValueError, match=r"^word must be a str, such as 'end', but is 5\.$"):
        arguments.check_kind("word", 5, str, "'end'")


def test_a_rollout_is_refused_from_the_first_step_on_that_does_not_fit():
    most = arguments.LARGEST_BATCH // (92 + 8)
    arguments.check_rollout(most // 10, 10, 92)
    with pytest.raises(ValueError, match=rf"whose product is at most {most:,}\.$"):
        arguments.check_rollout(most // 10 + 1, 10, 92)
