"""A measure looks the same wherever it is drawn."""

import pytest

from misgen.core.colours import PALETTE
from misgen.explore.charts import Curve
from misgen.explore.looks import LOOKS
from misgen.explore.panel_parts import INKS, MARKS


def test_no_two_measures_look_alike():
    assert len(set(LOOKS.values())) == len(LOOKS)
    assert {look.colour for look in LOOKS.values()} <= {*INKS}
    assert {look.mark for look in LOOKS.values()} <= {*MARKS}


@pytest.mark.parametrize("own", ["goal", "proxy", "capability"])
def test_what_the_book_is_about_shares_its_colour_with_no_other_measure(own):
    assert [name for name, look in LOOKS.items() if look.colour == own] == [own]


@pytest.mark.parametrize("measure", LOOKS)
def test_a_figure_draws_a_measure_as_a_panel_does(measure):
    curve, look = Curve.of(measure, "a rate", []), LOOKS[measure]
    assert curve.colour == PALETTE[look.colour][0]
    assert curve.symbol.removesuffix("-up") == look.mark
    assert (curve.dash != "solid") == look.dash
