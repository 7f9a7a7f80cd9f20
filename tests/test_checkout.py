"""A clone holds the same bytes on every system."""

from __future__ import annotations

import subprocess

import pytest

from misgen.ledger.manifest import verify_manifest

AT_THE_TOP = {
    ".gitattributes", ".gitignore", ".npmrc", ".pre-commit-config.yaml", "CHANGELOG.md",
    "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "LICENSE-TEXT", "Makefile", "README.md",
    "_config.yml", "_toc.yml", "intro.md", "package-lock.json", "package.json", "pyproject.toml",
    "references.bib", "requirements.txt",
}  # fmt: skip


def git(*words):
    done = subprocess.run(["git", *map(str, words)], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture(scope="module", params=["true", "input", "false"])
def clone(request, root, tmp_path_factory):
    """A clone as on a system that ends lines by carriage return and line feed, and as elsewhere."""
    folder = tmp_path_factory.mktemp("clone") / "book"
    settings = ["-c", f"core.autocrlf={request.param}", "-c", "core.eol=crlf"]
    git(*settings, "clone", "--quiet", root, folder)
    return folder


def test_the_published_files_of_a_clone_are_those_of_the_manifests(clone):
    ledgers = [manifest.parent for manifest in clone.glob("assets/agents/*/manifest.json")]
    assert len(ledgers) >= 6
    assert [remark for ledger in ledgers for remark in verify_manifest(ledger)] == []


def test_each_file_of_a_clone_is_as_it_was_committed(clone):
    # of the clone's own commit: the work tree here may be ahead
    entries = git("-C", clone, "ls-tree", "-r", "-z", "HEAD").split("\0")[:-1]
    committed = {name: about.split()[2] for about, _, name in (e.partition("\t") for e in entries)}
    hashes = subprocess.run(
        ["git", "hash-object", "--no-filters", "--stdin-paths"],
        input="\n".join(str(clone / name) for name in committed),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert dict(zip(committed, hashes.stdout.split(), strict=True)) == committed


def test_nothing_that_a_test_or_a_trial_wrote_was_committed_at_the_top(clone):
    entries = git("-C", clone, "ls-tree", "-z", "HEAD").split("\0")[:-1]
    files = {entry.partition("\t")[2] for entry in entries if " blob " in entry}
    assert files == AT_THE_TOP


def test_the_makefile_of_a_clone_is_understood(clone):
    done = subprocess.run(
        ["make", "-C", str(clone), "help"], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "make site" in done.stdout
