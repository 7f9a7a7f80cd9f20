"""The commands on the troubleshooting page are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import first_cell
import pytest

from misgen.topics.language.models import INSTALL

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "chapters/appendix/troubleshooting.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_page_has_the_install_line_of_the_language_model_for_a_shell_and_for_colab():
    assert f"\n{INSTALL}\n" in PAGE
    assert f"%{INSTALL.replace('install', 'install -q', 1)}\n" in PAGE


def test_the_page_pins_the_learner_as_the_first_cells_do():
    pinned = re.search(r"^stable_baselines3==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)[
        1
    ]
    assert f"\n%pip install -q --no-deps stable-baselines3=={pinned} misgen-*.whl\n" in PAGE


def test_the_first_cells_send_those_whom_they_cannot_help_to_a_heading_of_the_page():
    assert first_cell.HELP == "chapters/appendix/troubleshooting.html#in-colab"
    assert "\n## In Colab\n" in PAGE


def targets_named() -> set[str]:
    """The words after `make` in the page's code."""
    code = re.findall(r"`([^`]+)`", PAGE.replace("```", ""))
    commands = [re.search(r"\bmake((?: +|\n)[a-z]+)+", words) for words in code]
    return {word for command in commands if command for word in command[0].split()[1:]}


def test_each_target_of_make_on_the_page_exists():
    assert {"book", "serve", "print", "unit"} <= targets_named() <= TARGETS


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(#([\w-]+)\)", PAGE))))
def test_each_link_on_the_page_finds_its_heading(link):
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    assert link in {re.sub(r"[^\w-]", "", text.lower().replace(" ", "-")) for text in headings}


@pytest.mark.parametrize("variable", sorted(set(re.findall(r"\bMISGEN_\w+", PAGE))))
def test_each_variable_on_the_page_is_read_somewhere(variable):
    folders = [ROOT / "site", ROOT / "tests", ROOT / "src"]
    files = [ROOT / "Makefile", *(file for folder in folders for file in folder.rglob("*.py"))]
    others = (file for file in files if file != Path(__file__))
    assert any(variable in file.read_text(encoding="utf-8") for file in others)
