"""Releases: a tag that fits, files with their hashes, older editions that stay where they were."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import release
from edition import Edition, EditionError, sha256_of

import misgen

FIRST, SECOND, THIRD = "0.1.0", "0.2.0", "0.3.0"
FOOT = '<footer><p class="misgen-edition"><span>Edition {}</span></p></footer>'


def built(folder: Path, version: str) -> Edition:
    """Writes a small site as the build would; returns its edition."""
    edition = Edition(version, "")
    for name in ("index.html", "chapters/coinrun.html"):
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"<h1>{version}</h1>{FOOT.format(version)}", encoding="utf-8")
    (folder / "wheels").mkdir()
    wheel = folder / "wheels" / edition.wheel
    wheel.write_text(f"the wheel of {version}")
    return Edition(version, sha256_of(wheel))


def packed(folder: Path, version: str, monkeypatch) -> Edition:
    """Packs a release of a small site into a folder named by its tag; returns the edition."""
    site, paper = folder / f"site-{version}", folder / f"paper-{version}"
    edition = built(site, version)
    paper.mkdir()
    for name in ("book.html", "book.pdf"):
        (paper / name).write_text(version)
    monkeypatch.setattr(release, "newest", lambda: edition)
    release.pack(site, sorted(paper.iterdir()), folder / "releases" / edition.tag)
    return edition


@pytest.fixture
def released(tmp_path, monkeypatch) -> list[Edition]:
    """Three editions, packed below `releases`, the newest last."""
    return [packed(tmp_path, version, monkeypatch) for version in (FIRST, SECOND, THIRD)]


# ----------------------------------------------------------------------- the tag

DATED = f"# Changelog\n\n## {misgen.__version__} (2026-12-01)\n"


@pytest.fixture
def noted(monkeypatch) -> Edition:
    """The present version as the noted edition."""
    edition = Edition(misgen.__version__, "a" * 64)
    monkeypatch.setattr(release, "newest", lambda: edition)
    return edition


def test_the_tag_of_the_noted_and_dated_edition_is_taken(noted):
    release.check(noted.tag, DATED)


@pytest.mark.parametrize("tag", ["", "v9.9.9", misgen.__version__, f"v{misgen.__version__}rc1"])
def test_another_tag_is_refused(noted, tag):
    with pytest.raises(EditionError, match=r"run `make edition`, commit, and tag that commit\.$"):
        release.check(tag, DATED)


@pytest.mark.parametrize(
    "heading", ["## {} (unreleased)", "## 0.0.1 (2026-12-01)", "{} (2026-12-01)"]
)
def test_an_edition_without_a_date_in_the_changelog_is_refused(noted, heading):
    with pytest.raises(EditionError, match=r"date the edition there\.$"):
        release.check(noted.tag, f"{heading.format(misgen.__version__)}\n")


def test_a_version_that_is_not_noted_is_refused(monkeypatch):
    monkeypatch.setattr(release, "newest", lambda: Edition("0.0.1", "a" * 64))
    with pytest.raises(EditionError, match="run `make edition`"):
        release.check(f"v{misgen.__version__}", DATED)


# ----------------------------------------------------------------------- the files


def test_a_release_has_site_wheel_paper_and_a_list_that_sha256sum_checks(released, tmp_path):
    folder = tmp_path / "releases" / released[-1].tag
    names = {file.name for file in folder.iterdir()}
    wheel = released[-1].wheel
    assert names == {"site.tar.gz", wheel, "book.html", "book.pdf", "SHA256SUMS"}
    listed = {line.split()[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert listed == names - {"SHA256SUMS"}
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0


def test_the_same_site_gives_the_same_archive(tmp_path):
    for name in ("a", "b"):
        built(tmp_path / name, FIRST)
    (tmp_path / "b" / "index.html").touch()
    assert release.archive(tmp_path / "a") == release.archive(tmp_path / "b")


def test_a_draft_is_not_packed_and_what_was_packed_stays(tmp_path, monkeypatch):
    edition = packed(tmp_path, FIRST, monkeypatch)
    folder, site = tmp_path / "releases" / edition.tag, tmp_path / f"site-{FIRST}"
    before = sorted(folder.iterdir())
    (site / "wheels" / edition.wheel).write_text("another wheel")
    with pytest.raises(EditionError, match="does not carry the noted wheel"):
        release.pack(site, [], folder)
    (site / "wheels" / edition.wheel).write_text(f"the wheel of {FIRST}")
    with pytest.raises(
        EditionError, match=r"^There is no book on paper: run `make print` first\.$"
    ):
        release.pack(site, [], folder)
    assert sorted(folder.iterdir()) == before


# ----------------------------------------------------------------------- the public site


@pytest.fixture
def public(released, tmp_path) -> Path:
    """The public site of the three editions."""
    release.assemble(tmp_path / "releases", tmp_path / "public", released)
    return tmp_path / "public"


def test_the_newest_edition_is_at_the_root_and_the_older_ones_below_their_own_paths(public):
    assert f"<h1>{THIRD}</h1>" in (public / "chapters" / "coinrun.html").read_text()
    for version in (FIRST, SECOND):
        page = public / "editions" / version / "chapters" / "coinrun.html"
        assert f"<h1>{version}</h1>" in page.read_text()
        assert f"<span>Edition {version}</span>" in page.read_text()


def test_what_a_cell_of_any_edition_installs_stays_where_it_was(public, released):
    wheels = {file.name: sha256_of(file) for file in (public / "wheels").iterdir()}
    assert wheels == {edition.wheel: edition.sha256 for edition in released}


def test_each_page_of_an_older_edition_leads_to_the_newest_and_no_page_of_that(public):
    for page in public.glob("editions/0*/**/*.html"):
        (place,) = [link.split('"')[1] for link in page.read_text().split("<a ")[1:]]
        assert (page.parent / place).resolve() == public / "index.html"
    assert "<a " not in (public / "index.html").read_text()


def test_the_list_of_editions_has_each_once_and_its_links_lead_to_them(public):
    page = public / "editions" / "index.html"
    links = [part.split('"')[1] for part in page.read_text().split("<a ")[1:]]
    texts = [(page.parent / link).resolve().read_text() for link in links]
    assert [text[4:9] for text in texts] == [THIRD, SECOND, FIRST]


def damage_site(folder: Path) -> None:
    (folder / "site.tar.gz").write_bytes(b"other bytes")


def lose_sums(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()


def lose_release(folder: Path) -> None:
    shutil.rmtree(folder)


def swap_wheel(folder: Path) -> None:
    """Another wheel with sums that fit it: only the notes in the repository know better."""
    (wheel,) = folder.glob("*.whl")
    old = sha256_of(wheel)
    wheel.write_text("another wheel")
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text().replace(old, sha256_of(wheel)))


@pytest.mark.parametrize("fault", [damage_site, lose_sums, lose_release, swap_wheel])
@pytest.mark.parametrize("which", [0, -1], ids=["an older one", "the newest"])
def test_a_release_that_is_not_what_was_noted_is_refused(fault, which, released, tmp_path):
    fault(tmp_path / "releases" / released[which].tag)
    with pytest.raises(EditionError, match=rf"^The release {released[which].tag} is not what was"):
        release.assemble(tmp_path / "releases", tmp_path / "public", released)


def test_an_archive_writes_nothing_outside_of_its_folder(tmp_path, monkeypatch):
    edition = packed(tmp_path, FIRST, monkeypatch)
    folder = tmp_path / "releases" / edition.tag
    old = sha256_of(folder / "site.tar.gz")
    (tmp_path / "evil").write_text("evil")
    with tarfile.open(folder / "site.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "evil", "../../outside")
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text().replace(old, sha256_of(folder / "site.tar.gz")))
    with pytest.raises(tarfile.FilterError):
        release.assemble(tmp_path / "releases", tmp_path / "public", [edition])
    assert not (tmp_path / "outside").exists()


def test_a_fault_on_the_command_line_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["release.py", "check", "v9.9.9"])
    assert release.main() == 1
    assert capsys.readouterr().err.startswith("release: The tag is v9.9.9")
