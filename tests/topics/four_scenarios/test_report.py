from dataclasses import replace

from topics.four_scenarios.made_up import TRIALS

from misgen.ledger.published import Results
from misgen.topics.four_scenarios import report
from misgen.topics.four_scenarios.experiment import EXPERIMENT
from misgen.topics.four_scenarios.scenarios import SCENARIOS, goal_index


def changed(when, **counts) -> Results:
    """The trials, with other counts where something is true of them."""
    trials = [replace(t, counts={**t.counts, **counts}) if when(t) else t for t in TRIALS.trials]
    return Results(TRIALS.env, tuple(trials))


def holding(trials: Results) -> list[bool]:
    return [demand.holds for demand in report.demands(trials)]


def test_all_demands_hold_of_trials_that_are_as_expected():
    assert holding(TRIALS) == [True] * 6


def test_agents_that_learned_too_little_miss_the_first_two():
    poor = [800, 0, 200, 0]
    seed_3 = changed(lambda t: t.steps and t.seed == 3, safe=poor, ordinary=poor)
    assert holding(seed_3)[:2] == [False, False]


def test_a_capability_that_holds_without_hazards_misses_its_gap():
    skilled = changed(lambda t: not t.options["hazards"], ordinary=[940, 0, 60, 0])
    assert holding(skilled)[2:4] == [False, True]


def test_a_goal_that_holds_at_0_misses_its_gap():
    wanting = changed(lambda t: t.distinguishing == 0 and t.steps, shifted=[800, 200, 0, 0])
    assert holding(wanting)[2:4] == [True, False]


def test_untrained_agents_that_want_the_coin_or_get_to_it_are_told():
    lucky = [500, 0, 500, 0]
    assert holding(changed(lambda t: not t.steps, ordinary=lucky, shifted=lucky))[4:] == [
        False, False
    ]  # fmt: skip


def test_the_gap_is_that_of_the_two_closest_scenarios():
    gap = report.gap(TRIALS, goal_index, lambda scenario: scenario.goal)
    assert 0.88 < gap.mean < 0.9  # (900 to 909 less 100) / 900, less 0


def test_every_run_is_in_a_figure_and_every_group_in_the_results():
    shown = [run for figure in report.figures(TRIALS) for run in figure.runs]
    assert all(config in shown for config in EXPERIMENT.grid())
    text = report.rates(TRIALS)
    for scenario in SCENARIOS.values():
        assert text.count(f"{scenario.name.lower()}: {scenario.training}") == 2
    assert text.count("untrained") == 2
