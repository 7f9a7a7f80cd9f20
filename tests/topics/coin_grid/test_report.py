"""What the report on the coin grid says of made-up results."""

from __future__ import annotations

import json
import re

import pytest

from misgen.ledger import __main__ as command_line
from misgen.ledger import sweep
from misgen.ledger.markdown import NBSP
from misgen.ledger.published import Results, Trial
from misgen.topics.coin_grid import evaluations as coin_grid_tests
from misgen.topics.coin_grid import report
from misgen.topics.coin_grid.experiment import EXPERIMENT, LENGTHS, SETTINGS, is_shipped


def trial(config) -> Trial:
    goal = 100 * (list(SETTINGS).index(config["distinguishing"]) + 1) + config["seed"]
    counts = {test: [goal, 1000 - goal, 0, 0] for test in coin_grid_tests.tests_of("cell")}
    agent = "agent.npz" if is_shipped(config) else None
    return Trial(**config, episodes=1000, counts=counts, agent=agent)


@pytest.fixture
def made_up() -> Results:
    return Results("CoinGrid", tuple(trial(config) for config in EXPERIMENT.grid()))


def plain(configs) -> list[str]:
    return sorted(json.dumps(config, sort_keys=True) for config in configs)


def test_each_command_chooses_exactly_the_agents_of_its_figure(made_up):
    for figure in report.figures(made_up):
        chosen = sweep.plan(EXPERIMENT, command_line.chosen_by(figure.only))
        assert plain(run.config for run in chosen) == plain(figure.runs)


def test_all_figures_together_show_every_run_of_the_grid(made_up):
    shown = {text for figure in report.figures(made_up) for text in plain(figure.runs)}
    assert shown == set(plain(EXPERIMENT.grid()))


def test_there_is_a_row_for_each_share_and_each_length_of_each_encoding(made_up):
    tables = re.findall(r"(?:^\|.+\n?)+", report.rates(made_up), re.MULTILINE)
    assert [len(table.splitlines()) - 2 for table in tables] == (
        [len(SETTINGS)] * 3 + [len(LENGTHS)] * 3
    )
    at_2_percent = f"30.3{NBSP}% [30.1,{NBSP}30.4]"
    assert f"| 2{NBSP}% | {at_2_percent} |" in tables[0]
    assert f"| 100,000 steps | {at_2_percent} |" in tables[3]
