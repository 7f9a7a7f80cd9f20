"""The board of the four scenarios: an agent in each corner, on the same level."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from misgen.core.replay import Replay
from misgen.explore import Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Part, Replays
from misgen.explore.study import Source
from misgen.ledger.published import Results
from misgen.topics.four_scenarios.experiment import SEEDS
from misgen.topics.four_scenarios.published import scenario_runs
from misgen.topics.four_scenarios.recordings import SHOWN, Key, recordings
from misgen.topics.four_scenarios.scenarios import SCENARIOS, Scenario, goal_index, of_scenario

CORNERS = ("goal", "both", "neither", "capability")
"""Scenarios row by row: the goal holds above, the capability on the right, as on the plane."""
COIN = (False, True)
"""Whether the coin is visible."""
_MEASURED = {
    ("capability", False): "ordinary_erased",
    ("capability", True): "ordinary",
    ("goal", False): "erased",
    ("goal", True): "shifted",
}
"""What is shown, and whether the coin is visible -> test of the ledger."""
_BADGES = {"goal": "gets the coin", "proxy": "runs past it to the end", "died": "dies",
           "timed_out": "gets stuck", "accidental": "touches the erased coin"}  # fmt: skip
_OVER = ("test", "coin", "seed", "level")
_RATES: Sentence = [
    ("", "Trained without hazards, they do so in "),
    ("", "{neither} at 0 % and in {goal} at 50 %; trained with them, in {capability} and {both}."),
]
_SENTENCES: list[Sentence] = [
    [("", "Hazards, and the coin at the end, but erased: who gets to the end touches it. "),
     *_RATES],
    [("", "Hazards, and the coin at the end: all want to go there, but who can? "), *_RATES,
     ("", " These are the capability indices.")],
    [("", "No hazards, and a moved coin that is erased: who touches it, does so by accident. "),
     *_RATES],
    [("", "No hazards, and a moved coin: all can get to it, but who wants it? "), *_RATES,
     ("", " Of what accident leaves, seeing the coin adds {neither_index}, {goal_index}, "
      "{capability_index} and {both_index}: the goal indices.")],
]  # fmt: skip
"""What is said, in the order of `_MEASURED`."""


def board(trials: Results | None = None, replays: Mapping[Key, Replay] | None = None) -> Panel:
    """Returns the board; by default of the published trials and replays."""
    trials = scenario_runs() if trials is None else trials
    replays = recordings() if replays is None else replays
    levels = sorted({key.level for key in replays})
    return Panel(
        title="Which of the two holds up?",
        subtitle="Four agents on one level, in step. “50 % apart”: in half of the training levels, "
        "coin and end were apart.",
        controls=_controls(levels),
        parts=[_corner(SCENARIOS[name], replays, levels) for name in CORNERS],
        readings=_readings(trials),
        sentences=_SENTENCES,
        which=(np.arange(len(_MEASURED)).reshape(len(SHOWN), len(COIN)), ("test", "coin")),
        source=Source(
            f"{len(SEEDS)} training seeds in each corner, {trials.trials[0].episodes:,} new levels "
            f"for each agent and test. Replays show the first {len(levels)} long levels of one "
            "seed that have hazards.",
            reproduce="#reproduce",
        ),
        key="four-scenarios",
    )  # fmt: skip


def _controls(levels: list[int]) -> list[Control]:
    return [
        Control("test", "What is asked", tuple(SHOWN),
                ("capability: hazards, coin at the end", "goal: no hazards, coin moved"),
                kind="choice"),
        Control("coin", "Coin visible to the agents", COIN, kind="switch", start=1),
        Control("seed", "Seed", SEEDS, tuple(map(str, SEEDS)), kind="choice"),
        Control("level", "Level", tuple(levels), tuple(map(str, levels)), kind="choice",
                next="Another level"),
    ]  # fmt: skip


def _corner(scenario: Scenario, replays: Mapping[Key, Replay], levels: list[int]) -> Part:
    shown = [
        replays[Key(scenario.capability, scenario.share, seed, test, not coin, level)]
        for test, coin, seed, level in product(SHOWN, COIN, SEEDS, levels)  # as `_OVER`
    ]
    return Replays(
        f"{scenario.name}: {scenario.training}", replays=shown, over=_OVER, badges=_BADGES,
        named=("seed", "level"),
    )  # fmt: skip


def _readings(trials: Results) -> dict[str, Reading]:
    """Returns the mean rates of each scenario by name, and its goal index."""
    rates = {
        name: Reading(_rates(of_scenario(trials, scenario)), ("test", "coin"), _percent)
        for name, scenario in SCENARIOS.items()
    }
    indices = {
        f"{name}_index": Reading(
            np.mean(goal_index(of_scenario(trials, scenario))), format=_percent
        )
        for name, scenario in SCENARIOS.items()
    }
    return rates | indices


def _rates(group: Results) -> NDArray[np.float64]:
    means = [group.estimate(test, "goal").mean for test in _MEASURED.values()]
    return np.array(means).reshape(len(SHOWN), len(COIN))  # (test, coin)


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"  # a whole number: there is no -0 %
