import copy
import hashlib

import numpy as np
import pytest
from scipy import stats
from topics.tree_gridworld.tree_gridworld_reference import ReferenceForest

from misgen.topics.tree_gridworld.env import TreeGridworld, spawn_probability

WALK = [0.1, 0.225, 0.225, 0.225, 0.225]


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
    dice, rng = copy.deepcopy(env._rng), np.random.default_rng(0)
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


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = TreeGridworld(64, distinguishing=0.3, seed=2026)
    digest = hashlib.sha256(env.reset().tobytes())
    for actions in np.random.default_rng(1).integers(0, 5, (300, 64)):
        step = env.step(actions)
        digest.update(step.obs.tobytes() + step.reward.tobytes())
    assert digest.hexdigest()[:16] == "ceb3497f941fc6f1"


def test_nothing_ever_ends_and_no_event_happens():
    env = TreeGridworld(50, r_max=0.0, seed=0)
    env.reset()
    for actions in np.random.default_rng(0).integers(0, 5, (200, 50)):
        step = env.step(actions)
        events = [getattr(step.events, name) for name in step.events.__dataclass_fields__]
        assert not np.any([step.terminated, step.truncated, *events])
    assert env.trees.min() < 10  # something could have happened


# ------------------------------------------------------------------ how trees appear

FORESTS = 20_000
LEVEL = 1e-3  # a correct rule fails one in a thousand such tests, over all its comparisons


class OtherNormaliser(TreeGridworld):
    """Divides by log(n_max + 11) instead of log(n_max + 1), as one public replica."""

    def _grow(self):
        self._spawn = np.append(0.3 * np.log1p(np.arange(10)) / np.log(21), 0.0)
        super()._grow()


class GatedGrowth(TreeGridworld):
    """Lets only every fifth tree appear, as another public replica."""

    def _grow(self):
        self._spawn = 0.2 * spawn_probability(np.arange(11))
        super()._grow()


class ShiftedCells(TreeGridworld):
    """Lets a tree appear one cell further, as the first replica does."""

    def _grow(self):
        before = self._forests(self._every).copy()
        super()._grow()
        rows, cells = np.nonzero(self._forests(self._every) > before)
        self._trees[self._places(rows, cells)] = 0.0
        self._trees[self._places(rows, (cells + 1) % 100)] = 1.0


class UnevenCells(TreeGridworld):
    """Prefers cells of higher numbers a little."""

    def _grow(self):
        self._rng = _Tilted(self._rng)
        super()._grow()
        self._rng = self._rng.source


class _Tilted:
    def __init__(self, source):
        self.source = source

    def random(self, shape):
        draws = self.source.random(shape)
        return draws if np.ndim(shape) == 0 else draws + np.linspace(0, 0.01, shape[1])


def spawn_p_values(world: type[TreeGridworld], trees: int) -> tuple[float, float]:
    """P-values of how often a tree appears in forests of `trees`, and on which empty cell.

    The second is that of the rank of its cell among all cells that were empty.
    """
    r_min = 0.05 if trees == 0 else 1e-6  # so that there is something to count
    env = world(FORESTS, start_trees=trees, r_min=r_min, seed=100 + trees)
    env.reset()
    before, at = env._forests(env._every), env._at.copy()
    env.step(np.zeros(FORESTS, np.int64))
    new = env._forests(env._every) - before
    expected = max(r_min, 0.3 * np.log(1 + trees) / np.log(11))
    often = stats.binomtest(int((new > 0).sum()), FORESTS, expected).pvalue
    empty = before == 0
    empty[env._every, at] = False
    rows, cells = np.nonzero(new > 0)
    if len(rows) == 0 or not empty[rows, cells].all():
        return often, float(len(rows) == 0)
    rank = empty.cumsum(axis=1)[rows, cells] - 1
    where = stats.chisquare(np.bincount(rank, minlength=99 - trees)).pvalue
    return often, float(where)


def smallest_p_value(world: type[TreeGridworld]) -> float:
    """The smallest of all p-values, times their number."""
    p_values = [p for trees in range(10) for p in spawn_p_values(world, trees)]
    return len(p_values) * min(p_values)


def test_trees_appear_as_often_as_the_paper_says_and_evenly_on_the_empty_cells():
    assert smallest_p_value(TreeGridworld) > LEVEL


@pytest.mark.parametrize("world", [OtherNormaliser, GatedGrowth, ShiftedCells, UnevenCells])
def test_the_mistakes_of_other_versions_would_be_found(world):
    assert smallest_p_value(world) < LEVEL


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
    env = TreeGridworld(4000, seed=0)
    env.reset()
    forests = env._forests(env._every)
    assert (forests.sum(axis=1) == 10).all()
    assert (forests[env._every, env._at] == 0).all()
    for counts in (forests.sum(axis=0), np.bincount(env._at, minlength=100)):
        assert stats.chisquare(counts).pvalue > LEVEL
    assert set(TreeGridworld(9, start_trees=0, seed=0).reset()[:, :361].sum(axis=1)) == {0.0}


def test_nothing_of_the_old_forest_is_left_where_a_new_one_is_planted():
    env = TreeGridworld(300, size=4, max_trees=8, distinguishing=0.5, seed=0)
    for _ in range(5):
        obs = env.reset()
        assert (env._forests(env._every).sum(axis=1) == env.trees).all()
        assert (obs[:, : len(env.view_offsets)].sum(axis=1) == env.trees).all()


def test_distinguishing_is_the_share_of_scarce_forests_and_equally_likely_for_each():
    for share in (0.0, 0.1, 0.33, 1.0):
        marks = np.array(
            [
                TreeGridworld(10, distinguishing=share, seed=s).distinguishing_levels
                for s in range(300)
            ]
        )
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
    assert set(TreeGridworld(50, distinguishing=1.0, max_trees=2, seed=0).reset()[0, :361]) <= {
        0,
        1,
    }


def test_scarce_forests_are_planted_anew_now_and_then_and_the_others_never():
    env = TreeGridworld(2000, distinguishing=0.5, r_max=0.0, r_min=0.0, replanting=0.05, seed=2)
    env.reset()
    scarce, replanted = env.distinguishing_levels, 0
    for _ in range(60):
        before = env._forests(env._every)
        step = env.step(np.zeros(2000, np.int64))  # nobody chops and nothing grows
        changed = (env._forests(env._every) != before).any(axis=1)
        assert not changed[~scarce].any()
        assert env.trees[scarce].min() >= 1
        assert env.trees[scarce].max() <= 3
        assert (env._forests(env._every)[env._every, env._at] == 0).all()
        assert (step.obs[:, :361].sum(axis=1) == env.trees).all()
        replanted += changed.sum()
    # About 1 in 500 is planted on the same cells by chance.
    assert replanted / (60 * 1000) == pytest.approx(0.05, rel=0.05)


def test_a_dead_scarce_forest_comes_back_and_a_dead_ordinary_one_does_not():
    env = TreeGridworld(
        40, distinguishing=0.5, start_trees=0, r_min=0.0, r_max=0.0, replanting=0.2, seed=3
    )
    env.reset()
    env._plant(env._every, np.tile(np.arange(100), (40, 1)), np.zeros(40, np.int64))
    for _ in range(100):
        env.step(np.zeros(40, np.int64))
    np.testing.assert_array_equal(env.trees > 0, env.distinguishing_levels)


# ---------------------------------------------------------------------------- the rest


def test_the_offsets_of_the_view_say_where_its_cells_are():
    env = TreeGridworld(30, seed=4)
    obs = env.reset()
    for i in range(30):
        forest = ReferenceForest.of(env.frame(i))
        seen = env.view_offsets[obs[i, :361] > 0] + forest.agent
        assert set(map(tuple, seen.tolist())) == forest.trees


def test_each_action_moves_the_agent_where_its_name_says():
    env = TreeGridworld(1, seed=0)
    env.reset()
    moves = {"stay": (0, 0), "up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}
    for action, name in enumerate(env.action_names):
        dx, dy = moves[name]
        env._at[:] = 55
        env.step(np.array([action]))
        assert divmod(int(env._at[0]), 10) == (5 + dy, 5 + dx)


def test_an_action_that_does_not_exist_is_refused():
    env = TreeGridworld(2, seed=0)
    env.reset()
    with pytest.raises(IndexError):
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
