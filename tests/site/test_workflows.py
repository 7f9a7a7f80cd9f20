"""The workflows: the least rights, actions by commit, nothing from a branch that moves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")
WRITES = re.compile(r"contents: write|pages: write|id-token: write")
each_file = pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)


def read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    return read(file)["jobs"]


def steps(file: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(file).values() for step in job["steps"]]


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def rights(file: Path, job: dict[str, Any]) -> dict[str, str]:
    return job.get("permissions", read(file)["permissions"])


def test_there_are_workflows_to_check():
    assert {"ci", "release", "weekly"} == {file.stem for file in FILES}


@each_file
def test_each_action_is_pinned_by_commit_and_says_its_version(file):
    used = [step["uses"] for step in steps(file) if "uses" in step]
    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []
    lines = re.findall(r"uses: \S+(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(re.fullmatch(r" # v\d+\.\d+\.\d+", comment) for comment in lines)


def test_one_action_has_one_commit_in_all_workflows():
    used = {step["uses"] for file in FILES for step in steps(file) if "uses" in step}
    names = [action.split("@")[0] for action in used]
    assert len(names) == len(set(names))


@each_file
def test_no_workflow_has_a_right_to_write_for_all_its_jobs(file):
    assert "write" not in str(read(file)["permissions"])


@each_file
def test_a_job_that_may_write_runs_no_code_of_the_repository(file):
    for job in jobs(file).values():
        if "write" in str(rights(file, job)):
            assert "actions/checkout" not in str(job["steps"])
            assert not re.search(r"\b(make|python\w*|pip|npm)\b", commands(job))


def test_each_right_to_write_is_held_by_one_job_alone():
    held = [right for file in FILES for job in jobs(file).values()
            for right, level in rights(file, job).items() if level == "write"]  # fmt: skip
    assert sorted(held) == ["contents", "id-token", "pages"]


@each_file
def test_a_checkout_leaves_no_token_behind(file):
    for step in steps(file):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@each_file
def test_no_text_from_outside_becomes_a_part_of_a_command(file):
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []


@each_file
def test_nothing_is_downloaded_from_a_branch(file):
    for job in jobs(file).values():
        assert not re.search(r"\b(curl|wget)\b|raw\.githubusercontent|git clone", commands(job))
        assert "pip install" not in commands(job)  # make does, with hashes


def test_the_weekly_workflow_asks_a_branch_of_others_only_for_its_commit():
    weekly = jobs(ROOT / ".github" / "workflows" / "weekly.yml")["colab-versions"]
    (line,) = re.findall(r".*refs/heads/.*", commands(weekly))
    assert line.strip() == 'newest=$(git ls-remote "$source" refs/heads/main | cut -f 1)'


def test_the_list_of_colabs_versions_names_the_commit_that_the_weekly_workflow_compares():
    listed = (ROOT / "constraints" / "colab.txt").read_text(encoding="utf-8")
    assert len(re.findall(r"backend-info at [0-9a-f]{40}\b", listed)) == 1


def test_only_a_tag_of_a_version_releases():
    assert read(ROOT / ".github/workflows/release.yml")[True] == {"push": {"tags": ["v*"]}}
    published = [file.stem for file in FILES if WRITES.search(file.read_text(encoding="utf-8"))]
    assert published == ["release"]


def test_the_release_is_made_of_what_make_packs_and_deployed_after_it_exists():
    parts = jobs(ROOT / ".github/workflows/release.yml")
    assert 'make release TAG="$GITHUB_REF_NAME"' in commands(parts["build"])
    assert "sha256sum --check SHA256SUMS" in commands(parts["release"])
    assert set(parts["deploy"]["needs"]) == {"build", "release"}
