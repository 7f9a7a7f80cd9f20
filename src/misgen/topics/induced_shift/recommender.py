"""A recommender whose suggestions change the users whom it learns from.

This is auto-induced distributional shift: an algorithm changes the distribution of its own
inputs (Krueger, Maharaj & Leike, 2020, abstract). The recommender looks for today's acceptance
and for nothing else. It does not plan, and nothing selects among recommenders, so that here is
a shift without an incentive to cause it; `hidden_incentives` is about the incentive. It is not
goal misgeneralization either: the recommender pursues in the end what it pursued all along. The
users are a model of our own, not that of the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count, check_share
from misgen.core.arrays import BoolArray, IntArray

Array = NDArray[np.float64]
Policy = Literal["greedy", "random"]

FEEDBACKS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.2)
"""Strengths of the feedback in the book's figures."""
EVENINGS = ("film", "meal", "game", "jazz", "walk", "book")
"""Names of the six kinds of evening."""
MEASURES = {
    "acceptance": "accepted",
    "original_fit": "would have been accepted on day 1",
    "original_favourite": "favourite of day 1",
    "drift": "drift",
    "concentration": "concentration",
}
"""What is measured every day, over all users -> its label; see `Evenings.series`."""
_POLICIES = get_args(Policy)


@dataclass(frozen=True)
class Settings:
    """The users, and the recommender that they share."""

    users: int = 200
    """Each has a taste and a recommender's memory of their own."""
    kinds: int = len(EVENINGS)
    """Kinds of evening."""
    days: int = 300
    """One suggestion a day to each user."""
    taste: float = 1.0
    """Parameter of the symmetric Dirichlet distribution of tastes; 1: all tastes equally likely."""
    epsilon: float = 0.1
    """Share of suggestions that are made at random, to learn from them."""
    memory: float = 0.98
    """What a day leaves of the counts: the recommender remembers about 50 days."""
    settled: int = 30
    """Last days, over which `Evenings.at_the_end` takes the mean."""

    def __post_init__(self) -> None:
        for name in ("users", "kinds", "days", "settled"):
            check_count(name, getattr(self, name))
        check_share("epsilon", self.epsilon)
        if not 0.5 <= self.memory <= 1:  # or counts of kinds that are never shown underflow
            raise ValueError(f"memory must lie between 0.5 and 1, but is {self.memory}.")
        if not self.taste > 0:
            raise ValueError(f"taste must be above 0, but is {self.taste}; 1 is any taste alike.")


@dataclass(frozen=True)
class Evenings:
    """What users and recommender did; arrays start with `(feedbacks, seeds, ...)`."""

    policy: Policy
    """Who suggested: the recommender ("greedy"), or chance ("random")."""
    feedbacks: tuple[float, ...]
    """How far an accepted evening moves a taste, as a share of the way."""
    seeds: tuple[int, ...]
    settings: Settings
    series: Mapping[str, Array]
    """Mean over users of each of `MEASURES`, `(feedbacks, seeds, days)`.

    `acceptance`: share of suggestions that are accepted, the score of the recommender.
    `original_fit`: probability that the users, as they were on day 1, accept these suggestions.
    `original_favourite`: share of suggestions that are what the user liked best on day 1.
    `drift`: total variation between the taste of the day and that of day 1.
    `concentration`: probability of the kind that the user likes best on that day.
    """
    days: tuple[int, ...]
    """Days that were kept, from 1."""
    tastes: Array
    """Tastes in the evening of the kept days, `(feedbacks, seeds, kept, users, kinds)`."""
    shown: IntArray
    """Kinds that were suggested in these evenings, `(feedbacks, seeds, kept, users)`."""

    def at_the_end(self, measure: str) -> Array:
        """Returns the mean of a measure over the last days, `(feedbacks, seeds)`.

        Raises:
            ValueError: If there is no such measure.
        """
        if measure not in self.series:
            raise ValueError(f"measure must be one of {', '.join(MEASURES)}, not {measure!r}.")
        return self.series[measure][..., -self.settings.settled :].mean(axis=-1)


@dataclass(frozen=True)
class Draws:
    """All random numbers of a run, the same for every feedback and policy."""

    tastes: Array
    """Tastes of day 1, `(seeds, users, kinds)`."""
    ties: Array
    """Which kind goes first where two are estimated alike, `(seeds, users, kinds)`."""
    explores: Array
    """Below epsilon: suggest a kind at random, `(seeds, days, users)`."""
    any_kind: IntArray
    """The kind at random, `(seeds, days, users)`."""
    accepts: Array
    """Below the taste for the suggested kind: accept, `(seeds, days, users)`."""


def draw_for_each(
    seeds: Sequence[int], draw_one: Callable[[np.random.Generator], tuple[NDArray[Any], ...]]
) -> list[NDArray[Any]]:
    """Returns the random numbers of every seed, drawn by a generator of its own.

    Args:
        seeds: At least one.
        draw_one: Draws the numbers of one seed, as some arrays.

    Returns:
        The arrays, with the seeds as the first axis.

    >>> [part.shape for part in draw_for_each(range(3), lambda rng: (rng.random(5),))]
    [(3, 5)]

    Raises:
        ValueError: If there is no seed, or one is not a whole number.
    """
    if not len(seeds):
        raise ValueError("Give at least one seed, such as seeds=range(10).")
    checked = [check_count("seed", seed, minimum=0) for seed in seeds]
    runs = [draw_one(np.random.default_rng(seed)) for seed in checked]
    return [np.stack(parts) for parts in zip(*runs, strict=True)]  # (seed, ...)


def draw(seeds: Sequence[int], settings: Settings) -> Draws:
    """Returns the random numbers; those of a seed are the same alone and beside others."""
    return Draws(*draw_for_each(seeds, lambda rng: _draw_run(rng, settings)))


def _draw_run(rng: np.random.Generator, settings: Settings) -> tuple[Array | IntArray, ...]:
    each = (settings.days, settings.users)  # (day, user)
    tastes = rng.dirichlet(np.full(settings.kinds, settings.taste), settings.users)  # (user, kind)
    ties, explores = rng.random(tastes.shape), rng.random(each)
    return tastes, ties, explores, rng.integers(0, settings.kinds, each), rng.random(each)


def simulate(
    feedbacks: Sequence[float] = FEEDBACKS,
    *,
    seeds: Sequence[int],
    policy: Policy = "greedy",
    settings: Settings | None = None,
    keep: Sequence[int] | None = None,
) -> Evenings:
    """Let a recommender and its users live together, for every feedback and seed at once.

    Each evening a user is suggested one kind k and accepts it with probability taste[k]. An
    accepted evening makes its kind more liked: taste += feedback * (only k - taste). The
    recommender suggests the kind with the highest share of acceptances so far, older days
    counting less, and a share epsilon of the time any kind. All feedbacks meet the same random
    numbers, so that they differ in nothing else.

    Args:
        feedbacks: How far an accepted evening moves a taste, as shares of the way.
        seeds: One group of users for each.
        policy: "greedy", or "random": the control, which learns nothing.
        settings: The users and the recommender.
        keep: Days from 1 whose tastes and suggestions are kept; the first and the last by
            default.

    Raises:
        ValueError: If an argument is out of range.

    >>> evenings = simulate([0.0, 0.2], seeds=range(2))
    >>> (evenings.at_the_end("acceptance").mean(axis=1) > [0.3, 0.8]).tolist()
    [True, True]
    """
    settings = settings or Settings()
    if policy not in _POLICIES:
        raise ValueError(f"policy must be one of {', '.join(_POLICIES)}, not {policy!r}.")
    strengths = _check_feedbacks(feedbacks)
    days = _check_days(keep or sorted({1, settings.days}), settings.days)
    draws = draw(seeds, settings)
    random_share = 1.0 if policy == "random" else settings.epsilon
    moves = np.array(strengths)[:, None, None]  # (feedback, 1, 1)
    tastes = np.tile(draws.tastes, (len(strengths), 1, 1, 1))  # (feedback, seed, user, kind)
    # What the recommender knows of each user and kind: how often shown, how often accepted
    # as if each kind had been shown once
    shown, accepted = np.ones(tastes.shape), np.full(tastes.shape, 1 / settings.kinds)
    # (feedback, seed, day)
    series = {name: np.empty((*tastes.shape[:2], settings.days)) for name in MEASURES}
    kept = []
    for day in range(settings.days):
        # 1e-6: `ties` decides only between those estimated alike
        best = (accepted / shown + 1e-6 * draws.ties).argmax(axis=-1)
        at_random = draws.explores[:, day] < random_share
        kinds = np.where(at_random, draws.any_kind[:, day], best)  # (feedback, seed, user)
        only = kinds[..., None] == np.arange(settings.kinds)  # 1 for the kind, 0 for all others
        accepts = draws.accepts[:, day] < (tastes * only).sum(axis=-1)  # (feedback, seed, user)
        measured = (accepts, *_measured(tastes, draws.tastes, only))
        for curve, of_users in zip(series.values(), measured, strict=True):
            curve[..., day] = of_users.mean(axis=-1)
        if day + 1 in days:
            kept.append((tastes.copy(), kinds))  # before the evening changes anything
        shown = settings.memory * (shown + only)  # both counts fade, so that shares stay
        accepted = settings.memory * (accepted + (only & accepts[..., None]))
        tastes += (moves * accepts)[..., None] * (only - tastes)  # they still sum to 1
    # days behind the seeds
    kept_tastes, kept_kinds = (np.stack(parts, axis=2) for parts in zip(*kept, strict=True))
    return Evenings(
        policy, strengths, tuple(seeds), settings, series, days, kept_tastes, kept_kinds
    )


def _measured(tastes: Array, original: Array, only: BoolArray) -> tuple[Array, ...]:
    """Returns what `MEASURES` names after the acceptance, `(feedbacks, seeds, users)` each."""
    fit = (original * only).sum(axis=-1)  # the probability of the suggested kind
    favourite = fit == original.max(axis=-1)  # exact: a copy of the same number, plus zeros
    drift = np.abs(tastes - original).sum(axis=-1) / 2
    return fit, favourite, drift, tastes.max(axis=-1)


def _check_feedbacks(feedbacks: Sequence[float]) -> tuple[float, ...]:
    if not len(feedbacks):
        raise ValueError("Give at least one feedback, such as feedbacks=[0.02].")
    return tuple(check_share("feedback", feedback) for feedback in feedbacks)


def _check_days(days: Sequence[int], last: int) -> tuple[int, ...]:
    kept = tuple(check_count("keep", day) for day in days)
    if list(kept) != sorted(set(kept)) or kept[-1] > last:
        raise ValueError(f"Keep days from 1 to {last}, in order and each once, not {kept}.")
    return kept
