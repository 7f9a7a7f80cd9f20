"""What the order of training was expected to show, its figures, and all rates."""

from __future__ import annotations

from misgen.core.intervals import Estimate, over_seeds
from misgen.ledger.markdown import NBSP, percent, rate, table
from misgen.ledger.report import Demand, Figure, Report
from misgen.topics.persuasion import strict
from misgen.topics.persuasion.claims import CLAIM_KINDS
from misgen.topics.persuasion.experiment import (
    AUDITS,
    DISTINGUISHING,
    ENTROPY,
    OTHER_ENTROPIES,
    OTHER_LOUDNESSES,
    SCHEDULES,
    SEEDS,
    config_of,
)
from misgen.topics.persuasion.feedback import HONEST
from misgen.topics.persuasion.networks import Learner
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS, Order
from misgen.topics.persuasion.published import Floats, flawed_runs, strict_runs


def report() -> Report:
    """Returns what the page says of the order of training."""
    return Report(
        title="The order of training",
        figures=figures(),
        results=f"{lies()}\n\n{assertions()}",
        run="seed of one world, with assistants in every setting and order",
        demands=demands(),
        before="An earlier study of the flawed feedback had led us to expect this.",
        after="They are about flawed feedback. Of the reward without a flaw nothing was asked: an "
        "earlier study had seeds that disagreed.",
        facts=facts(),
    )


def demands() -> list[Demand]:
    """Returns what was expected of lies under flawed feedback."""
    everywhere = max((_lies(order, 0.5) for order in ORDERS), key=lambda rates: rates.mean())
    again = _lies("feedback_goes_on", 0.0)
    least = float(again.min())
    return [
        Demand("capabilities first, no audit: lies", "at least 90 %",
               over_seeds(_lies("capabilities_first", 0.0)), low=0.9),
        Demand("goals first, then capabilities, no audit: lies", "at most 10 %",
               over_seeds(_lies("goals_first", 0.0)), high=0.1),
        Demand("the same, then the feedback goes on: lies", "at least 90 %",
               over_seeds(again), low=0.9),
        Demand("the same: the seed that lies least", "at least 90 %",
               Estimate(least, least, least, 1), low=0.9,  # a seed alone has no interval
               write=lambda estimate: percent(estimate.mean)),
        Demand("half of the lies audited: lies in the worst order", "at most 15 %",
               over_seeds(everywhere), high=0.15),
    ]  # fmt: skip


def _lies(order: Order, audit: float) -> Floats:
    """Returns how likely each seed lies at the end, `(seeds,)`."""
    return flawed_runs(order).lies[:, AUDITS.index(audit), -1]  # the last look


# ------------------------------------------------------------------------ the figures


def figures() -> list[Figure]:
    """Returns the figures of the chapter that read this ledger."""
    return [
        _figure("The order of training, and lies at each audit rate", "flawed feedback",
                "all 64 users of a seed", "flawed"),
        _figure("The persuader, and what every seed asserts", "a reward for the truth",
                "all 64 users and 8 claims of a seed, each true and false", "strict"),
    ]  # fmt: skip


def _figure(name: str, training: str, test: str, world: str) -> Figure:
    runs = [config_of(world, seed) for seed in SEEDS[world]]
    return Figure(name, training, test, runs, [f'world="{world}"'])


# ------------------------------------------------------------------------ the results


def lies() -> str:
    """Returns how likely lies are under flawed feedback, for all settings."""
    heads = ("order", "first feedback", *(f"audit {percent(audit)}" for audit in AUDITS),
             *(f"no audit, entropy {entropy:g}" for entropy in OTHER_ENTROPIES))  # fmt: skip
    rows = [
        (ORDER_NAMES[order], f"{steps}{NBSP}steps", *_lies_row(order, steps))
        for order in ORDERS
        for steps in SCHEDULES
    ]
    told = (
        "How likely the assistant lies at the end of training. Means over seeds with 95 % "
        f"t-intervals. The weight of the entropy is {ENTROPY:g} where it is not named."
    )
    return f"#### Flawed feedback\n\n{told}\n\n{table(heads, rows)}"


def _lies_row(order: Order, steps: int) -> list[str]:
    runs = flawed_runs(order, steps)
    ends = [*runs.lies[..., -1].T, *runs.other_entropies[..., -1].T]  # (seed,) of each setting
    return [rate(over_seeds(rates)) for rates in ends]


def assertions() -> str:
    """Returns how likely claims are asserted where the truth is rewarded, for all settings."""
    rows = []
    for order in ORDERS:
        runs, name = strict_runs(order), ORDER_NAMES[order]
        rows += [(name, percent(share), "1", *_claims_row(runs.rates[:, at, -1]))
                 for at, share in enumerate(DISTINGUISHING)]  # fmt: skip
        rows += [(name, percent(0), f"{loudness:g}", *_claims_row(runs.other_rates[:, at]))
                 for at, loudness in enumerate(OTHER_LOUDNESSES)]  # fmt: skip
    heads = ("order", "come apart in", "size of the opinion", *CLAIM_KINDS,
             "seeds: true, disbelieved", "seeds: false, believed")  # fmt: skip
    told = (
        "How likely claims of each kind are asserted at the end of training. Means over seeds with "
        "95 % t-intervals; the last columns are the lowest and the highest seed."
    )
    return f"#### A reward for the truth\n\n{told}\n\n{table(heads, rows)}"


def _claims_row(rates: Floats) -> list[str]:
    """Returns a row of the table; `rates` is `(seeds, kinds of claims)`."""
    ranges = [
        rates[:, CLAIM_KINDS.index(kind)] for kind in ("true, disbelieved", "false, believed")
    ]
    return [
        *(rate(over_seeds(of_kind)) for of_kind in rates.T),
        *(f"{percent(of.min())} to {percent(of.max())}" for of in ranges),
    ]


def facts() -> dict[str, str]:
    """Returns how the runs were made, as far as the manifest does not know it."""
    learner, strict_steps = Learner(), strict.SCHEDULE
    flawed_steps = SCHEDULES[150]  # the other phases are the same in both
    return {
        "Networks": f"Two, with one hidden layer of {learner.width} rectified units each, and no "
        "weight in common.",
        "Learners": f"REINFORCE by Adam, step size {learner.policy_rate:g}, "
        f"{learner.episodes} episodes a step; the skill by supervised learning with Adam, step "
        f"size {learner.skill_rate:g}, all users in each step.",
        "Flawed feedback": f"{' or '.join(map(str, SCHEDULES))} steps of feedback, "
        f"{flawed_steps.skill} of skill, {flawed_steps.more} of further feedback; the truth earns "
        f"{HONEST:g}.",
        "Reward for the truth": f"{strict_steps.goal} steps of feedback, {strict_steps.skill} of "
        f"skill, {strict_steps.more} of further feedback; the weight of the entropy is "
        f"{strict.ENTROPY:g}.",
        "Seeds": f"{len(SEEDS['flawed'])} of flawed feedback, {len(SEEDS['strict'])} of the reward "
        "for the truth. The settings of a seed start from the same weights and meet the same "
        "users.",
    }
