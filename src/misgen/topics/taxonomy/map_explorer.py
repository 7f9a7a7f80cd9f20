"""The map of the book: every published agent on the plane of capability and goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import over_seeds
from misgen.explore.base import Explorer, Sentence, text_of
from misgen.explore.study import Source, percent
from misgen.topics.taxonomy.agents import agents
from misgen.topics.taxonomy.book_map import (
    ASKED,
    CAPABLE,
    ELSEWHERE,
    HALF,
    INCAPABLE,
    SCENARIOS,
    SEEN,
    WORLDS,
    MappedAgent,
    Place,
)

ALL = "all"
"""The value of a choice that leaves nothing out."""
NOBODY: Sentence = [("", "No agent fits these choices. In this world the control was not run, or "
                         "no agent had this training.")]  # fmt: skip
TEMPLATE: Sentence = [
    ("", "{all} on the map. Capable, mostly with the intended goal: "),
    ("goal", "{goal}"),
    ("", ". Capable, mostly with another goal: "),
    ("second", "{other}"),
    ("", ". Not capable: "),
    ("dead", "{incapable}"),
    ("", ". Did what was asked for: {asked}."),
]
"""What is said of the chosen agents; the names in braces are counts."""
_COLOURS = {CAPABLE: "goal", ELSEWHERE: "second", INCAPABLE: "dead", ASKED: "mute"}
_DISCUSSED = "Where its training is discussed"
_LINKS = {
    "shifted": (_DISCUSSED, "Watch this agent"),
    "flipped": (_DISCUSSED, "Watch this agent, with a view that is not flipped"),
}
"""What an agent sees -> text of its link, without a replay and with one."""
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_NO_SHARE = 255  # of untrained agents: no index of a share is as large


class BookMap(Explorer):
    """The plane, filters, and the numbers and the replay of each agent."""

    module: ClassVar[str] = "topics/taxonomy/book-map"

    def __init__(
        self,
        shown: Sequence[MappedAgent] | None = None,
        source: Source | None = None,
        *,
        title: str = "The agents of four worlds, on one plane",
        key: str | None = None,
    ) -> None:
        """Creates the map.

        Args:
            shown: The agents; by default all published ones.
            source: Where the numbers come from; by default the ledgers.
            title: Heading.
            key: See `Explorer`.

        Raises:
            ValueError: If there are no agents, or two have one id.
        """
        self._agents = tuple(agents() if shown is None else shown)
        _check(self._agents)
        self._trainings = list(dict.fromkeys(map(_training, self._agents)))  # each once, in order
        # ascending values of the slider
        shares = {a.distinguishing for a in self._agents if a.distinguishing is not None}
        self._shares = sorted(shares)
        self._seeds = sorted({agent.seed for agent in self._agents})
        self._worlds = [world for world in WORLDS if any(a.world == world for a in self._agents)]
        super().__init__(
            table={"title": title, **self._table(source or _source(self._agents))},
            arrays=self._arrays(),
            # nothing is left out at first
            state=dict.fromkeys(("world", "distinguishing", "seed"), ALL)
            | {"seen": next(iter(SEEN)), "agent": self._agents[0].id},
            key=key,
            aliases={"share": "distinguishing"},  # its name in addresses of earlier editions
        )

    # ------------------------------------------------------------------------- for the page

    def _table(self, source: Source) -> dict[str, Any]:
        places = [place for agent in self._agents for place in agent.places.values()]
        return {
            "subtitle": "Right: capable. Up: serves the intended goal. The dangerous corner is the "
            "lower right.",
            "controls": self._controls(),
            "worlds": [_world_table(world) for world in self._worlds],
            "trainings": [
                {"world": self._worlds.index(world), "label": label, "slug": f"{world}-{slug}"}
                for world, slug, label in self._trainings
            ],
            # 0 or 1: index into `_LINKS`
            "links": [[int(agent.replay), agent.link.address] for agent in self._agents],
            "linkTexts": _LINKS,
            "scenarios": [
                {"name": name, "label": label, "colour": _COLOURS[name]}
                for name, label in SCENARIOS.items()
            ],
            "half": HALF,
            "corners": ["not capable", "capable"],
            "anyNone": any(np.isnan(place.goal) for place in places),  # they are drawn apart
            "ticks": [[tick, percent(tick)] for tick in _TICKS],
            "template": TEMPLATE,
            "nobody": NOBODY,
            "source": asdict(source),
        }

    def _controls(self) -> dict[str, Any]:
        worlds = [f"chapter {WORLDS[w].chapter}: {WORLDS[w].name}" for w in self._worlds]
        seeds = list(map(str, self._seeds))
        controls = (
            _control("world", "Chapter and world", "choice", [ALL, *self._worlds],
                     ["all chapters", *worlds]),
            _control("distinguishing", "Share of training that distinguishes the goals", "slider",
                     [ALL, *(f"{100 * share:g}" for share in self._shares)],
                     ["all", *map(percent, self._shares)]),
            _control("seed", "Seed", "choice", [ALL, *seeds], ["all seeds", *seeds]),
            _control("seen", "What it sees", "choice", list(SEEN), list(SEEN.values())),
        )  # fmt: skip
        return {control["name"]: control for control in controls}

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        trainings = [self._trainings.index(_training(agent)) for agent in self._agents]
        seeds = [self._seeds.index(agent.seed) for agent in self._agents]
        shares = [
            _NO_SHARE if agent.distinguishing is None else self._shares.index(agent.distinguishing)
            for agent in self._agents
        ]
        arrays: dict[str, NDArray[np.generic]] = {
            # (agent,), as all of these
            "training": np.array(trainings, np.uint16),
            "seed": np.array(seeds, np.uint8),
            "distinguishing": np.array(shares, np.uint8),
            "asked": np.array([agent.asked_for for agent in self._agents], np.uint8),
        }
        for seen in SEEN:
            # nan where it was not measured
            places = [a.places.get(seen, Place(np.nan, np.nan)) for a in self._agents]
            arrays[f"capability.{seen}"] = np.array([place.capability for place in places])
            arrays[f"goal.{seen}"] = np.array([place.goal for place in places])
        return arrays

    # --------------------------------------------------------------------------- in words

    def chosen(
        self, *, world: str = ALL, distinguishing: str = ALL, seed: str = ALL
    ) -> tuple[MappedAgent, ...]:
        """Returns the agents that fit some choices; each is a value of its control."""
        return tuple(
            agent
            for agent in self._agents
            if world in (ALL, agent.world)
            and seed in (ALL, str(agent.seed))
            and distinguishing in (ALL, _percent_of(agent))
        )

    def say(self, *, seen: str = "shifted", **choices: str) -> Sentence:
        """Returns where the agents are that fit some choices; see `chosen`.

        Args:
            seen: What they see at test, one of `SEEN`.
            choices: Values of the other controls.
        """
        fitting = self.chosen(**choices)
        scenarios = [agent.scenario(seen) for agent in fitting if seen in agent.places]
        if not scenarios:
            return NOBODY
        words = {name: str(scenarios.count(name)) for name in SCENARIOS}
        words["all"] = "1 agent is" if len(scenarios) == 1 else f"{len(scenarios)} agents are"
        return [(tag, text.format(**words)) for tag, text in TEMPLATE]

    def sentence(self) -> str:
        """Returns where the agents are."""
        return text_of(self.say())

    def numbers(self) -> str:
        """Returns the definitions of the indices, and the means of each training as a table."""
        definitions = "".join(
            f"<li><b>{escape(WORLDS[world].name)}.</b> Capability index: "
            f"{escape(WORLDS[world].capability)} Goal index: {escape(WORLDS[world].goal)}</li>"
            for world in self._worlds
        )
        heads = "".join(
            f'<th scope="col">{name}</th>' for name in ("agents", "seeds", "capability", "goal")
        )
        rows = "".join(map(self._row_html, self._trainings))
        return (
            "<details><summary>The two indices in each world</summary>"
            f'<ul>{definitions}</ul></details><details class="mg-numbers"><summary>The numbers: '
            "means, 95 % intervals over seeds</summary>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
        )

    def _row_html(self, training: tuple[str, str, str]) -> str:
        # the one way of seeing that all agents have
        places = [a.places["shifted"] for a in self._agents if _training(a) == training]
        means = [_mean([p.capability for p in places]), _mean([p.goal for p in places])]
        cells = "".join(f"<td>{escape(text)}</td>" for text in (str(len(places)), *means))
        return f'<tr><th scope="row">{escape(training[2])}</th>{cells}</tr>'


def _check(agents: Sequence[MappedAgent]) -> None:
    if not agents:
        raise ValueError("Give the map at least one agent.")
    ids = [agent.id for agent in agents]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise ValueError(f"Two agents are called {twice!r}; give their trainings two slugs.")


def _percent_of(agent: MappedAgent) -> str | None:
    return None if agent.distinguishing is None else f"{100 * agent.distinguishing:g}"


def _training(agent: MappedAgent) -> tuple[str, str, str]:
    return agent.world, agent.slug, training_words(agent)


def training_words(agent: MappedAgent) -> str:
    """Returns how an agent was trained in words, without its seed.

    >>> from misgen.topics.taxonomy.agents import coinrun_agents
    >>> training_words(coinrun_agents()[10])
    'CoinRun; 0 % of training distinguishes the goals; on levels without limit'
    """
    world = WORLDS[agent.world].name
    if agent.distinguishing is None:
        return f"{world}; {agent.training}"
    share = percent(agent.distinguishing)
    return f"{world}; {share} of training distinguishes the goals; {agent.training}"


def _world_table(name: str) -> dict[str, Any]:
    world = WORLDS[name]
    fields = ("id", "name", "mark", "capability", "goal")
    return {field: getattr(world, field) for field in fields}


def _control(
    name: str, label: str, kind: str, values: Sequence[str], labels: Sequence[str]
) -> dict[str, Any]:
    return {"name": name, "label": label, "kind": kind, "values": values, "labels": labels,
            "playable": False}  # fmt: skip


def _source(agents: Sequence[MappedAgent]) -> Source:
    return Source(
        f"{len(agents)} agents of the ledgers, each measured in its own chapter. Both indices are "
        "this book's own. Not on the map: forests with edges, and agents that a page trains "
        "itself, such as dogs, cloned policies and recommenders"
    )


def _mean(values: Sequence[float]) -> str:
    """Returns the mean of those that are defined, with its interval if there are two.

    >>> _mean([0.5, 0.5]), _mean([0.25]), _mean([float("nan")])
    ('50 % [50, 50]', '25 %', 'none')
    """
    defined = [value for value in values if not np.isnan(value)]  # see `Place.goal`
    if not defined:
        return "none"
    # one seed has no interval
    return str(over_seeds(defined)) if len(defined) > 1 else f"{defined[0]:.0%}".replace("%", " %")
