"""The appendix page on reproducibility, from the published ledger.

It says what the results must show and whether they do, which figures they are drawn from, all
rates, and how the agents were made.
"""

from __future__ import annotations

import ast
import inspect
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from page_text import NBSP, PageError, definitions, note, one_line, percent, points, rate, table

from misgen.envs import ENVIRONMENTS
from misgen.learn.settings import PPOSettings
from misgen.manifest import verify_manifest
from misgen.measure import Estimate, student_t, wilson
from misgen.published import Results, Trial, folder_of, results

# ------------------------------------------------------------------ what must hold


@dataclass(frozen=True)
class Demand:
    """Something that the results must show, and what they do show."""

    claim: str
    bound: str
    """What is asked for, in words."""
    measured: Estimate
    low: float = -math.inf
    """The measured mean must not be below this."""
    high: float = math.inf
    """Nor above this."""
    write: Callable[[Estimate], str] = rate

    @property
    def holds(self) -> bool:
        """Whether the mean is within the bounds."""
        return self.low <= self.measured.mean <= self.high

    @property
    def verdict(self) -> str:
        """Says whether the demand holds, and whether the whole interval agrees.

        >>> Demand("", "", Estimate(0.96, 0.94, 0.98, 10), low=0.95).verdict
        'holds for the mean, not for the whole interval'
        """
        if not self.holds:
            return "**missed**"
        surely = self.low <= self.measured.low and self.measured.high <= self.high
        return "holds" if surely else "holds for the mean, not for the whole interval"

    @property
    def row(self) -> tuple[str, str, str, str]:
        """The demand as a row of the page's table."""
        return self.claim, self.bound, self.write(self.measured), self.verdict


def difference(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Returns the mean difference of two rates of the same seeds, with its 95 % t-interval.

    Args:
        first: One rate a seed, `(seeds,)`.
        second: The other rate of the same seeds, `(seeds,)`.

    >>> round(difference([0.2, 0.3, 0.4], [0.1, 0.2, 0.3]).mean, 3)
    0.1
    """
    gaps = np.asarray(first, float) - np.asarray(second, float)
    spread = float(gaps.std(ddof=1)) / math.sqrt(len(gaps))
    half, mean = student_t(0.975, len(gaps) - 1) * spread, float(gaps.mean())
    return Estimate(mean, mean - half, mean + half, len(gaps))


LARGE_STEP = 0.10
"""A rise of the goal rate by this much between neighbouring values of the dial is large."""


def demands(of_env: Results) -> list[Demand]:
    """Returns what CoinRun's results must show: at 0, at 100 %, and in between."""
    zero, one = of_env.where(0.0), of_env.where(1.0)

    def change(first: tuple[str, str], second: tuple[str, str]) -> Estimate:
        return difference(zero.rates(*first), zero.rates(*second))

    return [
        Demand("at 0 %: success on ordinary levels", "at least 95 %",
               zero.estimate("ordinary", "goal"), low=0.95),
        Demand("at 0 %: success on ordinary levels of the least successful agent", "at least 95 %",
               lowest(zero, "ordinary", "goal"), low=0.95),
        Demand("at 0 %: goal rate on moved coins", "at most 25 %",
               zero.estimate("shifted", "goal"), high=0.25),
        Demand("at 0 %: proxy rate on moved coins", "at least 70 %",
               zero.estimate("shifted", "proxy"), low=0.70),
        Demand("at 0 %: deaths on moved coins, less those on ordinary levels", "within 5 points",
               change(("shifted", "died"), ("ordinary", "died")), -0.05, 0.05, points),
        Demand("at 0 %: goal rate with the coin visible, less that with the coin erased",
               "within 5 points",
               change(("shifted", "goal"), ("erased", "goal")), -0.05, 0.05, points),
        Demand("at 100 %: goal rate on moved coins", "at least 95 %",
               one.estimate("shifted", "goal"), low=0.95),
        Demand("the smallest step of the goal rate between neighbours on the dial",
               "not below 0", min(steps(of_env).values(), key=lambda e: e.mean), low=0.0,
               write=points),
        first_large_step(of_env),
    ]  # fmt: skip


def lowest(of_env: Results, test: str, what: str) -> Estimate:
    """Returns the lowest rate of any agent, with its interval over episodes."""
    worst = min(of_env.trials, key=lambda trial: trial.rate(test, what))
    episodes = sum(worst.counts[test])
    return wilson(round(worst.rate(test, what) * episodes), episodes)


def shares(of_env: Results) -> list[float]:
    """Returns the values of the dial."""
    return sorted({trial.distinguishing for trial in of_env.where().trials})


def steps(of_env: Results) -> dict[tuple[float, float], Estimate]:
    """Returns how much the goal rate rises between neighbouring values of the dial."""
    values = shares(of_env)
    goal = {share: of_env.where(share).rates("shifted", "goal") for share in values}
    return {(low, high): difference(goal[high], goal[low]) for low, high in pairwise(values)}


def first_large_step(of_env: Results) -> Demand:
    """Returns where the goal rate first rises by `LARGE_STEP`: at 1 to 3 %, it should."""
    large = [(at, rise) for at, rise in steps(of_env).items() if rise.mean >= LARGE_STEP]
    (low, high), rise = large[0] if large else ((math.nan, math.nan), Estimate(0.0, 0.0, 0.0, 0))
    where = f"from {percent(low)} to {percent(high)}" if large else "none"
    in_place = bool(large) and 0.01 <= high <= 0.03
    return Demand(
        f"the first large step of the goal rate: {where}", "ends at 1 to 3 %", rise,
        low=LARGE_STEP if in_place else math.inf, write=points,
    )  # fmt: skip


def demands_section(found: Sequence[Demand]) -> str:
    """Returns the table of demands, and a sentence that says how many are missed."""
    missed = [demand.claim for demand in found if not demand.holds]
    verdict = (
        f"{len(missed)} of {len(found)} are missed: {'; '.join(missed)}."
        if missed
        else f"All {len(found)} hold."
    )
    return "\n\n".join(
        [
            "### What must hold",
            "Before the agents were trained, it was written down what they would have to show. "
            f"{verdict}",
            table(["demand", "asked for", "measured", "verdict"], (d.row for d in found)),
            "Percentages on the dial are values of `distinguishing` in training. Differences are "
            "taken within a seed. A step between neighbours on the dial is called large if it is "
            f"at least {100 * LARGE_STEP:.0f} points, which is our choice. The demand on it "
            "follows {cite:t}`langosco2022`, who report a large gain from moving the coin in 2 % "
            "of the training levels.",
        ]
    )


# ------------------------------------------------------------------------- figures


@dataclass(frozen=True)
class Figure:
    """A figure of a chapter: which agents it shows, and what they were tested on."""

    name: str
    training: str
    test: str
    agents: Results

    @property
    def only(self) -> list[str]:
        """The words after `--only` that choose exactly these agents."""
        options = [f"options={json.dumps(dict(trial.options))}" for trial in self.agents.trials]
        training_steps = [f"steps={trial.steps}" for trial in self.agents.trials]
        return list(dict.fromkeys(options + training_steps))


def figures(of_env: Results) -> list[Figure]:
    """Returns the figures of the CoinRun chapter."""
    dial = of_env.where()
    counts = sorted({t.options["levels"] for t in of_env.trials if "levels" in t.options})
    few = [of_env.where(options={"levels": count}) for count in counts]
    fifth = of_env.where(1.0, options={"placement": "right_fifth"})
    spread = f"{len(shares(of_env))} values of `distinguishing`, new levels without end"
    return [
        Figure("The dial, the prediction and the two agents", spread,
               "moved coins; the same with the coin erased", dial),
        Figure("The remake of figure 2 of Langosco et al.", spread,
               "moved coins; the same with the coin erased; ordinary levels", dial),
        Figure("The controls", spread,
               "the coin erased; the observation flipped; the coin behind the start", dial),
        Figure("The coin in the last fifth", "a coin anywhere in the last fifth, but at the end",
               "moved coins; the same with the coin erased", fifth),
        Figure("Level diversity", f"{_enumeration(counts)} levels, at two values of "
               "`distinguishing`", "the training levels; ordinary levels; moved coins",
               Results(of_env.env, tuple(t for r in few for t in r.trials))),
        Figure("The untrained agents of the plane", "none", "moved coins",
               of_env.where(0.0, steps=0)),
    ]  # fmt: skip


def _enumeration(counts: Sequence[int]) -> str:
    """Returns numbers as a list in words.

    >>> _enumeration([10, 30, 1000])
    '10, 30 or 1,000'
    """
    words = [f"{count:,}" for count in counts]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def figures_section(found: Sequence[Figure], experiment: str) -> str:
    """Returns the table of figures, and the commands that train the agents of each."""
    rows = [(f.name, f.training, f.test, str(len(f.agents.trials))) for f in found]
    comments: dict[str, str] = {}
    for figure in found:
        command = _command(experiment, figure.only)
        comments[command] = f"{comments.get(command, '')}# {figure.name}\n"
    lines = [f"{comment}{command}" for command, comment in comments.items()]
    return "\n\n".join(
        [
            "### The figures",
            table(["figure", "training", "test", "agents"], rows),
            "To train the agents of one figure only:",
            "```bash\n" + "\n".join(lines) + "\n```",
        ]
    )


def _command(experiment: str, only: Sequence[str]) -> str:
    words = " \\\n    ".join(f"'{word}'" for word in only)
    return f".venv/bin/python -m misgen.sweep run {experiment} --only \\\n    {words}"


# -------------------------------------------------------------------------- results

OUTCOME_RATES = {
    "goal": ("shifted", "goal"),
    "proxy": ("shifted", "proxy"),
    "died": ("shifted", "died"),
    "timed out": ("shifted", "timed_out"),
    "accidental": ("erased", "goal"),
}
CONTROL_RATES = {
    "capability": ("shifted", "capability"),
    "capability, flipped": ("flipped", "capability"),
    "goal, coin on a ledge": ("shifted_ledge", "goal"),
    "goal, coin behind the start": ("behind", "goal"),
    "success on ordinary levels": ("ordinary", "goal"),
    "the same, flipped": ("ordinary_flipped", "goal"),
}
"""Columns of the tables of results -> test and rate of the ledger."""


def results_section(of_env: Results) -> str:
    """Returns the rates of all ways of training, with intervals over seeds."""
    dial = by_training(of_env.where())
    others = by_training(
        Results(of_env.env, tuple(t for t in of_env.trials if t.options or not t.steps))
    )
    return "\n\n".join(
        [
            "### All rates",
            "Means over the training seeds with their 95 % t-intervals. Unless the head of a "
            "column says otherwise, the test is on moved coins. The terms are in the "
            "[glossary](glossary.md#outcome).",
            "**The dial.** The first column is `distinguishing` in training.",
            rates_table(dial, OUTCOME_RATES),
            "**Controls.** The same agents, with one thing changed in the test.",
            rates_table(dial, CONTROL_RATES),
            "**Other training.**",
            rates_table(others, {**OUTCOME_RATES, "on ordinary levels": ("ordinary", "goal")}),
        ]
    )


def rates_table(groups: Mapping[str, Results], columns: Mapping[str, tuple[str, str]]) -> str:
    """Returns one row for each way of training, with rates and their intervals.

    A test that is newer than the ledger has no column yet.
    """
    measured = next(iter(groups.values())).trials[0].counts
    shown = {head: where for head, where in columns.items() if where[0] in measured}
    rows = [
        (name, *(rate(group.estimate(*where)) for where in shown.values()))
        for name, group in groups.items()
    ]
    return table(["training", *shown], rows)


def by_training(agents: Results) -> dict[str, Results]:
    """Splits trials by how the agents were trained; only the seed differs in a group."""
    groups: dict[str, list[Trial]] = {}
    for trial in agents.trials:
        groups.setdefault(training(trial), []).append(trial)
    return {name: Results(agents.env, tuple(trials)) for name, trials in groups.items()}


def training(trial: Trial) -> str:
    r"""Returns how an agent was trained, in a few words.

    >>> training(Trial(0.1, seed=3, steps=9, options={"levels": 1000}, episodes=1, counts={}))
    '10\xa0%, `levels=1000`'
    """
    options = [f"`{name}={value}`" for name, value in trial.options.items()]
    share = percent(trial.distinguishing).replace(" ", NBSP)
    return ", ".join([share, *options]) if trial.steps else "untrained"


# ------------------------------------------------------------------ how it was made


def made_section(of_env: Results, manifest: Mapping[str, Any], folder: Path) -> str:
    """Returns what the agents were made with: seeds, times, versions and hashes."""
    episodes = sorted({trial.episodes for trial in of_env.trials})
    agents = [trial.agent for trial in of_env.trials if trial.agent]
    facts = {
        "Runs": f"{manifest['runs']}, each one agent that was trained and tested.",
        "Training seeds": ", ".join(map(str, manifest["seeds"])) + ".",
        "Test": f"{_enumeration(episodes)} episodes for each agent and test, each on an unseen "
        "level of its own, but for the test on the training levels. The rate of coins on ledges "
        "counts the levels with such coins only.",
        "Time": _time(manifest["seconds"]),
        "Versions": _versions(manifest["versions"]) + ".",
        "Machines": ", ".join(_system(platform) for platform in manifest["platforms"]) + ".",
        "Code": f"hash `{manifest['code']}`, of the modules on which the runs depend.",
        "Published agents": f"{len(agents)}, with weights rounded to 16 bits; it is the rounded "
        "agents that were tested.",
        "Size": f"{_megabytes(folder):.1f} MB.",
    }
    names = [name for name in manifest["files"] if name not in agents]
    return "\n\n".join(
        [
            "### How they were made",
            definitions(facts),
            "The sha256 of each agent is in `manifest.json`, beside the agents in "
            f"`assets/agents/{folder.name}`. Those of the tables are:",
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
    """Returns operating system and processor of a full platform name.

    >>> _system("Linux-6.1.0-13-amd64-x86_64-with-glibc2.36")
    'Linux x86_64'
    """
    processor = re.search(r"x86_64|aarch64|arm64|AMD64", platform)
    return " ".join([platform.split("-")[0], *([processor[0]] if processor else [])])


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def settings_section() -> str:
    """Returns the settings of the learner, with the note under each field."""
    values = PPOSettings().to_json()
    rows = [(f"`{name}`", f"{values[name]:g}", note) for name, note in field_notes().items()]
    return "\n\n".join(
        [
            "## The learner",
            "All agents were trained by proximal policy optimization {cite:p}`schulman2017`, as "
            "implemented in stable-baselines3 {cite:p}`raffin2021`, with these settings.",
            table(["setting", "value", "meaning"], rows),
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


# ------------------------------------------------------------------- reproducibility

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
the code on which it depends has changed. `make agents JOBS=8` uses eight processes, and
`make agents DASK=tcp://host:8786` a Dask cluster; `python -m misgen.sweep --help` tells how to
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
        *(ledger_section(name) for name in ENVIRONMENTS),
    ]
    return "\n\n".join(parts) + "\n"


def ledger_section(name: str) -> str:
    """Returns what the page says of one environment.

    Raises:
        PageError: If the published files are not those of the manifest.
    """
    folder = published_folder(name)
    if folder is None:
        return f"## {name}\n\nNo agents of {name} are published yet."
    remarks = verify_manifest(folder)
    if remarks:
        raise PageError(f"{remarks[0]} Restore the published files or run `make agents`.")
    manifest = json.loads((folder / "manifest.json").read_text())
    of_env = results(name)
    return "\n\n".join(
        [
            f"## {name}",
            demands_section(demands(of_env)),
            figures_section(figures(of_env), manifest["experiment"]),
            results_section(of_env),
            made_section(of_env, manifest, folder),
        ]
    )


def published_folder(name: str) -> Path | None:
    """Returns the folder with the published files of an environment, if there is one."""
    try:
        return folder_of(name)
    except ValueError:
        return None
