"""What crosses from a student's process, and what does not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misgen
from misgen.grading.codec import CodecError, decode, encode

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(0, 9), inner, max_size=3)
    ),
    max_leaves=12,
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["float", "tuple", "dict", "array", "policy", "other"]),
            inner,
            max_size=2,
        )
    ),
)


def crossed(value):
    return decode(json.loads(json.dumps(encode(value))))


@given(plain)
def test_plain_data_arrive_as_they_are(value):
    assert repr(crossed(value)) == repr(value)


@given(anything)
def test_whatever_is_written_instead_is_plain_data_or_refused(message):
    try:
        value = decode(message)
    except CodecError:
        return
    assert repr(crossed(value)) == repr(value)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float32, np.float64])
def test_arrays_arrive_with_their_type_and_shape(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)[:, ::2]
    found = crossed({"a": [array]})["a"][0]
    assert (found.dtype, found.tolist()) == (array.dtype, array.tolist())
    found[0, 0] = 1  # it may be written to


def test_numbers_of_numpy_become_those_of_python():
    assert crossed([np.float32(0.5), np.int64(3), np.True_]) == [0.5, 3, True]
    assert [type(x) for x in crossed([np.float32(0.5), np.int64(3), np.True_])] == [
        float, int, bool,
    ]  # fmt: skip


def test_an_agent_arrives_as_one_that_acts_alike():
    agent = misgen.Policy.random(obs_size=4, num_actions=3, hidden=8, seed=0)
    obs = np.random.default_rng(0).random((5, 4), np.float32)
    found = crossed(agent)
    assert type(found) is misgen.Policy
    assert np.array_equal(found.probabilities(obs), agent.probabilities(obs))


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((4, 3, 2049), "an agent of 2,049 hidden units, and 2,048 are the most"),
        ((2049, 3, 1), "an agent of 2,049 inputs, and 2,048 are the most"),
        ((4, 2049, 1), "an agent of 2,049 actions, and 2,048 are the most"),
    ],
)
def test_an_agent_that_would_take_the_grader_hours_does_not_arrive(sizes, told):
    def agent(inputs, actions, units):
        return misgen.Policy(
            *(np.zeros(shape, np.int8) for shape in ((inputs, units), units, (units, actions))),
            *(np.zeros(shape, np.int8) for shape in (actions, units, ())),
        )

    assert type(crossed(agent(*(min(size, 2048) for size in sizes)))) is misgen.Policy
    with pytest.raises(CodecError, match=told):
        crossed(agent(*sizes))


@pytest.mark.parametrize("value", [object(), {1, 2}, len, np.array([None]), 1j, [[object]]])
def test_objects_do_not_cross(value):
    with pytest.raises(CodecError, match="an object of type"):
        encode(value)


@pytest.mark.parametrize(
    "message",
    [
        {"array": ["|O", [1], "AAAAAAAAAAA="]},
        {"array": ["<f8", [1 << 40], ""]},
        {"array": ["<f8", [-1, -1], ""]},
        {"array": ["nonsense", [1], ""]},
        {"policy": {}},
        {"policy": {"notes": ["|u1", [2], "e30="]}},
        {"dict": [[["unhashable"], 1]]},
        {"dict": [[n * (2**61 - 1), 0] for n in range(10_001)]},  # all have one hash
        {"float": "12 apples"},
        {"tuple": 3},
        {"tuple": [], "dict": []},
        {"call": "os.system"},
    ],
)
def test_a_forged_message_is_refused(message):
    with pytest.raises(CodecError):
        decode(message)


def test_lists_that_hold_themselves_are_refused():
    endless: list = []
    endless.append(endless)
    with pytest.raises(CodecError, match="without an end"):
        encode(endless)
