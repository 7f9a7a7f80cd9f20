from dataclasses import replace

import numpy as np
import pytest

from misgen.topics.dogs import figures
from misgen.topics.dogs.sweeps import CLARITIES, SHARES, WAYS, sweep_clarities, sweep_shares

RUNS = 12


@pytest.fixture(scope="module")
def sweep():
    return sweep_shares(seeds=RUNS)


def _named(figure, text):
    return [trace for trace in figure.chart.data if text in (trace.name or "")]


def test_the_shares_of_runs_and_every_run_are_drawn_for_both_trainings(sweep):
    figure = figures.dog_shares(sweep)
    for way in WAYS:
        (dots,) = _named(figure, f"{way}: one run")
        rates = np.concatenate([t.voice_rates() for t in sweep.trainings[way]])
        np.testing.assert_array_equal(dots.y, rates)
        (voice,) = _named(figure, f"{way}: runs that follow the voice")
        (lips,) = _named(figure, f"{way}: runs that follow the lips")
        for i, training in enumerate(sweep.trainings[way]):
            assert voice.y[i] == (training.voice_rates() >= 0.9).mean()
            assert lips.y[i] == (training.voice_rates() <= 0.1).mean()
            assert voice.error_y.array[i] + voice.error_y.arrayminus[i] > 0


def test_dots_of_a_share_stand_beside_its_tick(sweep):
    (dots,) = _named(figures.dog_shares(sweep), "breeding: one run")
    ticks = np.repeat(np.arange(len(SHARES)), RUNS)
    assert np.abs(np.array(dots.x) - ticks).max() < 0.2


def test_the_numbers_of_the_shares_have_intervals(sweep):
    heads, rows = figures.dog_shares(sweep).table
    assert len(heads) == 5
    assert [row[0] for row in rows] == [f"{100 * share:g} %" for share in SHARES]
    assert rows[0][1] == str(sweep.trainings["breeding"][0].share_of_runs())


def test_the_lottery_counts_each_run_once_in_the_colour_of_what_it_follows(sweep):
    figure = figures.dog_lottery(sweep)
    heads, rows = figure.table
    assert heads[1:] == ("follow the lips", "follow neither reliably", "follow the voice")
    for k, way in enumerate(WAYS):
        rates = sweep.trainings[way][0].voice_rates()
        bars = figure.chart.data[3 * k : 3 * k + 3]
        counts = [sum(bar.y) for bar in bars]
        assert counts == [(rates <= 0.1).sum(), ((rates > 0.1) & (rates < 0.9)).sum(),
                          (rates >= 0.9).sum()]  # fmt: skip
        assert sum(counts) == RUNS
        assert list(rows[k][1:]) == [str(count) for count in counts]
        assert len({bar.marker.pattern.shape for bar in bars}) == 3  # not by colour alone


def test_the_lottery_is_about_dogs_that_never_met_a_command_apart(sweep):
    later = replace(sweep, values=sweep.values[1:])
    with pytest.raises(ValueError, match="first share is 0"):
        figures.dog_lottery(later)


def test_salience_is_drawn_over_the_clarity_of_the_lips():
    figure = figures.dog_salience(sweep_clarities(seeds=RUNS))
    assert [row[0] for row in figure.table[1]] == [f"{value:g}" for value in CLARITIES]
    dots = [trace for trace in figure.chart.data if trace.mode == "markers"]
    assert [len(trace.y) for trace in dots] == [RUNS * len(CLARITIES)] * 2


def test_each_figure_has_a_description_and_is_the_same_every_time(sweep):
    for draw in (figures.dog_shares, figures.dog_lottery):
        figure = draw(sweep)
        assert len(figure.alt) > 60
        assert figure.html() == draw(sweep).html()
