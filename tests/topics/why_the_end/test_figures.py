import pytest
from topics.why_the_end.changed_trials import TRIALS

from misgen.topics.why_the_end import figures
from misgen.topics.why_the_end.experiment import SEEDS, SHARES
from misgen.topics.why_the_end.hypotheses import HYPOTHESES
from misgen.topics.why_the_end.published import of_setting


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", HYPOTHESES)
def test_each_hypothesis_is_drawn_with_every_seed_and_an_interval(name, share):
    figure, settings = figures.one_change(TRIALS, name, share), HYPOTHESES[name].settings
    dots, means = figure.chart.data[::2], figure.chart.data[1::2]
    assert all(len(t.y) == len(settings) * len(SEEDS) for t in dots)
    assert all(len(t.error_y.array) == len(settings) for t in means)
    assert list(figure.chart.layout.xaxis.ticktext) == [s.label for s in settings]
    for row, setting in zip(figure.table[1], settings, strict=True):
        agents = of_setting(TRIALS, setting, share)
        for cell, what in zip(row[1:], ("capability", "proxy", "goal"), strict=False):
            assert cell == str(agents.estimate("shifted", what))


def test_an_unknown_hypothesis_is_refused():
    with pytest.raises(ValueError, match="hypothesis must be one of ahead, end"):
        figures.one_change(TRIALS, "view")
