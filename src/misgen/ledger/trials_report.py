"""What the reports of all experiments share whose runs are trials: an agent, and its outcomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from misgen.core.intervals import Estimate, wilson
from misgen.ledger.markdown import NBSP, enumeration, percent, rate, table
from misgen.ledger.published import Results, Trial
from misgen.ledger.report import Figure


def shares(of_env: Results) -> list[float]:
    """Returns the values of `distinguishing` in training."""
    return sorted({trial.distinguishing for trial in of_env.trials})


def lowest(of_env: Results, test: str, what: str) -> Estimate:
    """Returns the lowest rate of any agent, with its interval over episodes."""
    worst = min(of_env.trials, key=lambda trial: trial.rate(test, what))
    episodes = sum(worst.counts[test])  # of those that count, see `Test.among`
    return wilson(round(worst.rate(test, what) * episodes), episodes)  # back to a count


def figure(
    name: str, training: str, test: str, agents: Results, only_shares: Sequence[float] = ()
) -> Figure:
    """Returns a figure that shows all seeds of some options and steps.

    Args:
        name: What it shows.
        training: What the agents were trained on.
        test: What they were tested on.
        agents: The agents that it shows.
        only_shares: The values of `distinguishing` that it shows; by default all of these agents.
    """
    options = [f"options={json.dumps(dict(trial.options))}" for trial in agents.trials]
    steps = [f"steps={trial.steps}" for trial in agents.trials]
    shares = [f"distinguishing={share:g}" for share in only_shares]
    only = list(dict.fromkeys(options + steps + shares))  # without repetitions, in order
    fields = ("distinguishing", "seed", "steps", "options")
    runs = [{field: getattr(trial, field) for field in fields} for trial in agents.trials]
    return Figure(name, training, test, runs, only)


def rates_table(groups: Mapping[str, Results], columns: Mapping[str, tuple[str, str]]) -> str:
    """Returns one row for each way of training, with rates and their intervals.

    A test that is newer than the ledger has no column yet.
    """
    measured = next(iter(groups.values())).trials[0].counts  # all have the same tests
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


def agent_files(of_env: Results) -> list[str]:
    """Returns the names of the files of the published agents."""
    return [trial.agent for trial in of_env.trials if trial.agent]


def facts(of_env: Results, of_tests: str) -> dict[str, str]:
    """Returns how agents were tested and published; `of_tests` ends the sentence on the tests."""
    episodes = sorted({trial.episodes for trial in of_env.trials})
    return {
        "Test": f"{enumeration(episodes)} episodes for each agent and test, {of_tests}",
        "Published agents": f"{len(agent_files(of_env))}, with weights rounded to 16 bits; it is "
        "the rounded agents that were tested.",
    }
