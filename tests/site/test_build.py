"""The build script, and the strictness of the build."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def build(tools):
    """The build script."""
    return tools("build")


def test_the_code_hash_follows_content_and_names_and_ignores_caches(build, tmp_path):
    source = tmp_path / "src" / "a.py"
    source.parent.mkdir()
    source.write_text("1")
    first = build.hash_of(["src"], tmp_path)
    (tmp_path / "src" / "__pycache__").mkdir()
    (tmp_path / "src" / "__pycache__" / "a.pyc").write_text("2")
    assert build.hash_of(["src"], tmp_path) == first
    source.write_text("2")
    second = build.hash_of(["src"], tmp_path)
    source.rename(tmp_path / "src" / "b.py")
    assert len({first, second, build.hash_of(["src"], tmp_path)}) == 3


def test_changed_code_makes_the_build_forget_the_outputs(build, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "CODE_STAMP", tmp_path / ".code-hash")
    cached = tmp_path / ".jupyter_cache" / "output"
    for code, survives in (("a", False), ("a", True), ("b", False)):
        cached.parent.mkdir(exist_ok=True)
        cached.write_text("output")
        monkeypatch.setattr(build, "hash_of", lambda names, code=code: code)
        build.forget_outputs_of_other_code()
        assert cached.exists() == survives


@pytest.fixture
def node_modules(build, tmp_path, monkeypatch):
    """A whole `node_modules` of the versions in the lock file, with the stamps of make."""
    for name, version in build.locked_versions().items():
        (tmp_path / name).mkdir(parents=True)
        for file in build.VENDORED[name]:
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).touch()
        (tmp_path / name / "package.json").write_text(json.dumps({"version": version}))
    for stamp in (".stamp", ".test-stamp"):
        (tmp_path / stamp).touch()
    monkeypatch.setattr(build, "NODE_MODULES", tmp_path)
    monkeypatch.setattr(build, "VENDOR", tmp_path / "vendor")
    return tmp_path


def test_the_files_of_whole_npm_packages_are_taken(build, node_modules):
    build.vendor()
    assert (node_modules / "vendor" / "mathjax" / "tex-chtml.js").is_file()
    assert (node_modules / ".stamp").exists()


LOSSES = {
    "the package": lambda package: shutil.rmtree(package),
    "its version": lambda package: (package / "package.json").write_text('{"version": "0.1.0"}'),
    "half its manifest": lambda package: (package / "package.json").write_text('{"version": "3.'),
    "one of its files": lambda package: (package / "es5" / "tex-chtml.js").unlink(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_npm_packages_lost_is_one_sentence_whose_command_fetches_it(build, node_modules, loss):
    LOSSES[loss](node_modules / "mathjax")
    with pytest.raises(build.BuildError, match=r"no mathjax 3\.2\.2: run `make assets`, which"):
        build.vendor()
    left = [stamp.name for stamp in node_modules.glob(".*stamp")]
    assert left == [], "make would take the folder for whole"


def test_a_missing_python_package_is_one_sentence_whose_command_installs_it(
    build, tmp_path, monkeypatch
):
    (tmp_path / ".stamp").touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(build.BuildError, match="has no jupyter_book: run `make site`"):
        build.check_tools()
    assert not (tmp_path / ".stamp").exists()


def test_a_build_without_the_parts_of_live_python_says_so_and_goes_on(
    build, node_modules, monkeypatch, capsys
):
    import numpy_wheel

    monkeypatch.setattr(numpy_wheel, "DOWNLOADS", node_modules / "nothing")
    build.add_live_python()
    said = "site: pages will have all but live Python: NumPy or Pyodide for the pages is missing: "
    assert capsys.readouterr().out == f"{said}run `make assets`.\n"
    assert not (node_modules / "vendor").exists()


def test_a_build_without_the_bundler_says_so_and_goes_on(build, node_modules, monkeypatch, capsys):
    import editor

    monkeypatch.setattr(editor, "BUNDLER", node_modules / "nothing")
    build.add_editor()
    assert capsys.readouterr().out == (
        "site: pages will have a plain field in place of an editor: The editor of code cells needs "
        "Node and esbuild: run `make assets`.\n"
    )
    assert not (node_modules / "vendor").exists()


# --- the last good site -----------------------------------------------------------------------


@pytest.fixture
def workshop(build, tmp_path, monkeypatch):
    """A root with a site in it, in which the build is about to begin."""
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("good")
    (tmp_path / "_build" / "html" / "old.html").touch()
    (tmp_path / "_build" / ".site-hash").write_text("of the good one")
    for name, path in {"ROOT": "", "BUILD": "_build", "SITE_STAMP": "_build/.site-hash"}.items():
        monkeypatch.setattr(build, name, tmp_path / path)
    monkeypatch.setattr(build, "CODE_STAMP", tmp_path / "_build" / ".code-hash")
    monkeypatch.setattr(build, "hash_of", lambda _names: "of the new one")
    monkeypatch.setattr(build, "check_tools", lambda: None)
    monkeypatch.setattr(build, "vendor", lambda: None)
    monkeypatch.setattr(build, "add_live_python", lambda: None)
    monkeypatch.setattr(build, "add_editor", lambda: None)
    monkeypatch.setattr(build, "add_stills", lambda _html: None)
    return tmp_path / "_build"


def jupyter_book(workshop, outcome):
    """Stands for the commands of the build: writes a page, and ends as it is told."""

    def run(*command):
        if "--path-output" in command:
            html = workshop / "next" / "_build" / "html"
            html.mkdir(parents=True)
            (html / "index.html").write_text("new")
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome
        return True

    return run


def test_a_built_site_takes_the_place_of_the_one_before(build, workshop, monkeypatch):
    monkeypatch.setattr(build, "run", jupyter_book(workshop, True))
    assert build.main() == 0
    assert [page.name for page in (workshop / "html").iterdir()] == ["index.html"]
    assert (workshop / "html" / "index.html").read_text() == "new"
    assert build.SITE_STAMP.read_text() == "of the new one"
    assert not list(workshop.glob("html.*"))
    assert not (workshop / "next").exists()


def full(_html):
    raise OSError(28, "No space left on device", "picture.webp")


FAILURES = {
    "a warning": (False, None, 1, "they are listed above, and _build/html is as it was."),
    "an interruption": (KeyboardInterrupt(), None, 130, "stopped, and _build/html is as it was."),
    "a full disk": (True, full, 1, "picture.webp cannot be written (No space left on device): "),
    "a read-only tree": (
        PermissionError(13, "Permission denied", "_build/next"),
        None,
        1,
        "_build/next cannot be written (Permission denied): build in a copy of the repository",
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_last_good_site_outlives(failure, build, workshop, monkeypatch, capsys):
    outcome, stills, code, sentence = FAILURES[failure]
    monkeypatch.setattr(build, "run", jupyter_book(workshop, outcome))
    if stills:
        monkeypatch.setattr(build, "add_stills", stills)
    assert build.main() == code
    assert sentence in capsys.readouterr().err
    assert (workshop / "html" / "index.html").read_text() == "good"
    assert (workshop / "html" / "old.html").exists()
    assert build.SITE_STAMP.read_text() == "of the good one"


def test_a_failing_notebook_is_told_and_the_pages_are_not_built(
    build, workshop, monkeypatch, capsys
):
    monkeypatch.setattr(build, "run", lambda *_command: False)
    assert build.main() == 1
    assert (
        "a notebook failed: which one, and why, is listed above, and _build/html is as it was."
        in (capsys.readouterr().err)
    )
    assert (workshop / "html" / "index.html").read_text() == "good"


def test_a_build_that_was_killed_between_its_renames_is_mended_by_the_next(
    build, workshop, monkeypatch
):
    (workshop / "html").rename(workshop / "html.old")
    monkeypatch.setattr(build, "run", jupyter_book(workshop, False))
    assert build.main() == 1
    assert (workshop / "html" / "index.html").read_text() == "good"


def test_a_folder_that_cannot_be_made_is_one_sentence(build, workshop, monkeypatch, capsys):
    monkeypatch.setattr(build, "BUILD", workshop / "html" / "index.html" / "_build")
    assert build.main() == 1
    err = capsys.readouterr().err
    assert err.startswith(f"site: {build.BUILD} cannot be written (Not a directory): build in a")
    assert err.count("\n") == 1


def test_the_lock_file_names_versions_and_hashes_and_no_address(root):
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    installed = {name: its for name, its in packages.items() if name}
    assert all(its["integrity"].startswith("sha512-") for its in installed.values())
    assert not [name for name, its in installed.items() if "resolved" in its]


@pytest.mark.site
def test_the_tested_site_was_built_strictly_from_the_present_sources(build):
    present = build.hash_of((*build.CODE, *build.PAGES, *build.SITE))
    assert build.SITE_STAMP.is_file(), "The last build failed: run `make site`."
    assert build.SITE_STAMP.read_text() == present, "The site is old: run `make site`."


BROKEN_PAGES = {
    "a link without a target": "# Page\n\n[gone](nowhere.md)\n",
    "an image without alt text": "# Page\n\n![](picture.svg)\n",
    "an unknown topic": "# Page\n\n```{explorer} nowhere dial\n```\n",
    "an unknown explorer of a topic": "# Page\n\n```{explorer} coinrun telescope\n```\n",
    "an unknown explorer of the kit": "# Page\n\n```{explorer} Telescope\n```\n",
}


@pytest.mark.site
def test_the_strict_build_stops_and_names_each_fault(build, root, tmp_path, monkeypatch, capfd):
    shutil.copy(root / "_config.yml", tmp_path)
    (tmp_path / "site").symlink_to(root / "site")
    (tmp_path / "references.bib").touch()
    names = [fault.replace(" ", "-") for fault in BROKEN_PAGES]
    files = "".join(f"  - file: {name}\n" for name in names)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{files}")
    (tmp_path / "intro.md").write_text("# Intro\n")
    (tmp_path / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for name, text in zip(names, BROKEN_PAGES.values(), strict=True):
        (tmp_path / f"{name}.md").write_text(text)
    monkeypatch.setattr(build, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(build, "SITE_STAMP", tmp_path / "_build" / ".site-hash")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("good")
    with pytest.raises(build.BuildError):
        build.build_pages()
    told = capfd.readouterr().err
    assert [name for name in names if not re.search(rf"{name}\.md:3: (WARNING|ERROR)", told)] == []
    assert (tmp_path / "_build" / "html" / "index.html").read_text() == "good"


@pytest.mark.site
def test_plain_sphinx_builds_the_same_pages_from_the_same_two_files(build, root, html, tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going"]
    command += ["-c", str(root / "site" / "plain_sphinx"), str(root), str(tmp_path)]
    done = subprocess.run(
        command, env=build.build_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    pages = {file.relative_to(html) for file in html.glob("chapters/**/*.html")}
    assert pages
    assert pages == {file.relative_to(tmp_path) for file in tmp_path.glob("chapters/**/*.html")}
