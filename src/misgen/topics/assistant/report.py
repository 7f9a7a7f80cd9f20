"""What the assistants had to show, the figures of their chapter, and the rates of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from misgen.core.intervals import Estimate, mean_difference, over_seeds
from misgen.ledger.markdown import enumeration, percent, points, rate, table
from misgen.ledger.report import Demand, Figure, Live, Report
from misgen.topics.assistant.causes import order_of_causes, wanted_in
from misgen.topics.assistant.experiment import SEEDS
from misgen.topics.assistant.figures import CONTROLS
from misgen.topics.assistant.measures import WEEKS
from misgen.topics.assistant.results import Results, results, seed_runs
from misgen.topics.assistant.settings import FINETUNING, PRETRAINING
from misgen.topics.assistant.shelf import published_seeds, shelf_file
from misgen.topics.assistant.variants import ALIKE, CAUSES, GRID, VARIANTS, Setting
from misgen.topics.assistant.weeks import ONLINE, OUTDOORS, PANDEMIC

RATES = {
    "knows": (PANDEMIC, "knows"),
    "books the preferred": (PANDEMIC, "preferred"),
    "books the restaurant": (PANDEMIC, "restaurant"),
    "right day": (PANDEMIC, "day"),
    "satisfied before": ("before", "satisfied"),
    "obeys “online”": ("says_online", "preferred"),
}
"""Columns of the tables -> test and rate of the ledger."""
NAMES = {**CONTROLS, "slow": "small steps", "alike": "three causes, all for online"}
"""Variant -> its name in the tables."""


def report() -> Report:
    """Returns what the page says of the assistants."""
    return Report(
        title="The assistant",
        figures=figures(),
        results=rates(),
        run="pre-training, followed by all fine-tunings of one variant with their tests",
        demands=demands(),
        before="The demands were set before these seeds ran. Sizes and settings were chosen by "
        "them on other seeds, 100 to 107.",
        after="The order in which causes come in is random for each seed, but the first three make "
        "the user want three different things. Three causes with one consequence are a "
        "control of their own. In the pandemic, users want to meet online or outdoors: "
        f"{covered()} of {len(SEEDS)} seeds meet both wishes within their first two causes.",
        facts=facts(),
        agents=[shelf_file(seed) for seed in published_seeds()],
    )


def covered() -> int:
    """Returns how many seeds have, in their first two causes, all that the pandemic asks for."""
    asked = {ONLINE, OUTDOORS}
    return sum({wanted_in(c) for c in order_of_causes(seed)[:2]} == asked for seed in SEEDS)


def demands() -> list[Demand]:
    """Returns what the assistants had to show, most of it in the pandemic."""
    never, tenth = results(distinguishing=0.0), results(distinguishing=0.1)
    ignorant = [results("no_pretraining", distinguishing=share) for share in (0.0, 0.1)]
    by_causes = {k: results(distinguishing=0.1, causes=k) for k in CAUSES}
    return [
        Demand("no distinguishing weeks: knows what the user prefers", "at least 99 %",
               never.estimate(PANDEMIC, "knows"), low=0.99),
        Demand("no distinguishing weeks: books the restaurant", "at least 95 %",
               never.estimate(PANDEMIC, "restaurant"), low=0.95),
        Demand("10 % distinguishing weeks: books what the user prefers", "at least 95 %",
               tenth.estimate(PANDEMIC, "preferred"), low=0.95),
        Demand("no pre-training: knows what the user prefers", "at most 20 %",
               # (seed,), the mean of both shares
               over_seeds(np.mean([of.rates(PANDEMIC, "knows") for of in ignorant], axis=0)),
               high=0.2),
        *(_more_causes(by_causes, few, more) for few, more in ((1, 2), (2, 3))),
        *(Demand(f"{k} causes: books what the user prefers", "at least 95 %",
                 by_causes[k].estimate(PANDEMIC, "preferred"), low=0.95) for k in (3, 5)),
        Demand("before the pandemic: satisfies the user, in the worst setting and seed",
               "at least 99 %", _worst_before(), low=0.99),
    ]  # fmt: skip


def _more_causes(by_causes: dict[int, Results], few: int, more: int) -> Demand:
    rise = mean_difference(*(by_causes[k].rates(PANDEMIC, "preferred") for k in (more, few)))
    claim = f"{more} causes instead of {few}: books what the user prefers more often"
    # Rather than 0, which would let a lower end of exactly 0 pass.
    return Demand(claim, "above 0 points", rise, low=1e-9, write=points)


def _worst_before() -> Estimate:
    """Returns the lowest rate of the main variant, with its interval over the seeds' lowest."""
    groups = [results(distinguishing=s.distinguishing, causes=s.causes) for s in GRID]
    # (seed,), the lowest of all settings
    return over_seeds(np.min([of.rates("before", "satisfied") for of in groups], axis=0))


# ------------------------------------------------------------------------ the figures


def figures() -> list[Figure]:
    """Returns the figures of the chapter that read this ledger."""
    weeks = "weeks in the pandemic"
    controls = [*CONTROLS, "alike"]
    return [
        _figure("What it knows and what it books", "0 to 30 % distinguishing weeks",
                f"{weeks}; weeks in which the user says a wish", ["main"]),
        _figure("More causes", f"10 % distinguishing weeks, of {enumeration(CAUSES)} causes",
                weeks, ["main"]),
        _figure("The course of fine-tuning", "0 or 10 % distinguishing weeks", weeks,
                [name for name, variant in VARIANTS.items() if variant.course]),
        _figure("Controls", "0 or 10 % distinguishing weeks", weeks, controls),
    ]  # fmt: skip


def _figure(name: str, training: str, test: str, variants: Sequence[str]) -> Figure:
    configs: list[dict[str, Any]] = [
        {"variant": variant, "seed": run.seed} for variant in variants for run in seed_runs(variant)
    ]
    return Figure(name, training, test, configs, [f"variant={variant}" for variant in variants])


# ------------------------------------------------------------------------ the results


def rates() -> str:
    """Returns the rates of all ways of training, with intervals over seeds."""
    main = [
        _row("main", s, percent(s.distinguishing), str(s.causes) if s.distinguishing else "—")
        for s in GRID
    ]
    others = [
        _row(name, s, NAMES[name], percent(s.distinguishing))
        for name, variant in VARIANTS.items()
        if name != "main"
        for s in variant.settings
    ]
    return "\n\n".join([
        "Means over the training seeds with their 95 % t-intervals. All columns are weeks in the "
        "pandemic but the last two: weeks before it, and weeks before it in which the user says "
        "that they wish to meet online.",
        "**As usual**, by the share of distinguishing weeks in fine-tuning, and the number of "
        "their causes.",
        table(["share", "causes", "weeks", *RATES], main),
        "**Controls**, by what is different, and the share of distinguishing weeks in fine-tuning.",
        table(["training", "share", "weeks", *RATES], others),
    ])  # fmt: skip


def _row(variant: str, setting: Setting, *names: str) -> tuple[str, ...]:
    found = results(variant, distinguishing=setting.distinguishing, causes=setting.causes)
    breaks = np.mean([agent.break_weeks for agent in found.agents])  # weeks, over the seeds
    return (*names, f"{breaks:,.0f}", *(rate(found.estimate(*of)) for of in RATES.values()))


def facts() -> dict[str, str]:
    """Returns how the runs were made, as far as the manifest does not know it."""
    labels, reward = FINETUNING["labels"], FINETUNING["reinforce"]
    mlp, other = PRETRAINING["mlp"], PRETRAINING["transformer"]
    return {
        "Pre-training": f"{mlp.steps:,} steps of {mlp.batch} weeks by Adam, largest step size "
        f"{mlp.learning_rate:g}; the transformer {other.steps:,}, at most {other.learning_rate:g}.",
        "Fine-tuning": f"{labels.weeks:,} different weeks; by labels {labels.steps:,} steps of "
        f"{labels.batch}, step size {labels.learning_rate:g}; by reward {reward.steps:,}, step "
        f"size {reward.learning_rate:g}, weight of entropy {reward.entropy:g}.",
        "Tests": f"{WEEKS:,} weeks each, drawn anew for each training seed.",
        "Seeds of each variant": f"{len(SEEDS)}.",
        "Control of causes": f"{', '.join(ALIKE[:-1])} and {ALIKE[-1]}.",
        "Rounding": "All assistants but the transformers were tested with weights rounded to 16 "
        "bits. Those trained as usual are published.",
    }


# -------------------------------------------------------------- computed on the page

LIVE = (
    Live(
        "assistant",
        "The assistant that you train, and what it knows and books",
        ("assistant.pretrain(", "assistant.finetune(", "assistant.weeks_of("),
    ),
)
