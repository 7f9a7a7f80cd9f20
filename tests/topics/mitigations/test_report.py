from copy import deepcopy

from topics.mitigations.made_up import ROWS

from misgen.topics.mitigations import report
from misgen.topics.mitigations.experiment import EXPERIMENT, SHARES, WORLDS


def changed(method: str, change) -> list:
    """The rows, with the results of one method changed."""
    rows = deepcopy(ROWS)
    for row in rows:
        if row["config"]["method"] == method:
            change(row["result"])
    return rows


def test_all_demands_hold_of_runs_that_are_as_expected():
    assert [d.claim for d in report.demands(ROWS) if not d.holds] == []


def test_levels_by_regret_that_help_nowhere_miss_the_demands():
    def none(result):
        result["counts"]["shifted"] = [110, 870, 20, 0]

    missed = [demand.holds for demand in report.demands(changed("regret", none))[:3]]
    assert missed == [True, False, False]


def test_ensembles_that_ask_where_they_are_wrong_miss_the_demands():
    def knowing(result):
        for one in result["ensembles"]:
            one["separated"] = 0.9
            one["counts"]["shifted"][2] = [800, 180, 20, 0]

    missed = [demand.holds for demand in report.demands(changed("random", knowing))[3:6]]
    assert missed == [False, False, False]


def test_labels_that_choose_an_agent_for_the_coin_miss_the_demands():
    def good(result):
        for each in result["weights"]:
            each["counts"][0]["shifted"] = [900, 80, 20, 0]

    assert [d.holds for d in report.demands(changed("heads", good))[-2:]] == [False, False]


def test_every_run_is_in_a_figure_and_every_setting_in_the_results():
    shown = [config for figure in report.figures() for config in figure.runs]
    assert all(config in shown for config in EXPERIMENT.grid())
    text = report.results(ROWS)
    lines = [line for line in text.splitlines() if line.startswith(("| CoinRun", "| CoinGrid"))]
    assert len(lines) == len(WORLDS) * (2 * len(SHARES) + len(SHARES) + 3)
