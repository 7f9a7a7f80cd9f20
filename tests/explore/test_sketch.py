import re

import numpy as np
import pytest
import small_predictions
from small_predictions import OUTCOME, SEEDS, SOURCE, chart

from misgen.explore import Control, Sketch
from misgen.explore.pack import unpack


def drawn(lines, **options):
    return Sketch("maze.share", "How?", lines, outcome=OUTCOME, source=SOURCE, **options)


def test_the_measured_numbers_wait_in_an_element_that_opens():
    before, after = small_predictions.sketch().still().split("<details>")
    assert "60 %" not in before
    assert "60 %" in after
    assert "It took" in after


def test_each_place_has_a_name_and_each_height_its_words():
    table = drawn(chart(), steps=4).table
    assert table["places"] == ["0%", "1%", "10%", "25%"]
    assert table["heights"] == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert len(table["measured"]) == len(table["places"])


def test_the_page_gets_the_mean_the_interval_and_every_seed():
    sketch = small_predictions.sketch()
    arrays = unpack(sketch.table["layout"], sketch.data)
    assert arrays["measured.0.seeds"].shape == SEEDS.shape
    np.testing.assert_allclose(arrays["measured.0.values"], SEEDS.mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(arrays["measured.0.low"], SEEDS.min(axis=0), atol=1e-4)


def test_a_place_without_a_tick_is_called_by_its_number():
    assert drawn(chart(x_ticks=[(0.25, "a quarter")])).table["places"][:2] == ["0", "0.01"]


def test_a_chart_that_cannot_be_drawn_is_refused_in_one_sentence():
    two = chart(lines=[*chart().lines, *chart().lines])
    with pytest.raises(ValueError, match="'Rate of coins' one line and no control"):
        drawn(two)
    with pytest.raises(ValueError, match="one line and no control"):
        drawn(chart(cursor=Control("share", "Share", [0.0, 0.01]).name))
    many = np.linspace(0, 1, 40)
    line = chart().lines[0].__class__("Measured", "first", many)
    with pytest.raises(ValueError, match="at most 31 values of x"):
        drawn(chart(x=many, x_ticks=[], lines=[line]))


def test_the_still_asks_and_does_not_tell():
    title, _, _ = re.sub(r"<[^>]+>", " ", drawn(chart()).still()).partition("What came out")
    assert "How?" in title
    assert "Measured" not in title
