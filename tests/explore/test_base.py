import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from urllib.parse import quote

import node
import pytest
import random_assistants
import small_forests
import small_maps
import small_panels
import small_predictions
from book_explorers import explorers
from small_replays import ordinary_replays, study

from misgen.explore import (
    Conversation,
    Dialogue,
    Guesses,
    Option,
    Predict,
    Question,
    Quiz,
    Said,
    Source,
    from_ledger,
)
from misgen.explore.base import PACKAGE, STYLES, Explorer, bundle, for_notebooks, imports_of
from misgen.explore.learning import Learning
from misgen.explore.pack import unpack
from misgen.topics.coin_line.explorers import CoinLineExplorer
from misgen.topics.coinrun.explorers import PRESENTATION
from misgen.topics.coinrun.eyes import Eyes
from misgen.topics.coinrun.live import Reader
from misgen.topics.coinrun.place import Place
from misgen.topics.coinrun.play import Play
from misgen.topics.dogs.hand_explorer import FirstDog, TrainDog
from misgen.topics.dogs.plane_explorer import HundredDogs
from misgen.topics.dogs.sweeps import sweep_shares
from misgen.topics.many_goals.explorers import Painter
from misgen.topics.taxonomy.cases_explorer import Cases
from misgen.topics.taxonomy.explorers import Taxonomy
from misgen.topics.taxonomy.map_explorer import BookMap
from misgen.topics.tree_gridworld.explorers import Forest
from misgen.topics.tree_gridworld.fell import Fell
from misgen.topics.tree_gridworld.growing import Growing

QUESTION = Question("1 < 2?", (Option("`yes`", "Right & good.", correct=True), Option("no", "No.")))
TALK = Dialogue(
    "one", "a & b", (Said("you", "You", "1 < 2?"), Said("aside", "", "It nods.")), "So."
)
SOURCE = Source("2 agents & <few> levels.", "how.html", "colab.html")
MAKERS = {
    "assistant": lambda **options: random_assistants.explorer(SOURCE, **options),
    "cases": lambda **options: Cases(source=SOURCE, **options),
    "book-map": lambda **options: BookMap(small_maps.agents(), SOURCE, **options),
    "conversation": lambda title="A talk", **options: Conversation(
        [TALK, replace(TALK, name="two")], SOURCE, title=title, **options
    ),
    "guess": small_predictions.guess,
    "guesses": Guesses,
    "predict": lambda **options: Predict(study(), ordinary_replays(), name="maze.moved", **options),
    "sketch": small_predictions.sketch,
    "quiz": lambda **options: Quiz([QUESTION], **options),
    "panel": small_panels.panel,
    "painter": lambda **options: Painter(source=SOURCE, **options),
    "taxonomy": lambda **options: Taxonomy(source=SOURCE, **options),
    "forest": lambda **options: Forest(small_forests.stories(), SOURCE, **options),
    "fell": Fell,
    "growing": Growing,
    "coin-line": lambda **options: CoinLineExplorer(
        source=SOURCE, lengths=(6, 8), steps=100, most_steps=100, **options
    ),
    "play": lambda **options: Play(
        from_ledger.study(PRESENTATION), seed=0, number=0, prediction="maze.moved", **options
    ),
    "place": lambda **options: Place(from_ledger.study(PRESENTATION), seed=0, number=0, **options),
    "eyes": lambda **options: Eyes(from_ledger.study(PRESENTATION), seed=0, number=0, **options),
    "first-dog": lambda **options: FirstDog(source=SOURCE, **options),
    "train-dog": lambda **options: TrainDog(source=SOURCE, **options),
    "hundred-dogs": lambda **options: HundredDogs(sweep_shares(seeds=5), source=SOURCE, **options),
    "learning": lambda **options: Learning(PRESENTATION.words, (0.0, 0.1), Reader, [], **options),
}
MODULE_OF = {name: kind.module for name, kind in explorers().items()}
each_explorer = pytest.mark.parametrize("name", sorted(MAKERS))


def payload(explorer: Explorer) -> dict:
    script = re.search(
        r'<script type="application/json"[^>]*>(.*?)</script>', explorer.html(), re.S
    )
    return json.loads(script[1])


def test_every_explorer_is_tested_here():
    assert set(MAKERS) == set(MODULE_OF)


@each_explorer
def test_the_module_is_one_text_without_imports(name):
    text = bundle(MODULE_OF[name])
    assert not re.search(r"^\s*import\b", text, re.M)
    assert len(re.findall(r"^export\b", text, re.M)) == 1
    assert "export default { render };" in text


@each_explorer
@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_module_in_one_text_is_valid_javascript(name, tmp_path):
    file = tmp_path / f"{name}.mjs"
    file.write_text(bundle(MODULE_OF[name]))
    checked = subprocess.run(["node", "--check", file], capture_output=True, text=True, check=False)
    assert checked.stderr == ""


def test_the_modules_ask_for_nothing_from_elsewhere():
    text = "".join(path.read_text() for path in [*node.modules(), STYLES])
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", text))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(fetch|XMLHttpRequest|eval|innerHTML|insertAdjacentHTML)\b", text)


def test_a_module_that_does_not_exist_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"no module topics/coinrun/nothing\.js in misgen\.$"):
        bundle("topics/coinrun/nothing")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An empty folder in which modules are looked for; returns a function that writes one."""
    monkeypatch.setattr("misgen.explore.base.PACKAGE", tmp_path)

    def write(path, source):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source)

    return write


def test_an_import_that_cannot_be_inlined_is_refused(package):
    package("topics/far.js", 'import x from "far-away";\nexport default {};\n')
    with pytest.raises(ValueError, match="'topics/far' may only import"):
        bundle("topics/far")


def test_an_import_that_leads_nowhere_is_refused_in_one_sentence(package):
    package("topics/a.js", 'import { x } from "./b.js";\n')
    with pytest.raises(ValueError, match=r"no module topics/b\.js in misgen\.$"):
        bundle("topics/a")


def test_modules_of_other_folders_come_first_and_once(package):
    package("kit/shared.js", "export const shared = 1;\n")
    package("kit/lines.js", 'import { shared } from "./shared.js";\nexport const lines = 2;\n')
    imports = [f'import {{ {n} }} from "../../kit/{n}.js";\n' for n in ("shared", "lines")]
    package("topics/a/a.js", "".join([*imports, "export default {};\n"]))
    assert bundle("topics/a/a").split("\n") == [
        "const shared = 1;", "", "const lines = 2;", "", "export default {};", "",
    ]  # fmt: skip


def test_the_imports_of_a_module_are_files_of_the_package():
    for path in node.modules():
        for imported in imports_of(path.read_text(), path):
            assert imported.is_file(), f"{path} imports {imported}"
            assert imported.is_relative_to(PACKAGE)


@each_explorer
def test_the_html_carries_the_table_the_data_and_the_state(name):
    explorer = MAKERS[name]()
    read = payload(explorer)
    assert read["table"] == json.loads(json.dumps(explorer.table))
    assert base64.b64decode(read["data"]) == explorer.data
    assert read["state"] == explorer.state
    assert set(unpack(read["table"]["layout"], explorer.data)) == {
        entry["name"] for entry in explorer.table["layout"]
    }


@each_explorer
def test_the_script_in_the_html_cannot_be_closed_by_its_content(name):
    explorer = MAKERS[name](title="</script><b>bold</b>")
    script = explorer.html().split("<script", 1)[1]
    assert script.count("<") == len(["</script>", "</div>"])
    assert payload(explorer)["table"]["title"] == "</script><b>bold</b>"


@each_explorer
def test_the_title_is_escaped_in_the_still(name):
    still = MAKERS[name](title="<i>a & b</i>").still()
    assert "<i>" not in still
    assert "&lt;i&gt;a &amp; b&lt;/i&gt;" in still


@each_explorer
def test_the_host_finds_key_module_and_still(name):
    html = MAKERS[name](key="second-one").html()
    assert html.startswith('<div class="misgen-explorer" id="explorer-second-one" ')
    assert f'data-module="{MODULE_OF[name]}" data-key="second-one"' in html
    assert '<figure class="misgen-still">' in html


@each_explorer
def test_a_key_that_does_not_fit_an_address_is_refused(name):
    with pytest.raises(ValueError, match="lower case letters"):
        MAKERS[name](key="Two words")


@each_explorer
def test_the_state_holds_scalars_only(name):
    assert all(
        isinstance(value, (int, float, bool, str)) for value in MAKERS[name]().state.values()
    )


@pytest.mark.parametrize("name", ["predict", "sketch", "panel", "coin-line", "assistant"])
def test_the_still_says_where_its_numbers_come_from(name):
    still = MAKERS[name]().still()
    assert "2 agents &amp; &lt;few&gt; levels." in still
    assert '<a href="how.html">' in still
    assert '<a href="colab.html">' in still


@each_explorer
def test_the_still_says_the_sentence(name):
    explorer = MAKERS[name]()
    assert explorer.sentence() in unescape(re.sub(r"<[^>]+>", "", explorer.still()))


@each_explorer
def test_the_book_shows_html_and_text(name, monkeypatch):
    monkeypatch.setenv("MISGEN_BOOK", "1")
    explorer = MAKERS[name]()
    assert explorer._repr_mimebundle_() == {
        "text/plain": explorer.sentence(),
        "text/html": explorer.html(),
    }


@each_explorer
def test_a_notebook_shows_a_widget(name, monkeypatch):
    monkeypatch.delenv("MISGEN_BOOK", raising=False)
    shown = str(MAKERS[name]()._repr_mimebundle_())
    assert "application/vnd.jupyter.widget-view+json" in shown


@each_explorer
def test_a_terminal_shows_the_sentence(name, monkeypatch):
    monkeypatch.delenv("MISGEN_BOOK", raising=False)
    explorer = MAKERS[name]()
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.sentence()


@each_explorer
@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_module_for_notebooks_is_valid_javascript(name, tmp_path):
    first = for_notebooks(MODULE_OF[name])
    file = tmp_path / f"{name}.mjs"
    for text in (first, module_in(first)):
        file.write_text(text)
        checked = subprocess.run(
            ["node", "--check", file], capture_output=True, text=True, check=False
        )
        assert checked.stderr == ""
    assert file.read_text().count("export default { render: inNotebook(render) };") == 1


def module_in(first: str) -> str:
    """The module that a notebook loads once there is something to show."""
    return json.loads(re.search("^const MODULE = (.*);$", first, re.MULTILINE)[1])


@each_explorer
def test_a_notebook_loads_little_before_there_is_something_to_show(name):
    first = for_notebooks(MODULE_OF[name])
    assert len(first.splitlines()) < 40
    assert len(module_in(first).splitlines()) > 40


# Node imports no blob, but it imports data.
SHOWN_THREE_TIMES = """async ({ default: first }, addresses) => {
  URL.createObjectURL = () => addresses.shift();
  const show = () => first.render("a view").catch((error) => String(error));
  return [await show(), await show(), await show()];
}"""


def test_a_module_that_did_not_load_is_loaded_again_for_the_next_view(tmp_path):
    working = "export default { render: (context) => `shows ${context}` };"
    addresses = [f"data:text/javascript,{quote(text)}" for text in ("throw 'lost'", working)]
    shown = node.run_in_node(tmp_path, "explore/js/first", SHOWN_THREE_TIMES, addresses)
    assert shown == ["lost", "shows a view", "shows a view"]


def test_a_module_that_exports_otherwise_is_refused_for_notebooks(package):
    package("explore/js/first.js", 'const MODULE = "";\n')
    package("explore/js/notebook.js", "export function inNotebook() {}\n")
    package("topics/a.js", "export default { initialize, render };\n")
    with pytest.raises(ValueError, match="'topics/a' must end with: export default"):
        for_notebooks("topics/a")


def words_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@each_explorer
def test_what_is_saved_has_words_and_numbers_and_needs_no_script(name):
    explorer = MAKERS[name](title="a < b")
    saved = explorer.saved()
    assert saved["text/plain"] == explorer.sentence()
    words = words_of(re.sub(r"<style>.*?</style>", "", saved["text/html"]))
    assert explorer.sentence() in words
    assert "a < b" in words
    assert words_of(explorer.numbers()) in words
    assert not re.search(r"<script|<svg|\son\w+=|javascript:|<img", saved["text/html"])


@each_explorer
def test_what_is_saved_has_no_link_that_only_a_page_can_follow(name):
    explorer = MAKERS[name]()
    saved = explorer.saved()["text/html"]
    colab = explorer.table.get("source", {}).get("colab")
    links = [href for href in re.findall('href="([^"]*)"', saved) if href != colab]
    assert all(href.startswith("https://") for href in links)
    reproduce = explorer.table.get("source", {}).get("reproduce")
    assert ("“Reproduce” at the end says how" in saved) == bool(reproduce)


def test_the_picture_that_the_front_end_sent_is_saved():
    explorer = MAKERS["panel"]()
    explorer.picture = "data:image/webp;base64,AAAA"
    title = escape(explorer.table["title"])
    assert f'<img src="data:image/webp;base64,AAAA" alt="{title}">' in explorer.saved()["text/html"]


@each_explorer
def test_the_widget_brings_its_module_and_styles(name):
    explorer = MAKERS[name]()
    assert explorer._esm == for_notebooks(MODULE_OF[name])
    assert ".mg-root" in explorer._css


def test_a_state_that_no_address_can_hold_is_refused():
    with pytest.raises(ValueError, match="strings, numbers and truth values"):
        Explorer(table={}, arrays={}, state={"a": [1]}, key="k")
