"""Agents side by side on the same levels: a reader's own beside a published one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Acting
from misgen.core.arguments import check_kind, check_levels, check_options
from misgen.core.measure import OUTCOMES, control_options
from misgen.core.registry import make
from misgen.core.replay import Replay, record
from misgen.explore.base import Sentence
from misgen.explore.duel import compared
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control
from misgen.explore.panel_parts import Replays
from misgen.explore.replays import badges
from misgen.explore.study import Source, Words

POOL = 64
"""A level is numbered among the first so many of its seed, as in the published recordings."""
TITLE = "Side by side"
SIDES = {"first": "First agent", "second": "Second agent"}
_PLAIN = {
    "goal": "reaches the goal",
    "proxy": "reaches the proxy",
    "died": "dies",
    "timed_out": "runs out of time",
    "accidental": "meets the goal by accident",
}


def side_by_side(
    agents: Mapping[str, Acting],
    name: str,
    *,
    distinguishing: float = 1.0,
    seed: int,
    levels: Sequence[int] = range(6),
    options: Mapping[str, Any] | None = None,
    control: str = "none",
    words: Words | None = None,
    title: str = TITLE,
    key: str = "beside",
) -> Panel:
    """Records agents on the same levels, and returns their replays in step.

        published = misgen.published("CoinRun", distinguishing=0.5, seed=0)
        side_by_side({"yours": model, "trained at 50 %": published}, "CoinRun", seed=1)

    Args:
        agents: What each is called -> a `Policy`, a model of stable-baselines3, or a function from
            observations to actions. Of three or more the reader chooses two.
        name: Name of the environment, such as "CoinRun".
        distinguishing: Share of levels in which goal and proxy come apart.
        seed: Seed of the levels and of the agents' random actions.
        levels: Which of the first `POOL` levels of the seed are shown, two or more.
        options: Further options of the environment, the same for all agents.
        control: As for `misgen.evaluate`.
        words: What the goals are called; by default goal and proxy.
        title: Heading.
        key: See `Explorer`.

    Raises:
        ValueError: If an argument is out of range, or an agent does not fit the environment.
    """
    check_kind("agents", agents, Mapping, '{"mine": agent}')
    check_kind("control", control, str, "'erased'")
    check_levels(levels)
    given = {"distinguishing": distinguishing, "seed": seed, **check_options(options)}
    given |= control_options(name, control)
    recorded = {
        who: record(
            agent, make(name, POOL, **given), seed, levels=levels, erased=control == "erased"
        )
        for who, agent in agents.items()
    }
    return of_replays(recorded, words=words, title=title, key=key)


def of_replays(
    replays: Mapping[str, Sequence[Replay]],
    *,
    words: Words | None = None,
    title: str = TITLE,
    key: str = "beside",
) -> Panel:
    """Returns recorded agents in step, where they were recorded with options of their own.

    Args:
        replays: What each agent is called -> its replays by `misgen.record`, on the same levels.
        words: What the goals are called; by default goal and proxy.
        title: Heading.
        key: See `Explorer`.

    Raises:
        ValueError: If there is no agent, or they were recorded on different levels.
    """
    _check_alike(replays)
    sides = SIDES if len(replays) > 1 else {}
    overs: list[tuple[str, ...]] = [(side,) for side in sides] or [()]  # one agent is no choice
    shown = [replay for episodes in replays.values() for replay in episodes]  # levels vary fastest
    doing = badges(words) if words else _PLAIN
    whose = "Episodes of these agents" if sides else "Episodes of this agent"
    return Panel(
        title=title,
        subtitle="The same levels, step by step." if sides else "Step by step.",
        controls=[*_choices(list(replays), sides), _level(shown[: len(shown) // len(replays)])],
        parts=[
            Replays("", replays=shown, over=(*over, "level"), badges=doing, named=("level",),
                    caption="".join(over))
            for over in overs
        ],
        sentences=_sentences(doing, erased=shown[0].erased, alone=not sides),
        which=(_which(shown, len(replays)), [*sides, "level"]),
        source=Source(f"{whose}, recorded where this was run."),
        key=key,
    )  # fmt: skip


def _check_alike(replays: Mapping[str, Sequence[Replay]]) -> None:
    first, *others = replays.values() or [()]
    if not first:
        raise ValueError("Give at least one agent, and its replays.")
    for episodes in others:
        pairs = list(zip(first, episodes, strict=False))
        alike = len(episodes) == len(first) and all(
            a.level == b.level and a.erased == b.erased and np.array_equal(a.cells, b.cells)
            for a, b in pairs
        )
        if not alike:
            raise ValueError(
                "Record all agents on the same levels: each time on an environment that was made "
                "anew, with the same seed."
            )


def _choices(names: Sequence[str], sides: Mapping[str, str]) -> list[Control]:
    return [
        Control(side, label, tuple(names), tuple(names), kind="choice", start=i)
        for i, (side, label) in enumerate(sides.items())
    ]


def _level(episodes: Sequence[Replay]) -> Control:
    numbers = tuple(replay.level for replay in episodes)
    labels = tuple(map(str, numbers))
    return Control("level", "Level", numbers, labels, kind="choice", next="Another level")


def _sentences(doing: Mapping[str, str], *, erased: bool, alone: bool) -> list[Sentence]:
    note = "With the goal erased from what is seen, " if erased else ""
    rows = compared((f"{note}“{{first}}”", "“{second}”"), doing, erased=erased)
    if not alone:
        return [sentence for row in rows for sentence in row]
    return [[("", "It "), row[0][1], ("", ".")] for row in rows]  # [1]: what the first agent does


def _which(shown: Sequence[Replay], agents: int) -> NDArray[np.int64]:
    """Returns the number of each sentence, `(first, second, level)`, or `(level,)` of one agent."""
    # (agent, level)
    outcomes = np.array([OUTCOMES.index(replay.outcome) for replay in shown]).reshape(agents, -1)
    return outcomes[0] if agents == 1 else len(OUTCOMES) * outcomes[:, None] + outcomes[None]
