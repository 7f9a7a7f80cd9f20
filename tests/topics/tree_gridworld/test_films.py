from __future__ import annotations

import numpy as np
import pytest
import small_forests

from misgen.core.policy import Policy
from misgen.ledger.runs import Run
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.films import (
    DENSITIES,
    STEPS,
    WEIGHTS,
    agents_of,
    publish_films,
    read_films,
    record_agents,
)
from misgen.topics.tree_gridworld.runs import Setting

TORUS = Setting().options
MOMENTS = 3


def _agent(seed: int) -> Policy:
    obs_size = TreeGridworld(1, seed=0, **TORUS).obs_size
    agent = Policy.random(obs_size=obs_size, num_actions=5, hidden=4, seed=seed)
    agent.action_bias[seed % 5] = 1.0  # each prefers another action
    return agent.rounded()


def _run(seed: int) -> Run:
    """A finished run of the ledger, without its results."""
    agents = [_agent(10 * seed + k) for k in range(MOMENTS)]
    weights = {name: np.stack([getattr(a, name) for a in agents]) for name in WEIGHTS}
    rng = np.random.default_rng(seed)
    return Run(
        experiment="tree_gridworld", code="", result={}, versions={}, platform="", seconds=0.0,
        config={"discount": 0.97, "distinguishing": 0.0, "options": TORUS, "seed": seed},
        arrays={
            **{name: array.astype(np.float16) for name, array in weights.items()},
            "trees": rng.integers(0, 256, (5, 6, 13), np.uint8),
            "agents": rng.integers(0, 100, (5, 6), np.uint8),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with the films of seeds 1 and 2 of three runs."""
    folder = tmp_path_factory.mktemp("films")
    publish_films([_run(s) for s in range(3)], folder, filmed=lambda config: config["seed"] > 0)
    return folder


def test_the_wanted_runs_are_published_and_no_others(published):
    assert sorted(path.name for path in published.iterdir()) == [
        "discount-0.97-r_min-1e-06-seed-1.npz",
        "discount-0.97-r_min-1e-06-seed-2.npz",
        "forests.npz",
    ]


def test_frozen_agents_come_back_as_they_were_in_the_order_of_time(published):
    with np.load(published / "discount-0.97-r_min-1e-06-seed-2.npz") as file:
        agents = agents_of(file)
    for k, agent in enumerate(agents):
        for mine, theirs in zip(agent.weights, _agent(20 + k).weights, strict=True):
            assert mine.dtype == np.float32
            np.testing.assert_array_equal(mine, theirs)


def test_films_come_back_with_their_runs_and_pictures(published):
    runs = [small_forests.run(seed=s) for s in range(3)]
    films = read_films(published / "forests.npz", runs)
    assert [film.run.seed for film in films] == [1, 2]
    arrays = _run(1).arrays
    np.testing.assert_array_equal(
        np.packbits(films[0].trees, axis=-1)[..., :12], arrays["trees"][..., :12]
    )
    np.testing.assert_array_equal(films[0].agents, arrays["agents"])
    assert set(films[0].rollouts) == {(k, n) for k in range(MOMENTS) for n in DENSITIES}


def test_a_recording_starts_with_its_trees_and_belongs_to_its_agent(published):
    films = read_films(published / "forests.npz", [small_forests.run(seed=s) for s in range(3)])
    for (_, n), rollout in films[0].rollouts.items():
        assert rollout.start.sum() == n
        assert len(rollout.agent) == STEPS + 1
    alone = record_agents([_agent(11)], seed=2_000_000, options=TORUS)
    np.testing.assert_array_equal(alone["agent"][0, 0], films[0].rollouts[1, DENSITIES[0]].agent)


def test_forests_of_the_same_density_start_alike_for_all_agents():
    arrays = record_agents([_agent(0), _agent(1)], seed=3, options=TORUS)
    np.testing.assert_array_equal(arrays["start"][0], arrays["start"][1])
    assert not np.array_equal(arrays["agent"][0], arrays["agent"][1])


def test_a_missing_or_damaged_file_is_refused_in_one_sentence(tmp_path):
    damaged = tmp_path / "forests.npz"
    for make in (lambda: None, lambda: damaged.write_bytes(b"no archive")):
        make()
        with pytest.raises(ValueError, match="missing or damaged; restore it or run `make agents`"):
            read_films(damaged, [])
