import numpy as np
import pytest
from scipy.optimize import minimize

from misgen.topics.coin_line.clone import (
    CloningSettings,
    clone,
    intended_actions,
    limit_direction,
    state_distribution,
)
from misgen.topics.coin_line.env import ENCODINGS, features

LENGTHS = (4, 5, 8)


def shortest(examples: np.ndarray) -> np.ndarray:
    """The shortest weights with a margin of at least 1 on every example, by a general solver."""
    found = minimize(
        lambda w: w @ w, np.linalg.pinv(examples) @ np.ones(len(examples)), jac=lambda w: 2 * w,
        constraints={"type": "ineq", "fun": lambda w: examples @ w - 1, "jac": lambda _: examples},
        method="SLSQP", options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    assert found.success, found.message
    return found.x


@pytest.mark.parametrize("share", [0.0, 0.02])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_limit_is_the_direction_of_largest_margin(encoding, length, share):
    label, drawn = intended_actions(length), state_distribution(share, length) > 0
    weights = shortest((features(encoding, length) * label[:, None])[drawn])
    expected = weights / np.linalg.norm(weights)
    np.testing.assert_allclose(limit_direction(encoding, length, share), expected, atol=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_gradient_descent_turns_towards_the_limit(encoding, share):
    cloned = clone(encoding, distinguishing=[share], settings=CloningSettings(steps=10_000))
    weights = cloned.weights[0, 1:]
    directions = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    agreement = directions @ limit_direction(encoding, 8, share)
    early, later, last = (agreement[cloned.steps.index(step) - 1] for step in (100, 1000, 10_000))
    assert last > 0.95 or last - 0.02 > later > early  # at 10 % all but two are still far off


def test_a_moved_coin_changes_the_limit_at_whatever_share():
    few, all_of_them = (limit_direction("position_and_coin", 8, share) for share in (1e-6, 1.0))
    np.testing.assert_array_equal(few, all_of_them)


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="encoding must be one of"):
        limit_direction("pixels", 8, 0.0)
