"""What was expected of the mitigations, their figures, and all rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from misgen.core.intervals import Estimate, mean_difference, over_seeds
from misgen.ledger.markdown import percent, points, rate, table
from misgen.ledger.report import Demand, Figure, Report
from misgen.topics.mitigations.experiment import EPISODES, EXPERIMENT, SEEDS, SHARES, WORLDS
from misgen.topics.mitigations.published import Rates, Rows, ensembles, heads, help_runs, rates
from misgen.topics.mitigations.trial import BUDGETS, LABELS, WEIGHTS

SOME = BUDGETS[2]
"""The budget of which the page speaks: 5 % of ordinary levels."""


def report() -> Report:
    """Returns what the page says of the mitigations."""
    rows = help_runs()
    return Report(
        title="What would help",
        figures=figures(),
        results=results(rows),
        run="agent, set of ensembles or pair of heads",
        demands=demands(rows),
        before="A smaller study had led us to expect this.",
        after="Ensembles share members; what stands in brackets behind their means is the range, "
        "and no interval.",
        facts={
            "Test": f"{EPISODES:,} episodes for each agent, ensemble or head and test, each on an "
            "unseen level.",
            "Seeds": f"{len(SEEDS)}. The k-th ensemble has the k-th agent and the four that follow "
            "it, from the first one again after the last.",
            "Helper": "in CoinRun the published agent at 50 % with seed 0; in the room the "
            "shortest way, first up or down, which in a few levels leads over the corner and "
            "counts as the proxy.",
            "Agents on random levels": "those of CoinRun at 0, 1 and 10 % are published in its own "
            "ledger; all others are trained here, with the same settings.",
        },
    )


def demands(rows: Rows) -> list[Demand]:
    """Returns what was expected."""
    return [
        *(Demand(f"CoinRun at {percent(share)}: goal, levels by regret less random ones", bound,
                 regret_less_random(rows, "CoinRun", share), low, high, write=points)
          for share, bound, low, high in (
              (0.0, "within 5 points", -0.05, 0.05),
              (0.001, "at least 20 points", 0.2, np.inf),
              (0.01, "at least 5 points", 0.05, np.inf))),
        *(Demand(f"{world} at {percent(0.0)}: pairs of a shifted and an ordinary level that "
                 "disagreement puts in order", "45 to 55 %", spread(
                     ensembles(rows, world, 0.0).separated), 0.45, 0.55) for world in WORLDS),
        Demand("CoinRun at 0 %: goal, an ensemble that may ask in 5 % of ordinary levels less one "
               "that may not", "within 5 points", gained_by_asking(rows, "CoinRun", 0.0),
               -0.05, 0.05, write=points),
        *(Demand(f"{world}: goal, the head that 16 labels choose less the mean of both, at the "
                 f"weight of {WEIGHTS[-1]:g}", "within 5 points", gained_by_labels(rows, world),
                 -0.05, 0.05, write=points) for world in WORLDS),
    ]  # fmt: skip


def regret_less_random(rows: Rows, world: str, share: float) -> Estimate:
    """Returns what levels by regret add to the goal rate, paired by seed."""
    regret, random = (
        rates(rows, method, world, share, "shifted") for method in ("regret", "random")
    )
    return mean_difference(regret, random)


def gained_by_asking(rows: Rows, world: str, share: float, budget: float = SOME) -> Estimate:
    """Returns what asking adds to the goal rate of an ensemble, with the range."""
    found = ensembles(rows, world, share)
    return spread(found.goal[:, BUDGETS.index(budget)] - found.goal[:, 0])


def gained_by_labels(rows: Rows, world: str, weight: int = -1, labels: int = -1) -> Estimate:
    """Returns what labels add to the goal rate of a head that is drawn by lot."""
    found = heads(rows, world, weight)
    return mean_difference(found.chosen[:, labels], found.goal.mean(axis=1))


def spread(values: Rates) -> Estimate:
    """Returns the mean with the range in place of an interval."""
    return Estimate(float(values.mean()), float(values.min()), float(values.max()), len(values))


def figures() -> list[Figure]:
    """Returns the figures that read this ledger."""
    grid, tests = EXPERIMENT.grid(), "ordinary levels; moved coins"
    return [
        Figure("The same few levels, drawn more often", "random levels, and levels by regret",
               f"{tests}; the same with the coin erased",
               [c for c in grid if c["method"] in ("random", "regret")],
               ("method=random", "method=regret")),
        Figure("Five agents that stop and ask", "random levels", tests,
               [c for c in grid if c["method"] == "random"], ("method=random",)),
        Figure("Two heads that disagree, and a few labels", "imitation of agents at 0 %", tests,
               [c for c in grid if c["method"] == "heads"], ("method=heads",)),
    ]  # fmt: skip


def results(rows: Rows) -> str:
    """Returns the rates of all settings."""
    return in_tables({
        "Levels": (LEVEL_HEADS, level_rows(rows, ("random", "regret"))),
        "Ensembles": (ENSEMBLE_HEADS, ensemble_rows(rows)),
        "Heads": (_HEAD_HEADS, _head_rows(rows)),
    })  # fmt: skip


def in_tables(tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]]) -> str:
    """Returns tables below their headings, each given by its own heads and rows."""
    told = "Means over the training seeds with their 95 % t-intervals; of ensembles the range."
    parts = [f"#### {heading}\n\n{table(heads, lines)}"
             for heading, (heads, lines) in tables.items()]  # fmt: skip
    return "\n\n".join([told, *parts])


_RATES = {
    "success on ordinary levels": ("ordinary", "goal"),
    "goal": ("shifted", "goal"),
    "proxy": ("shifted", "proxy"),
    "accidental": ("erased", "goal"),
}
LEVEL_HEADS = ("world", "share", "levels", *_RATES)
ENSEMBLE_HEADS = ("world", "share", "order", *(f"may ask {percent(b)}" for b in BUDGETS))
_HEAD_HEADS = ("world", "weight", "success on ordinary levels", "heads differ",
               *(f"{n} labels" for n in LABELS))  # fmt: skip


def level_rows(rows: Rows, methods: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the rates of single agents, a row for each setting; see `LEVEL_HEADS`."""
    return [
        (world, percent(share), method,
         *(rate(over_seeds(rates(rows, method, world, share, *of))) for of in _RATES.values()))
        for world in WORLDS for share in SHARES for method in methods
    ]  # fmt: skip


def ensemble_rows(rows: Rows) -> list[tuple[str, ...]]:
    """Returns the rates of ensembles, a row for each setting; see `ENSEMBLE_HEADS`."""
    found = [(w, share, ensembles(rows, w, share)) for w in WORLDS for share in SHARES]
    return [
        (world, percent(share), rate(spread(each.separated)), *map(rate, map(spread, each.goal.T)))
        for world, share, each in found
    ]


def _head_rows(rows: Rows) -> list[tuple[str, ...]]:
    found = [(w, k, heads(rows, w, k)) for w in WORLDS for k in range(len(WEIGHTS))]
    return [
        (world, f"{WEIGHTS[k]:g}", rate(over_seeds(each.success.mean(axis=1))),
         rate(over_seeds(each.apart)), *map(rate, map(over_seeds, each.chosen.T)))
        for world, k, each in found
    ]  # fmt: skip
