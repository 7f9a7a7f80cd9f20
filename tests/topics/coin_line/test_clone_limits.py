import numpy as np
import pytest
from scipy.optimize import minimize

from misgen.topics.coin_line.clone import (
    CloningSettings,
    clone,
    intended_actions,
    state_distribution,
)
from misgen.topics.coin_line.env import ENCODINGS, features


def limit(encoding: str, length: int, share: float) -> np.ndarray:
    """The direction of largest margin on the states of training, by a general solver.

    Gradient descent approaches it from any start, but slowly: the angle closes like 1 / log(steps)
    (Soudry et al., 2018).
    """
    drawn = state_distribution(share, length) > 0
    examples = (features(encoding, length) * intended_actions(length)[:, None])[drawn]
    # The shortest weights with a margin of at least 1 on every example.
    found = minimize(
        lambda w: w @ w, np.linalg.pinv(examples) @ np.ones(len(examples)), jac=lambda w: 2 * w,
        constraints={"type": "ineq", "fun": lambda w: examples @ w - 1, "jac": lambda _: examples},
        method="SLSQP", options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    assert found.success, found.message
    return found.x / np.linalg.norm(found.x)


@pytest.mark.parametrize("length", [4, 5, 8])
@pytest.mark.parametrize(
    ("encoding", "at_0", "with_moved_coins"),
    [("position_and_coin", (1, 0, "length"), (0, -1, 1)), ("difference", (1, 1), (0, 1))],
)
def test_the_limits_are_those_of_the_theorem(length, encoding, at_0, with_moved_coins):
    for share, expected in ((0.0, at_0), (0.02, with_moved_coins), (1.0, with_moved_coins)):
        direction = np.array([length if number == "length" else number for number in expected])
        direction = direction / np.linalg.norm(direction)
        np.testing.assert_allclose(limit(encoding, length, share), direction, atol=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_gradient_descent_turns_towards_the_limit(encoding, share):
    cloned = clone(encoding, distinguishing=[share], settings=CloningSettings(steps=10_000))
    weights = cloned.weights[0, 1:]
    directions = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    agreement = directions @ limit(encoding, 8, share)
    early, later, last = (agreement[cloned.steps.index(step) - 1] for step in (100, 1000, 10_000))
    assert last > 0.95 or last - 0.02 > later > early  # at 10 % all but two are still far off
