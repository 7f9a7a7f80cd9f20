import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.persuasion import figures
from misgen.topics.persuasion.experiment import DISTINGUISHING, OTHER_LOUDNESSES
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS
from misgen.topics.persuasion.published import strict_runs


def test_orders_differ_in_symbol_and_not_in_colour_alone():
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


def test_the_table_of_assertions_has_both_other_sizes_of_the_opinion_in_at_most_eight_rows():
    heads, rows = figures.persuader_by_opinion().table
    assert len(rows) == len(ORDERS) * len(OTHER_LOUDNESSES) <= 8
    assert [row[1] for row in rows[:2]] == ["0.5", "2"]
    assert all(len(row) == len(heads) for row in rows)
    louder = strict_runs("capabilities_first").other_rates[:, 1]
    (row,) = [r for r in rows if r[:2] == ("capabilities, then goals", "2")]
    assert row[2:4] == tuple(str(over_seeds(louder[:, kind])) for kind in (1, 2))
    assert row[-1] == f"{100 * louder[:, 2].min():.0f} to {100 * louder[:, 2].max():.0f} %"
    assert np.isfinite(louder).all()
