"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

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
