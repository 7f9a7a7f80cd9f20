"""The explorers' modules on the site, and the explorers that pages without code ask for."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from browsing import ROOT
from docutils.parsers.rst import DirectiveError
from docutils.utils import Reporter

from misgen.core.topics import topics_with
from misgen.explore.base import PACKAGE

MODULES = sorted(PACKAGE.rglob("*.js"))


@pytest.fixture(scope="module")
def files(tools):
    return tools("explorer_files")


@pytest.fixture(scope="module")
def extension(tools):
    return tools("extension")


def test_every_module_and_style_is_copied_to_its_path_in_the_package(files, tmp_path):
    files.copy_to(tmp_path)
    copied = {path.relative_to(tmp_path / "misgen") for path in tmp_path.rglob("*.js")}
    assert copied == {module.relative_to(PACKAGE) for module in MODULES}
    assert (tmp_path / files.STYLE_SHEET).is_file()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_all_that_a_module_imports_is_fetched_with_it(files, module):
    found = files.with_imports([module.relative_to(PACKAGE).with_suffix("").as_posix()])
    assert found[0] == files.address_of(module)
    for address in found:
        text = (PACKAGE / address.removeprefix("misgen/")).read_text(encoding="utf-8")
        for imported in re.findall(r'from "[./\w-]*/([\w-]+\.js)"', text):
            assert any(each.endswith(f"/{imported}") for each in found)


def test_a_module_that_two_import_is_fetched_once(files):
    found = files.with_imports(["explore/js/panel", "explore/js/predict", "explore/js/panel"])
    assert len(found) == len(set(found)) > 2


def test_what_is_no_module_is_left_to_the_reader_of_the_page(files):
    assert files.with_imports(["topics/nowhere/telescope"]) == []


def directive(extension, topic, name):
    machine = SimpleNamespace(reporter=Reporter("page", 1, 5))
    given = ("explorer", [topic, name], {}, [], 1, 0, "", None, machine)
    return extension.ExplorerDirective(*given)


def test_a_page_shows_what_a_topic_makes(extension):
    (node,) = directive(extension, "coinrun", "predict").run()
    assert 'id="explorer-predict"' in node.astext()


def test_an_unknown_topic_is_answered_with_those_that_there_are(extension):
    with pytest.raises(DirectiveError) as refused:
        directive(extension, "nowhere", "dial").run()
    assert ", ".join(topics_with("explorers.py")) in refused.value.msg


@pytest.mark.parametrize("name", ["telescope", "PRESENTATION", "Words"])
def test_what_makes_no_explorer_is_refused(extension, name):
    with pytest.raises(DirectiveError):
        directive(extension, "coinrun", name).run()


def test_no_script_imports_the_host_which_would_mount_all_explorers_again():
    # pages load it under an address with a version, which is another module
    scripts = {file.name: file.read_text() for file in (ROOT / "site" / "static").glob("*.js")}
    assert [name for name, text in scripts.items() if 'from "./host.js"' in text] == []
