"""One endless run as the ledger keeps it: a setting, a seed, a log against time, frozen agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.learn.history import Series
from misgen.topics.tree_gridworld.frozen import LongRun, Windows


@dataclass(frozen=True)
class Setting:
    """One world and learner; the runs of one setting differ in their seeds alone."""

    discount: float = 0.97
    """How much a reward one step later counts to the learner."""
    r_max: float = 0.3
    """Probability that a tree appears in a nearly full forest."""
    r_min: float = 1e-6
    """The same, in a forest without trees."""
    distinguishing: float = 0.0
    """Share of the forests that are scarce; see `TreeGridworld`."""

    walls: bool = False
    """Whether the forest has an edge; without one it is a torus."""

    @property
    def options(self) -> dict[str, Any]:
        """Options of `TreeGridworld` for its forests that are left alone."""
        return {"r_min": self.r_min, "r_max": self.r_max, "walls": self.walls}


@dataclass(frozen=True)
class Moment:
    """The agent of one moment of a run, frozen, in forests of its own."""

    tick: int
    """Steps of each forest of the run up to then."""
    windows: Windows
    """What it does in forests that start with 0, 1, ... trees."""
    chops: NDArray[np.float64]
    """How likely it chops, standing beside a tree, with 1, 2, ... trees in the forest."""
    long_run: LongRun
    """What it makes of full forests."""
    unforgiven: LongRun
    """The same where a forest without trees stays without (`r_min` = 0)."""


@dataclass(frozen=True)
class Ending:
    """The last tenth of a run."""

    reward: float
    """Reward per step."""
    extinct: float
    """Share of the forests without trees."""


@dataclass(frozen=True)
class ForestRun:
    """One endless run."""

    setting: Setting
    seed: int
    steps: int
    """Steps of all forests together."""
    series: Series
    """Rewards and trees against time."""
    ending: Ending
    """The last tenth of the run."""
    moments: tuple[Moment, ...]
    """In the order of time; the last is the end of the run."""

    @property
    def peak(self) -> float:
        """The largest reward per step of any span of time."""
        return float(self.series.rewards.max())


def to_json(series: Series, ending: Ending, moments: Sequence[Moment]) -> dict[str, Any]:
    """Returns a run as it is published: shares of forests to a thousandth, all else to 10⁻⁴.

    The inverse is `from_json`.
    """
    return {
        "ticks": series.ticks.tolist(),
        "rewards": _rounded(series.rewards, 4),
        "shares_per_mille": np.rint(1000 * series.shares).astype(int).tolist(),  # (bin, trees)
        "ending": {"reward": round(ending.reward, 4), "extinct": round(ending.extinct, 4)},
        "moments": [_moment_to_json(moment) for moment in moments],
    }


def _moment_to_json(moment: Moment) -> dict[str, Any]:
    windows = {f.name: _rounded(getattr(moment.windows, f.name), 4) for f in fields(Windows)}
    return {
        "tick": moment.tick,
        "windows": windows,
        "chops": _rounded(moment.chops, 4),
        "long_run": _long_run_to_json(moment.long_run),
        "unforgiven": _long_run_to_json(moment.unforgiven),
    }


def _long_run_to_json(found: LongRun) -> dict[str, float]:
    return {f.name: round(getattr(found, f.name), 4) for f in fields(LongRun)}


def _rounded(values: NDArray[np.float64], digits: int) -> list[float]:
    return [round(value, digits) for value in values.tolist()]


def from_json(config: Mapping[str, Any], result: Mapping[str, Any]) -> ForestRun:
    """Returns a published run; see `to_json`."""
    shares = np.array(result["shares_per_mille"])
    series = Series(
        np.array(result["ticks"]),
        np.array(result["rewards"]),
        shares / shares.sum(axis=1, keepdims=True),  # rounded, they need not add up to 1,000
    )
    moments = tuple(_moment_from_json(moment) for moment in result["moments"])
    setting = Setting(
        config["discount"], **config["options"], distinguishing=config["distinguishing"]
    )
    ending = Ending(**result["ending"])
    return ForestRun(setting, config["seed"], config["steps"], series, ending, moments)


def _moment_from_json(moment: Mapping[str, Any]) -> Moment:
    windows = {name: np.array(values) for name, values in moment["windows"].items()}
    return Moment(
        tick=moment["tick"],
        windows=Windows(**windows),
        chops=np.array(moment["chops"]),
        long_run=LongRun(**moment["long_run"]),
        unforgiven=LongRun(**moment["unforgiven"]),
    )
