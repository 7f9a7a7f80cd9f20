"""The map of the book: every published agent on the plane of capability and goal."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import over_seeds
from misgen.explore import tables
from misgen.explore.base import (
    Explorer,
    Scalar,
    Sentence,
    caption_html,
    figure_html,
    html_of,
    text_of,
)
from misgen.explore.study import Source, percent
from misgen.topics.taxonomy.book_map import (
    HALF,
    SCENARIOS,
    SEEN,
    WORLDS,
    MappedAgent,
    Place,
)
from misgen.topics.taxonomy.map_svg import COLOURS, TICKS, map_svg
from misgen.topics.taxonomy.map_words import (
    LINKS,
    NOBODY,
    TEMPLATE,
    say,
    training_words,
)
from misgen.topics.taxonomy.published import agents

TITLE = "Every agent of the book, on one plane"
SUBTITLE = "Right: capable. Up: serves the intended goal. The dangerous corner is the lower right."
ALL = "all"
"""The value of a choice that leaves nothing out."""
_NO_SHARE = 255


class BookMap(Explorer):
    """The plane, filters, and the numbers and the replay of each agent."""

    module: ClassVar[str] = "topics/taxonomy/book-map"

    def __init__(
        self,
        of: Sequence[MappedAgent] | None = None,
        source: Source | None = None,
        *,
        title: str = TITLE,
        subtitle: str = SUBTITLE,
        key: str | None = None,
    ) -> None:
        """Create the map.

        Args:
            of: The agents; by default all published ones.
            source: Where the numbers come from; by default the ledgers.
            title: Heading.
            subtitle: What the corners are.
            key: See `Explorer`.

        Raises:
            ValueError: If there are no agents, or two have one id.
        """
        self._agents = tuple(agents() if of is None else of)
        _check(self._agents)
        self._title, self._subtitle = title, subtitle
        self._source = source or _source(self._agents)
        self._trainings = list(dict.fromkeys(map(_training, self._agents)))
        shares = {a.distinguishing for a in self._agents if a.distinguishing is not None}
        self._shares = sorted(shares)
        self._seeds = sorted({agent.seed for agent in self._agents})
        self._worlds = [world for world in WORLDS if any(a.world == world for a in self._agents)]
        state: dict[str, Scalar] = {
            "world": ALL, "share": ALL, "seed": ALL, "seen": next(iter(SEEN)),
            "agent": self._agents[0].id,
        }  # fmt: skip
        super().__init__(table=self._table(), arrays=self._arrays(), state=state, key=key)

    # ------------------------------------------------------------------------- for the page

    def _table(self) -> dict[str, Any]:
        return {
            "title": self._title,
            "subtitle": self._subtitle,
            "controls": self._controls(),
            "worlds": [_world_table(world) for world in self._worlds],
            "trainings": [
                {"world": self._worlds.index(world), "label": label, "slug": f"{world}-{slug}"}
                for world, slug, label in self._trainings
            ],
            "links": self._links(),
            "linkTexts": LINKS,
            "scenarios": [
                {"name": name, "label": label, "colour": COLOURS[name]}
                for name, label in SCENARIOS.items()
            ],
            "half": HALF,
            "corners": ["not capable", "capable"],
            "anyNone": self._any_without_goal(),
            "ticks": [[tick, percent(tick)] for tick in TICKS],
            "template": TEMPLATE,
            "nobody": NOBODY,
            "source": tables.source_table(self._source),
        }

    def _any_without_goal(self) -> bool:
        return any(np.isnan(place.goal) for a in self._agents for place in a.places.values())

    def _controls(self) -> dict[str, Any]:
        worlds = [f"chapter {WORLDS[w].chapter}: {WORLDS[w].name}" for w in self._worlds]
        return {
            "world": _control("world", "Chapter and world", "choice", self._worlds, worlds,
                              "all chapters"),
            "share": _control("share", "Share of training that distinguishes the goals",
                              "slider",
                              [f"{100 * share:g}" for share in self._shares],
                              [percent(share) for share in self._shares], "all"),
            "seed": _control("seed", "Seed", "choice", [str(seed) for seed in self._seeds],
                             [str(seed) for seed in self._seeds], "all seeds"),
            "seen": {"name": "seen", "label": "What it sees", "kind": "choice",
                     "values": list(SEEN), "labels": list(SEEN.values()), "playable": False},
        }  # fmt: skip

    def _links(self) -> list[list[Any]]:
        """Return what the links of agents lead to, without repeating what seeds share."""
        return [[int(agent.replay), agent.link.address] for agent in self._agents]

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        arrays: dict[str, NDArray[np.generic]] = {
            "training": np.array(
                [self._trainings.index(_training(a)) for a in self._agents], np.uint16
            ),
            "seed": np.array([self._seeds.index(a.seed) for a in self._agents], np.uint8),
            "share": np.array([self._share(a) for a in self._agents], np.uint8),
        }
        for seen in SEEN:
            places = [a.places.get(seen, Place(np.nan, np.nan)) for a in self._agents]
            arrays[f"capability.{seen}"] = np.array([place.capability for place in places])
            arrays[f"goal.{seen}"] = np.array([place.goal for place in places])
        return arrays

    def _share(self, agent: MappedAgent) -> int:
        share = agent.distinguishing
        return _NO_SHARE if share is None else self._shares.index(share)

    # --------------------------------------------------------------------------- in words

    def chosen(
        self, *, world: str = ALL, share: str = ALL, seed: str = ALL
    ) -> tuple[MappedAgent, ...]:
        """Return the agents that fit some choices; each is a value of its control."""
        return tuple(
            agent
            for agent in self._agents
            if world in (ALL, agent.world)
            and seed in (ALL, str(agent.seed))
            and (share == ALL or _percent_of(agent) == share)
        )

    def say(self, *, seen: str = "shifted", **choices: str) -> Sentence:
        """Say where the agents are that fit some choices; see `chosen`."""
        return say(self.chosen(**choices), seen)

    def sentence(self) -> str:
        """Say where the agents are."""
        return text_of(self.say())

    def still(self) -> str:
        """Return the plane with all agents, the definitions, and the means as a table."""
        label = (
            f"Plane of capability index and goal index. {self.sentence()} Shapes: "
            + ", ".join(f"{WORLDS[w].mark} for {WORLDS[w].name}" for w in self._worlds)
            + "."
        )
        return figure_html(
            f'<p class="mg-title">{escape(self._title)}</p>',
            map_svg(self._agents, "shifted", label),
            f"<p>{html_of(self.say())}</p>",
            _definitions_html(self._worlds),
            _numbers_html(self._agents),
            caption=caption_html(self._source),
        )


def _check(agents: Sequence[MappedAgent]) -> None:
    if not agents:
        raise ValueError("Give the map at least one agent.")
    ids = [agent.id for agent in agents]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise ValueError(f"Two agents are called {twice!r}; give their trainings two slugs.")


def _training(agent: MappedAgent) -> tuple[str, str, str]:
    return agent.world, agent.slug, training_words(agent)


def _percent_of(agent: MappedAgent) -> str | None:
    return None if agent.distinguishing is None else f"{100 * agent.distinguishing:g}"


def _world_table(world: str) -> dict[str, Any]:
    of = WORLDS[world]
    return {
        "id": of.id, "name": of.name, "mark": of.mark, "capability": of.capability,
        "goal": of.goal,
    }  # fmt: skip


def _control(
    name: str, label: str, kind: str, values: Sequence[str], labels: Sequence[str], all_of: str
) -> dict[str, Any]:
    return {
        "name": name, "label": label, "kind": kind, "values": [ALL, *values],
        "labels": [all_of, *labels], "playable": False,
    }  # fmt: skip


def _source(agents: Sequence[MappedAgent]) -> Source:
    return Source(
        f"{len(agents)} agents of the ledgers, each measured in its own chapter. Both indices are "
        "this book's own. Not on the map: agents that a page trains itself, such as dogs, cloned "
        "policies and recommenders"
    )


# ---------------------------------------------------------------------------------- still


def _definitions_html(worlds: Sequence[str]) -> str:
    items = "".join(
        f"<li><b>{escape(WORLDS[world].name)}.</b> Capability index: "
        f"{escape(WORLDS[world].capability)} Goal index: {escape(WORLDS[world].goal)}</li>"
        for world in worlds
    )
    return f"<details><summary>The two indices in each world</summary><ul>{items}</ul></details>"


def _numbers_html(agents: Sequence[MappedAgent]) -> str:
    trainings = list(dict.fromkeys(map(_training, agents)))
    rows = "".join(
        _row_html(training, [a for a in agents if _training(a) == training])
        for training in trainings
    )
    heads = "".join(
        f'<th scope="col">{name}</th>' for name in ("agents", "seeds", "capability", "goal")
    )
    return (
        '<details class="mg-numbers"><summary>The numbers: means, 95 % intervals over seeds'
        f"</summary><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _row_html(training: tuple[str, str, str], of: Sequence[MappedAgent]) -> str:
    places = [agent.places["shifted"] for agent in of]
    cells = "".join(
        f"<td>{escape(_mean([getattr(place, name) for place in places]))}</td>"
        for name in ("capability", "goal")
    )
    return f'<tr><th scope="row">{escape(training[2])}</th><td>{len(of)}</td>{cells}</tr>'


def _mean(values: Sequence[float]) -> str:
    """Write the mean of those that are defined, with its interval if there are two.

    >>> _mean([0.5, 0.5]), _mean([0.25]), _mean([float("nan")])
    ('50 % [50, 50]', '25 %', 'none')
    """
    defined = [value for value in values if not np.isnan(value)]
    if not defined:
        return "none"
    return str(over_seeds(defined)) if len(defined) > 1 else f"{defined[0]:.0%}".replace("%", " %")
