"""The generated pages: as the code and the ledger are, and honest about both."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from types import SimpleNamespace

import generate_pages
import page_environments
import page_readme
import page_reproducibility
import pytest
from page_text import PageError, cited

from misgen.core.intervals import Estimate
from misgen.ledger import __main__ as command_line
from misgen.ledger import sweep
from misgen.ledger.manifest import write_manifest
from misgen.ledger.report import Demand, Figure, Report

LEDGER = page_reproducibility.LEDGER
PUBLISHED = [name for name in sweep.names() if (LEDGER / name).is_dir()]


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


def test_the_readme_lists_the_chapters_as_the_table_of_contents_has_them(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "parts:\n- chapters:\n  - file: chapters/b\n  - file: chapters/a\n"
        "- chapters:\n  - file: chapters/appendix/terms\n"
    )
    (tmp_path / "chapters").mkdir()
    for name, title in (("a", "Last"), ("b", "First: why?")):
        cells = [{"cell_type": "markdown", "source": [f"# {title}\n", "\n", "Text."]}]
        (tmp_path / "chapters" / f"{name}.ipynb").write_text(json.dumps({"cells": cells}))
    assert page_readme.chapter_list(tmp_path) == (
        "1. [First: why?](chapters/b.ipynb)\n2. [Last](chapters/a.ipynb)\n"
    )


def test_a_readme_without_its_markers_is_refused(tmp_path, monkeypatch):
    (tmp_path / "README.md").write_text("# A book\n<!-- results: start -->\n")
    monkeypatch.setattr(page_readme, "README", tmp_path / "README.md")
    with pytest.raises(PageError, match=r"README\.md has lost its markers `<!-- chapters: start"):
        page_readme.readme()


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


@pytest.mark.parametrize(
    ("text", "key"),
    [("After Ng and Russell (2000).", "ng2000"), ("Of Mikulik (2019)", "mikulik2019"),
     ("Abdel Sadek et al. (2025)", "abdelsadek2025")],
)  # fmt: skip
def test_a_source_is_found_by_the_names_of_its_authors(text, key):
    assert f"{{cite:t}}`{key}`" in cited(text, frozenset({key}))


def test_a_source_that_the_bibliography_lacks_is_refused():
    with pytest.raises(PageError, match=r"add nobody1999 to references\.bib"):
        cited("After Nobody et al. (1999).", frozenset({"cobbe2019"}))


# ------------------------------------------------------- the reports of all experiments

each_published = pytest.mark.parametrize("name", PUBLISHED)


def test_there_are_published_experiments_to_report():
    assert "coinrun" in PUBLISHED


@each_published
def test_each_command_chooses_exactly_the_runs_of_its_figure(name):
    experiment, key = sweep.find(name), repr
    for figure in page_reproducibility.report_of(name).figures:
        only = command_line._only(figure.only)
        chosen = [run.config for run in sweep.plan(experiment, only)]
        assert sorted(map(_plain, chosen), key=key) == sorted(map(_plain, figure.runs), key=key)


def _plain(config) -> dict:
    """A configuration as JSON has it, with its fields in order."""
    return json.loads(json.dumps(config, sort_keys=True))


@each_published
def test_the_commands_on_the_page_are_ones_that_a_shell_would_pass_on(name):
    report = page_reproducibility.report_of(name)
    section = page_reproducibility.figures_section(report, name)
    block = re.search(r"```bash\n(.*?)```", section, re.DOTALL)[1].replace("\\\n", " ")
    commands = [shlex.split(line) for line in block.splitlines() if not line.startswith("#")]
    assert commands
    for python, m, module, *words in commands:
        assert [python, m, module] == [".venv/bin/python", "-m", "misgen.ledger"]
        options = command_line._parser().parse_args(words)
        assert options.experiment == name
        assert sweep.plan(sweep.find(name), command_line._only(options.only))


@each_published
def test_all_figures_together_show_every_run(name):
    shown = [_plain(run) for f in page_reproducibility.report_of(name).figures for run in f.runs]
    assert [config for config in map(_plain, sweep.find(name).grid()) if config not in shown] == []


@each_published
def test_a_report_speaks_of_its_experiment_alone(name):
    report, files = (
        page_reproducibility.report_of(name),
        {f.name for f in (LEDGER / name).iterdir()},
    )
    assert set(report.agents) <= files
    assert "nan" not in re.findall(r"\w+", page_reproducibility.experiment_section(name).lower())
    titles = [page_reproducibility.report_of(other).title for other in PUBLISHED]
    assert len(set(titles)) == len(titles)


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
