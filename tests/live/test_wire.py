import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misgen.live.wire import decode, encode

TRAVELS = {
    "float64": "float32", "float32": "float32", "float16": "float32", "int64": "int32",
    "int32": "int32", "int8": "int32", "uint8": "uint8", "uint16": "uint16", "uint32": "uint32",
    "bool": "uint8",
}  # fmt: skip


@pytest.mark.parametrize("dtype", TRAVELS)
def test_an_array_comes_back_in_the_type_that_javascript_has(dtype):
    array = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype)
    value, buffers = encode({"path": [array]})
    assert value["path"][0]["dtype"] == TRAVELS[dtype]
    back = decode(value, buffers)["path"][0]
    assert back.dtype == TRAVELS[dtype]
    assert back.tolist() == array.astype(TRAVELS[dtype]).tolist()


def test_a_slice_and_a_transposed_array_travel_in_the_order_in_which_they_are_read():
    array = np.arange(12, dtype=np.int32).reshape(3, 4)[:, ::2].T
    assert decode(*encode(array)).tolist() == array.tolist()


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
def test_arrays_without_a_length_travel_too(shape):
    assert decode(*encode(np.zeros(shape))).shape == shape


def test_numbers_of_numpy_are_numbers_and_what_is_not_finite_is_none():
    value, buffers = encode([np.int64(3), np.float32(0.5), np.True_, float("nan"), np.inf, None])
    assert (value, buffers) == ([3, 0.5, True, None, None, None], [])
    assert type(value[0]) is int


def test_nan_stays_inside_of_an_array():
    assert np.isnan(decode(*encode(np.array([np.nan])))[0])


@pytest.mark.parametrize("array", [np.array([2**31]), np.array([-(2**31) - 1]), np.array(["a"])])
def test_an_array_that_javascript_cannot_hold_is_refused_in_one_sentence(array):
    with pytest.raises(ValueError, match=r"^A message cannot hold an array of .* 32 bits\.$"):
        encode(array)


def test_an_object_that_is_no_message_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"^A message cannot hold a set; answer with .*arrays\.$"):
        encode({"seen": {1, 2}})


DAMAGE = {
    "no buffer": ({"$array": 1, "dtype": "int32", "shape": [1]}, [b"1234"]),
    "too short": ({"$array": 0, "dtype": "int32", "shape": [2]}, [b"1234"]),
    "half a number": ({"$array": 0, "dtype": "int32", "shape": [1]}, [b"123"]),
    "no shape": ({"$array": 0, "dtype": "int32", "shape": "wide"}, [b"1234"]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_an_array_without_its_bytes_is_refused_in_one_sentence(damage):
    with pytest.raises(ValueError, match=r"has not the bytes that it needs; send it again\.$"):
        decode(*DAMAGE[damage])


def test_an_array_of_objects_cannot_be_sent():
    with pytest.raises(ValueError, match="An array of 'object' cannot be read"):
        decode({"$array": 0, "dtype": "object", "shape": [1]}, [b"12345678"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abc"), inner),
    max_leaves=10,
)


@given(JSON)
def test_whatever_is_json_stays_as_it_is(value):
    assert decode(*encode(value)) == value
