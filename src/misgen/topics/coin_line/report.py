"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (
    Live(
        "distributions",
        "The coin line, the rules' scores, the step at which the probe flips, and what comes after",
        ("CoinLineExplorer(", "clone(", "score("),
        seeds="none: nothing is drawn",
    ),
    Live("distributions", "200 networks at each share, in two encodings", ("train_networks(",)),
    Live("distributions", "Four words, four curves", ("four_words(",), seeds="0 to 19"),
)
