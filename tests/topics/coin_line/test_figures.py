import json
import re

import numpy as np
import pytest
from scipy import stats

from misgen.topics.coin_line import figures
from misgen.topics.coin_line.clone import SHARES, CloningSettings, clone
from misgen.topics.coin_line.figures import power_law
from misgen.topics.coin_line.scores import decisions, score


@pytest.fixture(scope="module")
def cloned():
    return clone()


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


def test_the_levels_taken_are_drawn_in_stairs_and_each_flip_is_marked(cloned):
    figure = figures.arrivals(cloned)
    lines = [trace for trace in figure.chart.data if trace.mode == "lines"]
    marks = [trace for trace in figure.chart.data if trace.mode == "markers"]
    taken = score(decisions(cloned.logits), "uniform")
    shares = [0.0, 0.003, 0.02, 0.1]
    for line, share in zip(lines, shares, strict=True):
        assert list(line.x) == list(cloned.steps[1:])
        assert list(line.y) == taken[SHARES.index(share), 1:].tolist()
        assert line.line.shape == "hv"
    for mark, share in zip(marks, shares[1:], strict=True):  # at 0 % there is no flip
        k = SHARES.index(share)
        assert list(mark.x) == [cloned.flip_steps[k]]
        before = max(i for i, step in enumerate(cloned.steps) if step <= cloned.flip_steps[k])
        assert list(mark.y) == [taken[k, before]]
    assert len({(line.line.color, line.line.dash) for line in lines}) == len(lines)


def test_the_table_and_the_text_give_the_levels_taken(cloned):
    figure = figures.arrivals(cloned)
    assert figure.table[1][2] == ("2 %", "56 %", "74 %", "93 %")
    assert "with 2 %, 56 %, 74 %, 93 %" in figure.alt


def test_a_share_that_is_drawn_must_be_there():
    with pytest.raises(ValueError, match=r"with 0\.3 % moved coins"):
        figures.arrivals(clone(distinguishing=[0.0, 0.02], settings=CloningSettings(steps=2)))


def test_the_charts_take_the_colours_of_the_page(cloned):
    for figure in (figures.flip_steps(cloned), figures.arrivals(cloned)):
        html = figure.html()
        assert "var(--mg-first)" in html
        assert "var(--mg-goal)" not in html  # a share of moved coins is no goal
        assert not set(re.findall(r'"#[0-9a-f]{6}"', json.dumps(_spec(html)["data"])))
        assert re.search(r'role="group"[^>]*aria-label="[^"]{60,}"', html)


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
