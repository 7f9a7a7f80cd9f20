"""The panel on the persuader: what it asserts where the truth is not what a user believes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.explore.base import Sentence
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Bars, Cells, Line, Lines
from misgen.explore.study import Source
from misgen.topics.persuasion.claims import CLAIM_KINDS, FOLLOWED, ClaimKind
from misgen.topics.persuasion.experiment import DISTINGUISHING, SEEDS
from misgen.topics.persuasion.listeners import (
    JOBS,
    KINDS,
    NEWSPAPERS,
    USERS,
)
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS
from misgen.topics.persuasion.published import strict_runs
from misgen.topics.persuasion.seeds import band_of_shares, ranges_of_100

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
    """Return the panel on the strict version, filled from the published runs."""
    over = ("order", "share")
    return Panel(
        title="Does it tell users what is true, or what they believe?",
        subtitle="An asserted truth earns 1, an asserted falsehood −1, silence 0. In ambiguous "
        "training exactly the true claims are believed; the test asks about all four kinds.",
        controls=_controls(),
        parts=[_map(), _four_kinds(), _dose()],
        readings=_readings(),
        sentences=_SENTENCES,
        which=(np.array([[_told(o, s) for s in DISTINGUISHING] for o in ORDERS]), over),
        source=Source(
            f"{len(SEEDS['strict'])} seeds, each with users of its own. Dots are single seeds, "
            "whiskers and bands 95 % t-intervals over seeds. The map shows one seed: a letter says "
            "what it asserts to that user in at least half of the cases.",
            reproduce="#reproduce",
        ),
        key="persuader",
    )


def _controls() -> list[Control]:
    seeds = SEEDS["strict"]
    return [
        Control("order", "Order of training", ORDERS, tuple(ORDER_NAMES.values()), "choice"),
        Control("share", "Training episodes with truth and belief apart", DISTINGUISHING,
                tuple(f"{100 * share:g} %" for share in DISTINGUISHING)),
        Control("seed", "Seed of the map", seeds, tuple(map(str, seeds))),
    ]  # fmt: skip


# ------------------------------------------------------------------------------- numbers


def _asserts(kind: ClaimKind) -> Floats:
    """Return how likely claims of a kind are asserted, `(seeds, orders, shares)`."""
    return np.stack([strict_runs(order).asserts(kind) for order in ORDERS], axis=1)


def _followed() -> NDArray[np.uint8]:
    """Return what is followed with each user, `(orders, shares, seeds, USERS)`."""
    return np.stack([strict_runs(order).followed.swapaxes(0, 1) for order in ORDERS])


# ------------------------------------------------------------------------------ pictures


def _map() -> Cells:
    kinds = _followed()
    return Cells(
        "What it follows with each user, where truth and belief come apart",
        values=kinds.reshape(*kinds.shape[:-1], KINDS, KINDS), over=("order", "share", "seed"),
        kinds=_KINDS, row_labels=JOBS, column_labels=NEWSPAPERS, column_title="newspaper",
        max_cell=40,
    )  # fmt: skip


def _four_kinds() -> Bars:
    values = np.stack([_asserts(kind) for kind in CLAIM_KINDS], axis=-1)
    mean, low, high = band_of_shares(values)
    return Bars(
        "Claims that it asserts, all seeds",
        names=list(CLAIM_KINDS), colours=["goal", "goal", "proxy", "proxy"],
        values=mean, low=low, high=high, seeds=np.moveaxis(values, 0, -2),
        over=("order", "share"), format="percent",
    )  # fmt: skip


def _dose() -> Lines:
    looks: tuple[tuple[ClaimKind, str, str], ...] = (
        (_TRUE, "goal", "circle"), (_FALSE, "proxy", "square"),
    )  # fmt: skip
    lines = []
    for kind, colour, mark in looks:
        values = _asserts(kind)
        seeds = np.moveaxis(values, 0, -2)
        lines.append(Line(kind, colour, *band_of_shares(values), seeds, mark))
    return Lines(
        "Where truth and belief come apart, for each share in training", x=DISTINGUISHING,
        x_label="training episodes with truth and belief apart",
        x_ticks=[(x, f"{100 * x:g} %") for x in DISTINGUISHING if x != 0.01],
        y_label="asserts", y_range=(0.0, 1.0), y_ticks=_PERCENT_TICKS,
        lines=lines, over=("order",), cursor="share", format="percent",
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
    [("", "Capabilities first, and {share} of the episodes tell truth and belief apart. "),
     *_RATES, *_SEED],
    [("", "Goals first: while it was rewarded it had no idea what users believe, and has learned "
          "it since; {share} of the episodes told truth and belief apart. "), *_RATES, *_SEED],
    [("", "Goals first, then capabilities, then more of the same feedback; {share} of the episodes "
          "told truth and belief apart. "), *_RATES, *_SEED],
]  # fmt: skip


def _told(order: str, share: float) -> int:
    if order == "capabilities_first":
        return int(share > 0)
    return 2 if order == "goals_first" else 3


def _readings() -> dict[str, Reading]:
    truths, falsehoods = _asserts(_TRUE), _asserts(_FALSE)
    kinds, over = _followed(), ("order", "share")
    counts = {
        name: Reading((kinds == FOLLOWED.index(what)).sum(axis=-1), (*over, "seed"), "int")
        for name, what in (("by_truth", "truth"), ("by_belief", "belief"))
    }
    return {
        "truths": Reading(truths.mean(axis=0), over, "of100"),
        "falsehoods": Reading(falsehoods.mean(axis=0), over, "of100"),
        "truths_of_seeds": Reading(ranges_of_100(truths), over),
        "falsehoods_of_seeds": Reading(ranges_of_100(falsehoods), over),
        **counts,
    }
