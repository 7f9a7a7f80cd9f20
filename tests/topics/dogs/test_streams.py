import numpy as np
import pytest

from misgen.topics.dogs.streams import Streams


@pytest.mark.parametrize("draw", ["random", "normal"])
def test_a_run_draws_the_same_alone_and_beside_others(draw):
    together, alone = Streams([3, 4, 5], purpose=1), Streams([4], purpose=1)
    for _ in range(3):
        first = getattr(together, draw)((3, 7, 2))
        np.testing.assert_array_equal(first[1], getattr(alone, draw)((1, 7, 2))[0])


def test_seeds_and_purposes_have_streams_of_their_own():
    rows = [*Streams([3, 4], purpose=1).random((2, 50)), *Streams([3], purpose=2).random((1, 50))]
    assert len({row.tobytes() for row in rows}) == 3


def test_numbers_are_uniform_or_normal():
    streams = Streams(range(20), purpose=0)
    uniform, normal = streams.random((20, 5000)), streams.normal((20, 5000))
    assert 0 <= uniform.min() < 0.001
    assert 0.999 < uniform.max() < 1
    assert normal.mean() == pytest.approx(0, abs=0.02)
    assert normal.std() == pytest.approx(1, abs=0.02)


def test_an_array_with_another_number_of_runs_is_refused():
    with pytest.raises(ValueError, match="zip"):
        Streams([1, 2], purpose=0).random((3, 4))


@pytest.mark.parametrize("seeds", [[], [-1]])
def test_bad_seeds_are_refused(seeds):
    with pytest.raises(ValueError, match="seed"):
        Streams(seeds, purpose=0)
