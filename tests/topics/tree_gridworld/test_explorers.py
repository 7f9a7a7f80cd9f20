from __future__ import annotations

import numpy as np
import pytest
import small_forests
from node import run_in_node
from small_forests import stories

from misgen.explore.pack import unpack
from misgen.explore.study import Source
from misgen.topics.tree_gridworld.explorers import Forest, Story, moments_of, stacked
from misgen.topics.tree_gridworld.published import DENSITIES, STEPS


def explorer(**changes: object) -> Forest:
    return Forest(stories(), Source("Two runs.", reproduce="#r"), **changes)


def arrays_of(forest: Forest) -> dict:
    return unpack(forest.table["layout"], forest.data)


# ------------------------------------------------------------------------- the table


def test_it_opens_at_the_largest_reward_of_the_first_run():
    assert explorer().state == {"run": "one", "seed": 0, "time": 1, "trees": 2, "step": -1}


def test_each_span_shows_the_latest_agent_that_was_frozen_by_then():
    # Frozen after 0, 128 and 1,000 steps; spans end at 64, 200, 600, 2,000 and 6,000.
    assert moments_of(small_forests.run()).tolist() == [0, 1, 1, 2, 2]


def test_the_forests_are_stacked_from_the_thickest_to_those_without_trees():
    heights = stacked(small_forests.run())
    np.testing.assert_allclose(heights[:, 0], 1 - small_forests.EMPTY)  # ten trees
    np.testing.assert_allclose(heights[:, -2], 1 - small_forests.EMPTY)  # any trees
    np.testing.assert_allclose(heights[:, -1], 1.0)


def test_rewards_travel_as_shares_of_the_axis():
    rewards = arrays_of(explorer())["reward"]
    assert rewards.shape == (6, 5)
    np.testing.assert_allclose(0.3 * rewards[1], small_forests.REWARDS + 0.001, atol=1e-4)


def test_a_recording_lies_where_the_module_counts_on():
    forest = explorer()
    arrays = arrays_of(forest)
    moments, densities = len(small_forests.MOMENTS), len(DENSITIES)
    film, moment, density = 3, 1, 3  # the first seed of the second setting
    paths = arrays["path"].reshape(-1, STEPS + 1)
    at = (film * moments + moment) * densities + density
    expected = stories()[1].films[0].rollouts[moment, DENSITIES[density]]
    np.testing.assert_array_equal(paths[at], expected.agent)
    start = np.unpackbits(arrays["start"].reshape(-1, 13)[at], count=100)
    np.testing.assert_array_equal(start, expected.start)


def test_the_sentence_tells_the_run_and_the_frozen_agent():
    assert explorer().sentence() == (
        "At step 200 the run earns 0.200 trees a step, and 10 % of its forests have no tree. The "
        "agent that was frozen last, at step 128, in forests that start with 2 of 10 trees: "
        "beside a tree it chops with probability 0.53, and after 100 steps 80 % of these forests "
        "are dead."
    )


def test_below_the_still_picture_stand_the_numbers_of_the_run():
    numbers = explorer().numbers()
    assert numbers.count("<tr>") == 1 + len(small_forests.TICKS)
    assert '<th scope="row">200</th><td>0.200</td><td>9.0</td><td>10 %</td>' in numbers


# -------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda all_: all_.clear(), "at least one story"),
        (lambda all_: all_.append(Story("three", "Three", [])), "at least one story"),
        (lambda all_: all_.append(Story("three", "Three", stories(1)[0].films)), "same seeds"),
    ],
)
def test_stories_that_do_not_fit_together_are_refused(change, sentence):
    given = stories()
    change(given)
    with pytest.raises(ValueError, match=sentence):
        Forest(given, Source("x"))


def test_a_number_of_trees_that_was_not_recorded_is_refused():
    with pytest.raises(ValueError, match="trees must be one of 1, 2, 3, 4, 6, 8, 10, not 5"):
        explorer(trees=5)


# -------------------------------------------------------- what the module unfolds, in node


def test_the_page_unfolds_a_recording_to_the_same_forests(tmp_path):
    arrays = arrays_of(explorer())
    given = {
        name: {"shape": arrays[name].shape, "values": arrays[name].ravel().tolist()}
        for name in ("start", "path", "grown")
    }
    unfolded = run_in_node(
        tmp_path,
        "topics/tree_gridworld/grid",
        """(grid, given) => {
          const typed = ([name, { shape, values }]) =>
            [name, Object.assign(Uint8Array.from(values), { shape })];
          const read = grid.recordingReader(Object.fromEntries(Object.entries(given).map(typed)));
          const count = given.start.values.length / 13;
          return Array.from({ length: count }, (_, i) => read(i)).map(({ stands, chopped }) =>
            [stands.map((one) => one.map(Number)), chopped]);
        }""",
        given,
    )
    films = [film for story in stories() for film in story.films]
    moments = range(len(small_forests.MOMENTS))
    rollouts = [film.rollouts[k, n] for film in films for k in moments for n in DENSITIES]
    for (stands, chopped), rollout in zip(unfolded, rollouts, strict=True):
        np.testing.assert_array_equal(stands, rollout.trees())
        assert chopped[-1] == rollout.chopped
