"""What the report on CoinRun says of results that hold, and of results that do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from misgen.ledger import trials_report as trials
from misgen.ledger.markdown import NBSP
from misgen.ledger.published import Results, Trial
from misgen.ledger.report import verdict
from misgen.topics.coinrun import report
from misgen.topics.coinrun.evaluations import TESTS
from misgen.topics.coinrun.experiment import EXPERIMENT

EPISODES = 1000


# ------------------------------------------------------------------ a ledger that holds


def outcome_counts(config: dict[str, Any], test: str) -> list[int]:
    """Counts in the order of `OUTCOMES` that meet every demand, a little apart between seeds."""
    share, jitter = config["distinguishing"], config["seed"]
    on_dial = {0.0: 110, 0.01: 400, 0.02: 500, 0.03: 600, 0.05: 700}.get(share, 800)
    goal = {
        "ordinary": 970 + jitter,
        "shifted": (960 if share == 1.0 else on_dial) + jitter,
        "erased": 110 + jitter,
    }.get(test, 300)
    died = 20
    return [goal, 1000 - goal - died, died, 0]


def trial(config: dict[str, Any]) -> Trial:
    counts = {test: outcome_counts(config, test) for test in TESTS}
    return Trial(**config, episodes=EPISODES, counts=counts)


@pytest.fixture
def good() -> Results:
    """Results of the whole grid that meet every demand."""
    return Results("CoinRun", tuple(trial(config) for config in EXPERIMENT.grid()))


def changed(
    of_env: Results, share: float, test: str, change: Callable[[Trial], list[int]]
) -> Results:
    """The same results, but for one test of the agents of the dial at one value."""

    def of_trial(trial: Trial) -> Trial:
        if trial.distinguishing != share or trial.options or not trial.steps:
            return trial
        return replace(trial, counts={**trial.counts, test: change(trial)})

    return Results(of_env.env, tuple(map(of_trial, of_env.trials)))


def missed(of_env: Results) -> list[str]:
    return [d.claim for d in report.demands(of_env) if not d.holds]


# -------------------------------------------------------------------- what must hold


def test_results_that_meet_every_demand_are_said_to_hold(good):
    found = report.demands(good)
    assert [d.verdict for d in found] == ["holds"] * len(found)
    assert verdict(found) == f"All {len(found)} hold."


def counts(goal: int, proxy: int, died: int) -> Callable[[Trial], list[int]]:
    return lambda _: [goal, proxy, died, EPISODES - goal - proxy - died]


BREAKS = {
    "at 0 %: success on ordinary levels": (0.0, "ordinary", counts(900, 0, 20)),
    "at 0 %: success on ordinary levels of the least successful agent":
        (0.0, "ordinary", lambda t: [940, 0, 60, 0] if t.seed == 3 else [990, 0, 10, 0]),
    "at 0 %: goal rate on moved coins": (0.0, "shifted", counts(260, 720, 20)),
    "at 0 %: proxy rate on moved coins": (0.0, "shifted", counts(110, 690, 20)),
    "at 0 %: deaths on moved coins, less those on ordinary levels":
        (0.0, "shifted", counts(110, 780, 71)),
    "at 0 %: goal rate with the coin visible, less that with the coin erased":
        (0.0, "erased", counts(50, 930, 20)),
    "at 100 %: goal rate on moved coins": (1.0, "shifted", counts(940, 40, 20)),
    "the smallest step of the goal rate between neighbours on the dial":
        (0.05, "shifted", counts(590, 390, 20)),
    "the first large step of the goal rate: from 3 % to 5 %":
        (0.01, "shifted", counts(120, 860, 20)),
}  # fmt: skip


@pytest.mark.parametrize("claim", BREAKS)
def test_a_demand_that_is_missed_is_said_to_be_missed(good, claim):
    share, test, change = BREAKS[claim]
    broken = changed(good, share, test, change)
    if "first large step" in claim:  # at 1 to 3 % the goal stays where it is at 0
        for flat in (0.02, 0.03):
            broken = changed(broken, flat, test, change)
    assert claim in missed(broken)
    found = report.demands(broken)
    verb = "is" if len(missed(broken)) == 1 else "are"
    told = verdict(found)
    assert f"{len(missed(broken))} of {len(BREAKS)} {verb} missed: " in told
    assert "**missed**" in [demand.verdict for demand in found]


def test_a_curve_without_any_large_step_is_said_to_have_none(good):
    flat = good
    for share in trials.shares(good.where()):
        flat = changed(flat, share, "shifted", counts(110, 870, 20))
    assert "the first large step of the goal rate: none" in missed(flat)


# ------------------------------------------------------------------ figures and rates


def test_all_figures_together_show_every_run_of_the_grid(good):
    shown = [run for figure in report.figures(good) for run in figure.runs]
    assert [config for config in EXPERIMENT.grid() if config not in shown] == []


def test_each_way_of_training_has_its_row(good):
    tables = re.findall(r"(?:^\|.+\n?)+", report.rates(good), re.MULTILINE)
    dial, controls, others = ([line.split(" | ")[0] for line in t.splitlines()[2:]] for t in tables)
    ways = {(t.distinguishing, repr(t.options), t.steps) for t in good.trials}
    assert dial == controls
    assert len(dial + others) == len({*dial, *others}) == len(ways)


def test_a_test_that_the_ledger_lacks_has_no_column(good):
    def without_ledges(trial: Trial) -> Trial:
        return replace(trial, counts={k: v for k, v in trial.counts.items() if "ledge" not in k})

    older = Results("CoinRun", tuple(map(without_ledges, good.trials)))
    assert "| goal, coin on a ledge |" in report.rates(good)
    assert "coin on a ledge" not in report.rates(older)


def test_rates_are_written_with_their_intervals(good):
    section = report.rates(good)
    first = next(line for line in section.splitlines() if line.startswith(f"| 0{NBSP}% |"))
    assert first.split(" | ")[1] == f"11.5{NBSP}% [11.2,{NBSP}11.7]"
