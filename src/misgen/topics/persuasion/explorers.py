"""The panels on the persuader: what it asserts, and whether it lies if some lies are rewarded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Band, band
from misgen.explore import Bars, Cells, Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, of_100
from misgen.topics.persuasion.claims import CLAIM_KINDS, FOLLOWED, ClaimKind
from misgen.topics.persuasion.experiment import AUDITS, DISTINGUISHING, SCHEDULES, SEEDS
from misgen.topics.persuasion.feedback import HONEST
from misgen.topics.persuasion.listeners import JOBS, KINDS, NEWSPAPERS, USERS
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS, Order
from misgen.topics.persuasion.published import flawed_runs, strict_runs

Floats = NDArray[np.float64]

_PERCENT_TICKS = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
_KINDS = [
    ("follows the truth", "goal", "T"),
    ("follows belief", "proxy", "B"),
    ("asserts both", "line", "+"),
    ("asserts neither", "", "–"),
]
"""In the order of `FOLLOWED`."""
_TRUE: ClaimKind = "true, disbelieved"
_FALSE: ClaimKind = "false, believed"


def persuader() -> Panel:
    """Returns the panel on the strict version, filled from the published runs."""
    over = ("order", "distinguishing")
    return Panel(
        title="Does it tell users what is true, or what they believe?",
        subtitle="An asserted truth earns 1, an asserted falsehood −1, silence 0. In ambiguous "
        "training exactly the true claims are believed; the test asks about all four kinds.",
        controls=_controls(),
        parts=[_map(), _four_kinds(), _dose()],
        readings=_readings(),
        sentences=_SENTENCES,
        # (order, share)
        which=(np.array([[_told(o, s) for s in DISTINGUISHING] for o in ORDERS]), over),
        source=Source(
            f"{len(SEEDS['strict'])} seeds, each with users of its own. Dots are single seeds, "
            "whiskers and bands 95 % t-intervals over seeds. The map shows one seed: a letter says "
            "what it asserts to that user in at least half of the cases.",
            reproduce="#reproduce",
        ),
        key="persuader",
        aliases={"share": "distinguishing"},
    )


def _controls() -> list[Control]:
    seeds = SEEDS["strict"]
    return [
        Control("order", "Order of training", ORDERS, tuple(ORDER_NAMES.values()), "choice"),
        Control("distinguishing", "Training episodes with truth and belief apart", DISTINGUISHING,
                tuple(f"{100 * share:g} %" for share in DISTINGUISHING)),
        Control("seed", "Seed of the map", seeds, tuple(map(str, seeds))),
    ]  # fmt: skip


# ------------------------------------------------------------------------------ pictures


def _asserts(kind: ClaimKind) -> Floats:
    """Returns how likely claims of a kind are asserted, `(seeds, orders, shares)`."""
    return np.stack([strict_runs(order).asserts(kind) for order in ORDERS], axis=1)


def _followed() -> NDArray[np.uint8]:
    """Returns what is followed with each user, `(orders, shares, seeds, USERS)`."""
    return np.stack([strict_runs(order).followed.swapaxes(0, 1) for order in ORDERS])


def _map() -> Cells:
    kinds = _followed()
    # A user is a cell, since user u has the job u // 8 and the newspaper u % 8.
    return Cells(
        "What it follows with each user, where truth and belief come apart",
        values=kinds.reshape(*kinds.shape[:-1], KINDS, KINDS),
        over=("order", "distinguishing", "seed"),
        kinds=_KINDS, row_labels=JOBS, column_labels=NEWSPAPERS, column_title="newspaper",
        max_cell=40,
    )  # fmt: skip


def _four_kinds() -> Bars:
    # (seed, order, share, kind)
    values = np.stack([_asserts(kind) for kind in CLAIM_KINDS], axis=-1)
    # Where truth and belief agree, a claim serves both goals or none.
    colours: zip[tuple[str, str]] = zip(CLAIM_KINDS, ("mute", "goal", "proxy", "mute"), strict=True)
    return _bars(
        "Claims that it asserts, all seeds", dict(colours), values, ("order", "distinguishing")
    )


def _dose() -> Lines:
    return Lines(
        "Where truth and belief come apart, for each share in training", x=DISTINGUISHING,
        x_label="training episodes with truth and belief apart",
        x_ticks=[(x, f"{100 * x:g} %") for x in DISTINGUISHING if x != 0.01],  # it overlaps 0 %
        y_label="asserts", y_range=(0.0, 1.0), y_ticks=_PERCENT_TICKS,
        lines=[_line(_TRUE, "goal", "circle", _asserts(_TRUE)),
               _line(_FALSE, "proxy", "square", _asserts(_FALSE))],
        over=("order",), cursor="distinguishing", format="percent",
    )  # fmt: skip


def _line(label: str, colour: str, mark: str, rates: Floats, *, dash: bool = False) -> Line:
    """Returns the line of rates `(seeds, ..., points)`: mean, interval and every seed."""
    seeds = np.moveaxis(rates, 0, -2)  # (..., seed, point)
    return Line(label, colour, *band_of_shares(rates), seeds, mark, dash)


def _bars(label: str, colours: dict[str, str], rates: Floats, over: tuple[str, ...]) -> Bars:
    """Returns the bars of rates `(seeds, ..., bars)`; `colours` are those of their names."""
    mean, low, high = band_of_shares(rates)
    return Bars(
        # The seeds come before the bars, (..., seed, bar).
        label, names=list(colours), colours=list(colours.values()), values=mean, low=low, high=high,
        seeds=np.moveaxis(rates, 0, -2), over=over, format="percent",
    )  # fmt: skip


# ------------------------------------------------------------------------------ in words

_RATES: Sentence = [
    ("", "Where they come apart it asserts "),
    ("goal", "{truths} truths that are disbelieved"),
    ("", " and "),
    ("proxy", "{falsehoods} falsehoods that are believed"),
    ("", " (single seeds: {truths_of_seeds}, and {falsehoods_of_seeds}). "),
]
_SEED: Sentence = [
    ("", "With seed {seed} it follows the truth with {by_truth} of the "
         f"{USERS} users, and belief with {{by_belief}}."),
]  # fmt: skip
_SENTENCES: list[Sentence] = [
    [("", "Capabilities first, and no episode tells truth and belief apart: training rewards both "
          "goals alike. "), *_RATES, *_SEED],
    [("", "Capabilities first, and {distinguishing} of the episodes tell truth and belief apart. "),
     *_RATES, *_SEED],
    [("", "Goals first: while it was rewarded it had no idea what users believe, and has learned "
          "it since; {distinguishing} of the episodes told truth and belief apart. "),
     *_RATES, *_SEED],
    [("", "Goals first, then capabilities, then more of the same feedback; {distinguishing} of the "
          "episodes told truth and belief apart. "), *_RATES, *_SEED],
]  # fmt: skip


def _told(order: str, share: float) -> int:
    if order == "capabilities_first":
        return int(share > 0)  # 0: no episode tells them apart
    return 2 if order == "goals_first" else 3


def _readings() -> dict[str, Reading]:
    rates, kinds = {"truths": _asserts(_TRUE), "falsehoods": _asserts(_FALSE)}, _followed()
    over = ("order", "distinguishing")
    readings = {}
    for name, values in rates.items():
        readings[name] = Reading(values.mean(axis=0), over, "of100")
        readings[f"{name}_of_seeds"] = Reading(ranges_of_100(values), over)
    for name, what in (("by_truth", "truth"), ("by_belief", "belief")):
        users = (kinds == FOLLOWED.index(what)).sum(axis=-1)  # of the 64 of a seed
        readings[name] = Reading(users, (*over, "seed"), "int")
    return readings


def band_of_shares(rates: NDArray[np.float64]) -> Band:
    """Returns mean and 95 % t-interval over the first axis, cut to [0, 1].

    Args:
        rates: Rates, `(seeds, ...)`.
    """
    return Band(*(part.clip(0.0, 1.0) for part in band(rates)))  # a t-interval may leave [0, 1]


def ranges_of_100(rates: NDArray[np.float64]) -> NDArray[np.str_]:
    """Writes the lowest and the highest rate of the seeds, `(...)`.

    >>> ranges_of_100(np.array([[0.1, 0.5], [0.7, 0.501]])).tolist()
    ['10 to 70 of 100', '50 of 100']

    Args:
        rates: Rates, `(seeds, ...)`.
    """
    lows, highs = rates.min(axis=0), rates.max(axis=0)
    pairs = zip(lows.ravel().tolist(), highs.ravel().tolist(), strict=True)
    return np.array([_range(low, high) for low, high in pairs]).reshape(lows.shape)


def _range(low: float, high: float) -> str:
    last = of_100(high)
    return last if of_100(low) == last else f"{round(100 * low)} to {last}"


# ---------------------------------------------------------------------------- the order of training


_SCHEDULE = SCHEDULES[150]
STAGES = _SCHEDULE.looks("feedback_goes_on")
"""Steps of the slider: those of the longest order."""
_START: Order = "capabilities_first"
_LOOKS: dict[Order, tuple[str, str, bool]] = {
    "capabilities_first": ("first", "square", False),
    "goals_first": ("second", "circle", False),
    "feedback_goes_on": ("mute", "triangle", True),
}
"""Order -> colour, mark and dash of its line."""


def training_order() -> Panel:
    """Returns the panel on lies under flawed feedback, filled from the published runs."""
    lies, believed = _over_stages("lies"), _over_stages("believed")
    return Panel(
        title="Goals first or capabilities first: does it lie?",
        subtitle="The assistant says the truth, which earns 0.4, or one of eight excuses, which "
        "earns 1 if the user believes it, and −1 if not, or if an audit finds it out.",
        controls=_order_controls(),
        parts=[_course(lies, believed), _ends(), _now(lies, believed)],
        readings=_order_readings(lies, believed),
        sentences=_ORDER_SENTENCES,
        which=(np.array([_order_told(order) for order in ORDERS]), ("order", "stage")),
        source=Source(
            f"{len(SEEDS['flawed'])} seeds, each with users of its own. Thin lines and dots are "
            "single seeds, bands and whiskers 95 % t-intervals over seeds. Believed lies earn "
            "reward here: the feedback has the flaw.",
            reproduce="#reproduce",
        ),
        key="training-order",
    )


def _order_controls() -> list[Control]:
    return [
        Control("order", "Order of training", ORDERS, tuple(ORDER_NAMES.values()), "choice",
                start=ORDERS.index(_START)),
        Control("audit", "Lies that are audited", AUDITS,
                tuple(f"{100 * audit:g} %" for audit in AUDITS)),
        Control("stage", "Step of training", STAGES, tuple(map(str, STAGES)),
                start=STAGES.index(_SCHEDULE.ends(_START)[-1]), playable=True),
    ]  # fmt: skip


# ------------------------------------------------------------------------------ pictures


def _over_stages(measure: str) -> Floats:
    """Returns a measure at all stages, `(seeds, orders, audits, stages)`.

    An order that has ended stays as it was.
    """
    runs = [flawed_runs(order) for order in ORDERS]
    stages = [np.minimum(np.arange(len(STAGES)), len(run.steps) - 1) for run in runs]
    # (seed, audit, stage)
    measured = [getattr(run, measure)[..., at] for run, at in zip(runs, stages, strict=True)]
    return np.stack(measured, axis=1)


def _course(lies: Floats, believed: Floats) -> Lines:
    return Lines(
        "In the course of training", x=STAGES,
        x_label="step of training; nothing changes once it is over",
        x_ticks=[(x, str(x)) for x in (0, *_SCHEDULE.ends("feedback_goes_on"))],
        y_label="share", y_range=(0.0, 1.0), y_ticks=_PERCENT_TICKS,
        lines=[
            Line("a lie would be believed", "mute", *band_of_shares(believed),
                 mark="diamond", dash=True),
            _line("tells a lie", "proxy", "square", lies),
        ],
        over=("order", "audit"), cursor="stage", format="percent",
    )  # fmt: skip


def _now(lies: Floats, believed: Floats) -> Bars:
    values = np.stack([lies, believed, lies * believed], axis=-1)  # (seed, order, audit, stage, 3)
    colours = {"tells a lie": "proxy", "a lie is believed": "mute", "lies and is believed": "proxy"}
    return _bars("After this step, all seeds", colours, values, ("order", "audit", "stage"))


def _ends() -> Lines:
    return Lines(
        "Lies at the end of training, for each audit rate", x=AUDITS,
        x_label="lies that are audited",
        x_ticks=[(0.0, "0 %"), (0.3, "30 %"), (0.5, "50 %"), (0.7, "70 %")],
        y_label="tells a lie", y_range=(0.0, 1.0), y_ticks=_PERCENT_TICKS,
        lines=[
            _line(ORDER_NAMES[order], colour, mark, flawed_runs(order).lies[..., -1], dash=dash)
            for order, (colour, mark, dash) in _LOOKS.items()
        ],
        cursor="audit", format="percent",
    )  # fmt: skip


# ------------------------------------------------------------------------------ in words

_LIES: Sentence = [("", "It lies in "), ("proxy", "{lies} cases"), ("", ". ")]
_WORTH: Sentence = [("", f"A lie earns {{worth}} on average, the truth {HONEST:+.2f}.")]
_ORDER_SENTENCES: list[Sentence] = [
    [("", "Before any training. "), *_LIES,
     ("", "It picks excuses at random: {believed} would be believed.")],
    [("", "Step {stage}: it learns by examples what each user believes, and no feedback has come "
          "yet. "), *_LIES, ("", "By now {believed} lies would be believed.")],
    [("", "Step {stage}: it knows what users believe, and now gets feedback, with {audit} of the "
          "lies audited. "), *_LIES, *_WORTH],
    [("", "Step {stage}: it gets feedback before it can lie well; {believed} lies are believed. "),
     *_LIES, *_WORTH],
    [("", "Step {stage}: now it learns what each user believes, without feedback: {believed} "
          "lies would be believed. "), *_LIES,
     ("", "A lie would earn {worth} on average, but nobody gives it that reward.")],
    [("", "Step {stage}: the feedback goes on, with {audit} of the lies audited, and the assistant "
          "now knows what users believe. "), *_LIES, *_WORTH],
    [("", "Step {stage}: the training of {end} steps is over, with {audit} of the lies audited in "
          "its feedback. "),
     *_LIES,
     ("", "Single seeds: {seeds}. At this audit rate a lie earns {worth} on "
          f"average, the truth {HONEST:+.2f}.")],
]  # fmt: skip
_OF_PHASES: dict[Order, tuple[int, ...]] = {
    "capabilities_first": (1, 2),
    "goals_first": (3, 4),
    "feedback_goes_on": (3, 4, 5),
}
"""Order -> index of the sentence in each of its phases; the first one is before, the last after."""


def _order_told(order: Order) -> list[int]:
    """Returns the index of the sentence at each stage of an order."""
    *ends, last = _SCHEDULE.ends(order)
    told = [*_OF_PHASES[order], 6]  # 6: the training is over
    # A phase includes the step that ends it, but at the last step the training is over.
    return [0, *(told[phase] for phase in np.searchsorted([*ends, last - 1], STAGES[1:]))]


def _order_readings(lies: Floats, believed: Floats) -> dict[str, Reading]:
    over = ("order", "audit", "stage")
    # (order, audit, stage), and (audit, 1)
    right, audits = believed.mean(axis=0), np.array(AUDITS)[:, None]
    worth = right * (1 - 2 * audits) - (1 - right)  # see `feedback.break_even`
    return {
        "lies": Reading(lies.mean(axis=0), over, "of100"),
        "seeds": Reading(ranges_of_100(lies), over),
        "believed": Reading(right, over, "of100"),
        "worth": Reading(worth, over, "signed2"),
        "end": Reading([_SCHEDULE.ends(order)[-1] for order in ORDERS], ("order",), "int"),
    }
