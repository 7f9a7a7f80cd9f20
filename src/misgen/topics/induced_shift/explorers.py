"""The panels on auto-induced distributional shift: the shift, and the incentive to cause it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Cells, Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.induced_shift.hidden_incentives import CONDITIONS, Trained, train
from misgen.topics.induced_shift.recommender import EVENINGS, Evenings, Policy, simulate

Array = NDArray[np.float64]

SEEDS = range(10)
_share_chart = partial(
    Lines,
    y_range=(0.0, 1.0),
    y_ticks=[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")],
    format="percent",
)
_ON_AND_OFF = (False, True)


def _nearest(values: Sequence[float], wanted: float) -> int:
    """Returns the index of the value next to the wanted one."""
    return int(np.abs(np.subtract(values, wanted)).argmin())


# ----------------------------------------------------------------------- the recommender

DAYS = (1, *range(10, 301, 10))  # 300: the last day of `Settings`
"""Days of the slider."""
_UP_TO = 10  # days of which the curves show the mean
_USERS = 8  # whose tastes are shown
_START_FEEDBACK = 0.02  # share of the way


def _accepted(before: str, after: str) -> Sentence:
    return [
        ("", before),
        ("first", "{acceptance}"),
        ("", " suggestions. As they were on day 1 they would accept "),
        ("second", "{fit}"),
        ("", after),
    ]


_ACCEPTED = [
    _accepted(
        "Day {day}: users accept ",
        ", as many but for chance: without feedback nobody changes. All that the recommender "
        "gains, it gains by knowing its users.",
    ),
    _accepted(
        "Day {day}: users accept ",
        " of the same suggestions. Their tastes have moved by {drift}; 1.00 would be tastes that "
        "have nothing in common with those of day 1.",
    ),
    _accepted("Day {day}: suggestions are made at random, and nobody changes. Users accept ", "."),
    _accepted(
        "Day {day}: suggestions at random move tastes too, by {drift} so far. But users accept "
        "only ",
        ": nobody is shown more of what they have come to like.",
    ),
]
"""What is said of the recommender without and with feedback, then of chance without and with it."""


def recommender(evenings: tuple[Evenings, Evenings] | None = None) -> Panel:
    """Returns the panel on the recommender that changes its users.

    Args:
        evenings: Those of the greedy and of the random policy, with the days `DAYS` kept;
            computed here by default, which takes a few seconds.
    """
    greedy, random = evenings or tuple(
        simulate(seeds=SEEDS, policy=policy, keep=DAYS) for policy in get_args(Policy)
    )
    over = ("feedback", "random", "day")
    measured = {
        measure: _over_days(greedy, random, measure)
        for measure in ("acceptance", "original_fit", "drift")
    }
    means = {measure: values.mean(axis=0) for measure, values in measured.items()}
    changes = np.minimum(1, np.arange(len(greedy.feedbacks)))  # no feedback, or some
    return Panel(
        title="Who has changed: the recommender, or its users?",
        subtitle="Each evening a user is suggested one of six things to do. An accepted evening "
        "makes its kind more liked.",
        controls=_recommender_controls(greedy.feedbacks),
        parts=[_tastes_map(greedy, random), _evenings_chart(measured)],
        sentences=_ACCEPTED,
        which=(changes[:, None] + [0, 2], ("feedback", "random")),  # (feedback, random)
        readings={
            "acceptance": Reading(means["acceptance"], over, "of100"),
            "fit": Reading(means["original_fit"], over, "of100"),
            "drift": Reading(means["drift"], over, "fixed2"),
        },
        source=Source(
            f"{len(greedy.seeds)} groups of {greedy.settings.users} simulated users, a model of "
            "our own. Curves are means of the last ten days, thin lines single groups, bands 95 % "
            f"t-intervals over groups. The map shows the first {_USERS} users of the first group.",
            reproduce="#reproduce",
        ),
        key="recommender",
    )


def _recommender_controls(feedbacks: Sequence[float]) -> list[Control]:
    return [
        Control("feedback", "Feedback: how far an accepted evening moves a taste", tuple(feedbacks),
                tuple(f"{value:g}" for value in feedbacks),
                start=_nearest(feedbacks, _START_FEEDBACK)),
        Control("random", "Suggestions at random (the control)", _ON_AND_OFF, kind="switch"),
        Control("day", "Day", DAYS, tuple(map(str, DAYS)), start=len(DAYS) - 1, playable=True),
    ]  # fmt: skip


def _over_days(greedy: Evenings, random: Evenings, measure: str) -> Array:
    """Returns means of up to ten days, `(seeds, feedbacks, policies, days)`."""
    # (policy, feedback, seed, day)
    both = np.stack([greedy.series[measure], random.series[measure]])
    # days count from 1
    means = [both[..., max(0, day - _UP_TO) : day].mean(axis=-1) for day in DAYS]
    # (policies, feedbacks, seeds, days) -> (seeds, feedbacks, policies, days)
    return np.stack(means, axis=-1).swapaxes(0, 2)


def _tastes_map(greedy: Evenings, random: Evenings) -> Cells:
    # (feedback, random, day, user, kind)
    tastes = np.stack([e.tastes[:, 0, :, :_USERS] for e in (greedy, random)], axis=1)
    favourites = tastes[0, 0, 0].argmax(axis=-1).tolist()  # of day 1, before anything has changed
    return Cells(
        "How likely eight users accept each kind",
        values=np.clip(tastes, 0.0, 1.0),  # sums of rounded shares may leave [0, 1] by a last bit
        over=("feedback", "random", "day"),
        scale="first",
        ends=("never", "always"),
        row_labels=[str(user + 1) for user in range(_USERS)],
        row_title="user",
        column_labels=EVENINGS,
        marks=[(user, kind, "favourite on day 1") for user, kind in enumerate(favourites)],
        max_cell=40,
    )


def _evenings_chart(measured: Mapping[str, Array]) -> Lines:
    looks = (
        ("suggestions accepted", "acceptance", "first", False),
        ("would have been accepted on day 1", "original_fit", "second", False),
        ("drift of tastes since day 1", "drift", "mute", True),
    )
    return _share_chart(
        "What users accept, and how far they have changed",
        x=DAYS, x_label="day", x_ticks=[(day, str(day)) for day in (1, 100, 200, 300)],
        y_label="share", over=("feedback", "random"), cursor="day",
        lines=[_line(label, colour, measured[name], dash) for label, name, colour, dash in looks],
    )  # fmt: skip


def _line(label: str, colour: str, values: Array, dash: bool = False) -> Line:
    """Returns a line of values `(seeds, ..., points)`; it wants the seeds before the points."""
    return Line(label, colour, *band(values), seeds=np.moveaxis(values, 0, -2), dash=dash)


# ------------------------------------------------------------------ the hidden incentive

_POINT_EVERY = 40  # steps
_START_BENEFIT = 0.8  # more than the cost, so that the outer loop has something to reveal


def _played(before: str, after: str = "") -> Sentence:
    end = f" steps{after}."
    return [("", f"{before} At the end they play C in "), ("first", "{plays}"), ("", end)]


_PLAYED = [
    _played(
        "Each learner learns from its present reward alone, in which C is a cost of {cost}.",
        ", whether it adds {benefit} to the next step or not",
    ),
    _played(
        "Swapping alone changes nothing: these learners look at the present anyway.",
        ", with a benefit of {benefit}",
    ),
    _played(
        "The outer loop copies those who earn most in {every} steps. C costs {cost} and brings "
        "{benefit}, so that there is no incentive to find."
    ),
    _played(
        "The outer loop copies those who earn most in {every} steps: those who pay {cost} now and "
        "find {benefit} later. It reveals the hidden incentive, although each learner is as myopic "
        "as before."
    ),
    _played(
        "Whoever plays C now leaves the benefit of {benefit} to another learner, nearly always. "
        "The outer loop copies those who earn most, and they are those who do not pay."
    ),
]
"""What is said of myopic learners, of swapping alone, of an outer loop where C does not pay and
where it does, and of outer loop and swapping."""


def hidden_incentives(trained: Trained | None = None) -> Panel:
    """Returns the panel on the unit test for hidden incentives.

    Args:
        trained: Learners of the four conditions of `CONDITIONS`; trained here by default, which
            takes about a second.
    """
    trained = trained or train(seeds=SEEDS, conditions=CONDITIONS)
    over, settings = ("outer", "swapping", "benefit"), trained.settings
    end = _by_switches(trained, trained.at_the_end())  # (outer, swapping, benefit, seed)
    return Panel(
        title="Do the learners pay now for what they find next?",
        subtitle=f"Action C costs {settings.cost:g} now and makes the next step better. "
        f"The curves say how likely {settings.learners} learners are to play it, each of them "
        "trained to look at the present only.",
        controls=_incentive_controls(trained.benefits),
        parts=[_learning_chart(trained), _end_chart(trained, end)],
        sentences=_PLAYED,
        which=(_which(trained), over),
        readings={
            "plays": Reading(end.mean(axis=-1), over, "of100"),
            "cost": Reading(settings.cost),
            "every": Reading(settings.every, format="int"),
        },
        source=Source(
            f"After the unit test of Krueger, Maharaj & Leike (2020), with pay-offs of our own. "
            f"{len(trained.seeds)} populations; thin lines and dots are single populations, bands "
            "95 % t-intervals over populations.",
            reproduce="#reproduce",
        ),
        key="hidden-incentives",
    )


def _by_switches(trained: Trained, values: Array) -> Array:
    """Returns values `(conditions, ...)` of all conditions as `(outer_loop, swapping, ...)`.

    Raises:
        ValueError: If a condition is missing.
    """
    index = {(c.outer_loop, c.swapping): i for i, c in enumerate(trained.conditions)}
    wanted = [(outer, swapping) for outer in _ON_AND_OFF for swapping in _ON_AND_OFF]
    if not set(wanted) <= set(index):
        raise ValueError("Train the learners with and without outer loop and swapping: CONDITIONS.")
    return values[[index[flags] for flags in wanted]].reshape(2, 2, *values.shape[1:])


def _which(trained: Trained) -> NDArray[np.int64]:
    """Returns the number in `_PLAYED` of what is said, `(outer_loop, swapping, benefits)`."""
    pays = np.array(trained.benefits) > trained.settings.cost  # (benefit,)
    same = np.ones_like(pays, np.int64)
    # outer loop off: without and with swapping; then on
    return np.array([[0 * same, same], [np.where(pays, 3, 2), 4 * same]])


def _incentive_controls(benefits: Sequence[float]) -> list[Control]:
    labels = tuple(f"{value:g}" for value in benefits)
    return [
        Control("benefit", "Benefit of C at the next step", tuple(benefits), labels,
                start=_nearest(benefits, _START_BENEFIT)),
        Control("outer", "Outer loop (population-based training)", _ON_AND_OFF, kind="switch"),
        Control("swapping", "Context swapping", _ON_AND_OFF, kind="switch"),
    ]  # fmt: skip


def _learning_chart(trained: Trained) -> Lines:
    steps = range(0, trained.settings.steps + 1, _POINT_EVERY)  # 0: before the first step
    # (seeds, outer, swapping, benefit, points)
    values = np.moveaxis(_by_switches(trained, trained.cooperation[..., ::_POINT_EVERY]), -2, 0)
    ticks = [(x, f"{x:,}") for x in np.linspace(0, steps[-1], 5).astype(int).tolist()]
    return _share_chart(
        "How likely they play C, while they learn", x=steps, x_label="steps", x_ticks=ticks,
        y_label="mean over the learners", over=("outer", "swapping", "benefit"),
        lines=[_line("plays C", "first", values)],
    )  # fmt: skip


def _end_chart(trained: Trained, end: Array) -> Lines:
    ticks = [(x, f"{x:g}") for x in trained.benefits if x in (0.0, trained.settings.cost, 1.0)]
    return _share_chart(
        f"How likely they play C in the last {trained.settings.settled} steps", x=trained.benefits,
        x_label="benefit of C at the next step", x_ticks=ticks, y_label="mean over the learners",
        over=("outer", "swapping"), cursor="benefit",
        lines=[_line("plays C", "first", np.moveaxis(end, -1, 0))],
    )  # fmt: skip
