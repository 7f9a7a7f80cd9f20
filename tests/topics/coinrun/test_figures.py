import pytest

import misgen
from misgen.topics.coinrun import figures


@pytest.fixture(scope="module")
def results():
    return misgen.results("CoinRun")


def test_the_dose_response_shows_every_seed_and_an_interval(results):
    figure = figures.dose_response(results)
    dots = [t for t in figure.chart.data if t.mode == "markers"]
    means = [t for t in figure.chart.data if t.mode == "lines+markers"]
    assert len(dots) == len(means) == 4
    assert all(len(t.y) == 9 * 10 for t in dots)
    assert all(len(t.error_y.array) == 9 and max(t.error_y.array) > 0 for t in means)
    assert len(figure.table[1]) == 9
    assert len(figure.alt) >= 60


def test_level_diversity_shows_every_seed_for_each_number_of_levels(results):
    figure = figures.level_diversity(results)
    dots = [t for t in figure.chart.data if t.mode == "markers"]
    assert all(len(t.y) == 10 * len(figure.table[1]) for t in dots)


def test_a_report_has_a_bar_and_an_interval_for_each_outcome():
    e = misgen.wilson
    report = misgen.Report(e(5, 10), e(3, 10), e(1, 10), e(1, 10), e(8, 10), e(1, 10))
    figure = figures.reports("t", {"one test": report})
    assert sum(t.x[0] for t in figure.chart.data) == pytest.approx(1.0)
    assert all(t.error_x.array[0] > 0 for t in figure.chart.data)
    assert "gets the coin 50 % [24, 76]" in figure.alt
