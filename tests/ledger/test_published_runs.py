"""A run of each experiment, drawn at random and repeated here, comes out as published.

On the machine of the ledger a run repeats to the last bit. Another processor rounds differently,
which makes it a new seed: it must lie where a new seed does.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from language_models import require_model
from scipy import stats

from misgen.core.intervals import over_seeds, student_t
from misgen.core.measure import OUTCOMES
from misgen.ledger import sweep
from misgen.ledger.experiment import Outcome
from misgen.topics.language.bookings import Booking
from misgen.topics.language.expressions import Dialogue

Config = Mapping[str, Any]
Numbers = dict[str, float]

CONFIDENCE = 0.999
MARGIN = 0.03  # of the range of a number over all published runs: an interval may be a point


def goal_rates(result: Mapping[str, Any]) -> Numbers:
    """Of a trial: the goal rates on ordinary and shifted levels, and with the goal erased."""
    goal = OUTCOMES.index("goal")
    counts = {test: result["counts"][test] for test in ("ordinary", "shifted", "erased")}
    return {test: of_test[goal] / sum(of_test) for test, of_test in counts.items()}


def ends_of_forests(result: Mapping[str, Any]) -> Numbers:
    """Of an endless run: its highest reward, and how it ends."""
    return {"peak": max(result["rewards"]), **result["ending"]}


def what_a_model_says(result: Mapping[str, Any]) -> Numbers:
    """Of prompts: how likely it asks if nothing is unknown, and how it goes on; what it books."""
    if "dialogues" in result:
        spoken = [Dialogue.from_json(fields) for fields in result["dialogues"]]
        redundant = [d.ask for d in spoken if not d.expression.unknowns]
        questions = [len(d.asked) for d in spoken if d.expression.unknowns]
        return {"asks": float(np.mean(redundant)), "questions": float(np.mean(questions))}
    weeks = {week: list(map(Booking.from_json, of)) for week, of in result["bookings"].items()}
    return {
        week: float(np.mean([b.kind == "restaurant" for b in of])) for week, of in weeks.items()
    }


def orders_of_training(result: Mapping[str, Any]) -> Numbers:
    """Of a seed: lies without audits, or else believed falsehoods without distinguishing episodes.

    Both are those of the end of training, in each order.
    """
    if any("rates" in of_order for of_order in result.values()):
        return {f"{order}, falsehoods": of["rates"][0][-1][2] / 1000
                for order, of in result.items()}  # fmt: skip
    return {f"{order}, lies": of["150"]["lies"][0][-1] / 1000 for order, of in result.items()}


def knowing_and_booking(result: Mapping[str, Any]) -> Numbers:
    """Of assistants: what they know and book in the pandemic, without breaks and with a tenth."""
    rates = {
        setting["distinguishing"]: setting["rates"]["pandemic"]
        for setting in result["settings"]
        if setting["causes"] == 5 or isinstance(setting["causes"], list)
    }
    return {
        f"{what} at {share:g}": rates[share][what]
        for share in (0.0, 0.1) if share in rates
        for what in ("knows", "preferred", "restaurant")
    }  # fmt: skip


def ends_of_courses(result: Mapping[str, Any]) -> Numbers:
    """Of a training through time: the goal rates at its end."""
    last = {test: moments[-1] for test, moments in result["counts"].items()}
    return goal_rates({"counts": last})


def what_helped(result: Mapping[str, Any]) -> Numbers:
    """Of mitigations: the goal rates of an agent or of heads, or of the one that is always asked.

    A run of ensembles has all seeds in it, so that no other run says how far a new one may be off;
    the helper alone is the same everywhere.
    """
    if "counts" in result:
        return goal_rates(result)
    if "weights" in result:
        first, _ = result["weights"][0]["counts"]
        return {f"heads, {test}": rate for test, rate in goal_rates({"counts": first}).items()}
    helper = [one["counts"]["shifted"][-1][0] / result["episodes"] for one in result["ensembles"]]
    return {"helper": float(np.mean(helper))}


def ends_of_lies(result: Mapping[str, Any]) -> Numbers:
    """Of a seed: how likely lies that nobody can check are at the end, in each setting."""
    return {setting: looks[-1][3] / 1000 for setting, looks in result.items()}


KEY_NUMBERS: dict[str, Callable[[Mapping[str, Any]], Numbers]] = {
    "assistant": knowing_and_booking,
    "tree_gridworld": ends_of_forests,
    "language": what_a_model_says,
    "mitigations": what_helped,
    "obvious_lies": ends_of_lies,
    "persuasion": orders_of_training,
    "shared_budget": what_helped,
    "through_time": ends_of_courses,
}
"""Experiment that publishes no trials -> the few numbers by which its runs are compared."""
NEEDS: dict[str, Callable[[], None]] = {"language": require_model}
"""Experiment that needs an optional package -> what skips the test without it."""


def key_numbers(name: str, result: Mapping[str, Any]) -> Numbers:
    assert "counts" in result or name in KEY_NUMBERS, (
        f"Say in KEY_NUMBERS by which numbers two runs of {name} are compared."
    )
    return KEY_NUMBERS.get(name, goal_rates)(result)


def published_runs(folder) -> list[tuple[Config, Mapping[str, Any]]]:
    """The configuration and the result of each published run."""
    table = json.loads((folder / "results.json").read_text())
    if "runs" in table:
        return [(run["config"], run["result"]) for run in table["runs"]]
    fields = ("distinguishing", "seed", "steps", "options")
    return [({field: row[field] for field in fields}, row) for row in table["trials"]]


def without_seed(config: Config) -> Config:
    return {field: value for field, value in config.items() if field != "seed"}


def next_seed_interval(rates: Sequence[float], confidence: float) -> tuple[float, float]:
    """Where the rate of one more seed lies with this probability, cut to [0, 1].

    This is the t prediction interval, which is wider than the interval of the mean.
    """
    n, mean = len(rates), float(np.mean(rates))
    spread = float(np.std(rates, ddof=1)) * np.sqrt(1 + 1 / n)
    half = student_t(0.5 + confidence / 2, n - 1) * spread
    return max(0.0, mean - half), min(1.0, mean + half)


def interval(alike: Sequence[float], everything: Sequence[float]) -> tuple[float, float]:
    """Where the number of one more seed lies: the t prediction interval, and a margin."""
    span = float(np.ptp(everything)) or 1.0
    start, unit = min(everything) - span, 3 * span  # the interval is for shares, and is cut to them
    shares = (np.asarray(alike) - start) / unit
    low, high = next_seed_interval(shares, CONFIDENCE) if len(alike) > 1 else (shares[0], shares[0])
    return start + unit * low - MARGIN * span, start + unit * high + MARGIN * span


def outside(name: str, runs: Sequence[tuple[Config, Any]], config: Config) -> list[str]:
    """Repeat one run; returns which of its numbers lie outside of what is published."""
    config = json.loads(json.dumps(config))
    everything = [(of, key_numbers(name, result)) for of, result in runs]
    alike = [numbers for of, numbers in everything if without_seed(of) == without_seed(config)]
    repeated = json.loads(json.dumps(sweep.find(name).run(dict(config)).result))
    remarks = []
    for what, value in key_numbers(name, repeated).items():
        low, high = interval(
            [n[what] for n in alike], [n[what] for _, n in everything if what in n]
        )
        if not low <= value <= high:
            remarks.append(f"{what} is {value:.4g}, not {low:.4g} to {high:.4g}")
    return remarks


@pytest.mark.retrains
@pytest.mark.parametrize("name", sweep.names())
def test_a_retrained_run_comes_out_as_published(name, root, record_property):
    NEEDS.get(name, lambda: None)()
    # One seed in some thirty is an outlier all the same, so a second one may decide.
    runs = published_runs(root / "assets" / "agents" / name)
    first, second = random.SystemRandom().sample(sweep.find(name).grid(), 2)
    record_property("retrained", f"{name}: {first}, then {second}")
    print(f"retraining {first} (then {second})")
    found = outside(name, runs, first)
    assert not found or not outside(name, runs, second), f"{first} and {second}: {found}"


# --------------------------------------------------------------- the test of the test


class Published:
    """Ten published runs of an experiment, whose eleventh comes out as it is told."""

    def __init__(self, value: float) -> None:
        self.value = value

    def run(self, config: Config) -> Outcome:
        return Outcome({"number": self.value})


TOY_RUNS = [
    *(({"share": 0.0, "seed": seed}, {"number": 0.1 + seed / 1000}) for seed in range(10)),
    *(({"share": 1.0, "seed": seed}, {"number": 5.0}) for seed in range(10)),
    ({"share": 2.0}, {"number": 3.0}),
]


@pytest.mark.parametrize(
    ("share", "value", "is_outside"),
    [(0.0, 0.1, False), (0.0, 0.25, False), (0.0, 0.4, True), (0.0, 5.0, True), (0.0, -0.3, True),
     (1.0, 5.0, False), (1.0, 5.1, False), (1.0, 5.2, True), (1.0, 0.1, True),
     (2.0, 3.0, False), (2.0, 3.2, True)],
)  # fmt: skip
def test_a_run_that_is_no_new_seed_is_found(monkeypatch, share, value, is_outside):
    monkeypatch.setitem(KEY_NUMBERS, "toy", dict)
    monkeypatch.setattr(sweep, "find", lambda name: Published(value))
    config = next(config for config, _ in TOY_RUNS if config["share"] == share)
    assert bool(outside("toy", TOY_RUNS, config)) == is_outside


def test_an_experiment_without_key_numbers_is_refused():
    with pytest.raises(AssertionError, match="Say in KEY_NUMBERS by which numbers two runs of toy"):
        key_numbers("toy", {"number": 1.0})


@given(st.lists(st.floats(0.45, 0.55), min_size=2, max_size=30), st.floats(0.5, 0.9))
def test_the_interval_of_the_next_seed_is_that_of_scipy(rates, confidence):
    assume(np.std(rates) > 1e-9)
    scale = stats.sem(rates) * np.sqrt(len(rates) + 1)
    exact = stats.t.interval(confidence, len(rates) - 1, np.mean(rates), scale)
    low, high = next_seed_interval(rates, confidence)
    assert low == pytest.approx(max(0.0, exact[0]), abs=1e-5)
    assert high == pytest.approx(min(1.0, exact[1]), abs=1e-5)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_the_next_seed_is_less_certain_than_the_mean(rates):
    low, high = next_seed_interval(rates, confidence=0.95)
    estimate = over_seeds(rates)
    assert low <= estimate.low
    assert high >= estimate.high
    wider = next_seed_interval(rates, confidence=0.999)
    assert wider[0] <= low
    assert wider[1] >= high


def test_the_next_seed_falls_into_its_interval_as_often_as_promised():
    samples = np.random.default_rng(3).normal(0.5, 0.03, (4000, 10))
    bounds = [next_seed_interval(sample[:9].tolist(), confidence=0.9) for sample in samples]
    inside = [low <= x <= high for (low, high), x in zip(bounds, samples[:, 9], strict=True)]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.019)
