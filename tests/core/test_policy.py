from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from misgen import Policy, load, published

OBS = np.random.default_rng(0).random((40, 12), np.float32)


@pytest.fixture(scope="module")
def policy() -> Policy:
    random = Policy.random(obs_size=12, num_actions=5, hidden=16, seed=0)
    random.action_weight[:] *= 100  # far from uniform
    random.value_weight[:] = np.linspace(-1, 1, 16)
    random.notes.update({"env": "CoinRun", "seed": 0, "options": {"levels": None}})
    return random


# ---------------------------------------------------------------------- acting


@given(arrays(np.float32, (3, 12), elements=st.floats(-1e4, 1e4, width=32)))
def test_probabilities_are_positive_and_sum_to_one(policy, obs):
    probabilities = policy.probabilities(obs)
    assert probabilities.shape == (3, 5)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)


def test_actions_are_drawn_by_their_probabilities(policy):
    # Chi-square over 20,000 draws for each of 40 observations; p below 1e-4 would be no accident.
    rng = np.random.default_rng(1)
    for obs in OBS:
        drawn = policy.act(np.repeat(obs[None], 20_000, axis=0), rng)
        counts = np.bincount(drawn, minlength=5)
        expected = 20_000 * policy.probabilities(obs[None])[0].astype(float)
        enough = expected > 5
        statistic = ((counts - expected)[enough] ** 2 / expected[enough]).sum()
        assert stats.chi2.sf(statistic, max(1, enough.sum() - 1)) > 1e-4
        assert counts[~enough].sum() < 60


def test_observations_do_not_share_their_random_numbers(policy):
    drawn = policy.act(np.repeat(OBS[:1], 5000, axis=0), np.random.default_rng(0))
    both = np.mean(drawn[::2] == drawn[1::2])
    assert both == pytest.approx(np.square(policy.probabilities(OBS[:1])).sum(), abs=0.04)


def test_the_same_generator_draws_the_same_actions(policy):
    first, second, other = (policy.act(OBS, np.random.default_rng(s)) for s in (7, 7, 8))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_logits_and_value_are_those_of_a_net_with_one_hidden_layer(policy):
    hidden = np.maximum(OBS @ policy.hidden_weight + policy.hidden_bias, 0)
    odds = np.exp(hidden @ policy.action_weight + policy.action_bias)
    expected = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(policy.probabilities(OBS), expected, rtol=1e-4, atol=1e-7)
    value = hidden @ policy.value_weight + policy.value_bias
    np.testing.assert_allclose(policy.value(OBS), value, rtol=1e-5)


def test_an_untrained_agent_is_nearly_uniform_and_values_nothing():
    untrained = Policy.random(obs_size=12, num_actions=5, hidden=16, seed=3)
    np.testing.assert_allclose(untrained.probabilities(OBS), 0.2, atol=0.02)
    np.testing.assert_array_equal(untrained.value(OBS), 0.0)
    product = untrained.hidden_weight @ untrained.hidden_weight.T
    np.testing.assert_allclose(product, 2 * np.eye(12), atol=1e-5)


@pytest.mark.parametrize("use", ["probabilities", "value", "act"])
def test_observations_of_another_size_are_refused(policy, use):
    rng = (np.random.default_rng(0),) if use == "act" else ()
    with pytest.raises(ValueError, match="expects 12 inputs, but the observation has 310"):
        getattr(policy, use)(np.zeros((1, 310), np.float32), *rng)


# ----------------------------------------------------------------------- files


def test_an_agent_that_is_saved_and_loaded_is_the_same(policy, tmp_path):
    policy.save(tmp_path / "agent.npz")
    back = load(tmp_path / "agent.npz")
    for weights, again in zip(policy.weights, back.weights, strict=True):
        np.testing.assert_array_equal(weights, again)
        assert weights.shape == again.shape
        assert again.dtype == np.float32
    assert back.notes == policy.notes


def test_an_agent_saved_as_float16_is_the_rounded_agent(policy, tmp_path):
    policy.save(str(tmp_path / "half.npz"), np.float16)
    back = load(str(tmp_path / "half.npz"))
    for weights, again in zip(policy.rounded().weights, back.weights, strict=True):
        np.testing.assert_array_equal(weights, again)
    np.testing.assert_allclose(back.hidden_weight, policy.hidden_weight, rtol=1e-3, atol=1e-7)
    assert back.rounded().weights[0].tobytes() == back.weights[0].tobytes()


def test_float16_halves_the_size_of_an_agent_of_the_book(tmp_path):
    agent = Policy.random(obs_size=310, num_actions=6, hidden=64, seed=0)
    agent.save(tmp_path / "half.npz", np.float16)
    agent.save(tmp_path / "whole.npz")
    size = {name: (tmp_path / name).stat().st_size for name in ("half.npz", "whole.npz")}
    assert size["half.npz"] < 0.55 * size["whole.npz"]


def test_the_same_agent_gives_the_same_bytes(policy, tmp_path):
    for name in ("first.npz", "second.npz"):
        policy.save(tmp_path / name)
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


def test_an_agent_file_holds_no_pickle(policy, tmp_path):
    policy.save(tmp_path / "agent.npz")
    with np.load(tmp_path / "agent.npz", allow_pickle=False) as file:
        kinds = {file[name].dtype.kind for name in file.files}
    assert kinds == {"f", "u"}


def test_notes_may_hold_numpy_numbers(policy, tmp_path):
    # As after `for seed in np.arange(3): agent = misgen.train(..., seed=seed)`.
    replace(policy, notes={"seed": np.arange(3)[2]}).save(tmp_path / "agent.npz")
    assert load(tmp_path / "agent.npz").notes["seed"] == 2


def _assert_refused(path) -> None:
    with pytest.raises(ValueError, match="is damaged or is not an agent") as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_agent_goes_through_bytes_as_through_a_file(policy, tmp_path):
    policy.save(tmp_path / "agent.npz")
    assert policy.to_bytes() == (tmp_path / "agent.npz").read_bytes()
    again = Policy.from_bytes(policy.to_bytes())
    assert all(map(np.array_equal, again.weights, policy.weights))
    with pytest.raises(ValueError, match="This file is damaged or is not an agent"):
        Policy.from_bytes(policy.to_bytes()[:-40])


def test_a_missing_file_is_told_apart_from_a_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no agent at .*; check the path"):
        load(tmp_path / "nothing.npz")


@pytest.mark.parametrize("path", [5, None, b"agent.npz"])
def test_what_names_no_file_is_one_sentence(path):
    words = f"path must be the name of a file, such as 'agent.npz', but is {path!r}."
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        load(path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(policy, tmp_path, share):
    path = tmp_path / "agent.npz"
    policy.save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    _assert_refused(path)


@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_file_with_a_flipped_bit_is_refused_or_holds_the_same_agent(
    policy, tmp_path_factory, where, bit
):
    folder = tmp_path_factory.mktemp("flipped")
    whole, path = folder / "whole.npz", folder / "flipped.npz"
    policy.save(whole)
    data = bytearray(whole.read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    path.write_bytes(data)
    # Some bits are those of a date, or of another field that nobody reads.
    assert _weights_or_refusal(path) in (_weights_or_refusal(whole), "refused")


def _weights_or_refusal(path) -> list[bytes] | str:
    try:
        return [weights.tobytes() for weights in load(path).weights]
    except ValueError:
        return "refused"


def _npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


FOREIGN = {
    "text": b"Dear reader,",
    "one array": _npy(np.zeros(3)),
    "a pickle": _npy(np.array([{"a": 1}], dtype=object)),
    "an archive of something else": _npz(weights=np.zeros(3)),
    "an archive of pickles": _npz(notes=np.array([{"a": 1}], dtype=object)),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_that_is_something_else_is_refused(tmp_path, what):
    path = tmp_path / "agent.npz"
    path.write_bytes(FOREIGN[what])
    _assert_refused(path)


def test_a_folder_is_refused(tmp_path):
    _assert_refused(tmp_path)


def _json(value: object) -> np.ndarray:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


DAMAGE = {
    "no notes": {"notes": None},
    "notes that are no JSON": {"notes": np.frombuffer(b"{", np.uint8)},
    "notes without a format": {"notes": _json({})},
    "notes of another format": {"notes": _json({"format": "misgen-policy-99"})},
    "notes that are a list": {"notes": _json(["format"])},
    "notes that are a number": {"notes": _json(3)},
    "no value head": {"value_weight": None},
    "a hidden layer of another size": {"hidden_bias": np.zeros(17, np.float32)},
    "weights in one row": {"hidden_weight": np.zeros(12 * 16, np.float32)},
    "a value for each action": {"value_weight": np.zeros((16, 5), np.float32)},
    "a weight that is not a number": {"value_bias": np.array(np.nan, np.float32)},
    "an infinite weight": {"action_bias": np.full(5, np.inf, np.float32)},
    "words as weights": {"action_bias": np.array(["a"] * 5)},
}


@pytest.mark.parametrize("what", DAMAGE)
def test_arrays_that_do_not_form_an_agent_are_refused(policy, tmp_path, what):
    whole = {**policy.to_arrays(), **DAMAGE[what]}
    path = tmp_path / "agent.npz"
    path.write_bytes(_npz(**{name: array for name, array in whole.items() if array is not None}))
    _assert_refused(path)


# ------------------------------------------------------- what is no agent, or no file


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["hidden_weight", "action_bias", "value_bias"])
def test_an_agent_whose_weights_are_not_finite_is_none(policy, name, value):
    weights = getattr(policy, name).copy()
    weights[...] = value
    with pytest.raises(
        ValueError, match="has weights that are not finite; train it with a smaller"
    ):
        replace(policy, **{name: weights})


def test_weights_that_do_not_fit_together_are_no_agent(policy):
    with pytest.raises(ValueError, match="their shapes do not fit together"):
        replace(policy, hidden_bias=policy.hidden_bias[:-1])


@pytest.mark.parametrize("dtype", [np.int8, np.complex64, str, "int8"])
def test_an_agent_is_saved_as_floating_point_numbers_only(policy, tmp_path, dtype):
    with pytest.raises(ValueError, match=r"dtype must be np.float16 or np.float32, not"):
        policy.save(tmp_path / "agent.npz", dtype=dtype)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("notes", "words"),
    [
        ({"format": "mine"}, 'The note "format" says what the file is; give yours another name'),
        ({"reward": len}, "Notes hold JSON, not builtin_function_or_method; change"),
        ({"when": {1, 2}}, "Notes hold JSON, not set; change"),
    ],
)
def test_notes_that_cannot_be_kept_are_refused_before_anything_is_written(
    policy, tmp_path, notes, words
):
    path = tmp_path / "agent.npz"
    policy.save(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=words):
        replace(policy, notes=notes).save(path)
    assert path.read_bytes() == before


def test_weights_too_large_for_float16_are_refused(policy, tmp_path):
    large = replace(policy, action_bias=np.full_like(policy.action_bias, 1e5))
    with pytest.raises(ValueError, match="too large for float16; save the agent as float32"):
        large.save(tmp_path / "agent.npz", np.float16)
    large.save(tmp_path / "agent.npz")


def test_an_agent_is_shown_as_one_line_that_says_how_it_came_about():
    agent = published("CoinRun", distinguishing=0.02, seed=3)
    assert repr(agent) == (
        "<Policy: 310 inputs, 64 units, 6 actions, env='CoinRun', distinguishing=0.02, seed=3, "
        "steps=503808>"
    )
