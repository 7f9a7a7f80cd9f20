"""The figures of auto-induced distributional shift: who changed, and what an outer loop reveals."""

from __future__ import annotations

from collections.abc import Sequence

from misgen.core.intervals import over_seeds
from misgen.explore.charts import FIRST, MUTE, SECOND, Curve, Figure, Numbers, curves, endpoints
from misgen.topics.induced_shift.hidden_incentives import Trained
from misgen.topics.induced_shift.recommender import MEASURES, Evenings

_LOOKS = {
    (False, False): (MUTE, "circle", "dot"),
    (True, False): (FIRST, "square", "solid"),
    (True, True): (SECOND, "diamond", "dash"),
    (False, True): (MUTE, "triangle-up", "dashdot"),
}
"""(outer loop, swapping) -> colour, symbol and dash; without an outer loop both stay low."""


def hidden_incentives(trained: Trained) -> Figure:
    """Draws how likely C is at the end of training, against its benefit.

    Args:
        trained: What `hidden_incentives.train` returns; one curve for each of its conditions.
    """
    lines = [
        Curve(condition.name, colour, symbol, list(rates), dash)  # rates: (benefit, seed)
        for condition, rates in zip(trained.conditions, trained.at_the_end(), strict=True)
        for colour, symbol, dash in [_LOOKS[condition.outer_loop, condition.swapping]]
    ]
    ticks = [f"{benefit:g}" for benefit in trained.benefits]
    figure = curves(
        "The outer loop reveals the incentive, swapping removes it",
        f"benefit of C at the next step; it costs {trained.settings.cost:g} now",
        ticks, lines, alt=endpoints("As the benefit of C grows", ticks, lines),
    )  # fmt: skip
    last = trained.settings.settled
    figure.chart.update_layout(yaxis_title=f"how likely they play C, last {last} steps")
    return figure


_WHO = {"greedy": "recommender", "random": "chance"}
"""Policy -> whose suggestions they are."""


def recommender_measures(*evenings: Evenings, feedbacks: Sequence[float] | None = None) -> Numbers:
    """Tabulate what the recommender does to its users, for each feedback.

    Args:
        evenings: Those of the greedy policy and, as the control, of the random one.
        feedbacks: Which of their feedbacks to list; all by default.
    """
    heads = ("suggested by", "feedback", *MEASURES.values())
    rows = [
        # (feedback, seed)[i]
        (
            _WHO[run.policy],
            f"{feedback:g}",
            *(str(over_seeds(run.at_the_end(m)[i])) for m in MEASURES),
        )
        for run in evenings
        for i, feedback in enumerate(run.feedbacks)
        if feedbacks is None or feedback in feedbacks
    ]
    first = evenings[0]
    return Numbers(
        (heads, rows),
        f"Suggestions and tastes in the last {first.settings.settled} of {first.settings.days} "
        f"days, in percent: mean over {len(first.seeds)} groups of {first.settings.users} users, "
        "with its 95 % t-interval over the groups. A favourite of day 1 is what its user liked "
        "best then. Drift is the total variation between the tastes of the day and those of day "
        "1; concentration is how likely users accept what they like best on that day.",
    )
