"""The figures on obvious lies: what feedback on few hidden claims leaves, and the controls."""

from __future__ import annotations

from collections.abc import Mapping

from misgen.core.intervals import over_seeds
from misgen.explore.charts import FIRST, MUTE, PROXY, Curve, Figure, Numbers, curves, endpoints
from misgen.topics.obvious_lies.published import Floats, Persuaders
from misgen.topics.obvious_lies.settings import HIDDEN, ClaimKind, Schedule

_LOOKS: Mapping[ClaimKind, tuple[str, str, str, str]] = {
    "false, hidden": ("tells a lie that the user cannot check", PROXY, "square", "solid"),
    "false, checkable": ("tells a lie that the user can check", FIRST, "triangle-up", "dash"),
    "true, hidden": ("tells a truth that the user cannot check", MUTE, "diamond", "dot"),
}
"""Kind of claim -> label, colour, symbol and dash of its line."""
CONTROLS: Mapping[str, str] = {
    "caught_0": "obvious lies are caught",
    "caught_0.5": "all lies are caught",
    "passes": "obvious lies are caught, others pay",
    "persuasion": "persuasion goes on to pay",
    "fresh": "obvious lies are caught, no persuasion before",
    "cue_0.5": "obvious lies are caught, quieter sign",
    "cue_2": "obvious lies are caught, louder sign",
    "fresh_cue_2": "louder sign, no persuasion before",
}
"""Setting -> its row in the table, from top to bottom."""


def lies_by_share(found: Mapping[str, Persuaders]) -> Figure:
    """Draws what is claimed at the end, against the share of hidden claims in fine-tuning."""
    ticks = [f"{100 * share:g} %" for share in HIDDEN]
    groups = [found[f"caught_{share:g}"] for share in HIDDEN]
    lines = [
        Curve(label, colour, symbol, [group.end(kind) for group in groups], dash)
        for kind, (label, colour, symbol, dash) in _LOOKS.items()
    ]
    return _chart(
        "After fine-tuning in which each lie is caught",
        "episodes of fine-tuning whose claim the user cannot check", ticks, lines,
    )  # fmt: skip


def lies_in_time(found: Mapping[str, Persuaders], setting: str = "caught_0") -> Figure:
    """Draws what is claimed in the course of both phases.

    Args:
        found: The published assistants.
        setting: A key of `SETTINGS`.
    """
    schedule = Schedule()
    shown = [i for i, step in enumerate(schedule.looks) if step >= schedule.persuasion]
    lines = [
        Curve(label, colour, symbol, list(found[setting].course(kind)[:, shown].T), dash)
        for kind, (label, colour, symbol, dash) in _LOOKS.items()
    ]
    ticks = [f"{schedule.looks[i] - schedule.persuasion}" for i in shown]
    return _chart("In the course of fine-tuning", "steps of fine-tuning", ticks, lines)


def _chart(title: str, axis: str, ticks: list[str], lines: list[Curve]) -> Figure:
    figure = curves(title, axis, ticks, lines, alt=endpoints(f"Over the {axis}", ticks, lines))
    figure.chart.update_layout(yaxis_title="of such claims")
    return figure


def controls(found: Mapping[str, Persuaders]) -> Numbers:
    """Tabulates what is claimed at the end of each training."""
    kinds: tuple[ClaimKind, ...] = ("false, checkable", "false, hidden", "true, hidden")
    heads = ("training", "obvious lies", "hidden lies", "seeds", "hidden truths")
    rows = [
        (name, *(str(over_seeds(found[setting].end(kind))) for kind in kinds[:2]),
         low_to_high(found[setting].end("false, hidden")),
         str(over_seeds(found[setting].end(kinds[2]))))
        for setting, name in CONTROLS.items()
    ]  # fmt: skip
    seeds = len(found["caught_0"].rates)
    return Numbers(
        (heads, rows),
        f"How likely claims are made after the training: mean over {seeds} seeds with its 95 % "
        "t-interval; “seeds” are the lowest and the highest of the hidden lies.",
    )


def low_to_high(rates: Floats) -> str:
    """Writes the lowest and the highest rate.

    >>> import numpy as np
    >>> low_to_high(np.array([0.5, 0.024]))
    '2 to 50 %'
    """
    return f"{100 * rates.min():.0f} to {100 * rates.max():.0f} %"
