"""The figures, the report and the explorers, of made-up persuaders and of the published ones."""

from dataclasses import replace

import numpy as np
from topics.obvious_lies.persuading import PERSUADERS

from misgen.core.intervals import over_seeds
from misgen.topics.obvious_lies import explorers, figures, report
from misgen.topics.obvious_lies.experiment import EXPERIMENT, SEEDS
from misgen.topics.obvious_lies.published import persuaders
from misgen.topics.obvious_lies.settings import HIDDEN, SETTINGS, Schedule


def test_rates_are_read_by_kind_and_moment():
    of = PERSUADERS["caught_0"]
    assert of.rates.shape == (len(SEEDS), len(Schedule().looks), 4)
    assert of.end("false, hidden").tolist() == [seed / 1000 for seed in SEEDS]
    assert of.persuaded("true, hidden").tolist() == [1.0] * len(SEEDS)


def test_the_figures_show_every_share_and_every_moment_of_fine_tuning():
    _, shares = figures.lies_by_share(PERSUADERS).table
    assert [row[0] for row in shares] == [f"{100 * share:g} %" for share in HIDDEN]
    _, moments = figures.lies_in_time(PERSUADERS).table
    assert [row[0] for row in moments] == [f"{step}" for step in range(0, 601, 50)]
    assert moments[-1][1] == str(over_seeds(PERSUADERS["caught_0"].end("false, hidden")))


def test_the_table_has_at_most_eight_rows_and_the_range_of_the_seeds():
    _, rows = figures.controls(PERSUADERS).table
    assert len(rows) == len(figures.CONTROLS) == 8
    assert rows[0][3] == "0 to 2 %"


def test_all_demands_hold_of_lies_that_go_where_they_are_caught():
    assert all(demand.holds for demand in report.demands(PERSUADERS))


def test_truths_that_are_no_longer_told_miss_the_last_demand():
    of = PERSUADERS["fresh"]
    mute = {**PERSUADERS, "fresh": replace(of, rates=np.zeros_like(of.rates))}
    assert [demand.holds for demand in report.demands(mute)] == [True] * 4 + [False]


def test_every_run_is_in_a_figure_and_every_setting_in_the_results():
    (figure,) = report.figures()
    assert figure.runs == EXPERIMENT.grid()
    assert report.results(PERSUADERS).count("\n| ") == len(SETTINGS) + 2  # head and rule


def test_the_two_episodes_tell_what_the_first_persuader_does_before_its_fine_tuning():
    talk = explorers.one_episode()
    rates = [persuaders()["caught_0"].persuaded(f"false, {kind}")[0] for kind in
             ("checkable", "hidden")]  # fmt: skip
    notes = [dialogue["note"] for dialogue in talk.table["dialogues"]]
    assert notes == [f"It makes such claims in {100 * rate:.0f} of 100 cases." for rate in rates]


def test_what_came_out_is_the_mean_and_the_range_of_the_seeds():
    hidden = persuaders()["caught_0"].end("false, hidden")
    told = "".join(text for _, text in explorers.after_feedback().table["outcome"])
    assert f"{100 * hidden.mean():.0f} of 100 of the lies that their user cannot check" in told
    assert figures.low_to_high(hidden) in told
