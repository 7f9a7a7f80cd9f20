import pytest

import misgen
from misgen.topics.coinrun import figures


@pytest.fixture(scope="module")
def results():
    return misgen.results("CoinRun")


def _report(goal, proxy):
    e = misgen.wilson
    return misgen.Report(
        e(goal, 10), e(proxy, 10), e(10 - goal - proxy, 10), e(0, 10), e(goal + proxy, 10), e(1, 10)
    )


def test_the_learning_curve_shows_the_three_rates_and_the_accident_with_intervals():
    figure = figures.learning_curve({0: _report(1, 0), 50_000: _report(2, 7)})
    curves = {trace.name: trace for trace in figure.chart.data}
    assert list(curves["gets the coin"].y) == [0.1, 0.2]
    assert list(curves["runs past it to the end"].y) == [0.0, 0.7]
    assert list(curves["one of the two"].y) == [0.1, 0.9]
    assert all(list(trace.x) == [0, 50_000] for trace in curves.values())
    assert all(min(trace.error_y.array) > 0 for trace in curves.values())
    assert "after 50,000 steps: one of the two 90 %" in figure.alt
    assert [row[0] for row in figure.table[1]] == ["0", "50,000"]


def test_level_diversity_shows_every_seed_for_each_number_of_levels(results):
    figure = figures.level_diversity(results)
    dots = [t for t in figure.chart.data if t.mode == "markers"]
    assert all(len(t.y) == 10 * len(figure.table[1]) for t in dots)
