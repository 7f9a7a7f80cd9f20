"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (
    Live(
        "rewards",
        "One population and one dog",
        ("breed(", "reinforce("),
        seeds="0, and 0 to 99 where many are compared",
    ),
    Live("rewards", "The fingerprints of behaviour", ("behave(",)),
    Live(
        "rewards", "The dog that the reader trains", ("explorers.train_by_hand(",), seeds="0 to 5"
    ),
    Live(
        "rewards",
        "The hundred dogs, the lottery, the turned back, the dial of the dogs, the louder cue",
        ("explorers.hundred_dogs(", "sweeps.sweep_shares(", "sweeps.sweep_clarities("),
        seeds="0 to 99",
    ),
    Live("rewards", "Stricter trainers", ("explorers.strict_trainer(",), seeds="0 to 39"),
)
