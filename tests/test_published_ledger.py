"""The ledger in the repository is whole, and belongs to the code beside it."""

import json

import pytest

from misgen import sweep
from misgen.manifest import verify_manifest
from misgen.source import code_hash


@pytest.mark.parametrize("name", sweep.names())
def test_the_published_results_were_made_by_the_present_code(name, root):
    manifest = json.loads((root / "assets" / "agents" / name / "manifest.json").read_text())
    assert manifest["code"] == code_hash(sweep.find(name).depends), (
        f"The code that decides the results of {name} has changed: run `make agents`."
    )


@pytest.mark.parametrize("name", sweep.names())
def test_every_published_file_is_what_the_manifest_says(name, root):
    assert verify_manifest(root / "assets" / "agents" / name) == []


@pytest.mark.parametrize("name", sweep.names())
def test_every_configuration_of_the_grid_is_published(name, root):
    table = json.loads((root / "assets" / "agents" / name / "results.json").read_text())
    fields = ("distinguishing", "seed", "steps", "options")
    published = [{field: trial[field] for field in fields} for trial in table["trials"]]
    assert published == sweep.find(name).grid()


def test_all_agents_of_the_book_fit_into_12_megabytes(root):
    sizes = [file.stat().st_size for file in (root / "assets" / "agents").rglob("*.*")]
    assert sum(sizes) < 12_000_000
