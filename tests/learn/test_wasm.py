"""The compiled kernels against those in NumPy, over all shapes; they run in Node."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
import small_rollouts
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wasm_module import NodeExports

import misgen
from misgen import PPOSettings
from misgen.learn.kernels import Network, NumpyKernels
from misgen.learn.ppo import Learner
from misgen.learn.wasm import WasmKernels

NUMPY = NumpyKernels()
TOLERANCE = 2e-5
"""Of float32 sums in another order, relative to the largest entry of an array."""
SHAPES = {
    "obs_size": st.integers(1, 40), "num_actions": st.integers(1, 9), "hidden": st.integers(1, 70),
    "n": st.integers(1, 50), "density": st.sampled_from([0.0, 0.1, 1.0]),
}  # fmt: skip


@pytest.fixture(scope="module")
def compiler(tools) -> ModuleType:
    script = tools("kernels")
    if not script.COMPILER.is_file():
        pytest.skip("There is no AssemblyScript: `make assets` installs it.")
    return script


@pytest.fixture(scope="module")
def wasm(compiler, tmp_path_factory) -> Iterator[WasmKernels]:
    folder = tmp_path_factory.mktemp("wasm")
    (folder / "kernels.wasm").write_bytes(compiler.compiled())
    exports = NodeExports(folder, folder / "kernels.wasm")
    yield WasmKernels(exports)
    exports.close()


def _assert_close(ours: np.ndarray, theirs: np.ndarray, tolerance: float = TOLERANCE) -> None:
    np.testing.assert_allclose(ours, theirs, atol=tolerance * (np.abs(theirs).max() + 1e-3))


def _networks(wasm: WasmKernels, **shape: int) -> tuple[Network, Network]:
    agent = small_rollouts.agent(**shape)
    return Network(agent, NUMPY.lanes), Network(agent, wasm.lanes)


def _assert_same_slopes(ours: Network, theirs: Network, tolerance: float = TOLERANCE) -> None:
    """The slopes of the units that both have; those of the others are 0."""
    for one, other in zip(ours.slopes, theirs.slopes, strict=True):
        both = other[..., : one.shape[-1]]
        _assert_close(both, one, tolerance)
        assert not other[..., one.shape[-1] :].any()


@settings(max_examples=40, deadline=None)
@given(**SHAPES)
@example(obs_size=310, num_actions=6, hidden=64, n=128, density=0.07)
def test_the_same_actions_are_chosen(wasm, obs_size, num_actions, hidden, n, density):
    agent = small_rollouts.agent(obs_size=obs_size, num_actions=num_actions, hidden=hidden)
    obs = small_rollouts.rollout(agent, n, density=density).obs
    luck = np.random.default_rng(0).standard_exponential((num_actions, n), np.float32)
    actions, log_p, value = small_rollouts.chosen(wasm, agent, obs, luck)
    expected, expected_log_p, expected_value = small_rollouts.chosen(NUMPY, agent, obs, luck)
    _assert_close(value, expected_value)
    haste = agent.probabilities(obs[:, :-1]).T / luck  # the largest is drawn; near ties may differ
    best = haste.max(axis=0)
    np.testing.assert_allclose(haste[actions, np.arange(n)], best, rtol=1e-4)
    alike = actions == expected
    assert alike.mean() > 0.9
    np.testing.assert_allclose(log_p[alike], expected_log_p[alike], rtol=1e-4, atol=2e-5)


@settings(max_examples=40, deadline=None)
@given(**SHAPES, share=st.floats(0.1, 1.0))
@example(obs_size=310, num_actions=6, hidden=64, n=1024, density=0.07, share=1.0)
def test_the_gradient_is_the_same(wasm, obs_size, num_actions, hidden, n, density, share):
    shape = {"obs_size": obs_size, "num_actions": num_actions, "hidden": hidden}
    ours, theirs = _networks(wasm, **shape)
    rollout = small_rollouts.rollout(small_rollouts.agent(**shape), n, density=density)
    rows = np.random.default_rng(2).permutation(n)[: max(1, round(share * n))]
    theirs.gradient[:] = 7.0  # what was there before does not matter
    theirs.gradient[sum(part.size for part in theirs.slopes) :] = 0.0
    NUMPY.gradient(ours, rollout, rows, PPOSettings())
    wasm.gradient(theirs, rollout, rows, PPOSettings())
    _assert_same_slopes(ours, theirs)


@pytest.mark.parametrize(
    "changes", [{"clip": 0.02}, {"entropy_weight": 1.0}, {"value_weight": 0.0}]
)
def test_the_gradient_heeds_the_settings(wasm, changes):
    ours, theirs = _networks(wasm)
    rollout, rows = small_rollouts.rollout(small_rollouts.agent()), np.arange(300)
    NUMPY.gradient(ours, rollout, rows, PPOSettings())
    usual = ours.gradient.copy()
    NUMPY.gradient(ours, rollout, rows, PPOSettings(**changes))
    wasm.gradient(theirs, rollout, rows, PPOSettings(**changes))
    assert not np.allclose(ours.gradient, usual, rtol=1e-2)  # they do make a difference
    _assert_same_slopes(ours, theirs)


def test_unlikely_actions_and_huge_logits_do_no_harm(wasm):
    agent = small_rollouts.agent()
    agent.action_weight[:] *= 100.0
    rollout, rows = small_rollouts.rollout(agent, old=0.0), np.arange(300)
    rollout.log_probability[:] = np.maximum(rollout.log_probability, -80.0)
    ours, theirs = Network(agent), Network(agent, wasm.lanes)
    NUMPY.gradient(ours, rollout, rows, PPOSettings())
    wasm.gradient(theirs, rollout, rows, PPOSettings())
    assert np.isfinite(theirs.gradient).all()
    _assert_same_slopes(ours, theirs, tolerance=1e-3)  # logits of hundreds have fewer digits


def test_many_steps_of_adam_are_the_same(wasm):
    ours, theirs = (Network(small_rollouts.agent(hidden=16), 16) for _ in range(2))
    rng = np.random.default_rng(0)
    for size in [1e-5, 1e-3, 1e-1, 10.0] * 3:
        for network in (ours, theirs):
            network.gradient[:] = 0.0
        ours.gradient[:] = size * rng.normal(size=ours.size)
        theirs.gradient[:] = ours.gradient
        NUMPY.adam(ours, PPOSettings(learning_rate=1e-2))
        wasm.adam(theirs, PPOSettings(learning_rate=1e-2))
        _assert_close(theirs.weights, ours.weights)
    _assert_close(theirs.square, ours.square)


def test_a_learner_with_them_learns_the_same_from_one_rollout(wasm):
    small = PPOSettings(num_envs=16, rollout_steps=16, batch_size=100, hidden=20)
    ours, theirs = (
        Learner(misgen.make("CoinRun", 16, seed=0), small, 0, watcher=lambda *_: None, kernels=k)
        for k in (NUMPY, wasm)
    )
    for learner in (ours, theirs):
        learner.update(learner.collect())
    one, other = ours.network.policy({}), theirs.network.policy({})
    for a, b in zip(one.weights, other.weights, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-3)  # Adam turns tiny slopes into whole steps


def test_arrays_that_do_not_lie_in_one_piece_are_refused(wasm):
    agent = small_rollouts.agent()
    obs = small_rollouts.rollout(agent).obs[:, ::-1]
    with pytest.raises(ValueError, match="copy this one first"):
        small_rollouts.chosen(wasm, agent, obs, np.ones((4, 300), np.float32))


# ---------------------------------------------------------------------- the compiler


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("export function f(x: f32): f32 { return Mathf.pow(x, 2.5); }", "own no memory, but have"),
        ("export function f(): f32 { return g(); }", "(?s)refuses source.ts:.*'g'"),
    ],
)
def test_what_would_harm_the_interpreter_or_is_wrong_is_refused(
    compiler, monkeypatch, tmp_path, source, refusal
):
    monkeypatch.setattr(compiler, "SOURCE", tmp_path / "source.ts")
    (tmp_path / "source.ts").write_text(source)
    with pytest.raises(compiler.KernelError, match=refusal):
        compiler.compiled()


def test_without_the_compiler_it_says_what_to_do(tools, monkeypatch, tmp_path):
    compiler = tools("kernels")
    monkeypatch.setattr(compiler, "COMPILER", tmp_path / "asc.js")
    with pytest.raises(compiler.KernelError, match="run `make assets`"):
        compiler.compiled()
