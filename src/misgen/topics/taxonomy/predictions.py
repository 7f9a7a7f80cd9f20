"""What a reader predicts of the agents of the map and of a device, and what came out."""

from __future__ import annotations

from collections.abc import Sequence

from misgen.explore import Guess
from misgen.explore.base import Sentence
from misgen.topics.taxonomy.agents import agents
from misgen.topics.taxonomy.book_map import CAPABLE, INCAPABLE, MappedAgent
from misgen.topics.taxonomy.directedness_explorer import WALKERS, measured

ASKED_RIGHT = ("coin-grid", "coinrun", "assistant")
"""Worlds in which only the intended goal was ever asked for. In the forest a low discount may ask
for felling, so that to miss the goal there can be what was specified."""


def skill() -> Guess:
    """Returns the guess whether a test of skill finds the agents that miss the intended goal."""
    missing = missing_the_goal(agents())
    found = sum(agent.places["shifted"].scenario == INCAPABLE for agent in missing)
    outcome: Sentence = [
        ("", f"Of {len(missing)} such agents it finds "), ("dead", str(found)),
        ("", ". The other "), ("proxy", str(len(missing) - found)),
        ("", " have kept their skill, and serve mostly another goal with it."),
    ]  # fmt: skip
    return Guess.of("taxonomy", "skill", outcome=outcome)


def agent_or_device() -> Guess:
    """Returns the guess whether a goal foretells an agent better than a device."""
    moved = measured()["corner"][:, 0, :, -1].mean(axis=-1)  # seen as in training; over the seeds
    nats = dict(zip(WALKERS, moved, strict=True))
    outcome: Sentence = [
        ("", "Better than an even guess, where the coin always lies elsewhere: by "),
        ("proxy", f"{nats['ambiguous']:.2f} nats"), ("", " a decision for the agents, and by "),
        ("proxy", f"{nats['device']:.2f} nats"), ("", " for the device."),
    ]  # fmt: skip
    return Guess.of("taxonomy", "device", outcome=outcome)


def missing_the_goal(mapped: Sequence[MappedAgent]) -> list[MappedAgent]:
    """Returns the trained agents that mostly miss the intended goal, which alone was asked for."""
    return [
        agent
        for agent in mapped
        if agent.world in ASKED_RIGHT
        and agent.distinguishing is not None  # untrained agents met no levels at all
        and agent.places["shifted"].scenario != CAPABLE
    ]
