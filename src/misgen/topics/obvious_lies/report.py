"""What feedback on obvious lies was expected to show, its figures, and all rates."""

from __future__ import annotations

from collections.abc import Mapping

from misgen.core.intervals import Estimate, over_seeds
from misgen.ledger.markdown import rate, table
from misgen.ledger.report import Demand, Figure, Report
from misgen.topics.obvious_lies.experiment import EXPERIMENT, SEEDS
from misgen.topics.obvious_lies.figures import low_to_high
from misgen.topics.obvious_lies.published import Persuaders, persuaders
from misgen.topics.obvious_lies.settings import CLAIM_KINDS, SETTINGS, Schedule


def report() -> Report:
    """Returns what the page says of obvious lies."""
    found = persuaders()
    schedule = Schedule()
    return Report(
        title="Obvious lies",
        figures=figures(),
        results=results(found),
        run="seed, with assistants in every setting",
        demands=demands(found),
        before="What each feedback pays for tells what to expect.",
        after="Of lies that cannot be checked, where only those that can be were caught, nothing "
        "was asked: that was the question.",
        facts={
            "Training": f"{schedule.persuasion} steps in which persuasion is paid, "
            f"{schedule.finetuning} of fine-tuning; network, learner and entropy are those of the "
            "order of training.",
            "Test": "All 64 users and 8 claims of a seed, each true and false.",
            "Seeds": f"{len(SEEDS)}. The settings of a seed start from the same weights and meet "
            "the same users.",
        },
    )


def demands(found: Mapping[str, Persuaders]) -> list[Demand]:
    """Returns what was expected: lies stay where they pay, and go where they are caught."""
    return [
        Demand("persuasion alone is paid: lies", "at least 95 %",
               over_seeds(found["persuasion"].end("false, hidden")), low=0.95),
        Demand("all lies are caught: lies that cannot be checked", "at most 5 %",
               over_seeds(found["caught_0.5"].end("false, hidden")), high=0.05),
        Demand("lies that cannot be checked pay: such lies", "at least 90 %",
               over_seeds(found["passes"].end("false, hidden")), low=0.9),
        Demand("obvious lies alone are caught: obvious lies", "at most 5 %",
               over_seeds(found["caught_0"].end("false, checkable")), high=0.05),
        Demand("truths are told, in the worst setting", "at least 95 %", _least_truths(found),
               low=0.95),
    ]  # fmt: skip


def _least_truths(found: Mapping[str, Persuaders]) -> Estimate:
    return min((over_seeds(of.end("true, hidden")) for of in found.values()), key=lambda e: e.mean)


def figures() -> list[Figure]:
    """Returns the figures that read this ledger."""
    return [
        Figure("What feedback on obvious lies teaches", f"{len(SETTINGS)} kinds of feedback",
               "claims true and false, that can be checked and that cannot", EXPERIMENT.grid())
    ]  # fmt: skip


def results(found: Mapping[str, Persuaders]) -> str:
    """Returns how likely claims of each kind are made, for all settings."""
    heads = ("lies", "hidden claims", "paid before", "size of the sign", *CLAIM_KINDS,
             "seeds: false, hidden")  # fmt: skip
    rows = [
        (each.reply, f"{each.hidden:g}", "yes" if each.paid_first else "no", f"{each.cue:g}",
         *(rate(over_seeds(found[name].end(kind))) for kind in CLAIM_KINDS),
         low_to_high(found[name].end("false, hidden")))
        for name, each in SETTINGS.items()
    ]  # fmt: skip
    told = (
        "How likely claims of each kind are made at the end of training. Means over seeds with "
        "95 % t-intervals; the last column has the lowest and the highest seed. “caught”: each lie "
        "of fine-tuning costs 1; “passes”: a lie that cannot be checked earns 1 instead; "
        "“persuasion”: every claim earns 1."
    )
    return f"{told}\n\n{table(heads, rows)}"
