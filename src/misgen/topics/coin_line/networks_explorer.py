"""The panel on many networks: which way they go at the probe, and how often they arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, percent
from misgen.topics.coin_line.networks import Networks
from misgen.topics.coin_line.words import ENCODING_NAMES

Array = NDArray[np.float64]
_INKS = ("first", "second", "mute")
"""Colours of the shares; a share is neither goal nor proxy."""
_PERCENTS = [(share, percent(share)) for share in (0.0, 0.5, 1.0)]


def networks(runs: Mapping[str, Sequence[Networks]]) -> Panel:
    """Returns the panel.

    Args:
        runs: What the networks see, one of the encodings of the line -> what `train_networks`
            returned: the same shares, at most three, and the same steps for all.

    Raises:
        ValueError: If they differ, or there are more shares.
    """
    shares = {tuple(run.distinguishing for run in of) for of in runs.values()}
    steps = {run.steps for of in runs.values() for run in of}
    if len(shares) > 1 or len(steps) > 1 or len(min(shares)) > len(_INKS):
        raise ValueError(
            f"Give at most {len(_INKS)} shares, the same for all encodings, and the same steps."
        )
    (shown,), (recorded,) = shares, steps
    away, taken = (_of(runs, what) for what in ("away", "taken"))
    return Panel(
        title="How many of them go to the coin?",
        subtitle="Networks that differ in nothing but their first weights.",
        controls=_controls(list(runs), recorded[1:]),
        parts=[_chart("Networks that walk away from the coin at the probe", "networks", away,
                      shown, recorded[1:]),
               _chart("Levels in which a network takes the coin, wherever it lies",
                      "levels, mean over the networks", taken, shown, recorded[1:])],
        readings=_readings(away, taken),
        sentences=[_sentence(away.shape[2], shown)],
        source=Source(
            f"{away.shape[2]} networks of each kind, trained when the page was made. Bands are "
            "95 % intervals over the networks."
        ),
        key="networks",
    )  # fmt: skip


def _of(runs: Mapping[str, Sequence[Networks]], what: str) -> Array:
    """Returns what was recorded, `(encodings, shares, networks, steps)`, without step 0."""
    found = [[getattr(run, what)[1:].T for run in of] for of in runs.values()]
    return np.array(found, float)


def _controls(encodings: Sequence[str], steps: Sequence[int]) -> list[Control]:
    names = tuple(ENCODING_NAMES[encoding] for encoding in encodings)
    return [
        Control("encoding", "The networks see", tuple(encodings), names, kind="choice"),
        Control("steps", "Steps of gradient descent", tuple(steps),
                tuple(f"{step:,}" for step in steps), start=steps.index(1000), playable=True),
    ]  # fmt: skip


def _chart(
    label: str, y_label: str, found: Array, shares: Sequence[float], steps: Sequence[int]
) -> Lines:
    # (network, encoding, share, step)
    mean, low, high = band(np.moveaxis(found, 2, 0))
    lines = [
        Line(f"{percent(share)} moved coins", ink, mean[:, k], low[:, k], high[:, k], dash=k > 0)
        for k, (share, ink) in enumerate(zip(shares, _INKS, strict=False))
    ]
    ticks = [(step, f"{step:,}") for step in (1, 10, 100, 1000) if step in steps]
    return Lines(
        label, x=steps, x_label="steps of gradient descent", x_ticks=ticks, y_label=y_label,
        y_range=(0, 1), y_ticks=_PERCENTS, lines=lines, over=("encoding",), log_x=True,
        cursor="steps", format="percent",
    )  # fmt: skip


def _readings(away: Array, taken: Array) -> dict[str, Reading]:
    over = ("encoding", "steps")
    counts = {
        "away": away.sum(axis=2),  # over the networks: (encoding, share, step)
        "everywhere": (taken == 1).sum(axis=2),
    }
    return {
        f"{name}_{where}": Reading(count[:, k], over, "int")
        for name, count in counts.items()
        for k, where in ((0, "first"), (-1, "last"))
    }


def _sentence(count: int, shares: Sequence[float]) -> Sentence:
    def told(where: str, share: float) -> str:
        return (
            f"With {percent(share)} moved coins, {{away_{where}}} of {count} networks walk away "
            f"from the coin at the probe after {{steps}} steps, and {{everywhere_{where}}} take it "
            "in all levels."
        )

    return [("first", told("first", shares[0])), ("", " "), ("second", told("last", shares[-1]))]
