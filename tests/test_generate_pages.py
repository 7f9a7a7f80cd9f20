"""The generated pages of the appendix: as the code and the ledger are, and honest about both."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scipy import stats

from misgen import sweep
from misgen.experiments.coinrun import EXPERIMENT
from misgen.experiments.coinrun_tests import TESTS
from misgen.manifest import write_manifest
from misgen.measure import OUTCOMES, Estimate
from misgen.published import Results, Trial
from misgen.sweep import __main__ as command_line

SITE = Path(__file__).resolve().parent.parent / "site"
sys.path.append(str(SITE))  # at the end: the scripts import each other

import generate_pages  # noqa: E402
import page_environments  # noqa: E402
import page_reproducibility  # noqa: E402
from page_text import NBSP, PageError, cited  # noqa: E402

EPISODES = 1000


# ------------------------------------------------------------------ a ledger that holds


def outcome_counts(config: dict[str, Any], test: str) -> list[int]:
    """Counts in the order of `OUTCOMES` that meet every demand, a little apart between seeds."""
    share, jitter = config["distinguishing"], config["seed"]
    on_dial = {0.0: 110, 0.01: 400, 0.02: 500, 0.03: 600, 0.05: 700}.get(share, 800)
    goal = {
        "ordinary": 970 + jitter,
        "shifted": (960 if share == 1.0 else on_dial) + jitter,
        "erased": 110 + jitter,
    }.get(test, 300)
    died = 20
    return [goal, 1000 - goal - died, died, 0]


def trial(config: dict[str, Any]) -> Trial:
    counts = {test: outcome_counts(config, test) for test in TESTS}
    return Trial(**config, episodes=EPISODES, counts=counts)


@pytest.fixture
def good() -> Results:
    """Results of the whole grid that meet every demand."""
    return Results("CoinRun", tuple(trial(config) for config in EXPERIMENT.grid()))


def changed(
    of_env: Results, share: float, test: str, change: Callable[[Trial], list[int]]
) -> Results:
    """The same results, but for one test of the agents of the dial at one value."""

    def of_trial(trial: Trial) -> Trial:
        if trial.distinguishing != share or trial.options or not trial.steps:
            return trial
        return replace(trial, counts={**trial.counts, test: change(trial)})

    return Results(of_env.env, tuple(map(of_trial, of_env.trials)))


def missed(of_env: Results) -> list[str]:
    return [d.claim for d in page_reproducibility.demands(of_env) if not d.holds]


# -------------------------------------------------------------------------- the pages


def test_the_committed_pages_say_what_the_code_and_the_ledger_say(capsys):
    assert generate_pages.main(["--check"]) == 0, capsys.readouterr().err


def test_an_old_page_is_named_by_the_check_and_left_alone(tmp_path):
    generate_pages.update(tmp_path, check=False)
    page = tmp_path / "chapters/appendix/environments.md"
    page.write_text("old")
    with pytest.raises(
        PageError, match=r"^chapters/appendix/environments\.md .* run site/generate_pages\.py\.$"
    ):
        generate_pages.update(tmp_path, check=True)
    assert page.read_text() == "old"
    generate_pages.update(tmp_path, check=False)
    generate_pages.update(tmp_path, check=True)


def test_a_fault_is_one_sentence_and_an_exit_code(monkeypatch, capsys):
    def refuse() -> str:
        raise PageError("The ledger is gone: run `make agents`.")

    monkeypatch.setattr(generate_pages, "PAGES", {"reproducibility.md": refuse})
    assert generate_pages.main([]) == 1
    assert capsys.readouterr().err == "The ledger is gone: run `make agents`.\n"


# ----------------------------------------------------------------------- environments


def test_each_section_of_the_docstring_is_on_the_page():
    page = page_environments.environments_page()
    places = [page.index(f"\n{section}\n: ") for section in page_environments.SECTIONS]
    assert places == sorted(places)


def test_each_option_of_the_environment_is_explained_with_its_default():
    page = page_environments.environments_page()
    found = re.findall(r"^`(\w+)` \((.+)\)\n: (.+)$", page, re.MULTILINE)
    defaults = {name: default for name, default, _ in found}
    assert defaults["distinguishing"] == "default `0.0`"
    assert defaults["seed"] == "required"
    assert all(len(meaning.split()) >= 4 for *_, meaning in found)


def documented(docstring: str, arguments: str = "") -> type:
    """A class with these docstrings."""

    class Env:
        def __init__(self, num_envs: int) -> None:
            pass

    Env.__doc__, Env.__init__.__doc__ = docstring, arguments
    return Env


def sections(names: tuple[str, ...]) -> str:
    return "\n\n".join(["An environment.", *(f"**{name}.** Text." for name in names)])


@pytest.mark.parametrize(
    "names",
    [page_environments.SECTIONS[1:], page_environments.SECTIONS[::-1],
     (*page_environments.SECTIONS, "Trivia")],
    ids=["missing", "in another order", "unknown"],
)  # fmt: skip
def test_a_docstring_whose_sections_differ_is_refused(names):
    with pytest.raises(PageError, match="The docstring of Env must have the sections Intended"):
        page_environments.read_docstring(documented(sections(names)))


def test_a_docstring_with_all_sections_is_read():
    names = page_environments.SECTIONS
    description, found = page_environments.read_docstring(documented(sections(names)))
    assert (description, tuple(found), set(found.values())) == ("An environment.", names, {"Text."})


def test_an_option_without_an_explanation_is_refused():
    with pytest.raises(PageError, match=r"Env\.__init__ does not explain num_envs"):
        page_environments.options(documented("", "Create it."))


def test_a_source_that_the_bibliography_lacks_is_refused():
    with pytest.raises(PageError, match=r"add nobody1999 to references\.bib"):
        cited("After Nobody et al. (1999).", frozenset({"cobbe2019"}))


# -------------------------------------------------------------------- what must hold


def test_results_that_meet_every_demand_are_said_to_hold(good):
    found = page_reproducibility.demands(good)
    assert [d.verdict for d in found] == ["holds"] * len(found)
    assert f"All {len(found)} hold." in page_reproducibility.demands_section(found)


def counts(goal: int, proxy: int, died: int) -> Callable[[Trial], list[int]]:
    return lambda _: [goal, proxy, died, EPISODES - goal - proxy - died]


BREAKS = {
    "at 0 %: success on ordinary levels": (0.0, "ordinary", counts(900, 0, 20)),
    "at 0 %: success on ordinary levels of the least successful agent": (
        0.0,
        "ordinary",
        lambda t: [940, 0, 60, 0] if t.seed == 3 else [990, 0, 10, 0],
    ),
    "at 0 %: goal rate on moved coins": (0.0, "shifted", counts(260, 720, 20)),
    "at 0 %: proxy rate on moved coins": (0.0, "shifted", counts(110, 690, 20)),
    "at 0 %: deaths on moved coins, less those on ordinary levels": (
        0.0,
        "shifted",
        counts(110, 780, 71),
    ),
    "at 0 %: goal rate with the coin visible, less that with the coin erased": (
        0.0,
        "erased",
        counts(50, 930, 20),
    ),
    "at 100 %: goal rate on moved coins": (1.0, "shifted", counts(940, 40, 20)),
    "the smallest step of the goal rate between neighbours on the dial": (
        0.05,
        "shifted",
        counts(590, 390, 20),
    ),
    "the first large step of the goal rate: from 3 % to 5 %": (
        0.01,
        "shifted",
        counts(120, 860, 20),
    ),
}


@pytest.mark.parametrize("claim", BREAKS)
def test_a_demand_that_is_missed_is_said_to_be_missed(good, claim):
    share, test, change = BREAKS[claim]
    broken = changed(good, share, test, change)
    if "first large step" in claim:  # at 1 to 3 % the goal stays where it is at 0
        for flat in (0.02, 0.03):
            broken = changed(broken, flat, test, change)
    assert claim in missed(broken)
    section = page_reproducibility.demands_section(page_reproducibility.demands(broken))
    assert f"{len(missed(broken))} of {len(BREAKS)} are missed: " in section
    assert "**missed**" in section


def test_a_curve_without_any_large_step_is_said_to_have_none(good):
    flat = good
    for share in page_reproducibility.shares(good):
        flat = changed(flat, share, "shifted", counts(110, 870, 20))
    assert "the first large step of the goal rate: none" in missed(flat)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.96, 0.99, "holds"), (0.93, 0.99, "holds for the mean, not for the whole interval")],
)
def test_the_verdict_looks_at_the_interval_too(low, high, verdict):
    demand = page_reproducibility.Demand("", "", Estimate(0.97, low, high, 10), low=0.95)
    assert demand.verdict == verdict


def test_a_difference_has_the_interval_of_the_paired_t_test():
    first, second = [0.11, 0.13, 0.12, 0.16], [0.10, 0.14, 0.09, 0.11]
    reference = stats.ttest_rel(first, second).confidence_interval(0.95)
    ours = page_reproducibility.difference(first, second)
    assert (ours.low, ours.high) == pytest.approx((reference.low, reference.high), abs=1e-9)


# ------------------------------------------------------------------ figures and rates


def test_each_command_chooses_exactly_the_agents_of_its_figure(good):
    grid = EXPERIMENT.grid()
    for figure in page_reproducibility.figures(good):
        only = command_line._only(figure.only)
        chosen = [grid[run.index] for run in sweep.plan(EXPERIMENT, only)]
        shown = [(t.distinguishing, t.seed, t.steps, dict(t.options)) for t in figure.agents.trials]
        key = repr
        assert sorted(
            [(c["distinguishing"], c["seed"], c["steps"], c["options"]) for c in chosen], key=key
        ) == sorted(shown, key=key)


def test_the_commands_on_the_page_are_ones_that_a_shell_would_pass_on(good):
    section = page_reproducibility.figures_section(page_reproducibility.figures(good), "coinrun")
    block = re.search(r"```bash\n(.*?)```", section, re.DOTALL)[1].replace("\\\n", " ")
    commands = [shlex.split(line) for line in block.splitlines() if not line.startswith("#")]
    assert len(commands) >= 4
    for python, m, module, *words in commands:
        assert [python, m, module] == [".venv/bin/python", "-m", "misgen.sweep"]
        options = command_line._parser().parse_args(words)
        assert sweep.plan(EXPERIMENT, command_line._only(options.only))


def test_all_figures_together_show_every_run_of_the_grid(good):
    shown = {id(t) for figure in page_reproducibility.figures(good) for t in figure.agents.trials}
    assert shown == {id(t) for t in good.trials}


def test_each_way_of_training_has_its_row(good):
    tables = re.findall(r"(?:^\|.+\n?)+", page_reproducibility.results_section(good), re.MULTILINE)
    dial, controls, others = ([line.split(" | ")[0] for line in t.splitlines()[2:]] for t in tables)
    ways = {(t.distinguishing, repr(t.options), t.steps) for t in good.trials}
    assert dial == controls
    assert len(dial + others) == len({*dial, *others}) == len(ways)


def test_a_test_that_the_ledger_lacks_has_no_column(good):
    def without_ledges(trial: Trial) -> Trial:
        return replace(trial, counts={k: v for k, v in trial.counts.items() if "ledge" not in k})

    older = Results("CoinRun", tuple(map(without_ledges, good.trials)))
    assert "| goal, coin on a ledge |" in page_reproducibility.results_section(good)
    assert "coin on a ledge" not in page_reproducibility.results_section(older)


def test_rates_are_written_with_their_intervals(good):
    section = page_reproducibility.results_section(good)
    first = next(line for line in section.splitlines() if line.startswith(f"| 0{NBSP}% |"))
    assert first.split(" | ")[1] == f"11.5{NBSP}% [11.2,{NBSP}11.7]"


def test_each_setting_of_the_learner_has_its_note():
    notes = page_reproducibility.field_notes()
    assert set(notes) == set(page_reproducibility.PPOSettings().to_json())
    assert notes["learning_rate"] == "Step size of Adam."


# -------------------------------------------------------------------- published files


@pytest.fixture
def ledger(tmp_path, monkeypatch, good) -> Path:
    """A published folder with results and a manifest."""
    folder = tmp_path / "coinrun"
    folder.mkdir()
    trials = [vars(t) for t in good.trials]
    table = {"env": "CoinRun", "outcomes": OUTCOMES, "trials": trials}
    (folder / "results.json").write_text(json.dumps(table))
    run = SimpleNamespace(
        experiment="coinrun", code="0123456789abcdef", config={"seed": 0}, seconds=12.0,
        versions={"python": "3.11.7", "torch": "2.13.0"}, platform="Linux",
    )  # fmt: skip
    write_manifest([run, run], folder)
    for module in (sys.modules["misgen.published"], page_reproducibility):
        monkeypatch.setattr(module, "folder_of", lambda name: folder)
    return folder


def test_the_page_says_how_the_agents_were_made(ledger):
    page = page_reproducibility.reproducibility_page()
    for fact in ("torch 2.13.0", "`0123456789abcdef`", "1,000 episodes", "12 seconds", "Linux."):
        assert fact in page
    hashes = json.loads((ledger / "manifest.json").read_text())["files"]
    assert f"| `results.json` | `{hashes['results.json']}` |" in page
    assert "nan" not in page.lower().replace("finance", "")


def test_a_published_file_that_was_changed_is_refused(ledger):
    table = ledger / "results.json"
    table.write_text(table.read_text().replace("110", "111", 1))
    with pytest.raises(PageError, match=r"results\.json is not the file that was published\."):
        page_reproducibility.reproducibility_page()


def test_an_environment_without_published_agents_is_said_to_have_none(monkeypatch):
    def nothing(name: str) -> Path:
        raise ValueError(f"No agents of {name} are published yet; run `make agents`.")

    monkeypatch.setattr(page_reproducibility, "folder_of", nothing)
    assert page_reproducibility.ledger_section("CoinRun").endswith(
        "No agents of CoinRun are published yet."
    )
