import hashlib
from functools import cache

import numpy as np
import pytest
from scipy import stats
from topics.tree_gridworld.tree_gridworld_reference import ReferenceForest

from misgen.topics.tree_gridworld.env import TreeGridworld, spawn_probability
from misgen.topics.tree_gridworld.scripted import NearestTree

WALK = [0.1, 0.225, 0.225, 0.225, 0.225]
STAY = 0


def seen_in(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cell of the agent, `(forests,)`, and where trees are, `(forests, cells)`, from below."""
    side = round((images.shape[1] / 2) ** 0.5)
    inside = images.reshape(-1, 2, side, side)[:, :, -2:0:-1, 1:-1].reshape(len(images), 2, -1)
    return inside[:, 0].argmax(axis=1), inside[:, 1] > 0


# -------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("view", ["centred", "image"])
@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"walls": False},
        {"size": 4, "max_trees": 15, "r_min": 0.2, "r_max": 0.9},
        {"size": 5, "max_trees": 3, "r_min": 0.5, "r_max": 0.1, "walls": False},
    ],
    ids=["paper", "torus", "small and full", "fast and sparse"],
)
def test_the_batch_steps_like_the_slow_reference(rules, view):
    count, size = 12, rules.get("size", 10)
    env = TreeGridworld(count, seed=7, view=view, **rules)
    obs = env.reset()
    slow = [ReferenceForest.of(env.frame(i), **rules) for i in range(count)]
    dice, rng = dice_after_planting(env, 7, size**2), np.random.default_rng(0)
    chopped = grown = 0
    for _ in range(150):
        for i, forest in enumerate(slow):
            assert obs[i].tolist() == getattr(forest, view)()
        actions = rng.choice(5, count, p=WALK)
        step = env.step(actions)
        obs = step.obs
        rewards = [forest.act(int(action)) for forest, action in zip(slow, actions, strict=True)]
        assert step.reward.tolist() == rewards
        chances = dice.random(count)
        growing = [f for f, chance in zip(slow, chances, strict=True) if chance < f.growth()]
        draws = dice.random((len(growing), size, size)) if growing else []
        for forest, draw in zip(growing, draws, strict=True):
            forest.grow(lambda cell, draw=draw: draw[cell[1], cell[0]])
        assert env.trees.tolist() == [len(forest.trees) for forest in slow]
        for i, forest in enumerate(slow):
            assert ReferenceForest.of(env.frame(i), **rules) == forest
        chopped, grown = chopped + sum(rewards), grown + len(growing)
    assert chopped > 20
    assert grown > 20


def dice_after_planting(env: TreeGridworld, seed: int, cells: int) -> np.random.Generator:
    """Random numbers as the environment draws them after its first reset."""
    dice = np.random.default_rng(seed)
    dice.random()  # which forests are scarce
    dice.random((env.num_envs, cells))
    dice.integers(1, min(3, env.max_trees) + 1, env.num_envs)  # trees of scarce forests
    return dice


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = TreeGridworld(64, distinguishing=0.3, seed=2026)
    digest = hashlib.sha256(env.reset().tobytes())
    for actions in np.random.default_rng(1).integers(0, 5, (300, 64)):
        step = env.step(actions)
        digest.update(step.obs.tobytes() + step.reward.tobytes())
    assert digest.hexdigest()[:16] == "ceb3497f941fc6f1"


def test_nothing_ever_ends_and_of_the_events_only_chopping_happens():
    env = TreeGridworld(50, r_max=0.0, seed=0)
    env.reset()
    for actions in np.random.default_rng(0).integers(0, 5, (200, 50)):
        step = env.step(actions)
        events = dict(vars(step.events))
        np.testing.assert_array_equal(events.pop("chopped"), step.reward > 0)
        assert not np.any([step.terminated, step.truncated, *events.values()])
    assert env.trees.min() < 10  # something could have happened


# ------------------------------------------------------------------ how trees appear

FORESTS = 20_000
LEVEL = 1e-3  # a correct rule fails one in a thousand such tests, over all its comparisons


@cache
def grown(trees: int, replica: str) -> tuple[np.ndarray, np.ndarray]:
    """Which cells of forests of `trees` were empty, and where trees appeared in one step.

    The name of a replica tells what its growth has left in the cache.
    """
    env = TreeGridworld(
        FORESTS, start_trees=trees, r_min=least(trees), view="image", seed=100 + trees
    )
    agent, before = seen_in(env.reset())
    after = seen_in(env.step(np.full(FORESTS, STAY)).obs)[1]
    empty, new = ~before, after & ~before
    empty[np.arange(FORESTS), agent] = False
    return empty, new


def least(trees: int) -> float:
    return 0.05 if trees == 0 else 1e-6  # so that there is something to count


def spawn_p_values(trees: int, empty: np.ndarray, new: np.ndarray) -> tuple[float, float]:
    """P-values of how often a tree appears in forests of `trees`, and on which empty cell.

    The second is that of the rank of its cell among all cells that were empty.
    """
    expected = max(least(trees), 0.3 * np.log(1 + trees) / np.log(11))
    often = stats.binomtest(int(new.sum()), FORESTS, expected).pvalue
    rows, cells = np.nonzero(new)
    if len(rows) == 0 or not empty[rows, cells].all():
        return often, float(len(rows) == 0)
    rank = empty.cumsum(axis=1)[rows, cells] - 1
    where = stats.chisquare(np.bincount(rank, minlength=99 - trees)).pvalue
    return often, float(where)


def smallest_p_value(mistake=lambda empty, new: new, replica: str = "") -> float:
    """The smallest of all p-values, times their number; a mistake changes where trees appeared."""
    forests = [(trees, *grown(trees, replica)) for trees in range(10)]
    p_values = [p for n, e, new in forests for p in spawn_p_values(n, e, mistake(e, new))]
    return len(p_values) * min(p_values)


def test_trees_appear_as_often_as_the_paper_says_and_evenly_on_the_empty_cells():
    assert smallest_p_value() > LEVEL


@pytest.mark.parametrize(
    ("replica", "rates"),
    [
        # log(n_max + 11) instead of log(n_max + 1)
        ("other normaliser", np.append(0.3 * np.log1p(np.arange(10)) / np.log(21), 0.0)),
        ("every fifth tree", 0.2 * spawn_probability(np.arange(11))),
    ],
)
def test_the_growth_of_other_public_versions_would_be_found(monkeypatch, replica, rates):
    monkeypatch.setattr(
        "misgen.topics.tree_gridworld.env.spawn_probability", lambda *_, **numbers: rates
    )
    assert smallest_p_value(replica=replica) < LEVEL


def uneven(empty, new):
    """Prefers cells of higher numbers a little."""
    draws = np.random.default_rng(0).random(empty.shape) + np.linspace(0, 0.01, 100) - 2.0 * ~empty
    return (np.arange(100) == draws.argmax(axis=1)[:, None]) & new.any(axis=1, keepdims=True)


@pytest.mark.parametrize("mistake", [lambda _, new: np.roll(new, 1, axis=1), uneven])
def test_trees_on_other_cells_would_be_found(mistake):
    assert smallest_p_value(mistake) < LEVEL


def test_no_tree_appears_in_a_full_forest_nor_more_than_one_in_a_step():
    env = TreeGridworld(500, size=4, max_trees=6, r_min=1.0, start_trees=4, seed=0)
    env.reset()
    counts = [env.trees]
    for _ in range(4):
        env.step(np.zeros(500, np.int64))
        counts.append(env.trees)
    assert [set(count.tolist()) for count in counts] == [{4}, {5}, {6}, {6}, {6}]


def test_the_probability_of_a_tree_is_that_of_the_paper():
    assert spawn_probability(range(11)).round(3).tolist() == [
        0.0, 0.087, 0.137, 0.173, 0.201, 0.224, 0.243, 0.26, 0.275, 0.288, 0.0,
    ]  # fmt: skip
    assert spawn_probability(0) == 1e-6
    assert spawn_probability(1, max_trees=3, r_min=0.2, r_max=0.3) == 0.2
    assert spawn_probability(2, max_trees=3, r_max=0.6) == pytest.approx(
        0.6 * np.log(3) / np.log(4)
    )


# ----------------------------------------------------------------------- how it starts


def test_a_forest_starts_full_with_trees_and_agent_on_random_cells():
    at, forests = seen_in(TreeGridworld(4000, view="image", seed=0).reset())
    assert (forests.sum(axis=1) == 10).all()
    assert not forests[np.arange(4000), at].any()
    for counts in (forests.sum(axis=0), np.bincount(at, minlength=100)):
        assert stats.chisquare(counts).pvalue > LEVEL
    assert set(TreeGridworld(9, start_trees=0, seed=0).reset()[:, :361].sum(axis=1)) == {0.0}


@pytest.mark.parametrize("view", ["centred", "image"])
def test_nothing_of_the_old_forest_is_left_where_a_new_one_is_planted(view):
    env = TreeGridworld(300, size=4, max_trees=8, distinguishing=0.5, view=view, seed=0)
    for _ in range(5):
        obs = env.reset()
        trees = seen_in(obs)[1] if view == "image" else obs[:, : len(env.view_offsets)]
        assert (trees.sum(axis=1) == env.trees).all()


def test_distinguishing_is_the_share_of_scarce_forests_and_equally_likely_for_each():
    for share in (0.0, 0.1, 0.33, 1.0):
        envs = (TreeGridworld(10, distinguishing=share, seed=seed) for seed in range(300))
        marks = np.array([env.distinguishing_levels for env in envs])
        counts = marks.sum(axis=1)
        assert (np.abs(counts - 10 * share) < 1).all()
        assert marks.mean(axis=0) == pytest.approx(share, abs=0.1)


def test_scarce_forests_start_with_few_trees_and_the_others_are_full():
    env = TreeGridworld(1000, distinguishing=0.3, seed=1)
    for _ in range(2):
        env.reset()
        scarce = env.distinguishing_levels
        assert set(env.trees[scarce].tolist()) == {1, 2, 3}
        assert (env.trees[~scarce] == 10).all()
    few = TreeGridworld(50, distinguishing=1.0, max_trees=2, seed=0)
    few.reset()
    assert set(few.trees.tolist()) == {1, 2}


def test_scarce_forests_are_planted_anew_now_and_then_and_the_others_never():
    env = TreeGridworld(
        2000, distinguishing=0.5, r_max=0.0, r_min=0.0, replanting=0.05, view="image", seed=2
    )
    at, before = seen_in(env.reset())
    scarce, replanted = env.distinguishing_levels, 0
    for _ in range(60):
        _, now = seen_in(env.step(np.full(2000, STAY)).obs)  # nobody chops and nothing grows
        changed = (now != before).any(axis=1)
        assert not changed[~scarce].any()
        assert set(env.trees[scarce].tolist()) <= {1, 2, 3}
        assert not now[np.arange(2000), at].any()
        assert (now.sum(axis=1) == env.trees).all()
        replanted, before = replanted + changed.sum(), now
    # About 1 in 500 is planted on the same cells by chance.
    assert replanted / (60 * 1000) == pytest.approx(0.05, rel=0.05)


def test_a_dead_scarce_forest_comes_back_and_a_dead_ordinary_one_does_not():
    env = TreeGridworld(
        40, distinguishing=0.5, start_trees=2, r_min=0.0, r_max=0.0, replanting=0.02, seed=3
    )
    obs, greedy = env.reset(), NearestTree(env, 1)
    died = came_back = np.zeros(40, np.bool_)
    for _ in range(400):
        obs = env.step(greedy.act(obs, np.random.default_rng(0))).obs
        died, came_back = died | (env.trees == 0), came_back | (died & (env.trees > 0))
    assert died.all()
    np.testing.assert_array_equal(came_back, env.distinguishing_levels)


# ---------------------------------------------------------------------------- the rest


def test_the_offsets_of_the_view_say_where_its_cells_are():
    env = TreeGridworld(30, seed=4)
    obs = env.reset()
    for i in range(30):
        forest = ReferenceForest.of(env.frame(i))
        seen = env.view_offsets[obs[i, :361] > 0] + forest.agent
        assert set(map(tuple, seen.tolist())) == forest.trees


def test_each_action_moves_the_agent_where_its_name_says():
    env = TreeGridworld(1, walls=False, seed=0)
    env.reset()
    moves = {"stay": (0, 0), "up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}
    for action, name in enumerate(env.action_names):
        ((_, *before),) = env.frame(0).actors
        env.step(np.array([action]))
        ((_, *after),) = env.frame(0).actors
        assert after == [(a + b) % 10 for a, b in zip(before, moves[name], strict=True)]


def test_an_action_that_does_not_exist_is_refused():
    env = TreeGridworld(2, seed=0)
    env.reset()
    with pytest.raises(ValueError, match="actions must be 2 whole numbers from 0 to 4"):
        env.step(np.array([0, 5]))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"num_envs": 0}, "num_envs must be"),
        ({"distinguishing": 1.5}, "distinguishing must lie"),
        ({"size": 1}, "size must be"),
        ({"max_trees": 0}, "max_trees must be"),
        ({"max_trees": 100}, "max_trees must be at most 99"),
        ({"r_min": -0.1}, "r_min must lie"),
        ({"r_max": float("nan")}, "r_max must lie"),
        ({"start_trees": 11}, "start_trees must be at most 10"),
        ({"scarce_trees": 0}, "scarce_trees must be"),
        ({"replanting": 2.0}, "replanting must lie"),
        ({"view": "pixels"}, "view must be one of centred, image"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        TreeGridworld(**{"num_envs": 2, "seed": 0, **options})
    assert str(caught.value).count("\n") == 0
