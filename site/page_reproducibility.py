"""The appendix page on reproducibility, from the published ledger.

For each experiment it says what the results must show and whether they do, which figures they are
drawn from, all results, and how they were made. What is particular to an experiment comes from its
topic's module `report`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from page_live import live_figures, live_section
from page_text import PageError, definitions, note, one_line

from misgen.core.registry import environment
from misgen.core.settings import PPOSettings
from misgen.ledger import sweep
from misgen.ledger.manifest import verify_manifest
from misgen.ledger.markdown import table
from misgen.ledger.published import with_trials
from misgen.ledger.report import Report, verdict

LEDGER = Path(__file__).resolve().parent.parent / "assets" / "agents"

INTRODUCTION = """# Reproducibility

The book's figures are drawn from its ledger: a file with the settings and the results of each
training run. This page says what is in it, and how to compute it again. It is itself written from
the ledger.

## How to compute it again

In a copy of the repository,

```bash
make agents
```

trains and tests all agents, and writes the tables that the book reads. It may be stopped at any
time: the same command goes on where it was. A run that is in the ledger is not repeated, unless
the code on which it depends has changed. `make agents EXPERIMENT=coinrun` does so for one of the
experiments below. `make agents JOBS=8` uses eight processes, and
`make agents DASK=tcp://host:8786` a Dask cluster; `python -m misgen.ledger --help` tells how to
run it under SLURM. One agent alone is one line of Python:

```python
agent = misgen.train("CoinRun", distinguishing=0.02, seed=3)
```

The levels and the rules of the environments give the same on every machine. Training may round
differently with other versions or on another processor; see
[My results differ](troubleshooting.md#my-results-differ)."""


def reproducibility_page() -> str:
    """Returns the page that says how each published number came about."""
    parts = [
        note("the code or the ledger") + INTRODUCTION,
        settings_section(),
        *(experiment_section(name) for name in sweep.names()),
        live_section(live_figures()),
    ]
    return "\n\n".join(parts) + "\n"


def experiment_section(name: str) -> str:
    """Returns what the page says of one experiment.

    Raises:
        PageError: If the published files are not those of the manifest, or have no report.
    """
    folder = LEDGER / name
    if not folder.is_dir():
        return f"## {name}\n\nNothing of this experiment is published yet."
    remarks = verify_manifest(folder)
    if remarks:
        raise PageError(f"{remarks[0]} Restore the published files or run `make agents`.")
    manifest = json.loads((folder / "manifest.json").read_text())
    report = report_of(name)
    parts = [
        f"## {report.title}",
        *([demands_section(report)] if report.demands else []),
        figures_section(report, name),
        f"### All results of {report.title}\n\n{report.results}",
        made_section(report, manifest, folder),
    ]
    return "\n\n".join(parts)


def report_of(name: str) -> Report:
    """Returns the report of an experiment.

    Raises:
        PageError: If nobody has written it.
    """
    module = f"misgen.topics.{name}.report"
    try:
        write = getattr(importlib.import_module(module), "report", None)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):
            raise
        write = None
    if write is None:
        raise PageError(
            f"The experiment {name} has no report: write src/misgen/topics/{name}/report.py."
        )
    report: Report = write()
    return report


# --------------------------------------------------------- what all experiments share


def demands_section(report: Report) -> str:
    """Returns the table of demands, and a sentence that says how many are missed."""
    found = report.demands
    parts = [
        f"### What must hold in {report.title}",
        f"{report.before} {verdict(found)}".strip(),
        table(["demand", "asked for", "measured", "verdict"], (d.row for d in found)),
        *([report.after] if report.after else []),
    ]
    return "\n\n".join(parts)


def figures_section(report: Report, experiment: str) -> str:
    """Returns the table of figures, and the commands that repeat the runs of each."""
    rows = [(f.name, f.training, f.test, str(len(f.runs))) for f in report.figures]
    comments: dict[str, str] = {}
    for figure in report.figures:
        command = _command(experiment, figure.only)
        comments[command] = f"{comments.get(command, '')}# {figure.name}\n"
    lines = [f"{comment}{command}" for command, comment in comments.items()]
    return "\n\n".join(
        [
            f"### The figures from {report.title}",
            table(["figure", "training", "test", "runs"], rows),
            "To make the runs of one figure only:",
            "```bash\n" + "\n".join(lines) + "\n```",
        ]
    )


def _command(experiment: str, only: Sequence[str]) -> str:
    command = f".venv/bin/python -m misgen.ledger run {experiment}"
    words = " \\\n    ".join(f"'{word}'" for word in only)
    return f"{command} --only \\\n    {words}" if only else command


def made_section(report: Report, manifest: Mapping[str, Any], folder: Path) -> str:
    """Returns what the results were made with: seeds, times, versions and hashes."""
    seeds = ", ".join(map(str, manifest["seeds"]))
    facts = {
        "Runs": f"{manifest['runs']}, each one {report.run}.",
        **({"Training seeds": f"{seeds}."} if seeds else {}),
        **report.facts,
        "Time": _time(manifest["seconds"]),
        "Versions": _versions(manifest["versions"]) + ".",
        "Machines": ", ".join(_system(platform) for platform in manifest["platforms"]) + ".",
        "Code": f"hash `{manifest['code']}`, of the modules on which the runs depend.",
        "Size": f"{_megabytes(folder):.1f} MB.",
    }
    names = [name for name in manifest["files"] if name not in report.agents]
    where = (
        "The sha256 of each agent is in `manifest.json`, beside the agents in "
        f"`assets/agents/{folder.name}`. Those of the tables are:"
        if report.agents
        else f"The tables are in `assets/agents/{folder.name}`:"
    )
    return "\n\n".join(
        [
            f"### How the runs of {report.title} were made",
            definitions(facts),
            where,
            table(["file", "sha256"], [(f"`{n}`", f"`{manifest['files'][n]}`") for n in names]),
        ]
    )


def _time(seconds: Mapping[str, float]) -> str:
    return (
        f"{seconds['sum'] / 3600:.1f} hours for all runs, one after the other; "
        f"{seconds['median']:.0f} seconds for the median run, training and tests together. "
        "Other programs ran beside them; `make benchmarks` measures speeds."
    )


def _versions(versions: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{package} {' and '.join(found)}" for package, found in versions.items())


def _system(platform: str) -> str:
    """Returns operating system and processor of a full platform name, each said once.

    >>> _system("Linux x86_64")
    'Linux x86_64'
    """
    processor = re.search(r"x86_64|aarch64|arm64|AMD64", platform)
    system = re.split(r"[ -]", platform)[0]
    return " ".join([system, *([processor[0]] if processor else [])])


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


# ------------------------------------------------------------------------ the learner


def settings_section() -> str:
    """Returns the settings of the learner for each environment, with the note under each field."""
    values = {name: environment(name).ppo.to_json() for name in with_trials()}
    rows = [
        (f"`{name}`", *(f"{of_env[name]:g}" for of_env in values.values()), meaning)
        for name, meaning in field_notes().items()
    ]
    heads = ["value"] if len(values) == 1 else list(values)
    return "\n\n".join(
        [
            "## The learner",
            f"The agents of {' and '.join(values)} were trained by proximal policy optimization "
            "{cite:p}`schulman2017`, as implemented in stable-baselines3 {cite:p}`raffin2021`, "
            "with these settings.",
            table(["setting", *heads, "meaning"], rows),
        ]
    )


def field_notes() -> dict[str, str]:
    """Returns the note under each field of the settings."""
    body = ast.parse(inspect.getsource(PPOSettings)).body[0].body  # type: ignore[attr-defined]
    return {
        str(field.target.id): one_line(str(text.value.value))
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }
