import json
import re

import numpy as np
import pytest
from scipy import stats

from misgen.topics.coin_line import figures
from misgen.topics.coin_line.clone import SHARES, CloningSettings, clone
from misgen.topics.coin_line.figures import power_law
from misgen.topics.coin_line.networks import Networks, NetworkSettings, train_networks


@pytest.fixture(scope="module")
def cloned():
    return clone()


@pytest.fixture(scope="module")
def runs():
    return train_networks([0.0, 0.05], networks=6, seed=0, settings=NetworkSettings(steps=300))


def _spec(html: str) -> dict:
    return json.loads(re.search(r'class="misgen-plot-data">(.*?)</script>', html, re.S)[1])


def test_the_flip_steps_are_drawn_with_the_fitted_law_and_its_interval(cloned):
    figure, law = figures.flip_steps(cloned), figures.flip_law(cloned)
    fitted, reference, points = figure.chart.data
    assert list(points.x) == list(SHARES[1:-1])  # 0 % never flips, 100 % at the first step
    np.testing.assert_allclose(points.y, cloned.flip_steps[1:-1])
    for line, slope in ((fitted, law.slope), (reference, -1.0)):
        drawn = np.diff(np.log(line.y)) / np.diff(np.log(line.x))
        assert drawn[0] == pytest.approx(slope)
    written = f"slope {law.slope:.2f} [{law.low:.2f}, {law.high:.2f}]".replace("-", "−")
    assert fitted.name == f"fitted, {written}"
    assert {figure.chart.layout.xaxis.type, figure.chart.layout.yaxis.type} == {"log"}


def test_the_table_of_flips_has_every_share_and_says_where_none_was_seen(cloned):
    figure = figures.flip_steps(cloned)
    assert len(figure.table[1]) == len(SHARES)
    assert figure.table[1][0] == ("0 %", "not within 10,000", "")
    assert figure.table[1][4] == ("2 %", "147", "2.94")
    assert "at 2 % 147" in figure.alt


def test_a_flip_at_the_first_step_is_left_out_of_the_fit():
    some = clone(distinguishing=[0.03, 0.1, 0.3, 1.0], settings=CloningSettings(steps=200))
    without = clone(distinguishing=[0.03, 0.1, 0.3], settings=CloningSettings(steps=200))
    assert some.flip_steps[-1] == 1
    assert figures.flip_law(some) == figures.flip_law(without)


def test_every_share_of_networks_has_a_band_a_line_and_whiskers(runs):
    figure = figures.walking_away(runs)
    assert len(figure.chart.data) == 3 * len(runs)
    for k, run in enumerate(runs):
        band, line, marked = figure.chart.data[3 * k : 3 * k + 3]
        steps = run.steps[1:]
        estimates = [run.walks_away(step) for step in steps]
        assert list(line.x) == list(steps)
        assert list(line.y) == [e.mean for e in estimates]
        assert list(band.y) == [e.high for e in estimates] + [e.low for e in estimates[::-1]]
        assert list(marked.x) == [100, 300]
        at_marks = [run.walks_away(step) for step in (100, 300)]
        np.testing.assert_allclose(marked.error_y.array, [e.high - e.mean for e in at_marks])
        np.testing.assert_allclose(marked.error_y.arrayminus, [e.mean - e.low for e in at_marks])


def test_the_lines_of_networks_differ_in_more_than_colour(runs):
    looks = figures.walking_away(runs).chart.data
    assert len({trace.marker.symbol for trace in looks[2::3]}) == len(runs)
    assert len({(trace.line.color, trace.line.dash) for trace in looks[1::3]}) == len(runs)


def test_the_table_and_the_text_give_the_networks_at_the_marks(runs):
    figure = figures.walking_away(runs)
    assert figure.table[0] == ("moved coins", "after 100 steps", "after 300 steps")
    assert [row[0] for row in figure.table[1]] == ["0 %", "5 %"]
    assert figure.table[1][1][1] == str(runs[1].walks_away(100))
    assert f"With 5 % moved coins: {runs[1].walks_away(100)} after 100 steps" in figure.alt
    assert "Share of 6 networks" in figure.alt


def test_the_charts_take_the_colours_of_the_page(cloned, runs):
    for figure in (figures.flip_steps(cloned), figures.walking_away(runs)):
        html = figure.html()
        assert "var(--mg-first)" in html
        assert "var(--mg-goal)" not in html  # a share of moved coins is no goal
        assert not set(re.findall(r'"#[0-9a-f]{6}"', json.dumps(_spec(html)["data"])))
        assert re.search(r'role="group"[^>]*aria-label="[^"]{60,}"', html)


def test_more_runs_than_looks_are_refused():
    run = Networks(0.0, (0, 1), np.zeros((2, 3), bool), np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match="at most 6 runs, not 7"):
        figures.walking_away([run] * 7)


def test_the_slope_and_its_interval_are_those_of_a_regression_on_logarithms():
    x, y = [0.01, 0.03, 0.1, 0.5, 2.0], [310.0, 90.0, 33.0, 4.0, 1.7]
    fitted, found = stats.linregress(np.log(x), np.log(y)), power_law(x, y)
    half = stats.t.ppf(0.975, 3) * fitted.stderr
    assert found.slope == pytest.approx(fitted.slope)
    assert (found.low, found.high) == pytest.approx((fitted.slope - half, fitted.slope + half))
    assert found.factor == pytest.approx(np.exp(fitted.intercept))


@pytest.mark.parametrize(
    ("x", "y"), [([1, 2], [1, 2]), ([1, 2, 3], [1, 0, 2]), ([0, 1, 2], [1, 1, 1])]
)
def test_points_without_a_logarithm_and_too_few_points_are_refused(x, y):
    with pytest.raises(ValueError, match="at least three points"):
        power_law(x, y)
