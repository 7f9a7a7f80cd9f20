from __future__ import annotations

import numpy as np
import pytest
import small_forests

from misgen.core.policy import Policy
from misgen.ledger.runs import Run
from misgen.topics.tree_gridworld import published
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.published import (
    DENSITIES,
    STEPS,
    WEIGHTS,
    affinities,
    agents_of,
    greed_and_chance,
    publish_films,
    read_films,
    record_agents,
    runs,
)
from misgen.topics.tree_gridworld.runs import Setting

OTHER = Setting(discount=0.9)


@pytest.fixture(autouse=True)
def ledger(monkeypatch):
    """Two settings with three seeds each, in no order."""
    found = [
        small_forests.run(setting, seed) for seed in (2, 0, 1) for setting in (Setting(), OTHER)
    ]
    monkeypatch.setattr(published, "all_runs", lambda: tuple(found))


def test_the_runs_of_a_setting_are_found_in_the_order_of_their_seeds():
    found = runs(OTHER)
    assert found.setting == OTHER
    assert [run.seed for run in found.runs] == [0, 1, 2]


def test_by_default_they_are_those_of_the_setting_that_collapses():
    assert runs().setting == Setting(discount=0.97, r_max=0.3, r_min=1e-6)


def test_a_setting_that_is_not_published_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match=r"No run of .*0\.5.* is published; published are .*0\.9"):
        runs(Setting(discount=0.5))


def test_values_come_with_the_seeds_as_the_first_axis():
    rewards = runs().of_each(lambda run: run.series.rewards)
    assert rewards.shape == (3, 5)
    np.testing.assert_allclose(rewards[:, 0], [0.05, 0.051, 0.052])
    np.testing.assert_array_equal(runs().ticks, small_forests.TICKS)


def test_the_affinity_of_greed_is_1_and_of_chance_0(monkeypatch):
    found = runs()
    greedy, chance = greed_and_chance(found.setting)
    for windows, expected in ((greedy, 1.0), (chance, 0.0)):
        for run in found.runs:
            for moment in run.moments:
                moment.windows.first_reward[:] = windows.first_reward
        values = affinities(found)
        assert values.shape == (3, 3, 11)
        np.testing.assert_allclose(values[..., 1:], expected, atol=1e-9)


def test_without_trees_there_is_no_affinity():
    assert np.isnan(affinities(runs())[..., 0]).all()


# ---------------------------------------------------------------------------------- films

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
def films_folder(tmp_path_factory):
    """A folder with the films of seeds 1 and 2 of three runs."""
    folder = tmp_path_factory.mktemp("films")
    publish_films([_run(s) for s in range(3)], folder, filmed=lambda config: config["seed"] > 0)
    return folder


def test_the_wanted_runs_are_published_and_no_others(films_folder):
    assert sorted(path.name for path in films_folder.iterdir()) == [
        "discount-0.97-r_min-1e-06-seed-1.npz",
        "discount-0.97-r_min-1e-06-seed-2.npz",
        "forests.npz",
    ]


def test_frozen_agents_come_back_as_they_were_in_the_order_of_time(films_folder):
    with np.load(films_folder / "discount-0.97-r_min-1e-06-seed-2.npz") as file:
        agents = agents_of(file)
    for k, agent in enumerate(agents):
        for mine, theirs in zip(agent.weights, _agent(20 + k).weights, strict=True):
            assert mine.dtype == np.float32
            np.testing.assert_array_equal(mine, theirs)


@pytest.fixture(scope="module")
def films(films_folder):
    return read_films(films_folder / "forests.npz", [small_forests.run(seed=s) for s in range(3)])


def test_films_come_back_with_their_runs_and_pictures(films):
    assert [film.run.seed for film in films] == [1, 2]
    arrays = _run(1).arrays
    np.testing.assert_array_equal(
        np.packbits(films[0].trees, axis=-1)[..., :12], arrays["trees"][..., :12]
    )
    np.testing.assert_array_equal(films[0].agents, arrays["agents"])
    assert set(films[0].rollouts) == {(k, n) for k in range(MOMENTS) for n in DENSITIES}


def test_a_recording_starts_with_its_trees_and_belongs_to_its_agent(films):
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
