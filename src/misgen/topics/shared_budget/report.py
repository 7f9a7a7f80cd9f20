"""What was expected of ensembles that share a budget, their figure, and all rates."""

from __future__ import annotations

from misgen.core.intervals import Estimate
from misgen.core.registry import environment
from misgen.ledger.markdown import points
from misgen.ledger.report import Demand, Figure, Report
from misgen.topics.mitigations.experiment import EPISODES, SEEDS, WORLDS
from misgen.topics.mitigations.published import Rows, ensembles, help_runs, rates, shared_runs
from misgen.topics.mitigations.report import (
    ENSEMBLE_HEADS,
    LEVEL_HEADS,
    SOME,
    ensemble_rows,
    gained_by_asking,
    in_tables,
    level_rows,
    spread,
)
from misgen.topics.mitigations.trial import BUDGETS, MEMBERS
from misgen.topics.shared_budget.experiment import EXPERIMENT


def report() -> Report:
    """Returns what the page says of ensembles that cost as much as one agent."""
    rows = shared_runs()
    return Report(
        title="Five that share one budget",
        figures=figures(),
        results=results(rows),
        run="set of ensembles",
        demands=demands(rows, help_runs()),
        before="This was written down before any outcome was read.",
        after="Ensembles share members; what stands in brackets behind their means is the range, "
        "and no interval.",
        facts={
            "Test": f"{EPISODES:,} episodes for each agent or ensemble and test, each on an "
            "unseen level.",
            "Seeds": f"{len(SEEDS)}. The k-th ensemble has the k-th agent and the four that follow "
            "it, from the first one again after the last.",
            "Training": " and ".join(
                f"{environment(world).ppo.steps // MEMBERS:,} steps in {world}" for world in WORLDS
            )
            + ": a fifth of what an agent of *What would help* has.",
        },
    )


def demands(rows: Rows, full: Rows) -> list[Demand]:
    """Returns what was expected.

    Args:
        rows: Runs of ensembles that share a budget.
        full: Those of the mitigations, for one agent that has it alone.
    """
    return [
        Demand("CoinRun at 0 %: goal, five that may ask in 5 % of ordinary levels less the same "
               "five if they may not", "within 5 points", gained_by_asking(rows, "CoinRun", 0.0),
               -0.05, 0.05, write=points),
        *(Demand(f"{world} at 1 %: goal, five that may ask in 5 % of ordinary levels less one "
                 "agent on random levels", "below 0 points",
                 less_one_agent(rows, full, world, 0.01), high=0.0, write=points)
          for world in WORLDS),
    ]  # fmt: skip


def less_one_agent(rows: Rows, full: Rows, world: str, share: float) -> Estimate:
    """Returns what five of a fifth each take more than one agent of the same cost, with the range.

    The k-th ensemble is paired with the agent of its first seed; it may ask in 5 % of ordinary
    levels.
    """
    five = ensembles(rows, world, share).goal[:, BUDGETS.index(SOME)]
    return spread(five - rates(full, "random", world, share, "shifted"))


def figures() -> list[Figure]:
    """Returns the figure that reads this ledger."""
    tests = "ordinary levels; moved coins"
    return [Figure("Five agents that stop and ask", "random levels", tests, EXPERIMENT.grid(), ())]


def results(rows: Rows) -> str:
    """Returns the rates of all settings."""
    return in_tables({
        "Agents of a fifth": (LEVEL_HEADS, level_rows(rows, ("random",))),
        "Five of them": (ENSEMBLE_HEADS, ensemble_rows(rows)),
    })  # fmt: skip
