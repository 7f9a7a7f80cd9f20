"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (
    Live(
        "distributions",
        "The coin line, the rules' scores, and the step at which the probe flips",
        ("CoinLineExplorer(", "clone(", "score("),
        seeds="none: nothing is drawn",
    ),
    Live("distributions", "200 networks at each share", ("train_networks(",)),
)
