import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from misgen.explore.pack import pack, unpack

integers = st.sampled_from([np.uint8, np.uint16, np.uint32]).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(max_dims=3, min_side=0, max_side=5))
)
shares = arrays.arrays(
    np.float64,
    arrays.array_shapes(max_dims=3, max_side=5),
    elements=st.one_of(st.floats(0, 1), st.just(np.nan)),
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), integers, max_size=5))
def test_integers_come_back_as_they_were(given_arrays):
    read = unpack(*pack(given_arrays))
    assert list(read) == list(given_arrays)
    for name, array in given_arrays.items():
        assert read[name].dtype == array.dtype
        assert np.array_equal(read[name], array)


@given(shares)
def test_shares_come_back_within_a_rounding_error_and_gaps_as_gaps(array):
    read = unpack(*pack({"rates": array}))["rates"]
    assert np.allclose(read, array, atol=1 / 65534, rtol=0, equal_nan=True)


@given(shares)
def test_half_floats_take_one_byte_each_and_come_back_coarser(array):
    layout, data = pack({"seeds": array.astype(np.float16)})
    assert layout[0]["dtype"] == "uint8"
    read = unpack(layout, data)["seeds"]
    assert np.allclose(read, array, atol=1 / 508 + 1 / 4096, rtol=0, equal_nan=True)


@given(st.lists(integers, min_size=1, max_size=4))
def test_every_array_starts_where_a_typed_array_may_start(given_arrays):
    layout, data = pack({str(i): array for i, array in enumerate(given_arrays)})
    assert all(entry["offset"] % np.dtype(entry["dtype"]).itemsize == 0 for entry in layout)
    assert len(data) % 4 == 0


@pytest.mark.parametrize(
    "array", [np.array([1.5]), np.array([-0.1]), np.array([1]), np.array([1j])]
)
def test_what_cannot_be_packed_is_refused_in_one_sentence(array):
    with pytest.raises(ValueError, match=r"Array 'a' (must hold shares|is \w+; give)"):
        pack({"a": array})
