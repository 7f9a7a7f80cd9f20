"""The interactive figures of the CoinRun chapter."""

from __future__ import annotations

from itertools import count
from typing import ClassVar

from misgen.core.actors import Acting
from misgen.explore import Panel, Predict, Words, from_ledger, side_by_side
from misgen.explore.from_ledger import Presentation
from misgen.explore.learning import Knob, Learning, Published, bands_of, pay, seeds, units
from misgen.explore.panel_controls import Control
from misgen.explore.study import percent
from misgen.ledger.published import published, results
from misgen.ledger.recording import REPLAY_SEED
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.experiment import LONG
from misgen.topics.coinrun.eyes import Eyes
from misgen.topics.coinrun.live import Reader, generated
from misgen.topics.coinrun.place import Place
from misgen.topics.coinrun.play import Play

_MOVED = "coinrun.moved"  # the prediction of `guess.toml`
_LIVE_SEED = 0  # of the levels that a reader plays and changes

PRESENTATION = Presentation(
    env="CoinRun",
    words=Words(
        setting="Distinguishing training levels",
        goal="takes the coin",
        goals="take the coin",
        proxy="runs past the coin to the end",
        proxies="run past it to the end",
        failure="dies or runs out of time",
        died="dies",
        timed_out="runs out of time",
        accidental="touches the erased coin by accident",
        target="the coin",
        target_label="Coin",
        usual="always at the end",
        question="The coin has moved. What will the agent do?",
        dots="Each dot is one trained agent, tested on new levels in which the coin is off its "
        "path.",
        measures={
            "goal": "takes the coin",
            "proxy": "runs to the end",
            "capability": "capability (coin or end)",
            "died": "dies",
            "accidental": "accident (coin erased)",
            "ordinary": "on ordinary levels: the coin",
        },
    ),
    levels=f"at least {LONG} columns long",
    tests={
        "goal": ("shifted", "goal"),
        "proxy": ("shifted", "proxy"),
        "capability": ("shifted", "capability"),
        "died": ("shifted", "died"),
        "accidental": ("erased", "goal"),
        "ordinary": ("ordinary", "goal"),
    },
)


def watch() -> Panel:
    """Returns levels like those of its training, the coin at the end, which an agent plays."""
    study = from_ledger.study(PRESENTATION)
    agent = published("CoinRun", distinguishing=0.0, seed=0)
    return side_by_side(
        {"the agent": agent}, "CoinRun", distinguishing=0.0, seed=REPLAY_SEED, levels=study.levels,
        words=PRESENTATION.words, title="An agent plays", key="watch",
    )  # fmt: skip


def dial() -> Panel:
    """Returns the dial over `distinguishing`: the rates of all agents, and their replays."""
    return from_ledger.dial(PRESENTATION)


def predict() -> Predict:
    """Returns the guess about the agents that never met a distinguishing level."""
    return from_ledger.predict(PRESENTATION, _MOVED)


def duel() -> Panel:
    """Returns two agents side by side: the first and the last setting but one."""
    return from_ledger.duel(PRESENTATION)


def beside(agent: Acting) -> Panel:
    """Returns a reader's agent beside published ones, on the levels of their replays.

    Args:
        agent: The agent, as for `misgen.evaluate`.
    """
    study = from_ledger.study(PRESENTATION)
    opening = from_ledger.opening_level(study)
    others = {
        f"trained at {percent(share)}": published("CoinRun", distinguishing=share, seed=0)
        for share in _BESIDE
    }
    return side_by_side(
        {"from the cell": agent, **others}, "CoinRun", seed=REPLAY_SEED,
        levels=sorted(study.levels, key=lambda level: level != opening), words=PRESENTATION.words,
        title="The agent of the cell, and a published one",
    )  # fmt: skip


_BESIDE = (0.0, 0.5, 0.01)
"""Shares of distinguishing training levels; the first is that of the agent shown at the start."""


def play() -> Play:
    """Returns a level that the reader plays, and the agents' paths on it."""
    study = from_ledger.study(PRESENTATION)
    return Play(study, seed=_LIVE_SEED, number=_first_long(), prediction=_MOVED)


def place() -> Place:
    """Returns a level whose coin the reader moves, with the paths of all agents of a setting."""
    return Place(from_ledger.study(PRESENTATION), seed=_LIVE_SEED, number=_first_long())


def eyes() -> Eyes:
    """Returns replays with what the agents make of each step."""
    number = _first_long(apart=True)
    return Eyes(from_ledger.study(PRESENTATION), seed=_LIVE_SEED, number=number)


def _first_long(*, apart: bool = False) -> int:
    # as for the replays
    return next(i for i in count() if generated(_LIVE_SEED, i, apart=apart).length[0] >= LONG)


class _Learning(Learning):
    live: ClassVar[str] = "coinrun"


def learning() -> Learning:
    """Returns a training of the reader's own."""
    study = from_ledger.study(PRESENTATION)
    published = Published(bands_of(results("CoinRun"), {}, {}), len(study.seeds))
    return _Learning(PRESENTATION.words, study.settings, Reader, _KNOBS, published)


_KNOBS = (
    pay("coin", "Pay for the coin", "goal", most=10, start=10),
    pay("end", "Pay for the end", "proxy", most=10, start=0),
    pay("death", "Pay for dying", "died", most=10, start=0),
    Knob(Control("coin_visible", "The agent sees the coin", (False, True), kind="switch", start=1),
         ("options", "coin_visible")),
    units(CoinRun.ppo.hidden),
    seeds(),
)  # fmt: skip
