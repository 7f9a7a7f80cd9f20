"""What the report on the assistant says of the published rates."""

from __future__ import annotations

import json

import numpy as np
import pytest

from misgen.ledger import __main__ as command_line
from misgen.ledger import sweep
from misgen.ledger.markdown import rate
from misgen.topics.assistant import report
from misgen.topics.assistant.experiment import EXPERIMENT
from misgen.topics.assistant.results import results
from misgen.topics.assistant.variants import CAUSES, GRID, VARIANTS


def plain(configs) -> list[str]:
    return sorted(json.dumps(config, sort_keys=True) for config in configs)


def demand(words: str):
    (found,) = (d for d in report.demands() if words in d.claim)
    return found


def test_each_command_chooses_exactly_the_runs_of_its_figure():
    for figure in report.figures():
        chosen = sweep.plan(EXPERIMENT, command_line.chosen_by(figure.only))
        assert plain(run.config for run in chosen) == plain(figure.runs)


def test_all_figures_together_show_every_run_of_the_grid():
    shown = {text for figure in report.figures() for text in plain(figure.runs)}
    assert shown == set(plain(EXPERIMENT.grid()))


def test_the_demands_are_measured_in_the_pandemic():
    never, tenth = results(distinguishing=0.0), results(distinguishing=0.1)
    assert demand("no distinguishing weeks: knows").measured == never.estimate("pandemic", "knows")
    assert demand("books the restaurant").measured == never.estimate("pandemic", "restaurant")
    assert demand("10 % distinguishing weeks").measured == tenth.estimate("pandemic", "preferred")


def test_the_rise_from_one_to_two_causes_is_paired_by_seed():
    one, two = (
        results(distinguishing=0.1, causes=k).rates("pandemic", "preferred") for k in (1, 2)
    )
    rise = demand("2 causes instead of 1")
    assert rise.measured.mean == pytest.approx((two - one).mean())
    assert rise.holds == ((two - one).mean() > 0)


def test_the_worst_week_before_the_pandemic_is_over_all_settings():
    groups = [results(distinguishing=s.distinguishing, causes=s.causes) for s in GRID]
    lowest = np.min([of.rates("before", "satisfied") for of in groups], axis=0)
    assert demand("before the pandemic").measured.mean == pytest.approx(lowest.mean())


def test_the_seeds_that_meet_both_wishes_of_the_pandemic_with_two_causes_are_counted():
    two = results(distinguishing=0.1, causes=CAUSES[1]).rates("pandemic", "preferred")
    assert report.covered() == (two > 0.9).sum()


def test_every_setting_of_every_variant_has_a_row():
    text = report.rates()
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    settings = sum(len(variant.settings) for variant in VARIANTS.values())
    assert len(rows) == settings + 2  # two heads
    half = results(distinguishing=0.01, causes=3).estimate("pandemic", "restaurant")
    assert sum(rate(half) in row and row.startswith("| 1 % | 3 |") for row in rows) == 1


def test_every_published_file_of_assistants_is_named_an_agent(root):
    files = {path.name for path in (root / "assets" / "agents" / "assistant").glob("*.npz")}
    assert set(report.report().agents) == files
