"""Every published agent of the book, as a point of its map."""

from __future__ import annotations

from functools import lru_cache

from misgen.topics.taxonomy.assistant_agents import assistants
from misgen.topics.taxonomy.book_map import MappedAgent
from misgen.topics.taxonomy.forest_agents import forest_agents
from misgen.topics.taxonomy.trial_agents import coin_grid_agents, coinrun_agents


@lru_cache(maxsize=1)
def agents() -> tuple[MappedAgent, ...]:
    """Returns all published agents, in the order of the book, of their trainings and seeds."""
    return (*coin_grid_agents(), *coinrun_agents(), *forest_agents(), *assistants())
