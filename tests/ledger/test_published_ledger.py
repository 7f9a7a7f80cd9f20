"""The ledger in the repository is whole, and belongs to the code beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import misgen
from misgen.core.registry import topic_of
from misgen.ledger import sweep
from misgen.ledger.code import code_of
from misgen.ledger.manifest import verify_manifest
from misgen.ledger.published import with_trials

each_experiment = pytest.mark.parametrize("name", sweep.names())


def read(root: Path, name: str, file: str) -> dict[str, Any]:
    path = root / "assets" / "agents" / name / file
    assert path.is_file(), f"{name} is not published: run `make agents EXPERIMENT={name}`."
    return json.loads(path.read_text())


@each_experiment
def test_the_published_results_were_made_by_the_present_code(name, root):
    assert read(root, name, "manifest.json")["code"] == code_of(type(sweep.find(name))), (
        f"The code that decides the results of {name} has changed: run `make agents`."
    )


@each_experiment
def test_every_published_file_is_what_the_manifest_says(name, root):
    assert verify_manifest(root / "assets" / "agents" / name) == []


def configurations(results: dict[str, Any]) -> list[dict[str, Any]]:
    """What was run: a trial holds its configuration among its fields, a row of a table apart."""
    return results["trials"] if "trials" in results else [r["config"] for r in results["runs"]]


@each_experiment
def test_every_configuration_of_the_grid_is_published(name, root):
    grid = json.loads(json.dumps(sweep.find(name).grid()))
    published = configurations(read(root, name, "results.json"))
    assert grid
    for row, config in zip(published, grid, strict=True):
        assert {field: row.get(field) for field in config} == config


def test_every_published_folder_belongs_to_an_experiment(root):
    folders = {path.name for path in (root / "assets" / "agents").iterdir()}
    assert folders == set(sweep.names())


@each_experiment
def test_what_is_published_is_found_by_its_name(name, root):
    results = read(root, name, "results.json")
    if "trials" in results:
        assert topic_of(results["env"]) == name
        assert len(misgen.results(results["env"]).trials) == len(results["trials"])
    else:
        assert misgen.table(name) == results
        assert results["experiment"] == name


def test_the_environments_with_trials_are_those_of_the_published_tables(root):
    tables = [read(root, name, "results.json") for name in sweep.names()]
    assert set(with_trials()) == {table["env"] for table in tables if "trials" in table}
    assert {topic_of(name) for name in with_trials()} <= set(sweep.names())


def test_all_agents_of_the_book_fit_into_12_megabytes(root):
    sizes = [file.stat().st_size for file in (root / "assets" / "agents").rglob("*.*")]
    assert sum(sizes) < 12_000_000
