import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.persuasion import figures
from misgen.topics.persuasion.experiment import AUDITS, DISTINGUISHING, OTHER_LOUDNESSES
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS
from misgen.topics.persuasion.published import flawed_runs, strict_runs


def traces(figure, mode):
    return [trace for trace in figure.chart.data if trace.mode == mode]


@pytest.mark.parametrize("steps", [150, 600])
def test_lies_are_drawn_for_every_order_audit_rate_and_seed(steps):
    figure = figures.lies_by_audit(steps)
    dots, means = traces(figure, "markers"), traces(figure, "lines+markers")
    assert [line.name for line in means] == list(ORDER_NAMES.values())
    assert {len(trace.y) for trace in dots} == {len(AUDITS) * 10}
    for order, line in zip(ORDERS, means, strict=True):
        ends = flawed_runs(order, steps).lies[..., -1]
        assert list(line.y) == pytest.approx(ends.mean(axis=0).tolist())
    assert figure.table[1][3][1] == str(
        over_seeds(flawed_runs("capabilities_first", steps).lies[:, 3, -1])
    )


def test_break_even_is_marked_at_its_audit_rate():
    (line,) = figures.lies_by_audit().chart.layout.shapes
    assert line.x0 == line.x1 == pytest.approx(AUDITS.index(0.3))


def test_orders_differ_in_symbol_and_not_in_colour_alone():
    means = traces(figures.lies_by_audit(), "lines+markers")
    assert len({line.marker.symbol for line in means}) == len({line.line.dash for line in means})
    assert len({line.marker.symbol for line in means}) == len(ORDERS)
    seeds = [t for t in figures.persuader_seeds().chart.data if len(t.x) > 1]
    assert len({trace.marker.symbol for trace in seeds}) == len(ORDERS)


@pytest.mark.parametrize("share", DISTINGUISHING)
def test_each_seed_is_a_mark_and_the_mean_has_both_intervals(share):
    figure, at = figures.persuader_seeds(share), DISTINGUISHING.index(share)
    seeds, means = figure.chart.data[::2], figure.chart.data[1::2]
    for order, of_seeds, mean in zip(ORDERS, seeds, means, strict=True):
        x, y = (strict_runs(order).asserts(kind)[:, at]
                for kind in ("false, believed", "true, disbelieved"))  # fmt: skip
        assert list(of_seeds.x) == x.tolist()
        assert list(of_seeds.y) == y.tolist()
        for axis, whisker, rates in ((mean.x, mean.error_x, x), (mean.y, mean.error_y, y)):
            estimate = over_seeds(rates)
            assert axis[0] == estimate.mean
            assert axis[0] + whisker.array[0] == pytest.approx(estimate.high)
            assert axis[0] - whisker.arrayminus[0] == pytest.approx(estimate.low)
    assert ORDER_NAMES["goals_first"] in figure.alt


def test_a_share_that_is_not_published_is_refused():
    with pytest.raises(ValueError, match="distinguishing must be one of"):
        figures.persuader_seeds(0.5)


def test_the_table_of_assertions_has_every_size_of_the_opinion():
    heads, rows = figures.persuader_by_opinion().table
    assert len(rows) == len(ORDERS) * (1 + len(OTHER_LOUDNESSES))
    assert [row[1] for row in rows[:3]] == ["0.5", "1", "2"]
    assert all(len(row) == len(heads) for row in rows)
    louder = strict_runs("capabilities_first").other_rates[:, 1]
    (row,) = [r for r in rows if r[:2] == ("capabilities, then goals", "2")]
    assert row[2:4] == tuple(str(over_seeds(louder[:, kind])) for kind in (1, 2))
    assert row[-1] == f"{100 * louder[:, 2].min():.0f} to {100 * louder[:, 2].max():.0f} %"
    assert np.isfinite(louder).all()
