from dataclasses import replace

from topics.why_the_end.changed_trials import TRIALS

from misgen.ledger.published import Results
from misgen.topics.why_the_end import report
from misgen.topics.why_the_end.experiment import EXPERIMENT, SHARES
from misgen.topics.why_the_end.hypotheses import HYPOTHESES, all_settings

NULL = report.NONE


def deaf() -> Results:
    """The trials, in which a louder coin changes nothing."""
    counts = TRIALS.where(0.01).trials[0].counts
    return Results("CoinRun", tuple(replace(trial, counts=counts) for trial in TRIALS.trials))


def seeing() -> Results:
    """The trials, in which those that see far take the coin without distinguishing levels."""

    def of(trial):
        far = trial.options.get("ahead") == 20 and trial.distinguishing == NULL
        return replace(trial, counts={**trial.counts, "shifted": [400, 580, 20, 0]} if far
                       else trial.counts)  # fmt: skip

    return Results("CoinRun", tuple(map(of, TRIALS.trials)))


def test_all_demands_hold_of_trials_that_are_as_expected():
    assert all(demand.holds for demand in report.demands(TRIALS))


def test_the_null_is_missed_if_one_setting_alone_takes_the_coin():
    assert report.demands(TRIALS)[0].holds
    assert not report.demands(seeing())[0].holds
    assert report.furthest(seeing()).mean > 0.29


def test_a_coin_that_is_no_better_learned_if_loud_misses_the_demands():
    assert [demand.holds for demand in report.demands(deaf())[1:]] == [False, False]


def test_coins_that_lie_as_high_as_those_in_the_air_are_left_out_of_the_null():
    assert [report.low(setting) for setting in HYPOTHESES["height"].settings] == [
        True, True, False, False
    ]  # fmt: skip


def test_every_run_is_in_a_figure_and_every_setting_in_the_results():
    (figure,) = report.figures()
    assert figure.runs == EXPERIMENT.grid()
    text = report.rates(TRIALS)
    assert sum(line.startswith("| ") for line in text.splitlines()) == len(SHARES) * (
        len(all_settings()) + 2
    )
