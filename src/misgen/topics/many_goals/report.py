"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (
    Live("many_goals", "The walks of an agent", ("watched(",), seeds="0"),
    Live("many_goals", "Two goals, one walk", ("move_pictures(",), seeds="none: nothing is drawn"),
    Live(
        "many_goals",
        "Rewards that explain a behaviour, and their ranges",
        ("Painter(", "most_generous(", "watch_in_rooms("),
        seeds="none: nothing is drawn",
    ),
    Live(
        "many_goals",
        "What further environments leave open",
        ("left_open(",),
        seeds="0 (of the five rewards)",
    ),
)
