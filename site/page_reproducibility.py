"""The appendix page on reproducibility, from the published ledger and the notebooks.

For each experiment it says what the results must show and whether they do, which figures they are
drawn from, all results, and how they were made; at its end, what the chapters compute while the
page is built. What is particular to an experiment comes from its topic's module `report`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from contents import ROOT, constants, page_names
from page_text import PageError, definitions, generated, one_line, paragraphs, title_of

from misgen.core.registry import environment
from misgen.core.settings import PPOSettings
from misgen.ledger import sweep
from misgen.ledger.manifest import verify_manifest
from misgen.ledger.markdown import table
from misgen.ledger.published import with_trials
from misgen.ledger.report import Live, Report, verdict

LEDGER = ROOT / "assets" / "agents"
CHAPTERS = ROOT / "chapters"

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
the code on which it depends has changed. `make agents EXPERIMENT={topic}` does so for one of the
experiments below. `make agents JOBS=8` uses eight processes, and
`make agents DASK=tcp://host:8786` a Dask cluster; `python -m misgen.ledger --help` tells how to
run it under SLURM. One agent alone is one line of Python:

```python
agent = {example}
```

The levels and the rules of the environments give the same on every machine. Training may round
differently with other versions or on another processor; see
[My results differ](troubleshooting.md#my-results-differ)."""


def reproducibility_page() -> str:
    """Returns the page that says how each published number came about."""
    ((topic, example),) = constants("EXAMPLE").items()  # exactly one topic has it
    return generated(
        "the code or the ledger",
        INTRODUCTION.format(topic=topic, example=example),
        settings_section(),
        *map(experiment_section, sweep.names()),
        live_section(live_figures()),
    )


# ------------------------------------------------------------------- the experiments


def experiment_section(name: str) -> str:
    """Returns what the page says of one experiment.

    Raises:
        PageError: If the published files are not those of the manifest, or have no report.
    """
    folder = LEDGER / name
    if not folder.is_dir():
        return f"## {name}\n\nNothing of this experiment is published yet."
    remarks = verify_manifest(folder)  # first: the page must not repeat damaged numbers
    if remarks:
        raise PageError(f"{remarks[0]} Restore the published files or run `make agents`.")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    report = report_of(name)
    return paragraphs(
        f"## {report.title}",
        demands_section(report) if report.demands else "",
        figures_section(report, name),
        f"### All results of {report.title}\n\n{report.results}",
        made_section(report, manifest, folder),
    )


def report_of(name: str) -> Report:
    """Returns the report of an experiment.

    Raises:
        PageError: If nobody has written it.
    """
    module = f"misgen.topics.{name}.report"
    try:
        write = getattr(importlib.import_module(module), "report", None)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):  # a package that the report itself needs
            raise
        write = None
    if write is None:
        raise PageError(
            f"The experiment {name} has no report: write src/misgen/topics/{name}/report.py."
        )
    report: Report = write()
    return report


def demands_section(report: Report) -> str:
    """Returns the table of demands, and a sentence that says how many are missed."""
    return paragraphs(
        f"### What must hold in {report.title}",
        f"{report.before} {verdict(report.demands)}".strip(),
        table(["demand", "asked for", "measured", "verdict"], (d.row for d in report.demands)),
        report.after,
    )


def figures_section(report: Report, experiment: str) -> str:
    """Returns the table of figures, and the commands that repeat the runs of each."""
    rows = [(f.name, f.training, f.test, str(len(f.runs))) for f in report.figures]
    comments: dict[str, str] = {}
    for figure in report.figures:
        command = _command(experiment, figure.only)
        # figures of the same runs share a command
        comments[command] = f"{comments.get(command, '')}# {figure.name}\n"
    commands = "\n".join(f"{comment}{command}" for command, comment in comments.items())
    return paragraphs(
        f"### The figures from {report.title}",
        table(["figure", "training", "test", "runs"], rows),
        "To make the runs of one figure only:",
        f"```bash\n{commands}\n```",
    )


def _command(experiment: str, only: Sequence[str]) -> str:
    command = f".venv/bin/python -m misgen.ledger run {experiment}"
    words = " \\\n    ".join(f"'{word}'" for word in only)
    return f"{command} --only \\\n    {words}" if only else command


def made_section(report: Report, manifest: Mapping[str, Any], folder: Path) -> str:
    """Returns what the results were made with: seeds, times, versions and hashes."""
    seconds, seeds = manifest["seconds"], ", ".join(map(str, manifest["seeds"]))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    facts = {
        "Runs": f"{manifest['runs']}, each one {report.run}.",
        **({"Training seeds": f"{seeds}."} if seeds else {}),
        **report.facts,
        "Time": f"{seconds['sum'] / 3600:.1f} hours for all runs, one after the other; "
        f"{seconds['median']:.0f} seconds for the median run, training and tests together. "
        "Other programs ran beside them; `make benchmarks` measures speeds.",
        "Versions": ", ".join(f"{n} {' and '.join(v)}" for n, v in manifest["versions"].items())
        + ".",
        "Machines": ", ".join(map(_system, manifest["platforms"])) + ".",
        "Code": f"hash `{manifest['code']}`, of the modules on which the runs depend.",
        "Size": f"{size / 1e6:.1f} MB.",  # MB, not MiB
    }
    where = (
        "The sha256 of each agent is in `manifest.json`, beside the agents in "
        f"`assets/agents/{folder.name}`. Those of the tables are:"
        if report.agents
        else f"The tables are in `assets/agents/{folder.name}`:"
    )
    # agents are too many to list
    tables = {name: sha for name, sha in manifest["files"].items() if name not in report.agents}
    return paragraphs(
        f"### How the runs of {report.title} were made",
        definitions(facts),
        where,
        table(["file", "sha256"], [(f"`{name}`", f"`{sha}`") for name, sha in tables.items()]),
    )


def _system(platform: str) -> str:
    """Returns operating system and processor of a full platform name, each said once.

    >>> _system("Linux-6.1.0-x86_64-with-glibc2.36"), _system("Darwin arm64")
    ('Linux x86_64', 'Darwin arm64')
    """
    # the rest of the name may be long
    processor = re.search(r"x86_64|aarch64|arm64|AMD64", platform)
    return f"{re.split(r'[ -]', platform)[0]} {processor[0] if processor else ''}".strip()


# ------------------------------------------------------------------------ the learner


def settings_section() -> str:
    """Returns the settings of the learner for each environment, with the note under each field."""
    values = {name: environment(name).ppo.to_json() for name in with_trials()}
    rows = [
        (f"`{name}`", *(f"{of_env[name]:g}" for of_env in values.values()), meaning)
        for name, meaning in field_notes().items()
    ]
    heads = ["value"] if len(values) == 1 else list(values)  # a column for each environment
    return paragraphs(
        "## The learner",
        f"The agents of {' and '.join(values)} were trained by proximal policy optimization "
        "{cite:p}`schulman2017`, as implemented in stable-baselines3 {cite:p}`raffin2021`, "
        "with these settings.",
        table(["setting", *heads, "meaning"], rows),
    )


def field_notes() -> dict[str, str]:
    """Returns the note under each field of the settings."""
    body = ast.parse(inspect.getsource(PPOSettings)).body[0].body  # type: ignore[attr-defined]
    return {
        str(field.target.id): one_line(str(text.value.value))
        # Python keeps no string below a field, so the source is read
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


# -------------------------------------------------------------- computed on the page


def live_figures() -> list[Live]:
    """Returns the figures of all topics, in the order in which the book comes to the topics."""
    pages = page_names(ROOT / "_toc.yml")

    def place(figures: Sequence[Live]) -> tuple[int, int]:
        """Returns the page and the cell of the first figure of a topic."""
        chapter, call = figures[0].chapter, figures[0].calls[0]
        cells = code_cells(chapter)
        # last, if in none
        cell = next((i for i, cell in enumerate(cells) if call in cell), len(cells))
        if f"chapters/{chapter}" not in pages:
            raise ValueError(f"chapters/{chapter} is not in _toc.yml: add a line for it.")
        return pages.index(f"chapters/{chapter}"), cell

    return [live for figures in sorted(constants("LIVE").values(), key=place) for live in figures]


def live_section(figures: Sequence[Live]) -> str:
    """Returns the table of what is computed on the page.

    Raises:
        PageError: If a chapter has no such cell, or nothing tells the seeds.
    """
    rows = []
    for live in figures:
        calls, seeds = ", ".join(f"`{call}...)`" for call in live.calls), seeds_of(live)
        notebook = f"{live.chapter}.ipynb"
        link = f"[{title_of(CHAPTERS / notebook)}](../{notebook})"
        rows.append((link, live.figure, calls, seeds))
    return paragraphs(
        "## Computed on the page",
        "These figures are in no ledger. The notebook computes them when the book is built, "
        "or when you run it, and always from the same seeds.",
        table(["chapter", "figure", "cell of the notebook", "seeds"], rows),
    )


def code_cells(chapter: str) -> list[str]:
    """Returns the code of a chapter, cell by cell.

    Raises:
        PageError: If there is no such chapter.
    """
    notebook = CHAPTERS / f"{chapter}.ipynb"
    if not notebook.is_file():
        raise PageError(
            f"There is no chapter {notebook.name}: correct LIVE in the topic's report.py."
        )
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def seeds_of(live: Live) -> str:
    """Returns the seeds of a figure: what it says itself, and those in its cells."""
    seeds: set[int] = set()
    cells = code_cells(live.chapter)
    for call in live.calls:
        calling = [cell for cell in cells if call in cell]
        if not calling:
            raise PageError(
                f"The chapter {live.chapter} has no cell with {call!r}: correct "
                "LIVE in the topic's report.py."
            )
        seeds.update(seed for cell in calling for seed in seeds_in(cell))
    words = [*filter(None, [live.seeds]), *(f"{seed:,}" for seed in sorted(seeds))]
    if not words:
        raise PageError(f"Nothing tells the seeds of {live.figure!r}: say them there.")
    return ", ".join(words)


def seeds_in(cell: str) -> Iterator[int]:
    """Yields the seeds that the code of a cell gives as arguments.

    >>> list(seeds_in("a = train('Maze', seed=3)"))
    [3]
    """
    for node in ast.walk(ast.parse(cell)):
        if isinstance(node, ast.keyword) and node.arg == "seed":
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if isinstance(value, int):  # a seed in a variable is told by `Live.seeds`
                yield value
