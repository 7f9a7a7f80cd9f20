"""Writes the published part of the ledger, which `misgen.ledger.published` reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from misgen.core.atomic import write_json, write_npz
from misgen.core.measure import OUTCOMES
from misgen.ledger.published import REPLAYS, RESULTS
from misgen.ledger.recording import Recording, record_runs
from misgen.ledger.runs import Run

Choice = Callable[[Mapping[str, Any]], bool]
"""Says of a configuration whether it is wanted."""


def publish(
    name: str,
    runs: Sequence[Run],
    folder: Path,
    with_agent: Choice | None = None,
    recording: Recording | None = None,
) -> None:
    """Writes the results of trials, and the agents and replays of some.

    Args:
        name: Name of the environment.
        runs: Finished runs of `misgen.learn.trial`.
        folder: Where to write.
        with_agent: Says whether the agent of a configuration is published; by default none is.
        recording: Which episodes are recorded; by default none.

    Raises:
        ValueError: If two published agents would have the same file.
    """
    agents = [
        _agent_file(run.config) if with_agent is not None and with_agent(run.config) else None
        for run in runs
    ]
    # steps are not part of the name
    twice = [file for file, count in Counter(filter(None, agents)).items() if count > 1]
    if twice:
        raise ValueError(f"Two agents would be {twice[0]}; publish those of one length only.")
    named = list(zip(runs, agents, strict=True))
    # the fields of `published.Trial`
    trials = [{**run.config, **run.result, "agent": agent} for run, agent in named]
    write_json(folder / RESULTS, {"env": name, "outcomes": OUTCOMES, "trials": trials})
    for run, agent in named:
        if agent is not None:
            write_npz(folder / agent, run.arrays)
    if recording is not None:
        write_npz(folder / REPLAYS, record_runs(name, runs, recording))


def publish_table(runs: Sequence[Run], folder: Path) -> None:
    """Writes the configuration and the result of each run, for experiments that are no trials.

    Args:
        runs: Finished runs of one experiment; their arrays are not published.
        folder: Where to write.
    """
    rows = [{"config": run.config, "result": run.result} for run in runs]
    # on one line, as some tables are large
    write_json(folder / RESULTS, {"experiment": runs[0].experiment, "runs": rows}, indent=None)


def _agent_file(config: Mapping[str, Any]) -> str:
    """Returns a name that says how the agent was trained.

    >>> _agent_file({"distinguishing": 0.02, "seed": 3, "options": {}})
    'distinguishing-0.02-seed-3.npz'
    """
    # sorted: one name for one training
    options = "".join(f"-{key}-{value}" for key, value in sorted(config["options"].items()))
    return f"distinguishing-{config['distinguishing']:g}{options}-seed-{config['seed']}.npz"
