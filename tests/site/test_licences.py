"""Whose work the site serves: every file is claimed, every text is there and listed."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch

import pytest


@pytest.fixture
def licences(tools):
    """The module of the licences."""
    return tools("licences")


def test_each_licence_has_a_text_and_a_name_of_its_own(licences):
    files = [component.file for component in licences.COMPONENTS]
    assert sorted(files) == sorted(set(files))
    for component in licences.COMPONENTS:
        text = component.text()
        assert len(text) > 400, component.name
        assert re.search("copyright|licen[sc]e", text, re.IGNORECASE), component.name


def test_a_work_without_a_text_in_its_package_is_refused_in_one_sentence(licences, monkeypatch):
    monkeypatch.setattr(licences.metadata, "files", lambda _: [])
    with pytest.raises(FileNotFoundError, match=r"sphinx has no licence: name its notice in site"):
        next(each for each in licences.COMPONENTS if each.name == "Sphinx").text()


def test_each_package_that_the_build_copies_is_a_work(licences, tools):
    vendored = set(tools("build").VENDORED)
    assert vendored == {component.npm for component in licences.COMPONENTS} - {""}


def files_below(folder, prefix=""):
    found = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    return [f"{prefix}{file.as_posix()}" for file in found]


@pytest.mark.site
def test_every_file_that_is_served_is_claimed_and_every_claim_is_served(licences, html):
    names = [*files_below(html / "_static"), *files_below(html / "slides" / "_static", "slides/")]
    assert len(names) > 100
    assert [name for name in names if not licences.claimants(name)] == []
    for component in licences.COMPONENTS:
        optional = {"print/*"}  # made by `make print`
        for pattern in set(component.files) - optional:
            assert any(fnmatch(name, pattern) for name in names), (component.name, pattern)


@pytest.mark.site
def test_nothing_is_served_that_no_page_asks_for(licences, html):
    static = html / "_static"
    names = [file.relative_to(static).as_posix() for file in static.rglob("*")]
    assert [name for name in names if licences.is_unused(name)] == []


@pytest.mark.site
def test_each_licence_is_listed_with_its_version_and_its_text_is_served(licences, html, root):
    page = (html / "licences.html").read_text(encoding="utf-8")
    for component in licences.COMPONENTS:
        assert f"<td>{component.name}</td><td>{component.version}</td>" in page
        address = f"{licences.FOLDER}/{component.file}"
        assert f'href="{address}"' in page
        assert (html / address).read_text(encoding="utf-8") == component.text()
    lock = json.loads((root / "package-lock.json").read_text())["packages"]
    assert f"<td>{lock['node_modules/mathjax']['version']}</td>" in page


def test_a_part_of_pyodide_is_of_the_version_that_its_file_names(licences, tools):
    (numpy,) = [each for each in licences.COMPONENTS if each.pyodide == "numpy"]
    assert f"numpy-{numpy.version}-" in tools("numpy_wheel").locked().name


@pytest.mark.site
def test_each_page_leads_to_the_licences(html, page_name):
    up = "../" * page_name.count("/")
    text = (html / page_name).read_text(encoding="utf-8")
    address = "#" if page_name == "licences.html" else f"{up}licences.html"
    assert f'<a href="{address}">Licences</a>' in text
