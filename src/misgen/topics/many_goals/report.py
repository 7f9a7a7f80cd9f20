"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (
    Live(
        "rewards",
        "Rewards that explain a behaviour, and their ranges",
        ("Painter(", "most_generous(", "watch_in_rooms("),
        seeds="none: nothing is drawn",
    ),
    Live(
        "rewards",
        "What further environments leave open",
        ("left_open(",),
        seeds="0 (of the five rewards)",
    ),
)
