import pytest
from topics.four_scenarios.made_up import TRIALS

from misgen.topics.four_scenarios.experiment import SEEDS
from misgen.topics.four_scenarios.figures import plane
from misgen.topics.four_scenarios.scenarios import SCENARIOS, capability_index, of_scenario


@pytest.fixture(scope="module")
def figure():
    return plane(TRIALS)


def test_every_seed_of_every_group_is_on_the_plane_with_a_mean_and_its_interval(figure):
    seeds, means = figure.chart.data[::2], figure.chart.data[1::2]
    assert [len(trace.x) for trace in seeds] == [len(SEEDS)] * (len(SCENARIOS) + 1)
    for trace in means:
        assert len(trace.x) == 1
        assert trace.error_x.array[0] > 0
    both = of_scenario(TRIALS, SCENARIOS["both"])
    assert list(seeds[3].x) == capability_index(both).tolist()
    assert means[3].x[0] == pytest.approx(capability_index(both).mean())


def test_each_group_is_told_in_words_and_in_the_table(figure):
    heads, rows = figure.table
    assert len(rows) == len(SCENARIOS) + 1
    assert all(len(row) == len(heads) for row in rows)
    for name, *_ in rows:
        assert name in figure.alt


def test_colours_and_symbols_are_all_different(figure):
    looks = {(trace.marker.color, trace.marker.symbol) for trace in figure.chart.data[1::2]}
    assert len({symbol for _, symbol in looks}) == len(looks) == len(SCENARIOS) + 1
