"""The build script, and the strictness of the build."""

from __future__ import annotations

import json
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


def test_a_missing_npm_package_is_one_sentence_that_says_what_to_do(build, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "NODE_MODULES", tmp_path)
    with pytest.raises(build.BuildError, match=r"no mathjax 3\.2\.2: run `make assets`\."):
        build.vendor()


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
}


@pytest.mark.site
@pytest.mark.parametrize("fault", BROKEN_PAGES)
def test_the_strict_build_stops_at(fault, build, root, tmp_path, monkeypatch, capfd):
    shutil.copy(root / "_config.yml", tmp_path)
    (tmp_path / "site").symlink_to(root / "site")
    (tmp_path / "references.bib").touch()
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    (tmp_path / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "intro.md").write_text(BROKEN_PAGES[fault])
    for name in ("BUILD", "SITE_STAMP"):
        monkeypatch.setattr(build, name, tmp_path / "_build")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    with pytest.raises(build.BuildError):
        build.build_pages()
    assert "intro.md:3" in capfd.readouterr().err


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
