from __future__ import annotations

import re

import numpy as np
import pytest
import small_forests

from misgen.core.intervals import over_seeds
from misgen.explore.charts import GOAL
from misgen.topics.tree_gridworld import figures
from misgen.topics.tree_gridworld.experiment import RECOVERING
from misgen.topics.tree_gridworld.figures import grouped, interval_of_mean, mean_and_interval
from misgen.topics.tree_gridworld.published import runs
from misgen.topics.tree_gridworld.rates import ForestRates


def _named(figure, name: str):
    (trace,) = (t for t in figure.chart.data if t.name == name)
    return trace


# ---------------------------------------------------------------------- one run


def test_a_run_shows_its_reward_and_all_its_forests():
    series = small_forests.series()
    figure = figures.forest_run(series, "t")
    assert list(_named(figure, "reward per step").y) == pytest.approx(series.rewards.tolist())
    areas = [t for t in figure.chart.data if t.stackgroup]
    np.testing.assert_allclose(np.sum([t.y for t in areas], axis=0), 1.0)
    assert list(_named(figure, "no tree").y) == pytest.approx(small_forests.EMPTY.tolist())
    assert figure.chart.layout.xaxis.type == "log"


def test_the_words_for_a_run_are_its_own():
    alt = figures.forest_run(small_forests.series(), "t").alt
    assert "begins at 0.050, is largest at step 200 (0.200) and ends at 0.000" in alt
    assert "10% at the largest reward, 100% at the end" in alt


def test_a_run_on_the_page_has_its_numbers_and_the_colours_of_the_page():
    html = figures.forest_run(small_forests.series(), "t").html()
    assert html.count("<tr>") == 1 + len(small_forests.TICKS)
    assert "var(--mg-goal)" in html
    assert GOAL not in html


def test_every_number_of_trees_is_in_one_group():
    np.testing.assert_allclose(grouped(np.eye(11)).sum(axis=1), 1.0)


# -------------------------------------------------------------------- all seeds


def test_every_seed_is_a_thin_line_beside_the_mean_and_its_interval():
    runs = small_forests.runs(seeds=4)
    figure = figures.forest_seeds(runs, "t")
    rewards = runs.of_each(lambda run: run.series.rewards)
    thin, _ = (t for t in figure.chart.data if t.line.width == 0.7)
    assert list(thin.y) == [y for row in rewards.tolist() for y in (*row, None)]
    assert list(thin.x) == [*small_forests.TICKS.tolist(), None] * 4
    assert list(_named(figure, "reward per step, mean").y) == pytest.approx(
        rewards.mean(axis=0).tolist()
    )
    bands = [t for t in figure.chart.data if t.fill == "toself"]
    assert len(bands) == 2
    assert max(bands[0].y) > rewards.mean(axis=0).max()


def test_the_interval_of_the_mean_is_that_of_the_book():
    values = np.array([[0.1, 0.0], [0.2, 0.5], [0.3, 1.0]])
    mean, low, high = interval_of_mean(values)
    for column in range(2):
        expected = over_seeds(values[:, column])
        assert (mean[column], low[column], high[column]) == pytest.approx(
            (expected.mean, expected.low, expected.high)
        )


def test_a_reward_is_written_with_its_interval():
    assert mean_and_interval(np.array([0.1, 0.2, 0.3]), ".2f") == "0.20 [0.00, 0.45]"


# ---------------------------------------------------------------- frozen agents


def test_the_phases_tell_the_run_and_the_frozen_agent_at_each_checkpoint():
    heads, rows = figures.forest_phases(small_forests.runs()).table
    assert [row[0] for row in rows] == ["0", "128", "1,000"]
    assert all(len(row) == len(heads) for row in rows)
    # Step 128 lies in the span that ends at 200, step 1,000 in the one that ends at 2,000.
    assert rows[1][1].startswith("0.201 [")
    assert rows[2][1].startswith("0.021 [")
    assert rows[2][2] == "90 % [90, 90]"
    assert rows[0][4:] == ("77 % [77, 77]", "50 % [50, 50]", "80 % [80, 80]")


def test_of_many_checkpoints_the_phases_show_the_untrained_agent_and_the_last_seven():
    _, rows = figures.forest_phases(runs(RECOVERING)).table
    assert [row[0] for row in rows] == [
        "0", "352", "608", "1,120", "1,984", "3,616", "6,496", "11,744"
    ]  # fmt: skip


def test_what_the_agents_end_is_drawn_for_full_and_for_thin_forests():
    figure = figures.forests_ended(small_forests.runs(), "A title")
    heads, rows = figure.table
    assert [row[0] for row in rows] == ["0", "128", "1,000"]
    assert heads[1:] == (
        "full forests, within 2,000 steps", "forests with two trees, within 100 steps"
    )  # fmt: skip
    last = small_forests.run().moments[-1]
    assert rows[-1][1].startswith(f"{last.unforgiven.extinct:.0%}".replace("%", " %"))
    assert rows[-1][2] == "80 % [80, 80]"


def test_rates_stand_beside_what_was_seen():
    found = {(608, "none"): [ForestRates(0.25, 0.5), ForestRates(0.25, 0.75)],
             (608, "erased"): [ForestRates(0.0, 0.0)] * 2}  # fmt: skip
    heads, rows = figures.rates_table(found).table
    assert len(heads) == len(rows[0])
    assert rows[0][:2] == ("608", "as in training")
    assert rows[0][2:4] == ("88 % [0, 100]", "25 % [25, 25]")
    assert rows[1][1:] == ("trees erased from view", *["0 % [0, 0]"] * 3)


@pytest.mark.parametrize(("what", "first", "last"), [("chops", 77, 50), ("extinct", 0, 90)])
def test_a_map_has_a_cell_for_each_checkpoint_and_number_of_trees(what, first, last):
    picture = figures.density_map(small_forests.runs(), what)
    assert picture.svg.count("<rect") == 3 * 10
    heads, rows = picture.table
    assert heads == ("trees", "step 0", "step 128", "step 1,000")
    assert [row[0] for row in rows] == [str(n) for n in range(10, 0, -1)]
    assert (rows[0][1], rows[-1][1]) == (f"{first}%", f"{last}%")
    assert re.search(r'role="img" aria-label="[^"]{40,}"', picture.svg)


def test_an_unknown_map_is_refused():
    with pytest.raises(ValueError, match="what must be one of chops, extinct, not 'x'"):
        figures.density_map(small_forests.runs(), "x")


def test_the_ends_of_several_settings_stand_side_by_side():
    runs = small_forests.runs()
    heads, rows = figures.forest_ends({"a": runs, "b": runs}).table
    assert [row[0] for row in rows] == ["a", "b"]
    assert len(rows[0]) == len(heads)
    assert rows[0][3] == "95 % [95, 95]"
    assert rows[0][5] == "50 % [50, 50]"
