"""A map of six agents, with what a map must be able to show."""

from __future__ import annotations

import math

from misgen.topics.taxonomy.book_map import MappedAgent, Place
from misgen.topics.taxonomy.links import Link

NOWHERE = math.nan


def coinrun(seed: int, place: Place, flipped: Place, **changes: object) -> MappedAgent:
    link = Link("coinrun", "dial", {"distinguishing": 0, "seed": seed})
    given = {
        "training": "on all levels", "slug": "dial-0", "distinguishing": 0.0, "link": link,
        "replay": True, **changes,
    }  # fmt: skip
    places = {"shifted": place, "flipped": flipped}
    return MappedAgent(world="coinrun", seed=seed, places=places, **given)


def agents() -> list[MappedAgent]:
    """Two of one training, an untrained one, one without a goal index, and two forests, of which
    one was told to fell."""
    tale = Link("forest_changes", section="how-the-worlds-end")
    return [
        coinrun(0, Place(0.98, 0.1), Place(0.3, 0.2)),
        coinrun(1, Place(0.96, 0.7), Place(0.2, 0.9)),
        coinrun(0, Place(0.1, 0.9), Place(0.1, 0.9), training="untrained", slug="untrained",
                distinguishing=None, link=Link("coinrun", section="quiz"), replay=False),
        coinrun(3, Place(0.0, NOWHERE), Place(0.0, NOWHERE), slug="dial-2", distinguishing=0.02,
                training="on few levels"),
        MappedAgent("tree-gridworld", "discount 0.97", "0.97", 0.0, 3,
                    {"shifted": Place(0.7, 0.2)}, tale, replay=False),
        MappedAgent("tree-gridworld", "discount 0.9", "0.9-0.3-0.000001", 0.0, 3,
                    {"shifted": Place(0.9, 0.0)}, tale, replay=False),
    ]  # fmt: skip
