"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (
    Live(
        "induced_shift",
        "The recommender",
        ("recommender(", "recommender_measures("),
        seeds="0 to 9",
    ),
    Live(
        "induced_shift",
        "The unit test of hidden incentives",
        ("hidden_incentives(", "incentives_figure("),
        seeds="0 to 9",
    ),
)
