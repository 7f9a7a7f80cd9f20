"""The panels on what would help: levels by regret, an ensemble that asks, two heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Guess, Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.mitigations.experiment import SEEDS, SHARES, WORLDS
from misgen.topics.mitigations.published import (
    Rows,
    ensembles,
    heads,
    help_runs,
    rates,
    shared_runs,
)
from misgen.topics.mitigations.report import gained_by_asking
from misgen.topics.mitigations.trial import BUDGETS, LABELS, WEIGHTS

Floats = NDArray[np.float64]

WORLD_NAMES = {"CoinRun": "CoinRun", "CoinGrid": "the room"}
_PERCENT_TICKS = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
_AT = ("world", "distinguishing")
TRAINED = ("each as long as one agent alone", "all five together as long as one agent")
"""How long the members of an ensemble are trained."""
RARE = SHARES[1]
"""The share of distinguishing levels that the first guess is about: one in a thousand."""


def predict_levels(rows: Rows | None = None) -> Guess:
    """Returns what is asked before the panel on levels."""
    found = help_runs() if rows is None else rows
    regret, random = (
        _of_100(rates(found, method, "CoinRun", RARE, "shifted").mean())
        for method in ("regret", "random")
    )
    outcome: Sentence = [
        ("", "They take "),
        ("goal", f"{regret} of 100"),
        ("", f" moved coins, and agents that draw their levels at random {random}."),
    ]
    return Guess.of("mitigations", "levels", outcome=outcome)


def levels(rows: Rows | None = None) -> Panel:
    """Returns the panel on random levels against levels by regret."""
    found = help_runs() if rows is None else rows
    random, regret, random_erased, regret_erased = (
        _grid(lambda world, share, m=method, t=test: rates(found, m, world, share, t))
        for test in ("shifted", "erased") for method in ("random", "regret")
    )  # fmt: skip
    lines = [
        _line("levels by regret", "second", np.moveaxis(regret, 1, -1)),
        _line("random levels", "first", np.moveaxis(random, 1, -1)),
        _line("by accident (levels by regret, coin erased)", "second",
              np.moveaxis(regret_erased, 1, -1), dash=True),
        _line("by accident (random levels, coin erased)", "first",
              np.moveaxis(random_erased, 1, -1), dash=True),
    ]  # fmt: skip
    told: Sentence = [
        ("", "In {world_name}, with {distinguishing} of distinguishing levels among those that "
         "can be drawn: agents that trained on random levels take {random} of the moved coins, "
         "those that trained on levels by regret {regret}. By accident, with the coin erased, the "
         "former meet {random_erased}, the latter {regret_erased}."),
    ]  # fmt: skip
    return Panel(
        title="The same few levels, drawn more often",
        subtitle="Equal budgets: both kinds of agent make the same number of steps.",
        controls=[_world(), _share()],
        parts=[_chart("Takes a moved coin", SHARES, _share_ticks(), lines, ("world",),
                      "distinguishing levels that there are", cursor="distinguishing")],
        readings={
            "world_name": Reading(list(WORLD_NAMES.values()), ("world",)),
            **{name: Reading(of.mean(axis=-1), _AT, "percent")
               for name, of in (("random", random), ("regret", regret),
                                ("random_erased", random_erased),
                                ("regret_erased", regret_erased))},
        },
        sentences=[told],
        source=_source(f"{len(SEEDS)} seeds for each setting. Dots are single seeds, bands 95 % "
                       "t-intervals over seeds."),
        key="help-levels",
    )  # fmt: skip


def predict_asking(rows: Rows | None = None) -> Guess:
    """Returns what is asked before the panel on asking."""
    found = help_runs() if rows is None else rows
    bought = gained_by_asking(found, "CoinRun", 0.0)
    never = ensembles(found, "CoinRun", 0.0).goal[:, 0].mean()
    outcome: Sentence = [
        ("", f"It takes {_of_100(never)} of 100 moved coins if it never asks, and "),
        ("goal", f"{_of_100(never + bought.mean)} of 100"),
        ("", " if it may ask. What its five members learned is the same."),
    ]
    return Guess.of("mitigations", "asking", outcome=outcome)


def asking(rows: Rows | None = None, shared: Rows | None = None) -> Panel:
    """Returns the panel on ensembles that ask.

    Args:
        rows: Runs of ensembles in which each member was trained as long as one agent alone.
        shared: Runs of ensembles whose five members were, together.
    """
    found = help_runs() if rows is None else rows
    trained = found, shared_runs() if shared is None else shared
    each = [[[ensembles(those, world, share) for those in trained] for share in SHARES]
            for world in WORLDS]  # fmt: skip

    def of(name: str) -> Floats:
        return np.array([[[getattr(one, name) for one in at] for at in row] for row in each])

    goal, asked, random = map(of, ("goal", "asked", "at_random"))
    lines = [
        _range("takes a moved coin", "goal", goal),
        _range(
            "the same, asking at random, as often as on ordinary levels", "mute", random, dash=True
        ),
        _range("asks, where the coin has moved", "second", asked),
    ]
    told: Sentence = [
        ("", "In {world_name}, with {distinguishing} of distinguishing levels, trained {trained}, "
         "and allowed to ask in {budget} of ordinary levels: the five ask in {asked} of the levels "
         "with a moved coin, and "),
        ("goal", "{goal} of the moved coins are taken"),
        ("", ", against {random} if they asked at random, as often as on ordinary levels, and "
         "{single} by one agent alone. Their disagreement tells a moved coin from an ordinary "
         "level in {separated} of pairs; a coin toss does in 50 %."),
    ]  # fmt: skip
    single = _grid(lambda world, share: rates(found, "random", world, share, "shifted"))
    over = (*_AT, "trained", "budget")
    return Panel(
        title="Five agents that stop and ask",
        subtitle="Five budgets, or one that the five share: each is then trained a fifth as long.",
        controls=[
            _world(),
            _share(),
            Control("trained", "Training", ("each", "together"), TRAINED, "choice"),
            Control("budget", "May ask in so many ordinary levels", BUDGETS,
                    tuple(map(_percent, BUDGETS)), start=2),
        ],
        parts=[_chart("What asking buys", BUDGETS, [(b, _percent(b)) for b in BUDGETS], lines,
                      over[:-1], "ordinary levels in which they may ask", cursor="budget")],
        readings={
            "world_name": Reading(list(WORLD_NAMES.values()), ("world",)),
            "single": Reading(single.mean(axis=-1), _AT, "percent"),
            "separated": Reading(of("separated").mean(axis=-1), over[:-1], "percent"),
            **{name: Reading(values.mean(axis=-2), over, "percent")
               for name, values in (("goal", goal), ("asked", asked), ("random", random))},
        },
        sentences=[told],
        source=_source(f"{len(SEEDS)} ensembles of five from {len(SEEDS)} agents. They share "
                       "members, so that bands are the range and no interval."),
        key="help-asking",
    )  # fmt: skip


def labels(rows: Rows | None = None) -> Panel:
    """Returns the panel on two heads and a few labels."""
    found = help_runs() if rows is None else rows
    each = [[heads(found, world, weight) for weight in range(len(WEIGHTS))] for world in WORLDS]
    chosen = np.array([[one.chosen for one in row] for row in each])  # (world, weight, seed, label)
    better, worse = (
        np.array([[choose(one.goal, axis=1) for one in row] for row in each])
        for choose in (np.max, np.min)
    )
    flat = np.ones(len(LABELS))
    lines = [
        _line("the chosen head", "goal", chosen),
        _line("the better head", "first", better[..., None] * flat, dash=True),
        _line("the worse head", "mute", worse[..., None] * flat, dash=True),
    ]
    told: Sentence = [
        ("", "In {world_name}, with a weight of {weight} on disagreement: the likeliest actions of "
         "the heads differ in {apart} of what is seen where the coin has moved. The head that "
         "{labels} labels choose "),
        ("goal", "takes {chosen} of the moved coins"),
        ("", "; the better of the two takes {better}, the worse {worse}. On ordinary levels "
         "they succeed in {success}."),
    ]  # fmt: skip
    at = ("world", "weight")
    return Panel(
        title="Two heads that disagree, and a few labels",
        subtitle="Both imitate an agent that met no distinguishing level.",
        controls=[
            _world(),
            Control("weight", "How much disagreement counts", WEIGHTS,
                    tuple(f"{weight:g}" for weight in WEIGHTS), start=1),
            Control("labels", "Labels", LABELS, tuple(map(str, LABELS)), start=len(LABELS) - 1),
        ],
        parts=[_chart("Takes a moved coin", LABELS, [(float(n), str(n)) for n in LABELS], lines,
                      at, "labels", cursor="labels")],
        readings={
            "world_name": Reading(list(WORLD_NAMES.values()), ("world",)),
            "chosen": Reading(chosen.mean(axis=-2), (*at, "labels"), "percent"),
            "better": Reading(better.mean(axis=-1), at, "percent"),
            "worse": Reading(worse.mean(axis=-1), at, "percent"),
            "apart": Reading([[one.apart.mean() for one in row] for row in each], at, "percent"),
            "success": Reading([[one.success.mean() for one in row] for row in each], at,
                               "percent"),
        },
        sentences=[told],
        source=_source(f"{len(SEEDS)} seeds. Labels are drawn 500 times; the line is the mean. "
                       "Dots are single seeds, bands 95 % t-intervals over seeds."),
        key="help-labels",
    )  # fmt: skip


def _grid(of: Callable[..., Floats]) -> Floats:
    """Returns a rate for each world, share and seed."""
    return np.array([[of(world, share) for share in SHARES] for world in WORLDS])


def _world() -> Control:
    return Control("world", "World", WORLDS, tuple(WORLD_NAMES.values()), "choice")


def _share() -> Control:
    labels = tuple(map(_percent, SHARES))
    return Control("distinguishing", "Distinguishing levels that there are", SHARES, labels)


def _share_ticks() -> list[tuple[float, str]]:
    return [(share, _percent(share)) for share in SHARES]


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _of_100(share: float) -> int:
    return round(100 * share)


def _chart(
    label: str, x: Any, ticks: Any, lines: list[Line], over: tuple[str, ...], x_label: str, *,
    cursor: str,
) -> Lines:  # fmt: skip
    return Lines(
        label, x=x, x_label=x_label, x_ticks=ticks, y_label="of levels with a moved coin",
        y_range=(0.0, 1.0), y_ticks=_PERCENT_TICKS, lines=lines, over=over, even_x=True,
        cursor=cursor, format="percent",
    )  # fmt: skip


def _line(label: str, colour: str, seeds: Floats, *, dash: bool = False) -> Line:
    """Draws a line with every seed and its interval; `seeds` is `(*over, seeds, points)`."""
    mean, low, high = band(np.moveaxis(seeds, -2, 0))
    return Line(label, colour, mean, low, high, seeds=seeds, dash=dash)


def _range(label: str, colour: str, each: Floats, *, dash: bool = False) -> Line:
    """Draws a line with every ensemble and their range."""
    low, high = each.min(axis=-2), each.max(axis=-2)
    return Line(label, colour, each.mean(axis=-2), low, high, seeds=each, dash=dash)


def _source(text: str) -> Source:
    return Source(text, reproduce="#reproduce")
