"""What the report on the small language model says of the published dialogues."""

from __future__ import annotations

import json

import pytest

from misgen.ledger import __main__ as command_line
from misgen.ledger import sweep
from misgen.topics.language import report
from misgen.topics.language.experiment import EXPERIMENT
from misgen.topics.language.published import dialogues


def plain(configs) -> list[str]:
    return sorted(json.dumps(config, sort_keys=True) for config in configs)


def test_the_demands_are_measured_on_the_first_turns():
    redundant, less = report.demands()
    asks, of_half = (dialogues(n).share(lambda d: d.asks, 0) for n in (0, 5))
    assert redundant.measured == asks.estimate
    assert less.measured.mean == pytest.approx((asks.by_draw - of_half.by_draw).mean())


def test_each_command_chooses_exactly_the_runs_of_its_figure():
    for figure in report.figures():
        chosen = sweep.plan(EXPERIMENT, command_line.chosen_by(figure.only))
        assert plain(run.config for run in chosen) == plain(figure.runs)


def test_every_setting_has_a_row():
    text = report.results()
    assert text.count("| 0 | 0 |") == text.count("| 7 | 3 |") == 1
    assert text.count("| pandemic |") == text.count("| normal |") == 2


def test_questions_are_counted_without_those_that_nobody_asks():
    assert report.counted([0, 3, 9, 0]) == "1: 3, 2: 9"
