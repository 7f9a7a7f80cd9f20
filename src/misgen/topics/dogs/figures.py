"""The figures of the dogs: which cue they follow, over all seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import BoolArray
from misgen.core.intervals import Estimate, wilson
from misgen.explore.charts import (
    GOAL,
    MUTE,
    PROXY,
    Curve,
    Figure,
    curves,
    endpoints,
    layout_of,
)
from misgen.topics.dogs.policy import RELIABLE
from misgen.topics.dogs.sweeps import WAYS, DogSweep, Way
from misgen.topics.dogs.training import Training

Floats = NDArray[np.floating[Any]]

BINS = 20
_SYMBOLS: dict[Way, str] = {"breeding": "circle", "REINFORCE": "diamond"}
_DASHES: dict[Way, str] = {"breeding": "solid", "REINFORCE": "dot"}


def dog_shares(sweep: DogSweep) -> Figure:
    """Draw how many runs follow the voice, and how many the lips, against the share apart.

    A run follows a cue if its dogs side with it in nine of ten commands in which the cues disagree.
    Dots are the runs themselves: how often their dogs then do what the voice says.

    Args:
        sweep: What `rewards.dog_sweep.sweep_shares` returns.
    """
    import plotly.graph_objects as go

    ticks = [f"{100 * share:g}" for share in sweep.values]
    chart, columns = go.Figure(), []
    for k, way in enumerate(WAYS):
        x = np.arange(len(ticks)) + 0.12 * (k - 0.5)
        chart.add_trace(_runs(sweep.trainings[way], x, way))
        for cue, colour in (("voice", GOAL), ("lips", PROXY)):
            name = f"{way}: runs that follow the {cue}"
            shares = [wilson(int(of.sum()), of.size) for of in _following(sweep, way, cue)]
            chart.add_trace(_share_line(name, colour, way, x, shares))
            columns.append((name, shares))
    x_title = "training commands in which voice and lips come apart, in %"
    layout = layout_of("A few commands that tell voice and lips apart decide", x_title, ticks)
    layout["yaxis"]["title"] = {"text": "of runs (dots: of commands)"}
    chart.update_layout(**layout)
    rows = [(f"{t} %", *(str(s[i]) for _, s in columns)) for i, t in enumerate(ticks)]
    table = (("commands apart", *(name for name, _ in columns)), rows)
    return Figure(chart, _alt(columns, ticks), table)


def _following(sweep: DogSweep, way: Way, cue: str) -> list[BoolArray]:
    rates = [training.voice_rates() for training in sweep.trainings[way]]
    return [of >= RELIABLE if cue == "voice" else of <= 1 - RELIABLE for of in rates]


def _runs(trainings: Sequence[Training], x: Floats, way: Way) -> Any:
    import plotly.graph_objects as go

    rates = [training.voice_rates() for training in trainings]
    # Spread sideways by rank, so that equal rates do not hide one another.
    ranks = [np.argsort(np.argsort(of)) / len(of) - 0.5 for of in rates]
    aside = [at + 0.16 * rank for at, rank in zip(x, ranks, strict=True)]
    return go.Scatter(
        x=np.concatenate(aside).tolist(), y=np.concatenate(rates).tolist(), mode="markers",
        name=f"{way}: one run", showlegend=False,
        hovertemplate="does what the voice says in %{y:.0%}<extra>" + way + ", one run</extra>",
        marker={"color": MUTE, "size": 4, "opacity": 0.35, "symbol": _SYMBOLS[way]},
    )  # fmt: skip


def _share_line(name: str, colour: str, way: Way, x: Floats, shares: Sequence[Estimate]) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=x.tolist(), y=[s.mean for s in shares], mode="lines+markers", name=name,
        line={"color": colour, "width": 2, "dash": _DASHES[way]},
        marker={"color": colour, "size": 8, "symbol": _SYMBOLS[way]},
        error_y={
            "type": "data", "symmetric": False, "array": [s.high - s.mean for s in shares],
            "arrayminus": [s.mean - s.low for s in shares], "color": colour, "thickness": 1.5,
            "width": 3,
        },
        text=[str(s) for s in shares], hovertemplate="%{text}<extra>" + name + "</extra>",
    )  # fmt: skip


def _alt(columns: Sequence[tuple[str, list[Estimate]]], ticks: Sequence[str]) -> str:
    changes = [f"{name}: {s[0]} at {ticks[0]} %, {s[-1]} at {ticks[-1]} %" for name, s in columns]
    begin = "As more commands tell voice and lips apart, the shares change. "
    return begin + "; ".join(changes) + "."


# ------------------------------------------------------------------------------- lottery


def dog_lottery(sweep: DogSweep) -> Figure:
    """Draw which cue the runs follow that never heard voice and lips apart, as two histograms.

    Args:
        sweep: What `rewards.dog_sweep.sweep_shares` returns; its first value must be 0.

    Raises:
        ValueError: If the first value is not 0.
    """
    from plotly.subplots import make_subplots

    if sweep.values[0] != 0:
        raise ValueError("Give a sweep whose first share is 0: the lottery is about such dogs.")
    chart = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.14,
                          subplot_titles=[_run_names(way) for way in WAYS])  # fmt: skip
    rows = []
    for row, way in enumerate(WAYS, start=1):
        rates = sweep.trainings[way][0].voice_rates()
        for name, colour, inside in _groups(rates):
            chart.add_trace(_histogram(name, colour, rates[inside], legend=row == 1), row, 1)
        rows.append((_run_names(way), *(str(int(of.sum())) for _, _, of in _groups(rates))))
    layout = layout_of("With cues always together, chance decides which is followed", "", [])
    chart.update_layout(**{k: v for k, v in layout.items() if k not in ("xaxis", "yaxis")})
    chart.update_layout(barmode="stack", margin={"t": 80})
    chart.update_annotations(x=0, xanchor="left", font_size=13)
    chart.update_xaxes(range=[0, 1], tickformat=".0%")
    chart.update_xaxes(title="voice against lips: does what the voice says", row=2)
    chart.update_yaxes(title="runs", rangemode="tozero")
    heads = ("runs", *(name for name, _, _ in _groups(np.zeros(1))))
    alt = " ".join(_counted(heads, row) for row in rows)
    return Figure(chart, alt, (heads, rows))


def _counted(heads: Sequence[str], row: Sequence[str]) -> str:
    counts = zip(heads[1:], row[1:], strict=True)
    return f"{row[0]}: " + ", ".join(f"{count} {name}" for name, count in counts) + "."


def _run_names(way: Way) -> str:
    return {"breeding": "populations of 100 bred dogs", "REINFORCE": "REINFORCE dogs"}[way]


def _groups(rates: Floats) -> list[tuple[str, str, BoolArray]]:
    voice, lips = rates >= RELIABLE, rates <= 1 - RELIABLE
    return [
        ("follow the lips", PROXY, lips),
        ("follow neither reliably", MUTE, ~(voice | lips)),
        ("follow the voice", GOAL, voice),
    ]


def _histogram(name: str, colour: str, rates: Floats, *, legend: bool) -> Any:
    import plotly.graph_objects as go

    counts, edges = np.histogram(rates, BINS, (0.0, 1.0))
    pattern = {PROXY: "\\", MUTE: ".", GOAL: ""}[colour]
    return go.Bar(
        x=((edges[1:] + edges[:-1]) / 2).tolist(), y=counts.tolist(), name=name,
        width=[1 / BINS] * BINS, showlegend=legend,
        marker={"color": colour, "pattern": {"shape": pattern, "size": 5}},
        hovertemplate="%{y} runs at %{x:.0%}<extra>" + name + "</extra>",
    )  # fmt: skip


# --------------------------------------------------------------------------------- paths


def dog_paths(bred: Training, reinforced: Training) -> Figure:
    """Draw how the two weights move in training: the mean dog of each population, and each dog.

    Args:
        bred: Populations, all of whose generations were kept.
        reinforced: REINFORCE dogs, all of whose updates were kept.
    """
    import plotly.graph_objects as go

    chart = go.Figure()
    means = {"breeding": _means(bred), "REINFORCE": _means(reinforced)}
    low = min(float(path.min()) for path in means.values()) - 0.5
    high = max(float(path.max()) for path in means.values()) + 0.5
    chart.add_trace(_diagonal(low, high))
    for way in WAYS:
        chart.add_trace(_legend_of(way))
        for run in range(means[way].shape[1]):
            chart.add_trace(_path(means[way][:, run], way))
    layout = layout_of("How the two weights move in training", "", [])
    axis = {"range": [low, high], "zeroline": False}
    layout["xaxis"] = axis | {"title": {"text": "weight of the voice"}}
    layout["yaxis"] = axis | {"title": {"text": "weight of the lips"}}
    chart.update_layout(**layout | {"height": 520})
    chart.add_annotation(_side("the voice wins", GOAL, high, low, "right", "bottom"))
    chart.add_annotation(_side("the lips win", PROXY, low, high, "left", "top"))
    rows = [(way, *_changes(means[way])) for way in WAYS]
    heads = ("training", "mean change of the difference", "mean change of the sum")
    alt = " ".join(
        f"{way}: the difference of the two weights changes by {difference} on average, their sum "
        f"by {total}."
        for way, difference, total in rows
    )
    return Figure(chart, alt, (heads, rows))


def _means(training: Training) -> Floats:
    """Return the weights of the mean dog, `(kept rounds, seeds, 2)`."""
    return training.weights.mean(axis=2)


def _changes(means: Floats) -> tuple[str, str]:
    """Return by how much difference and sum of the weights change, on average over runs."""
    change = means[-1] - means[0]
    difference = np.abs(change[:, 0] - change[:, 1]).mean()
    return f"{difference:.2f}", f"{change.sum(axis=1).mean():.2f}"


def _diagonal(low: float, high: float) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[low, high], y=[low, high], mode="lines", name="both weigh alike", hoverinfo="skip",
        line={"color": MUTE, "width": 1, "dash": "dash"},
    )  # fmt: skip


def _legend_of(way: Way) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[None], y=[None], mode="lines+markers", name=way,
        line={"color": MUTE, "width": 2, "dash": _DASHES[way]},
        marker={"color": MUTE, "size": 8, "symbol": _SYMBOLS[way]},
    )  # fmt: skip


def _path(weights: Floats, way: Way) -> Any:
    """Draw one run in the colour of the side on which it ends."""
    import plotly.graph_objects as go

    colour = GOAL if weights[-1, 0] > weights[-1, 1] else PROXY
    sizes = [5, *[0] * (len(weights) - 2), 10]  # a small mark at the start, a large one at the end
    return go.Scatter(
        x=weights[:, 0].round(3).tolist(), y=weights[:, 1].round(3).tolist(), name=way,
        mode="lines+markers", showlegend=False, opacity=0.75,
        line={"color": colour, "width": 1.5, "dash": _DASHES[way]},
        marker={"color": colour, "size": sizes, "symbol": _SYMBOLS[way], "line": {"width": 0}},
        hovertemplate="voice %{x:.1f}, lips %{y:.1f}<extra>" + way + "</extra>",
    )  # fmt: skip


def _side(text: str, colour: str, x: float, y: float, x_anchor: str, y_anchor: str) -> Any:
    return {
        "text": text, "x": x, "y": y, "xanchor": x_anchor, "yanchor": y_anchor,
        "showarrow": False, "font": {"color": colour},
    }  # fmt: skip


# ------------------------------------------------------------------------------ salience


def dog_salience(sweep: DogSweep) -> Figure:
    """Draw which cue is followed when one of them is clearer, with cues always together.

    Args:
        sweep: What `rewards.dog_sweep.sweep_clarities` returns.
    """
    lines = [
        Curve(f"{way}: does what the voice says", colour, _SYMBOLS[way],
              [training.voice_rates() for training in sweep.trainings[way]], _DASHES[way])
        for way, colour in zip(WAYS, (GOAL, GOAL), strict=True)
    ]  # fmt: skip
    ticks = [f"{value:g}" for value in sweep.values]
    figure = curves(
        "Where the data do not decide, the clearer cue wins", "clarity of the lips (voice = 1)",
        ticks, lines, alt=endpoints("As the lips get clearer", ticks, lines),
    )  # fmt: skip
    figure.chart.update_layout(yaxis_title="of commands, voice against lips")
    return figure
