"""The published part of the ledger: results, agents and replays that travel with the package.

Most experiments publish trials: an agent was trained, and the outcomes of its test episodes were
counted. `results`, `published` and `replays` read them by the name of their environment. What other
experiments publish is a table of whatever came out of their runs, which `table` reads by the name
of the experiment. `misgen.ledger.publishing` writes both.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count, check_options, check_share
from misgen.core.atomic import read_json
from misgen.core.intervals import Estimate, over_seeds
from misgen.core.measure import OUTCOMES
from misgen.core.policy import Policy, load
from misgen.core.registry import ENVIRONMENTS, environment, topic_of
from misgen.core.replay import Replay
from misgen.ledger.manifest import NAME
from misgen.ledger.recording import REPLAY_KINDS, read_replays

RESULTS, REPLAYS = "results.json", "replays.npz"
_RATES: Mapping[str, Sequence[str]] = {
    **{outcome: (outcome,) for outcome in OUTCOMES},
    "capability": ("goal", "proxy"),
}


@dataclass(frozen=True)
class Trial:
    """One agent: how it was trained, and how its test episodes ended."""

    distinguishing: float
    seed: int
    steps: int
    options: Mapping[str, Any]
    episodes: int
    """Number of test episodes in each test, before any are left out."""
    counts: Mapping[str, Sequence[int]]
    """For each test, how many episodes had each of `OUTCOMES`."""
    agent: str | None = None
    """File of the agent, if it is published."""

    def rate(self, test: str, what: str) -> float:
        """Returns the share of episodes of a test with an outcome, or "capability"."""
        if not _is_among(test, self.counts) or not _is_among(what, _RATES):
            raise ValueError(
                f"There is no rate {what!r} of test {test!r}; tests are {', '.join(self.counts)}, "
                f"rates are {', '.join(_RATES)}."
            )
        counts = self.counts[test]
        # of those that count
        return sum(counts[OUTCOMES.index(o)] for o in _RATES[what]) / sum(counts)


@dataclass(frozen=True)
class Results:
    """The trials of one environment."""

    env: str
    trials: tuple[Trial, ...]

    def __repr__(self) -> str:
        """Returns what there is in one line; hundreds of trials fill screens.

        >>> results("CoinRun").where(0.02)
        <Results of CoinRun: 10 trials, distinguishing=0.02; `estimate(test, what)` counts them>
        """
        shares = ", ".join(map(str, sorted({trial.distinguishing for trial in self.trials})))
        return (
            f"<Results of {self.env}: {len(self.trials)} trials, distinguishing={shares}; "
            "`estimate(test, what)` counts them>"
        )

    def where(
        self,
        distinguishing: float | None = None,
        *,
        steps: int | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Results:
        """Returns the trials with these settings.

        Args:
            distinguishing: Share of distinguishing training levels; by default any.
            steps: Training steps; by default any but 0.
            options: Options of the environment in training; by default none.

        Raises:
            ValueError: If there are none, or an argument is out of range; the message names the
                published values.
        """
        options = check_options(options)
        if distinguishing is not None:
            check_share("distinguishing", distinguishing)
        if steps is not None:
            check_count("steps", steps, minimum=0)
        # before the share: for the message
        alike = [t for t in self.trials if dict(t.options) == options]
        found = tuple(
            trial
            for trial in alike
            if distinguishing in (None, trial.distinguishing)
            # untrained agents only where they are asked for
            and (trial.steps > 0 if steps is None else trial.steps == steps)
        )
        if not found:
            choice = f"published shares are {sorted({trial.distinguishing for trial in alike})}"
            if not alike:
                published = dict.fromkeys(str(dict(trial.options)) for trial in self.trials)
                choice = f"published options are {', '.join(published)}"
            raise ValueError(
                f"No published {self.env} agent was trained with distinguishing={distinguishing} "
                f"and options {options}; {choice}."
            )
        return Results(self.env, found)

    @property
    def seeds(self) -> list[int]:
        """The training seeds, in the order of the rates."""
        return [t.seed for t in self.trials]

    def rates(self, test: str, what: str) -> NDArray[np.float64]:
        """Returns one rate of each trial, `(trials,)`; see `Trial.rate`."""
        return np.array([t.rate(test, what) for t in self.trials])

    def estimate(self, test: str, what: str) -> Estimate:
        """Returns the mean of a rate over the seeds, with its 95 % interval."""
        return over_seeds(self.rates(test, what))


class Listing(dict[Any, Any]):
    """A dictionary that is shown as one line, as what it holds fills screens."""

    def __init__(self, entries: Mapping[Any, Any], summary: str) -> None:
        """Copies the entries; `summary` says what they are."""
        super().__init__(entries)
        self._summary = summary

    def __repr__(self) -> str:
        """Returns the line."""
        return f"<{self._summary}>"


def results(name: str) -> Results:
    """Returns the published results of an environment.

    Raises:
        ValueError: If there is no such environment, or its table is damaged.
    """
    path = folder_of(name) / RESULTS
    with damage_told(path):
        rows = read_json(path)["trials"]
        return Results(name, tuple(Trial(**row) for row in rows))  # fails on unknown fields, too


def published(
    name: str, *, distinguishing: float, seed: int, options: Mapping[str, Any] | None = None
) -> Policy:
    """Returns a published agent.

    Args:
        name: Name of the environment, such as "CoinRun".
        distinguishing: Share of distinguishing training levels, one of the published values.
        seed: Its training seed.
        options: Options of the environment in training.

    >>> published("CoinRun", distinguishing=0.02, seed=3).notes["seed"]
    3

    Raises:
        ValueError: If no such agent is published, or its file is missing or damaged.
    """
    check_share("distinguishing", distinguishing)  # None would mean any
    check_count("seed", seed, minimum=0)
    trials = results(name).where(distinguishing, options=options).trials
    # not every agent is published, some are only counted
    of_seed = [t for t in trials if t.seed == seed and t.agent is not None]
    if not of_seed:
        seeds = sorted(t.seed for t in trials if t.agent is not None)
        raise ValueError(
            f"Seed {seed} is not published for this setting; published seeds: {seeds}."
        )
    path = folder_of(name) / str(of_seed[0].agent)
    with damage_told(path):
        return load(path)


def replays(
    name: str, kind: str, options: Mapping[str, Any] | None = None
) -> dict[tuple[float, int, int], Replay]:
    """Returns the recorded episodes of the published agents.

    Args:
        name: Name of the environment.
        kind: One of `REPLAY_KINDS`.
        options: Options of the environment in training.

    Returns:
        The replays by `(distinguishing, training seed, level)`.

    Raises:
        ValueError: If there are none, or their file is damaged.
    """
    options = check_options(options)
    if not _is_among(kind, REPLAY_KINDS):
        raise ValueError(f"kind must be one of {', '.join(REPLAY_KINDS)}, not {kind!r}.")
    path = folder_of(name) / REPLAYS
    if not _records(path.parent):
        raise ValueError(
            f"No episodes of {name} agents are recorded; choose one of "
            f"{', '.join(_with_replays())}, or record some by misgen.record."
        )
    with damage_told(path):
        # see `policy.load`
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        found = read_replays(arrays, environment(name).sprites, kind, options)
    if not found:
        raise ValueError(
            f"No {kind} episodes of {name} agents with options {options} are recorded; "
            "add them to the recording of its experiment."
        )
    keys = "(distinguishing, training seed, level)"
    return Listing(found, f"{len(found)} {kind} replays of {name}, by {keys}")


def table(experiment: str) -> dict[str, Any]:
    """Returns the published table of an experiment, as `misgen.ledger.publishing` wrote it.

    Args:
        experiment: Its name, such as "tree_gridworld".

    Returns:
        "experiment" (its name) and "runs", a list with the "config" and the "result" of each.

    Raises:
        ValueError: If the experiment has published nothing, or something else, or its table is
            damaged.
    """
    path = folder_of_experiment(experiment) / RESULTS
    with damage_told(path):
        found = read_json(path)
        holds_trials = "trials" in found
        for row in [] if holds_trials else found["runs"]:
            _ = row["config"], row["result"]  # raises here, inside of the block, if one is missing
    if holds_trials:
        raise ValueError(f"{experiment!r} published trials; read them by `misgen.results`.")
    runs = f'{len(found["runs"])} "runs", each with its "config" and its "result"'
    return Listing(found, f"Table of the experiment {experiment}: {runs}")


def folder_of(name: str) -> Path:
    """Returns the folder with the published trials of an environment.

    Raises:
        ValueError: If there is no such environment, or nothing of it is published.
    """
    folder = _published_folders().get(topic_of(name))
    if folder is None or not _is_trials(folder):
        raise ValueError(
            f"No agents of {name} are published; choose one of {', '.join(with_trials())}, or run "
            "`make agents`."
        )
    return folder


def with_trials() -> list[str]:
    """Returns the environments of which trials are published."""
    topics = {topic for topic, folder in _published_folders().items() if _is_trials(folder)}
    # misgen.topics.<topic>.env
    return [name for name, module in ENVIRONMENTS.items() if module.split(".")[2] in topics]


def _with_replays() -> list[str]:
    """Returns the environments of whose published agents episodes are recorded."""
    return [name for name in with_trials() if _records(folder_of(name))]


def _records(folder: Path) -> bool:
    """Tells recordings that are not there because they are lost from those that never were."""
    with contextlib.suppress(OSError):
        return f'"{REPLAYS}"'.encode() in (folder / NAME).read_bytes()
    return True  # the manifest is lost, so that the replays may be lost as well


def _is_among(word: object, known: Container[str]) -> bool:
    return isinstance(word, str) and word in known  # what cannot be hashed is not looked up


def _is_trials(folder: Path) -> bool:
    # The first words of the file tell; some tables are large.
    with contextlib.suppress(OSError), (folder / RESULTS).open("rb") as file:
        return b'"runs"' not in file.read(200)  # bytes; trials begin with "env" instead
    return True


def folder_of_experiment(experiment: str) -> Path:
    """Returns the folder with what an experiment has published.

    Raises:
        ValueError: If nothing of it is published.
    """
    folders = _published_folders()
    if not _is_among(experiment, folders):
        raise ValueError(
            f"Nothing of an experiment {experiment!r} is published; choose one of "
            f"{', '.join(sorted(folders))}, or run `make agents`."
        )
    return folders[experiment]


def _published_folders() -> dict[str, Path]:
    """Returns the published folders by experiment: those in the wheel, or those beside `src`."""
    package = Path(__file__).parents[1]  # misgen
    roots = [package / "assets" / "agents", package.parents[1] / "assets" / "agents"]
    folders = [path for root in roots for path in root.glob("*/") if path.is_dir()]
    return {folder.name: folder for folder in reversed(folders)}  # what is in the wheel wins


@contextlib.contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Tells in one sentence that a published file cannot be read; all such files are read in it.

    Args:
        path: The file.

    Raises:
        ValueError: Whatever was raised in the block.
    """
    try:
        yield
    except Exception as error:  # NumPy and zipfile raise a dozen kinds for foreign bytes
        told = f"{path} is missing or damaged; restore it or run `make agents`."
        if sys.platform == "emscripten":  # a page fetches each file when it is opened
            told = (
                "Published agents and results are fetched when they are first asked for, and "
                "these could not be: check your connection, and ask again."
            )
        raise ValueError(told) from error
