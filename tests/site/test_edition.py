"""The edition: one place for each address, a wheel that is always the same, a cell that says no."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import edition
import first_cell
import generate_pages
import pytest
import yaml
from edition import Edition, EditionError, build_wheel, editions, newest, note, sha256_of
from packaging.specifiers import SpecifierSet

import misgen

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SITE = edition.address()
PACKAGED = ("src", "assets/agents", "README.md", "LICENSE", "pyproject.toml", ".gitignore")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this tree."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


# ----------------------------------------------------------------------- one place


def committed() -> list[str]:
    listed = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(listed, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_addresses_stand_in_the_configuration_and_in_what_is_written_from_it():
    written = {"CITATION.cff", *(f"chapters/{chapter.name}" for chapter in CHAPTERS)}
    assert written <= generate_pages.PAGES.keys()
    owner = edition.repository().removeprefix("https://github.com/").split("/")[0]
    words = re.compile(rf"{owner}\.github\.io|github\.com/{owner}".encode())
    found = {name for name in committed() if (ROOT / name).is_file()
             and words.search((ROOT / name).read_bytes())}  # fmt: skip
    assert found == written | {"_config.yml", "chapters/appendix/instructors.md"}


def test_the_written_files_follow_another_address_and_another_version(monkeypatch, tmp_path):
    monkeypatch.setattr(generate_pages, "__version__", "7.0.0")
    monkeypatch.setattr(generate_pages, "repository", lambda: "https://git.example/ann/book")
    cited = yaml.safe_load(generate_pages.citation((ROOT / "CITATION.cff").read_text()))
    assert cited["version"] == "7.0.0"
    assert cited["repository-code"] == "https://git.example/ann/book"
    cell = first_cell.first_cell(Edition("7.0.0", "0" * 64), "https://book.example/")
    assert "https://book.example/wheels/" in cell
    assert SITE not in cell


def test_the_version_of_the_package_is_the_one_of_the_wheel_and_of_the_citation(wheel):
    assert wheel.name == f"misgen-{misgen.__version__}-py3-none-any.whl"
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == misgen.__version__


# ----------------------------------------------------------------------- the wheel


def test_the_wheel_has_the_same_bytes_from_another_folder_at_another_time(wheel, tmp_path):
    copy = tmp_path / "elsewhere"
    for name in PACKAGED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            copy.mkdir(exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    for file in copy.rglob("*"):
        if file.is_file():
            os.utime(file, (1_000_000_000, 1_000_000_000))
            file.chmod(0o600)
    assert build_wheel(tmp_path / "out", root=copy).read_bytes() == wheel.read_bytes()


def test_the_date_of_a_distribution_does_not_change_the_bytes(wheel, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert build_wheel(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_carries_the_package_and_its_agents_and_nothing_of_the_site(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.split("/")[0] for name in names}
    assert folders == {"misgen", f"misgen-{misgen.__version__}.dist-info"}
    assert any(name.startswith("misgen/assets/agents/") for name in names)
    assert any(re.fullmatch(r"misgen/explore/js/\w+\.js", name) for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".tmp"))]


def test_the_wheel_names_no_python_that_is_too_new_for_it(wheel):
    about = f"misgen-{misgen.__version__}.dist-info/METADATA"
    text = zipfile.ZipFile(wheel).read(about).decode()
    wanted = SpecifierSet(re.search(r"^Requires-Python: (.+)$", text, re.MULTILINE)[1])
    versions = ["3.10.9", "3.11.0", "3.12.9", "3.13.5", "3.14.0", "3.20.1", "4.0.0"]
    assert [version for version in versions if version not in wanted] == ["3.10.9"]


def test_pip_of_the_next_python_takes_the_wheel(wheel, tmp_path):
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-index", "--no-deps"]
    command += ["--python-version", "3.14", "--only-binary", ":all:", "-d", str(tmp_path)]
    done = subprocess.run([*command, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_published_agents_are_found_in_the_unpacked_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    ask = "import misgen as m; print(m.__file__, m.published('CoinRun', distinguishing=0, seed=0))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True,
                          text=True, check=True, cwd=tmp_path)  # fmt: skip
    assert done.stdout.startswith(str(tmp_path))


def test_a_package_that_cannot_be_built_is_one_sentence(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(EditionError, match=r"^The wheel was not built, mend this first: "):
        build_wheel(tmp_path / "out", root=tmp_path)


# ----------------------------------------------------------------------- the notes


OLD, DRAFT, NEW = Edition("0.1.0", "a" * 64), Edition("0.2.0", "b" * 64), Edition("0.2.0", "c" * 64)


def test_a_draft_is_noted_anew_and_older_editions_stay(tmp_path):
    notes = tmp_path / "editions.txt"
    for edition_ in (OLD, DRAFT, NEW):
        note(edition_, {"v0.1.0"} if edition_ is not OLD else set(), notes)
    assert editions(notes) == [OLD, NEW]
    assert newest(notes) == NEW


def test_an_edition_that_is_out_keeps_its_hash(tmp_path):
    notes = tmp_path / "editions.txt"
    note(DRAFT, set(), notes)
    note(DRAFT, {"v0.2.0"}, notes)  # the same bytes
    with pytest.raises(EditionError, match=r"^Edition 0\.2\.0 is out .*: raise `__version__`"):
        note(NEW, {"v0.2.0"}, notes)
    assert editions(notes) == [DRAFT]


def test_the_notes_have_the_form_that_sha256sum_checks(wheel, tmp_path):
    note(Edition(misgen.__version__, sha256_of(wheel)), set(), tmp_path / "editions.txt")
    check = ["sha256sum", "--check", "--quiet", str(tmp_path / "editions.txt")]
    assert subprocess.run(check, cwd=wheel.parent, check=False).returncode == 0


# ----------------------------------------------------------------------- the cell


def code(chapter: Path) -> dict:
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    return next(cell for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_first_cell_is_the_written_one_pinned_by_its_hash_and_not_on_the_page(chapter):
    cell = code(chapter)
    assert "".join(cell["source"]) == first_cell.first_cell(newest(), SITE)
    assert f"#sha256={newest().sha256}" in "".join(cell["source"])
    assert not re.search(r"git\+|@main|/main/|latest", "".join(cell["source"]))
    assert cell["metadata"]["tags"] == ["remove-cell"]


def test_only_the_first_code_cell_of_a_notebook_is_written():
    text = CHAPTERS[0].read_text(encoding="utf-8")
    before, after = (json.loads(t) for t in (text, first_cell.with_first_cell(text, "x = 1\n")))
    changed = [
        i for i, (a, b) in enumerate(zip(before["cells"], after["cells"], strict=True)) if a != b
    ]
    assert [before["cells"][i]["id"] for i in changed] == [code(CHAPTERS[0])["id"]]


def test_without_an_address_there_is_one_sentence_and_no_cell():
    with pytest.raises(first_cell.PageError, match=r"set html\.baseurl in _config\.yml"):
        first_cell.first_cell(newest(), "")


def run_cell(source: str, monkeypatch, *, colab: bool = True) -> str:
    """Runs the cell as Colab would, or elsewhere; returns what it printed."""
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    else:
        monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "cell", "exec"), {})
    return printed.getvalue()


def test_elsewhere_the_cell_runs_nothing(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it ran something"))
    assert run_cell(first_cell.first_cell(newest(), SITE), monkeypatch, colab=False) == ""


def test_in_colab_the_cell_asks_pip_for_the_edition_and_for_no_dependency(monkeypatch):
    asked = []
    answer = SimpleNamespace(returncode=0, stderr="")
    monkeypatch.setattr(subprocess, "run", lambda command, **_: asked.append(command) or answer)
    assert run_cell(first_cell.first_cell(newest(), SITE), monkeypatch) == ""
    (command,) = asked
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert "--no-deps" in command
    wanted = f"misgen @ {SITE}wheels/{newest().wheel}#sha256={newest().sha256}"
    assert command[-1] == wanted


def make_learner(folder: Path) -> None:
    """Writes an empty wheel with the name and the version of the learner."""
    version = first_cell.LEARNER.search((ROOT / "requirements.txt").read_text())[1]
    name = f"stable_baselines3-{version}"
    head = f"Metadata-Version: 2.1\nName: stable_baselines3\nVersion: {version}\n"
    kind = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as archive:
        for file, text in {"METADATA": head, "WHEEL": kind, "RECORD": ""}.items():
            archive.writestr(f"{name}.dist-info/{file}", text)


SAYS_WHAT_TO_DO = r"^The book's package could not be installed: run this cell again, [^.]*see \S+$"


@pytest.mark.parametrize("fault", ["no wheel", "other bytes", "no site", "no learner"])
def test_an_install_that_fails_stops_the_cell_with_one_sentence(
    fault, wheel, serve_folder, tmp_path, monkeypatch
):
    folder = tmp_path / "wheels"
    folder.mkdir()
    if fault != "no wheel":
        shutil.copyfile(wheel, folder / wheel.name)
    if fault != "no learner":
        make_learner(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "packages"))
    monkeypatch.setenv("PIP_RETRIES", "0")
    sha256 = "0" * 64 if fault == "other bytes" else sha256_of(wheel)
    site = "http://127.0.0.1:9/" if fault == "no site" else f"{serve_folder(tmp_path)}/"
    with pytest.raises(SystemExit, match=SAYS_WHAT_TO_DO):
        run_cell(first_cell.first_cell(Edition(misgen.__version__, sha256), site), monkeypatch)
    assert not (tmp_path / "packages" / "misgen").exists()
