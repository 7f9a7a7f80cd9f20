"""What all charts share: every seed, an interval, a description, and their numbers."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from misgen.explore.charts import GOAL as GOAL_COLOUR
from misgen.explore.charts import PROXY as PROXY_COLOUR
from misgen.explore.charts import Curve, Figure, Numbers, Picture, curves, endpoints

TICKS = ["few", "some", "many"]
RISING = [np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.5, 0.5]), np.array([0.8, 0.9, 1.0])]
GOAL = Curve("goal", GOAL_COLOUR, "circle", RISING)
PROXY = Curve("proxy", PROXY_COLOUR, "square", RISING[::-1], dash="dot")


def chart(*lines: Curve, title: str = "A title", alt: str = "It rises.") -> Figure:
    return curves(title, "amount", TICKS, lines or (GOAL, PROXY), alt)


def spec(html: str) -> dict:
    return json.loads(re.search(r'class="misgen-plot-data">(.*?)</script>', html, re.S)[1])


def test_a_curve_shows_every_seed_the_mean_and_the_interval():
    dots, line = chart(GOAL).chart.data
    assert list(dots.y) == pytest.approx(np.concatenate(RISING).tolist())
    assert list(line.y) == pytest.approx([0.2, 0.5, 0.9])
    assert [e > 0 for e in line.error_y.array] == [True, False, True]
    assert all(low <= mean for low, mean in zip(line.error_y.arrayminus, line.y, strict=True))


def test_curves_stand_side_by_side_around_their_tick():
    goal, proxy = (trace.x for trace in chart().chart.data[1::2])
    assert goal[0] < 0 < proxy[0]
    assert np.mean([goal, proxy], axis=0) == pytest.approx([0, 1, 2])


def test_a_chart_on_the_page_has_alt_text_its_numbers_and_the_colours_of_the_page():
    html = chart().html()
    assert 'role="group"' in html
    assert 'aria-label="It rises."' in html
    assert html.count("<tr>") == 1 + len(TICKS)
    assert {"var(--mg-goal)", "var(--mg-proxy)"} <= set(re.findall(r"var\(--mg-\w+\)", html))
    assert GOAL_COLOUR not in html
    assert set(spec(html)) == {"data", "layout"}


def test_the_numbers_of_a_chart_are_those_that_it_draws():
    heads, rows = chart().table
    assert heads == ("amount", "goal", "proxy")
    assert [row[0] for row in rows] == TICKS
    assert rows[1][1] == rows[1][2] == "50 % [50, 50]"


def test_the_html_of_a_chart_is_the_same_every_time_and_its_own():
    assert chart().html() == chart().html()
    ids = {re.search(r' id="([^"]+)"', c.html())[1] for c in (chart(), chart(title="Another"))}
    assert len(ids) == 2


def test_a_chart_is_html_in_the_book_and_plotly_elsewhere(monkeypatch):
    monkeypatch.setenv("MISGEN_BOOK", "1")
    assert set(chart()._repr_mimebundle_()) == {"text/html", "text/plain"}
    monkeypatch.delenv("MISGEN_BOOK")
    monkeypatch.setattr("plotly.io.renderers.default", "plotly_mimetype")
    assert "application/vnd.plotly.v1+json" in chart()._repr_mimebundle_()


def test_text_in_a_chart_cannot_end_its_script():
    line = Curve("</script><b>", GOAL_COLOUR, "circle", RISING)
    html = chart(line, alt='"quoted" <alt>').html()
    assert html.count("</script>") == 1
    assert "<b>" not in html
    assert "&quot;quoted&quot; &lt;alt&gt;" in html


def test_a_description_says_where_each_curve_begins_and_ends():
    assert endpoints("From few to many", TICKS, [GOAL]) == (
        "From few to many, the rates change. goal: 20 % [0, 45] at few, 90 % [65, 100] at many."
    )


def test_a_picture_has_its_caption_and_its_numbers():
    picture = Picture("<svg></svg>", "Here & there", (("a", "b"), [("1", "2")]))
    html = picture._repr_html_()
    assert "<svg></svg><figcaption>Here &amp; there</figcaption>" in html
    assert '<th scope="row">1</th><td>2</td>' in html


def test_numbers_are_a_table_on_the_page_and_lines_in_text():
    numbers = Numbers((("a", "b"), [("1", "<2>")]), "A caption")
    assert "<p>A caption</p>" in numbers._repr_html_()
    assert "<td>&lt;2&gt;</td>" in numbers._repr_html_()
    assert str(numbers) == "A caption\na | b\n1 | <2>"
