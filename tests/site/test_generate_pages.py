"""The generated pages: as the code and the ledger are, and honest about both."""

from __future__ import annotations

import json
import re

import generate_pages
import page_environments
import pytest
from page_environments import SECTIONS
from page_text import PageError, cited


def test_the_committed_pages_say_what_the_code_and_the_ledger_say(capsys):
    assert generate_pages.main(["--check"]) == 0, capsys.readouterr().err


def test_an_old_page_is_named_by_the_check_and_left_alone(tmp_path, monkeypatch):
    pages = {"chapters/a.md": lambda: "new", "README.md": lambda: "a book"}
    monkeypatch.setattr(generate_pages, "PAGES", pages)
    (tmp_path / "chapters").mkdir()
    page = tmp_path / "chapters" / "a.md"
    page.write_text("old")
    (tmp_path / "README.md").write_text("a book")
    with pytest.raises(PageError, match=r"^chapters/a\.md no .* run site/generate_pages\.py\.$"):
        generate_pages.update(tmp_path, check=True)
    assert page.read_text() == "old"
    generate_pages.update(tmp_path, check=False)
    assert page.read_text() == "new"
    generate_pages.update(tmp_path, check=True)


def test_a_fault_is_one_sentence_and_an_exit_code(monkeypatch, capsys):
    def refuse() -> str:
        raise PageError("The ledger is gone: run `make agents`.")

    monkeypatch.setattr(generate_pages, "PAGES", {"reproducibility.md": refuse})
    assert generate_pages.main([]) == 1
    assert capsys.readouterr().err == "The ledger is gone: run `make agents`.\n"


def test_the_readme_lists_the_chapters_as_the_table_of_contents_has_them(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nparts:\n- chapters:\n  - file: chapters/b\n"
        "    sections:\n    - file: chapters/c\n"
        "  - file: chapters/a\n- chapters:\n  - file: chapters/appendix/terms\n"
    )
    (tmp_path / "chapters").mkdir()
    for name, title in (("a", "Last"), ("b", "First: why?"), ("c", "More")):
        cells = [{"cell_type": "markdown", "source": [f"# {title}\n", "\n", "Text."]}]
        (tmp_path / "chapters" / f"{name}.ipynb").write_text(json.dumps({"cells": cells}))
    assert generate_pages.chapter_list(tmp_path) == (
        "1. [First: why?](chapters/b.ipynb)\n   - [More](chapters/c.ipynb)\n"
        "2. [Last](chapters/a.ipynb)\n"
    )


def test_a_readme_without_its_markers_is_refused(tmp_path, monkeypatch):
    (tmp_path / "README.md").write_text("# A book\n<!-- results: start -->\n")
    monkeypatch.setattr(generate_pages, "README", tmp_path / "README.md")
    with pytest.raises(PageError, match=r"README\.md has lost its markers `<!-- chapters: start"):
        generate_pages.readme()


# ----------------------------------------------------------------------- environments


def test_each_section_of_the_docstring_is_on_the_page():
    page = page_environments.environments_page()
    places = [page.index(f"\n{section}\n: ") for section in SECTIONS]
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
    [SECTIONS[1:], SECTIONS[::-1], (*SECTIONS, "Trivia")],
    ids=["missing", "in another order", "unknown"],
)
def test_a_docstring_whose_sections_differ_is_refused(names):
    with pytest.raises(PageError, match="The docstring of Env must have the sections Intended"):
        page_environments.read_docstring(documented(sections(names)))


def test_a_docstring_with_all_sections_is_read():
    description, found = page_environments.read_docstring(documented(sections(SECTIONS)))
    assert (description, tuple(found)) == ("An environment.", SECTIONS)
    assert set(found.values()) == {"Text."}


def test_an_option_without_an_explanation_is_refused():
    with pytest.raises(PageError, match=r"Env\.__init__ does not explain num_envs"):
        page_environments.options(documented("", "Create it."))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("After Ng and Russell (2000).", "ng2000"),
        ("Of Mikulik (2019)", "mikulik2019"),
        ("Abdel Sadek et al. (2025)", "abdelsadek2025"),
    ],
)
def test_a_source_is_found_by_the_names_of_its_authors(text, key):
    assert f"{{cite:t}}`{key}`" in cited(text, frozenset({key}))


def test_a_source_that_the_bibliography_lacks_is_refused():
    with pytest.raises(PageError, match=r"add nobody1999 to references\.bib"):
        cited("After Nobody et al. (1999).", frozenset({"cobbe2019"}))
