import numpy as np
import pytest

import misgen
from misgen.topics.coin_grid import figures
from misgen.topics.coin_grid.env import ENCODINGS
from misgen.topics.coin_grid.experiment import LENGTHS, LENGTHS_SHARE, SEEDS, SETTINGS, STEPS


@pytest.fixture(scope="module")
def results():
    return misgen.results("CoinGrid")


def _means(figure):
    return [t for t in figure.chart.data if t.mode == "lines+markers"]


def _dots(figure):
    return [t for t in figure.chart.data if t.mode == "markers"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_rates_of_an_encoding_show_every_seed_of_the_usual_length(results, encoding):
    figure = figures.coin_grid_rates(results, encoding)
    assert len(_means(figure)) == 4
    assert all(len(t.y) == len(SETTINGS) * len(SEEDS) for t in _dots(figure))
    goal = next(t for t in _means(figure) if t.name == "takes the coin")
    at_2 = results.where(0.02, steps=STEPS, options={"encoding": encoding})
    assert goal.y[SETTINGS.index(0.02)] == pytest.approx(at_2.rates("shifted", "goal").mean())


def test_goal_proxy_and_neither_add_up_to_1(results):
    by_name = {t.name: np.array(t.y) for t in _means(figures.coin_grid_rates(results, "cell"))}
    parts = ("goes to the corner", "takes the coin", "reaches neither")
    assert sum(by_name[name] for name in parts) == pytest.approx(1)


def test_agents_that_never_met_a_coin_in_the_corner_have_a_row_for_each_encoding(results):
    heads, rows = figures.coin_grid_unmet(results).table
    assert heads[1:] == ("takes coins elsewhere", "takes coins in the corner")
    for encoding, row in zip(ENCODINGS, rows, strict=True):
        agents = results.where(1.0, steps=STEPS, options={"encoding": encoding})
        told = [agents.estimate(test, "goal") for test in ("shifted", "ordinary")]
        assert list(row[1:]) == [str(estimate) for estimate in told]
    assert f"{len(SEEDS)} seeds" in figures.coin_grid_unmet(results).caption


def test_the_length_of_training_has_two_lines_for_each_encoding(results):
    figure = figures.coin_grid_lengths(results, LENGTHS_SHARE)
    by_name = {t.name: t.y for t in _means(figure)}
    assert len(by_name) == 2 * len(ENCODINGS)
    last = results.where(LENGTHS_SHARE, steps=max(LENGTHS), options={"encoding": "row_column"})
    for does, what in {"takes the coin": "goal", "reaches neither": "timed_out"}.items():
        told = by_name[f"rows and columns: {does}"][-1]
        assert told == pytest.approx(last.rates("shifted", what).mean())
    assert all(len(t.y) == len(LENGTHS) * len(SEEDS) for t in _dots(figure))
    assert [row[0] for row in figure.table[1]] == [f"{steps:,}" for steps in sorted(LENGTHS)]


def test_the_alternative_text_says_where_each_line_begins_and_ends(results):
    alt = figures.coin_grid_rates(results, "coordinates").alt
    assert "two numbers, x and y" in alt
    assert "at 0 %" in alt
    assert "at 100 %" in alt


def test_what_is_not_published_is_refused_in_one_sentence(results):
    with pytest.raises(ValueError, match="encoding must be one of"):
        figures.coin_grid_rates(results, "pixels")
    with pytest.raises(ValueError, match="not trained for several lengths"):
        figures.coin_grid_lengths(results, 0.05)
