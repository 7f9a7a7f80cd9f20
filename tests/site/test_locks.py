"""The locks: all packages of all lists, with versions and hashes; nothing is installed without."""

from __future__ import annotations

import re
from pathlib import Path

import lock
import pytest
from colab_drift import normal

ROOT = Path(__file__).resolve().parents[2]
LISTS = lock.lists()
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<marker>[^\\\n]*)\\?\n(?P<hashes>(?: .*\n)*)",
    re.MULTILINE,
)
OTHER_SYSTEMS = {"appnope", "colorama", "cffi", "pycparser"}
"""What macOS, Windows and PyPy need besides."""
each_lock = pytest.mark.parametrize("file", LISTS, ids=lambda path: path.stem)


def pins(text: str) -> set[tuple[str, str]]:
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {(normal(name), version) for name, version in found}


def test_there_is_a_lock_for_each_list_and_no_other():
    assert {file.name for file in (ROOT / "constraints" / "locks").iterdir()} == {
        f.name for f in LISTS
    }


@each_lock
def test_a_lock_has_the_versions_of_its_list(file):
    listed = pins(LISTS[file].read_text(encoding="utf-8"))
    locked = pins(file.read_text(encoding="utf-8"))
    assert {name for name, _ in listed - locked} <= {"torch"}, "run `make lock`"
    assert {name for name, _ in locked - listed} <= OTHER_SYSTEMS, "pin it in the list"


@each_lock
def test_each_package_of_a_lock_has_a_hash_and_is_where_it_says(file):
    text = file.read_text(encoding="utf-8")
    entries = list(ENTRY.finditer(text))
    assert len(entries) == len(pins(text)) > 0
    for entry in entries:
        lines = entry["hashes"].split("\n")[:-1]
        assert lines
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line) for line in lines)


@each_lock
def test_a_lock_names_no_index_and_no_machine(file):
    assert not re.search(
        r"://|--(?:extra-)?index|--find-links|/\w+/\w+", file.read_text(encoding="utf-8")
    )


def test_what_a_test_is_skipped_without_is_in_a_lock():
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py")]
    needed = {name for text in texts for name in re.findall(r'importorskip\("(\w+)"\)', text)}
    locked = {name for lock in LISTS for name, _ in pins(lock.read_text(encoding="utf-8"))}
    assert {"moviepy", "pygame"} <= needed
    assert needed - locked == set()


def test_the_lock_of_the_book_serves_the_first_release_of_python_3_11():
    text = (ROOT / "constraints" / "locks" / "book.txt").read_text(encoding="utf-8")
    entries = [entry for entry in ENTRY.finditer(text) if entry["name"] == "soupsieve"]
    markers = {entry["marker"].strip(" ;") for entry in entries}
    assert markers == {f"python_full_version {which} '3.11.5'" for which in ("<", ">=")}


def test_make_installs_what_is_locked_and_the_package_itself():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = re.findall(r"\$\(PIP_INSTALL\) (.*)", makefile)
    assert len(installs) >= 5
    own = "--no-deps --no-build-isolation --editable ."
    assert {line for line in installs if not line.startswith("$(LOCKED) $(LOCKS)/")} == {own}
    (locked,) = re.findall(r"^LOCKED := (.*)$", makefile, re.MULTILINE)
    assert {"--require-hashes", "--no-deps"} <= set(locked.split())


def test_the_scripts_of_the_site_install_what_is_locked_but_for_torch():
    asking = {file.name for file in (ROOT / "site").glob("*.py") if '"install"' in file.read_text()}
    # a browser of Debian's, whose apt checks it; a file whose hash is in Pyodide's lock
    asking -= {"browser.py", "numpy_wheel.py"}
    assert asking == {"colab_stack.py", "install_torch.py", "first_cell.py"}
    assert "sha256" in (ROOT / "site" / "numpy_wheel.py").read_text()
    assert "--require-hashes" in (ROOT / "site" / "colab_stack.py").read_text()


def test_a_lock_that_cannot_be_written_leaves_all_as_they_were(monkeypatch, capsys, tmp_path):
    listed, old = tmp_path / "requirements.txt", tmp_path / "book.txt"
    listed.write_text("a==1\n")
    old.write_text("old")
    monkeypatch.setattr(lock, "lists", lambda: {old: listed, tmp_path / "b.txt": listed})
    monkeypatch.setattr(lock, "UV", [str(tmp_path / "no-such-uv")])
    assert lock.main() == 1
    assert capsys.readouterr().err.startswith("lock: nothing was written")
    assert old.read_text() == "old"
