"""The figures of the dogs: which cue they follow, over all seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.explore.charts import GOAL, MUTE, PROXY, Curve, Figure, curves, endpoints, layout_of
from misgen.topics.dogs.policy import RELIABLE
from misgen.topics.dogs.sweeps import FOLLOWED, WAYS, DogSweep, Way, by_followed
from misgen.topics.dogs.training import Training

Floats = NDArray[np.floating[Any]]

HEIGHT = 360  # pixels
_SYMBOLS: dict[Way, str] = {"breeding": "circle", "REINFORCE": "diamond"}
_DASHES: dict[Way, str] = {"breeding": "solid", "REINFORCE": "dot"}


def dog_shares(sweep: DogSweep) -> Figure:
    """Draws how many runs follow the voice, and how many the lips, against the share apart.

    A run follows a cue if its dogs side with it in nine of ten commands in which the cues disagree.
    Dots are the runs themselves: how often their dogs then do what the voice says.

    Args:
        sweep: What `sweeps.sweep_shares` returns.
    """
    import plotly.graph_objects as go

    ticks = [f"{100 * share:g}" for share in sweep.values]
    traces: list[dict[str, Any]] = []
    columns: dict[str, list[Estimate]] = {}
    for k, way in enumerate(WAYS):
        rates = [training.voice_rates() for training in sweep.trainings[way]]
        x = np.arange(len(ticks)) + 0.12 * (k - 0.5)  # ticks are 1 apart, both ways side by side
        traces.append(_runs(rates, x, way))
        for cue, colour in (("voice", GOAL), ("lips", PROXY)):
            name = f"{way}: runs that follow the {cue}"
            # Where the cues disagree, who seldom follows the voice often follows the lips.
            follow = [r >= RELIABLE if cue == "voice" else r <= 1 - RELIABLE for r in rates]
            columns[name] = [wilson(int(runs.sum()), runs.size) for runs in follow]
            traces.append(_share_line(name, colour, way, x, columns[name]))
    x_title = "training commands in which voice and lips come apart, in %"
    layout = layout_of("A few commands that tell voice and lips apart decide", x_title, ticks)
    layout["yaxis"]["title"] = {"text": "of runs (dots: of commands)"}
    layout["height"] = HEIGHT
    rows = [
        (f"{tick} %", *(str(shares[i]) for shares in columns.values()))
        for i, tick in enumerate(ticks)
    ]
    changes = [
        f"{name}: {shares[0]} at {ticks[0]} %, {shares[-1]} at {ticks[-1]} %"
        for name, shares in columns.items()
    ]
    alt = f"As more commands tell voice and lips apart, the shares change. {'; '.join(changes)}."
    return Figure(go.Figure(traces, layout), alt, (("commands apart", *columns), rows))


def _runs(rates: Sequence[Floats], x: Floats, way: Way) -> dict[str, Any]:
    aside = [tick + 0.16 * _ranks(runs) for tick, runs in zip(x, rates, strict=True)]
    return {
        "type": "scatter", "x": np.concatenate(aside).tolist(),
        "y": np.concatenate(rates).tolist(), "mode": "markers", "name": f"{way}: one run",
        "showlegend": False,
        "hovertemplate": "does what the voice says in %{y:.0%}<extra>" + way + ", one run</extra>",
        "marker": {"color": MUTE, "size": 4, "opacity": 0.35, "symbol": _SYMBOLS[way]},
    }  # fmt: skip


def _ranks(rates: Floats) -> Floats:
    """Returns places from -0.5 to 0.5 by rank, so that equal rates do not hide one another."""
    ranks: Floats = np.argsort(np.argsort(rates)) / max(1, len(rates)) - 0.5
    return ranks


def _share_line(
    name: str, colour: str, way: Way, x: Floats, shares: Sequence[Estimate]
) -> dict[str, Any]:
    return {
        "type": "scatter", "x": x.tolist(), "y": [s.mean for s in shares],
        "mode": "lines+markers", "name": name,
        "line": {"color": colour, "width": 2, "dash": _DASHES[way]},
        "marker": {"color": colour, "size": 8, "symbol": _SYMBOLS[way]},
        "error_y": {
            "type": "data", "symmetric": False, "array": [s.high - s.mean for s in shares],
            "arrayminus": [s.mean - s.low for s in shares], "color": colour, "thickness": 1.5,
            "width": 3,
        },
        "text": [str(s) for s in shares], "hovertemplate": "%{text}<extra>" + name + "</extra>",
    }  # fmt: skip


# ------------------------------------------------------------------------- back turned

_COLOURS = dict(zip(FOLLOWED, (PROXY, MUTE, GOAL), strict=True))
_TICKS = ("the lips", "neither", "the voice")  # in the order of FOLLOWED


def dog_backs(sweep: DogSweep) -> Figure:
    """Draws how often runs obey a turned back, split by what they follow in a conflict.

    Args:
        sweep: What `sweeps.sweep_shares` returns; its first value must be 0.

    Raises:
        ValueError: If the first value is not 0.
    """
    import plotly.graph_objects as go

    traces: list[dict[str, Any]] = []
    rows: list[tuple[str, str, str, str]] = []
    for way, training in _never_apart(sweep).items():
        for name, rates in by_followed(training, training.voice_rates("back turned")).items():
            traces += _column(name, way, rates, len(rows))
            rows.append((f"{way}: {name}", str(len(rates)), _mean(rates), _ends(rates)))
    ticks = [f"{way},<br>{tick}" for way in WAYS for tick in _TICKS]
    layout = layout_of(
        "With the back turned, dogs of the lips obey less, and still mostly",
        "training, and what the runs follow where voice and lips disagree", ticks,
    )  # fmt: skip
    layout["yaxis"]["title"] = {"text": "obeys with the back turned"}
    layout["xaxis"]["zeroline"] = False  # a column stands there
    alt = "; ".join(f"{name}, {runs} runs: {mean}" for name, runs, mean, _ in rows)
    heads = ("runs", "number", "obey with the back turned", "least to most")
    return Figure(go.Figure(traces, {**layout, "showlegend": False}), f"{alt}.", (heads, rows))


def _never_apart(sweep: DogSweep) -> dict[Way, Training]:
    """Returns the runs of each kind that never met a command with voice and lips apart."""
    if sweep.values[0] != 0:
        raise ValueError("Give a sweep whose first share is 0: the figure is about such dogs.")
    return {way: sweep.trainings[way][0] for way in WAYS}


def _mean(rates: Floats) -> str:
    return str(over_seeds(rates)) if len(rates) > 1 else "no interval of less than two runs"


def _ends(rates: Floats) -> str:
    return f"{rates.min():.0%} to {rates.max():.0%}" if len(rates) else "none"


def _column(name: str, way: Way, rates: Floats, x: int) -> list[dict[str, Any]]:
    """Returns the runs of one column, and their mean where it has an interval."""
    dots = {
        "type": "scatter", "x": (x + 0.5 * _ranks(rates)).tolist(), "y": rates.tolist(),
        "mode": "markers", "name": f"{way}: {name}",
        "hovertemplate": "%{y:.0%}<extra>" + f"{way}: {name}</extra>",
        "marker": {"color": _COLOURS[name], "size": 6, "opacity": 0.6, "symbol": _SYMBOLS[way]},
    }  # fmt: skip
    return [dots] if len(rates) < 2 else [dots, _mean_mark(f"{way}: {name}", over_seeds(rates), x)]


def _mean_mark(name: str, mean: Estimate, x: int) -> dict[str, Any]:
    return {
        "type": "scatter", "x": [x], "y": [mean.mean], "mode": "markers",
        "name": f"{name}, mean", "hovertemplate": f"{mean}<extra>mean</extra>",
        "marker": {"color": MUTE, "size": 22, "symbol": "line-ew-open", "line": {"width": 3}},
        "error_y": {"type": "data", "symmetric": False, "array": [mean.high - mean.mean],
                    "arrayminus": [mean.mean - mean.low], "color": MUTE, "width": 6},
    }  # fmt: skip


# ------------------------------------------------------------------------------ salience


def dog_salience(sweep: DogSweep) -> Figure:
    """Draws which cue is followed when one of them is clearer, with cues always together.

    Args:
        sweep: What `sweeps.sweep_clarities` returns.
    """
    lines = [
        Curve(f"{way}: does what the voice says", GOAL, _SYMBOLS[way],
              [training.voice_rates() for training in sweep.trainings[way]], _DASHES[way])
        for way in WAYS
    ]  # fmt: skip
    ticks = [f"{value:g}" for value in sweep.values]
    figure = curves(
        "Where the data do not decide, the clearer cue wins", "clarity of the lips (voice = 1)",
        ticks, lines, alt=endpoints("As the lips get clearer", ticks, lines),
    )  # fmt: skip
    figure.chart.update_layout(yaxis_title="of commands, voice against lips", height=HEIGHT)
    return figure
