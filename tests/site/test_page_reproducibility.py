"""The page on reproducibility: what it says of each experiment and of each figure is so."""

from __future__ import annotations

import json
import re
import shlex
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import page_reproducibility
import pytest
from contents import page_names
from page_text import PageError

from misgen.core.intervals import Estimate
from misgen.ledger import __main__ as command_line
from misgen.ledger import sweep
from misgen.ledger.manifest import write_manifest
from misgen.ledger.report import Demand, Figure, Live, Report

report_of = cache(page_reproducibility.report_of)
PUBLISHED = [name for name in sweep.names() if (page_reproducibility.LEDGER / name).is_dir()]

# ------------------------------------------------------- the reports of all experiments

each_published = pytest.mark.parametrize("name", PUBLISHED)


def test_there_are_published_experiments_to_report():
    assert "coinrun" in PUBLISHED


@each_published
def test_each_command_chooses_exactly_the_runs_of_its_figure(name):
    experiment, key = sweep.find(name), repr
    for figure in report_of(name).figures:
        only = command_line.chosen_by(figure.only)
        chosen = [run.config for run in sweep.plan(experiment, only)]
        assert sorted(map(_plain, chosen), key=key) == sorted(map(_plain, figure.runs), key=key)


def _plain(config) -> dict:
    """A configuration as JSON has it, with its fields in order."""
    return json.loads(json.dumps(config, sort_keys=True))


@each_published
def test_the_commands_on_the_page_are_ones_that_a_shell_would_pass_on(name):
    report = report_of(name)
    section = page_reproducibility.figures_section(report, name)
    block = re.search(r"```bash\n(.*?)```", section, re.DOTALL)[1].replace("\\\n", " ")
    commands = [shlex.split(line) for line in block.splitlines() if not line.startswith("#")]
    assert commands
    for python, m, module, *words in commands:
        assert [python, m, module] == [".venv/bin/python", "-m", "misgen.ledger"]
        options = command_line.argument_parser().parse_args(words)
        assert options.experiment == name
        assert sweep.plan(sweep.find(name), command_line.chosen_by(options.only))


@each_published
def test_all_figures_together_show_every_run(name):
    shown = [_plain(run) for f in report_of(name).figures for run in f.runs]
    assert [config for config in map(_plain, sweep.find(name).grid()) if config not in shown] == []


@each_published
def test_a_report_names_agents_of_its_experiment_alone(name):
    files = {file.name for file in (page_reproducibility.LEDGER / name).iterdir()}
    assert set(report_of(name).agents) <= files


def test_no_two_reports_share_a_title():
    titles = [report_of(name).title for name in PUBLISHED]
    assert sorted(set(titles)) == sorted(titles)


def test_no_number_on_the_page_is_missing(root):
    page = (root / "chapters" / "appendix" / "reproducibility.md").read_text(encoding="utf-8")
    assert "nan" not in re.findall(r"\w+", page.lower())


def test_each_setting_of_the_learner_has_its_note():
    notes = page_reproducibility.field_notes()
    assert set(notes) == set(page_reproducibility.PPOSettings().to_json())
    assert notes["learning_rate"] == "Step size of Adam."


def test_each_environment_has_a_column_of_settings(monkeypatch):
    monkeypatch.setattr(page_reproducibility, "with_trials", lambda: ["CoinRun", "CoinGrid"])
    section = page_reproducibility.settings_section()
    assert "| setting | CoinRun | CoinGrid | meaning |" in section
    assert "| `reward_scale` | 0.1 | 1 | Factor on the reward" in section


# -------------------------------------------------------------------- published files

ESTIMATE = Estimate(0.97, 0.96, 0.98, 10)
REPORT = Report(
    title="Squares",
    figures=[Figure("All squares", "none", "none", [{"seed": 0}])],
    results="| seed | square |",
    run="number that was squared",
    facts={"Rounding": "none."},
)


@pytest.fixture
def ledger(tmp_path, monkeypatch) -> Path:
    """The published folder of an experiment with one table."""
    folder = tmp_path / "squares"
    folder.mkdir()
    (folder / "results.json").write_text('{"runs": [110]}')
    run = SimpleNamespace(
        experiment="squares", code="0123456789abcdef", config={"seed": 0}, seconds=12.0,
        versions={"python": "3.11.7", "torch": "2.13.0"}, platform="Linux aarch64",
    )  # fmt: skip
    write_manifest([run, run], folder)
    monkeypatch.setattr(page_reproducibility, "LEDGER", tmp_path)
    return folder


def report_with(monkeypatch, **changes: object) -> str:
    report = Report(**{**vars(REPORT), **changes})
    module = SimpleNamespace(report=lambda: report)
    monkeypatch.setitem(sys.modules, "misgen.topics.squares.report", module)
    return page_reproducibility.experiment_section("squares")


def test_the_page_says_how_the_runs_were_made(ledger, monkeypatch):
    section = report_with(monkeypatch)
    for fact in ("2, each one number that was squared.", "Rounding\n: none.", "torch 2.13.0",
                 "`0123456789abcdef`", "12 seconds", "\n: Linux aarch64."):  # fmt: skip
        assert fact in section
    hashes = json.loads((ledger / "manifest.json").read_text())["files"]
    assert f"| `results.json` | `{hashes['results.json']}` |" in section


def test_the_hash_of_an_agent_is_left_to_the_manifest(ledger, monkeypatch):
    section = report_with(monkeypatch, agents=["results.json"])
    assert "sha256 of each agent is in `manifest.json`" in section
    assert "| `results.json` |" not in section


def test_without_demands_there_is_no_section_on_them(ledger, monkeypatch):
    demand = Demand("a square", "at least 95 %", ESTIMATE, low=0.95)
    assert "What must hold" not in report_with(monkeypatch)
    section = report_with(monkeypatch, demands=[demand], before="Written before.", after="Mind.")
    assert "### What must hold in Squares\n\nWritten before. All 1 hold.\n\n|" in section
    assert "\n\nMind.\n\n" in section


def test_demands_that_hold_for_the_mean_only_are_counted(ledger, monkeypatch):
    demand = Demand("a square", "at least a little", ESTIMATE, low=ESTIMATE.mean)
    assert "All 1 hold, 1 for the mean only." in report_with(monkeypatch, demands=[demand])


def test_a_figure_of_all_runs_asks_for_no_part_of_them(ledger, monkeypatch):
    assert "# All squares\n.venv/bin/python -m misgen.ledger run squares\n```" in report_with(
        monkeypatch
    )


def test_a_published_file_that_was_changed_is_refused(ledger):
    table = ledger / "results.json"
    table.write_text(table.read_text().replace("110", "111", 1))
    with pytest.raises(PageError, match=r"results\.json is not the file that was published\."):
        page_reproducibility.experiment_section("squares")


def test_an_experiment_without_a_report_is_refused(ledger):
    with pytest.raises(PageError, match=r"squares has no report: write .*squares/report\.py"):
        page_reproducibility.experiment_section("squares")


def test_an_experiment_whose_topic_reports_other_things_only_is_refused(ledger, monkeypatch):
    monkeypatch.setitem(sys.modules, "misgen.topics.squares.report", SimpleNamespace(LIVE=()))
    with pytest.raises(PageError, match="squares has no report"):
        page_reproducibility.experiment_section("squares")


def test_an_experiment_of_which_nothing_is_published_is_said_to_have_nothing(ledger):
    assert page_reproducibility.experiment_section("cubes").endswith("is published yet.")


# -------------------------------------------------------------- computed on the page

TRAIN = Live("toy", "An agent", ("train(",))


@pytest.fixture
def chapters(tmp_path, monkeypatch) -> Path:
    """A folder with one chapter of two cells."""
    cells = [
        ("markdown", "# Toy: a chapter"),
        ("code", "train(seed=1_000)\n"),
        ("code", "train(seed=7); test(seed=8)"),
        ("code", "draw(seed=seed)"),
    ]
    notebook = {"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]}
    (tmp_path / "toy.ipynb").write_text(json.dumps(notebook))
    monkeypatch.setattr(page_reproducibility, "CHAPTERS", tmp_path)
    return tmp_path


def test_a_figure_is_listed_with_its_chapter_its_cells_and_their_seeds(chapters):
    row = page_reproducibility.live_section([TRAIN]).splitlines()[-1]
    assert row == "| [Toy: a chapter](../toy.ipynb) | An agent | `train(...)` | 7, 8, 1,000 |"


def test_seeds_that_are_not_in_the_cell_are_told(chapters):
    entry = Live("toy", "A picture", ("draw(",), seeds="0 to 9")
    assert page_reproducibility.live_section([entry]).endswith("| `draw(...)` | 0 to 9 |")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Live("gone", "A", ("train(",)), r"no chapter gone\.ipynb: correct"),
        (Live("toy", "A", ("evaluate(",)), r"toy has no cell with 'evaluate\('"),
        (Live("toy", "A picture", ("draw(",)), "Nothing tells the seeds of 'A picture'"),
    ],
)
def test_an_entry_that_the_chapter_does_not_bear_out_is_refused(chapters, entry, message):
    with pytest.raises(PageError, match=message):
        page_reproducibility.live_section([entry])


def test_the_book_computes_something_on_its_pages():
    figures = page_reproducibility.live_figures()
    assert figures
    assert len(page_reproducibility.live_section(figures).splitlines()) == 6 + len(figures)


def test_the_chapters_come_in_the_order_of_the_book(root):
    shown = list(
        dict.fromkeys(f"chapters/{each.chapter}" for each in page_reproducibility.live_figures())
    )
    assert shown == [page for page in page_names(root / "_toc.yml") if page in shown]
