"""What lies in the folder of live Python: derived from imports, pruned, compiled, and named."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile

import pytest

pytestmark = pytest.mark.site  # it needs what `make assets` fetches


@pytest.fixture
def live_modules(tools):
    """The module that follows imports."""
    return tools("live_modules")


@pytest.fixture(scope="module")
def live_python(tools):
    """The module that makes the folder."""
    return tools("live_python")


@pytest.fixture(scope="module")
def filled(live_python, tmp_path_factory):
    """The folder `_static` of a site, with live Python below it."""
    static = tmp_path_factory.mktemp("static")
    live_python.fill(static / "live")
    return static


@pytest.fixture(scope="module")
def edition(filled):
    (folder,) = (filled / "live").iterdir()
    return folder


def names_in(archive) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


# ------------------------------------------------------------------------------ modules


@pytest.fixture
def sources(live_modules, monkeypatch):
    """Stands for the sources of a package: module -> source."""

    def stand_for(modules, root="misgen.live.page"):
        modules = {"misgen": "", "misgen.live": "", **modules}
        monkeypatch.setattr(live_modules, "roots", lambda: ["misgen", root])
        monkeypatch.setattr(live_modules, "source_of", lambda name: modules[name].encode())
        live_modules.tree_of.cache_clear()
        return live_modules.modules

    yield stand_for
    live_modules.tree_of.cache_clear()


def test_every_session_and_environment_and_the_public_names_are_roots(live_modules, monkeypatch):
    monkeypatch.setattr(live_modules, "topics_with", lambda _file: ["maze"])
    roots = live_modules.roots()
    assert roots[:3] == ["misgen", "misgen.live.page", "misgen.topics.maze.live"]
    assert "misgen.topics.coinrun.env" in roots


def test_what_is_reached_goes_along_and_what_needs_a_missing_package_does_not(live_modules):
    modules = live_modules.modules()
    assert {"misgen.core.policy", "misgen.topics.coinrun.levels", "misgen.topics"} <= set(modules)
    assert not [name for name in modules if "explore" in name]
    for name in ("misgen.learn.sb3", "misgen.core.sb3_vec_env", "misgen.core.gymnasium_envs"):
        assert name not in modules
        assert live_modules.needs(name)
    assert all(live_modules.needs(name) == "" for name in modules)


def test_an_import_in_a_function_is_followed_and_one_for_types_is_not(sources):
    modules = sources({
        "misgen.live.page": "def run():\n    from misgen.core import env\n"
        "if TYPE_CHECKING:\n    import misgen.core.policy\n",
        "misgen.core": "", "misgen.core.env": "import numpy, json\n",
    })  # fmt: skip
    assert list(modules()) == [
        "misgen", "misgen.core", "misgen.core.env", "misgen.live", "misgen.live.page",
    ]  # fmt: skip


def test_what_a_package_fetches_when_it_is_asked_for_goes_along(live_modules):
    code = ast.parse("from misgen.topics import assistant; assistant.pretrain(seed=0)")
    found = ["misgen.topics.assistant", "misgen.topics.assistant.pretraining"]
    assert live_modules.used_by(code) == found


def test_a_session_that_needs_a_missing_package_far_away_is_refused_in_one_sentence(
    sources, live_modules
):
    modules = sources({
        "misgen.live.page": "from misgen.core import env\n",
        "misgen.core": "", "misgen.core.env": "with extra('train', ''):\n    import torch\n",
    })  # fmt: skip
    with pytest.raises(
        live_modules.PackError, match=r"page imports torch, which pages do not have"
    ):
        modules()


# ----------------------------------------------------------------------------- the folder


def test_nothing_that_a_page_never_reads_is_in_the_archives(edition, live_python):
    numpy, stdlib = names_in(edition / "numpy.zip"), names_in(edition / "python_stdlib.zip")
    assert not [name for name in numpy if re.search(r"/tests/|f2py|\.(pyi|h|a|pxd)$", name)]
    assert [name for name in numpy if name.endswith("/licenses/LICENSE.txt")]
    assert not [
        name for name in stdlib if re.search("encodings/(big5|koi8)|^(xmlrpc|wsgiref)", name)
    ]
    for needed in ("codeop", "_sysconfigdata__emscripten_wasm32-emscripten", "encodings/utf_8"):
        assert {f"{needed}.py", f"{needed}.pyc"} & set(stdlib), needed


def test_what_a_start_imports_is_bytecode_and_the_rest_is_as_it_was(edition):
    stdlib = names_in(edition / "python_stdlib.zip")
    assert "typing.pyc" in stdlib
    assert "typing.py" not in stdlib
    assert "doctest.py" in stdlib
    assert "numpy/__init__.pyc" in names_in(edition / "numpy.zip")


def test_our_own_modules_have_both_sources_and_bytecode(edition, live_python, root):
    with zipfile.ZipFile(edition / "misgen.zip") as archive:
        sources = [name for name in archive.namelist() if name.endswith(".py")]
        assert len(sources) == len(list(live_python.own_modules()))
        for name in sources:
            assert archive.read(name) == (root / "src" / name).read_bytes()
    compiled = [name for name in names_in(edition / "misgen.zip") if name.endswith(".pyc")]
    assert len(compiled) == len(sources)
    assert "misgen/core/__pycache__/env.cpython-314.pyc" in compiled


def test_published_files_lie_beside_and_are_listed(edition, live_python, root):
    packs = json.loads((edition / "files.json").read_text())["agents"]
    lent = [path for path in (edition / "agents").rglob("*") if path.is_file()]
    assert {path.relative_to(edition).as_posix() for path in lent} == set(packs)
    for address, sizes in packs.items():
        ours = {name: live_python.as_lent(root / "assets" / name) for name in sizes}
        assert {name: len(data) for name, data in ours.items()} == sizes
        assert (edition / address).read_bytes() == b"".join(ours.values())
    names = [name for sizes in packs.values() for name in sizes]
    assert sorted(names) == sorted(
        file.relative_to(root / "assets").as_posix() for file in live_python.agents()
    )


def test_results_are_lent_shorter_and_all_else_as_it_is(live_python, root):
    results, agent = (root / "assets" / "agents" / "coinrun" / name
                      for name in ("results.json", "distinguishing-0-seed-0.npz"))  # fmt: skip
    lent = live_python.as_lent(results)
    assert json.loads(lent) == json.loads(results.read_bytes())
    assert len(lent) < results.stat().st_size
    assert live_python.as_lent(agent) == agent.read_bytes()


def test_the_agents_of_a_setting_lie_in_one_file_and_all_else_alone(live_python):
    packs = live_python.packs()
    assert len(packs["agents/coinrun/distinguishing-0.25.bin"]) == 10
    assert len(packs["agents/coinrun/results.json"]) == 1
    assert {file.name for file in packs["agents/assistant/seed-0.npz"]} == {"seed-0.npz"}


def test_the_folder_is_named_by_all_that_it_holds(
    live_python, filled, edition, tmp_path, monkeypatch
):
    def name():
        folder = tmp_path / f"live {len(list(tmp_path.iterdir()))}"
        live_python.fill(folder)
        return next(folder.iterdir()).name

    assert name() == edition.name
    agents = live_python.agents()
    monkeypatch.setattr(live_python, "agents", lambda: agents[1:])
    assert name() != edition.name


def test_the_same_parts_give_the_same_bytes(live_python, edition, tmp_path):
    live_python.compile_into(tmp_path / "again", live_python.own_modules())
    for name in live_python.ARCHIVES:
        assert (tmp_path / "again" / name).read_bytes() == (edition / name).read_bytes(), name


def test_each_page_is_told_where_it_is_and_how_much_it_is(live_python, filled, edition, tmp_path):
    mark = live_python.mark(filled, "../_static/")
    address = re.escape(f"../_static/live/{edition.name}/")
    assert re.fullmatch(
        rf'<meta name="misgen-live" content="{address}" data-megabytes="\d+">', mark
    )
    assert live_python.mark(tmp_path, "../_static/") == ""


def test_without_node_it_is_one_sentence(live_python, tmp_path, monkeypatch):
    monkeypatch.setattr(live_python, "find_node", lambda: None)
    with pytest.raises(
        live_python.LivePythonError, match=r"^Node, .* is missing: run `make assets`"
    ):
        live_python.compile_into(tmp_path / "new", [])


def test_a_module_that_does_not_compile_is_told_without_the_scripts_of_pyodide(
    live_python, tmp_path
):
    broken = [("misgen/__init__.py", b"import nothing_like_this\n")]
    with pytest.raises(live_python.LivePythonError) as told:
        live_python.compile_into(tmp_path / "new", broken)
    assert "nothing_like_this" in str(told.value)
    assert len(str(told.value)) < 400


def test_archives_keep_what_does_not_match(live_python):
    archive = live_python.zipped([("a.py", b"1"), ("b/tests/c.py", b"2")])
    kept = live_python.pruned(io.BytesIO(archive), re.compile(".*/tests/"))
    assert names_in(io.BytesIO(kept)) == ["a.py"]


# ------------------------------------------------------------------------- the built site


def test_each_page_of_the_book_knows_its_live_python_and_loads_none_of_it(html, page_name):
    text = (html / page_name).read_text(encoding="utf-8")
    (address,) = re.findall(r'<meta name="misgen-live" content="([^"]+)"', text)
    assert (html / page_name).parent.joinpath(address, "python.js").is_file()
    assert not re.findall(r'(?:src|href)="[^"]*_static/live/', text)


def test_what_keeps_it_lies_at_the_root_of_the_site_whose_pages_it_keeps(html, live_python):
    script = html / live_python.SERVICE_WORKER
    assert script.read_bytes() == (live_python.SOURCES / script.name).read_bytes()
