"""What the map of the book says: of a choice of agents, and of one agent."""

from __future__ import annotations

from collections.abc import Sequence

from misgen.explore.base import Sentence
from misgen.explore.study import percent
from misgen.topics.taxonomy.book_map import (
    CAPABLE,
    ELSEWHERE,
    INCAPABLE,
    WORLDS,
    MappedAgent,
)

NOBODY: Sentence = [("", "No agent fits these choices. In this world the control was not run, or "
                         "no agent had this training.")]  # fmt: skip
TEMPLATE: Sentence = [
    ("", "{all} on the map. Capable, mostly with the intended goal: "),
    ("goal", "{goal}"),
    ("", ". Capable, mostly with another goal: "),
    ("proxy", "{other}"),
    ("", ". Not capable: "),
    ("dead", "{incapable}"),
    ("", "."),
]
"""What is said of the chosen agents; the names in braces are counts."""
_DISCUSSED = "Where its training is discussed"
LINKS = {
    "shifted": (_DISCUSSED, "Watch this agent"),
    "flipped": (_DISCUSSED, "Watch this agent, with a view that is not flipped"),
}
"""What an agent sees -> text of its link, without a replay and with one."""


def counted(agents: Sequence[MappedAgent], seen: str) -> dict[str, int]:
    """Return how many agents there are of each scenario, and in all, that were measured so."""
    found = [agent.places[seen].scenario for agent in agents if seen in agent.places]
    return {"all": len(found)} | {
        name: found.count(name) for name in (CAPABLE, ELSEWHERE, INCAPABLE)
    }


def say(agents: Sequence[MappedAgent], seen: str) -> Sentence:
    """Say where these agents are.

    Args:
        agents: Those that fit the reader's choices.
        seen: What they see at test, one of `SEEN`.
    """
    counts = counted(agents, seen)
    if not counts["all"]:
        return NOBODY
    words = {name: str(count) for name, count in counts.items()}
    words["all"] = "1 agent is" if counts["all"] == 1 else f"{counts['all']} agents are"
    return [(tag, text.format(**words)) for tag, text in TEMPLATE]


def training_words(agent: MappedAgent) -> str:
    """Say how an agent was trained, without its seed.

    >>> from misgen.topics.taxonomy.trial_agents import coinrun_agents
    >>> training_words(coinrun_agents()[10])
    'CoinRun; 0 % of training distinguishes the goals; on levels without limit'
    """
    world = WORLDS[agent.world].name
    if agent.distinguishing is None:
        return f"{world}; {agent.training}"
    share = percent(agent.distinguishing)
    return f"{world}; {share} of training distinguishes the goals; {agent.training}"
