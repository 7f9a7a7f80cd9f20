from dataclasses import replace

import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.dogs import figures
from misgen.topics.dogs.sweeps import (
    CLARITIES,
    SHARES,
    WAYS,
    by_followed,
    sweep_clarities,
    sweep_shares,
)

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


def test_the_turned_back_is_about_dogs_that_never_met_a_command_apart(sweep):
    later = replace(sweep, values=sweep.values[1:])
    with pytest.raises(ValueError, match="first share is 0"):
        figures.dog_backs(later)


def test_each_run_with_its_back_turned_stands_in_the_column_of_what_it_follows(sweep):
    figure = figures.dog_backs(sweep)
    for k, way in enumerate(WAYS):
        training = sweep.trainings[way][0]
        groups = by_followed(training, training.voice_rates("back turned"))
        assert sum(map(len, groups.values())) == RUNS
        for i, (name, rates) in enumerate(groups.items()):
            dots = next(trace for trace in figure.chart.data if trace.name == f"{way}: {name}")
            np.testing.assert_array_equal(dots.y, rates)
            assert all(abs(x - (3 * k + i)) <= 0.25 for x in dots.x)
            row = figure.table[1][3 * k + i]
            assert row[:2] == (f"{way}: {name}", str(len(rates)))
            if len(rates) > 1:
                (mean,) = _named(figure, f"{way}: {name}, mean")
                assert row[2] == str(over_seeds(rates)) == mean.hovertemplate.split("<")[0]
                assert mean.y[0] == rates.mean()
                assert row[3] == f"{rates.min():.0%} to {rates.max():.0%}"


def test_the_ranges_left_to_few_runs_are_said_to_be_none():
    few = sweep_shares(seeds=1)
    rows = figures.dog_backs(few).table[1]
    assert sorted(row[1] for row in rows) == ["0", "0", "0", "0", "1", "1"]
    assert {row[3] for row in rows if row[1] == "0"} == {"none"}
    assert {row[2] for row in rows} == {"no interval of less than two runs"}


def test_salience_is_drawn_over_the_clarity_of_the_lips():
    figure = figures.dog_salience(sweep_clarities(seeds=RUNS))
    assert [row[0] for row in figure.table[1]] == [f"{value:g}" for value in CLARITIES]
    dots = [trace for trace in figure.chart.data if trace.mode == "markers"]
    assert [len(trace.y) for trace in dots] == [RUNS * len(CLARITIES)] * 2


def test_each_figure_has_a_description_and_is_the_same_every_time(sweep):
    for draw in (figures.dog_shares, figures.dog_backs):
        figure = draw(sweep)
        assert len(figure.alt) > 60
        assert figure.html() == draw(sweep).html()
