"""The rates of the dogs in the ledger, the figure that shows them, and what the page computes."""

from __future__ import annotations

from misgen.ledger import trials_report as trials
from misgen.ledger.published import Results, results
from misgen.ledger.report import Figure, Live, Report

RATES = {
    "goal": ("shifted", "goal"),
    "proxy": ("shifted", "proxy"),
    "accidental": ("erased", "goal"),
    "as trained": ("ordinary", "goal"),
}
"""Columns of the table of results -> test and rate of the ledger."""


def report() -> Report:
    """Returns what the page says of the dogs."""
    of_env = results("Dogs")
    return Report(
        title="Dogs",
        figures=figures(of_env),
        results=rates(of_env),
        run="dog that was trained and tested",
        facts=trials.facts(of_env, "each a command of its own, with lips as clear as in training."),
    )


def figures(of_env: Results) -> list[Figure]:
    """Returns the explorer that reads this ledger."""
    return [
        trials.figure("Train a dog here: the bands",
                      "by shares of commands that tell voice and lips apart; with both always "
                      "together, by how clear the lips are",
                      "commands whose lips say the other word", of_env),
    ]  # fmt: skip


def rates(of_env: Results) -> str:
    """Returns the rates of all ways of training, with intervals over seeds."""
    told = (
        "Means over the training seeds with their 95 % t-intervals, of networks that proximal "
        "policy optimization trained. The first column is `distinguishing` in training; the test "
        "is on commands whose lips say the other word, but for the last column. The terms are in "
        "the [glossary](glossary.md#outcome)."
    )
    return f"{told}\n\n{trials.rates_table(trials.by_training(of_env), RATES)}"


# -------------------------------------------------------------- computed on the page

LIVE = (
    Live("rewards", "The dogs that the reader trains",
         ("explorers.first_dog(", "explorers.train_by_hand("), seeds="0 to 5"),
    Live("rewards", "What trained dogs follow", ("explorers.against(",), seeds="0 to 99"),
    Live("rewards", "The learner and the breeder in full",
         ("reinforce(reward, apart", "breed(reward"), seeds="0 to 4"),
    Live("rewards", "The hundred dogs, the dial, the turned back, the clearer cue",
         ("explorers.hundred_dogs(", "sweeps.sweep_shares(", "sweeps.sweep_clarities("),
         seeds="0 to 99"),
    Live("rewards", "The fingerprints of behaviour", ("behave(",)),
)  # fmt: skip
