"""What every explorer has in common: its table, its bytes, its module, and its still picture."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.extras import extra
from misgen.core.notebook import in_notebook
from misgen.explore.pack import pack
from misgen.explore.palette import custom_properties
from misgen.explore.saved import display_both, saved_html
from misgen.explore.study import Source
from misgen.live.desk import Desk
from misgen.live.session import session_of

with extra("book", "An explorer"):
    import anywidget
    import traitlets

PACKAGE = Path(__file__).resolve().parents[1]
"""Where the modules lie: those of the kit in `explore/js`, those of a topic in its folder."""
STYLES = PACKAGE / "explore" / "js" / "explorer.css"

Segment = tuple[str, str]
"""(tag, text): a tag is "", "goal", "proxy", "dead" or "code"."""
Sentence = list[Segment]
Scalar = str | int | float | bool

EXPORT = "export default { render };"  # the last line of each explorer's module
_NO_MODULE = 'const MODULE = "";'  # in first.js
VIEW_END = "<!-- view -->"  # what stands before it is replaced by the picture
_IMPORT = re.compile(
    r'^import\s*\{[^{}]*\}\s*from\s*"(\.{1,2}/[\w./-]+\.js)";[ \t]*\n', re.MULTILINE
)
_REPRODUCE = "“Reproduce” at the end says how to reproduce them"  # shared.js says so, too
_NAME = re.compile(r"[a-z][a-z0-9-]*")


def bundle(module: str) -> str:
    """Returns an ES module with its local imports inlined, for hosts that load a single text.

    Args:
        module: Path in the package, without `.js`, such as "explore/js/quiz".

    Raises:
        ValueError: If there is no such module, or an import would be left in the text.
    """
    bodies: dict[Path, str] = {}
    _collect(PACKAGE / f"{module}.js", bodies)
    *libraries, main = bodies.values()  # in the order of reading: the module itself comes last
    text = "\n".join([*(_without_exports(body) for body in libraries), main])
    if re.search(r"^\s*import\b", text, re.MULTILINE):  # another form than `_IMPORT` knows
        raise ValueError(f'Module {module!r} may only import {{ names }} from "./other.js";')
    return text


def for_notebooks(module: str) -> str:
    """Returns what a notebook loads of a module: a short text that holds the module as a string.

    Raises:
        ValueError: If there is no such module, or it does not end with `EXPORT`.
    """
    first = bundle("explore/js/first")
    return first.replace(_NO_MODULE, f"const MODULE = {json.dumps(_in_notebook(module))};")


def _in_notebook(module: str) -> str:
    """Returns the text of a module, with what notebooks need beside it; see `bundle`."""
    kit, text = bundle("explore/js/notebook"), bundle(module)
    if EXPORT not in text:
        raise ValueError(f"Module {module!r} must end with: {EXPORT}")
    wrapped = EXPORT.replace("render", "render: inNotebook(render)")
    return "\n".join([_without_exports(kit), text.replace(EXPORT, wrapped)])


def imports_of(source: str, path: Path) -> list[Path]:
    """Returns the modules that the text of the module at `path` imports."""
    # so that each module has one path only
    return [(path.parent / imported).resolve() for imported in _IMPORT.findall(source)]


def _collect(path: Path, bodies: dict[Path, str]) -> None:
    """Reads a module after those that it imports, each of them once."""
    if not path.is_file():
        raise ValueError(f"There is no module {path.relative_to(PACKAGE).as_posix()} in misgen.")
    source = path.read_text(encoding="utf-8")
    for imported in imports_of(source, path):
        if imported not in bodies:
            _collect(imported, bodies)
    # after its imports: a const is known only once it is run
    bodies[path] = _IMPORT.sub("", source)


def _without_exports(source: str) -> str:
    return re.sub(r"^export\s+(?=const|function|class)", "", source, flags=re.MULTILINE)


def styles() -> str:
    """Returns the styles of all explorers: the colours, those of the kit, those of each topic."""
    files = [STYLES, *sorted(PACKAGE.glob("topics/*/*.css"))]
    # first, as the styles use its colours
    return "\n".join([custom_properties(), *(file.read_text(encoding="utf-8") for file in files)])


def segments(text: str) -> Sentence:
    """Splits text into plain parts and code, which stands between backticks.

    >>> segments("Set `seed` first")
    [('', 'Set '), ('code', 'seed'), ('', ' first')]
    """
    parts = re.split(r"`([^`]*)`", text)  # the group keeps the code: every second part
    tagged: list[Segment] = [("code" if i % 2 else "", part) for i, part in enumerate(parts)]
    return [segment for segment in tagged if segment[1]]  # a text may begin or end with code


def text_of(sentence: Iterable[Segment]) -> str:
    """Returns the plain text of a sentence.

    >>> text_of([("", "It gets the coin in "), ("goal", "54 of 100"), ("", ".")])
    'It gets the coin in 54 of 100.'
    """
    return "".join(text for _, text in sentence)


def html_of(sentence: Iterable[Segment]) -> str:
    """Returns a sentence as HTML.

    >>> html_of([("", "a < b "), ("goal", "54")])
    'a &lt; b <b class="mg-goal">54</b>'
    """
    return "".join(map(_segment_html, sentence))


def _segment_html(segment: Segment) -> str:
    tag, text = segment
    if tag == "code":
        return f"<code>{escape(text)}</code>"
    return f'<b class="mg-{tag}">{escape(text)}</b>' if tag else escape(text)


def caption_html(source: Source, *, on_page: bool = True) -> str:
    """Returns the line that says where the numbers come from.

    Args:
        source: Where they come from.
        on_page: Whether a section of the page can be linked to; in a notebook it is named.
    """
    links = [("how to reproduce them", source.reproduce), ("open in Colab", source.colab)]
    parts = [f'<a href="{escape(url, quote=True)}">{name}</a>' for name, url in links if url]
    if source.reproduce and not on_page:
        parts[0] = _REPRODUCE
    return " · ".join([escape(source.text), *parts])


class Explorer(anywidget.AnyWidget):
    """An interactive figure: one table, one ES module, and a still picture for print.

    In Jupyter and Colab it is an anywidget. While the book is built (`MISGEN_BOOK=1`) it is
    HTML, which the site's static host brings to life.
    """

    module: ClassVar[str]
    """Path of the ES module in the package, without `.js`; it ends with the explorer's name."""

    live: ClassVar[str] = ""
    """The topic whose session the module asks (`misgen.live`), where it asks one."""

    table = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    """Address of the image that a notebook's front end took of the first state, once it has."""

    def __init__(
        self,
        table: Mapping[str, Any],
        arrays: Mapping[str, NDArray[np.generic]],
        state: Mapping[str, Scalar],
        key: str | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        """Creates an explorer.

        Args:
            table: What the module shows, as JSON: labels, numbers, sentences.
            arrays: Arrays for `pack`; their layout joins the table.
            state: The reader's choices at the start, JSON scalars.
            key: Name of this explorer on its page and in the page's address; by default the
                name of the module. Two explorers on one page need two keys.
            aliases: Name of a choice in addresses of earlier editions -> its name today.

        Raises:
            ValueError: If the key cannot be part of an address, or the state is not scalar.
        """
        self.key = self.name() if key is None else key
        if not _NAME.fullmatch(self.key):
            raise ValueError(f"Use lower case letters, digits and hyphens as a key, not {key!r}.")
        if not all(isinstance(value, (str, int, float, bool)) for value in state.values()):
            raise ValueError("Give the state as strings, numbers and truth values only.")
        layout, data = pack(arrays)  # bytes, as JSON would take several for each number
        table = {**table, "layout": layout, "aliases": dict(aliases or {})}
        super().__init__(table=table, data=data, state=dict(state))
        if self.live:
            desk = Desk(session_of(self.live), self.send)
            self.on_msg(lambda _, content, buffers: desk.receive(content, buffers))

    @classmethod
    def name(cls) -> str:
        """Returns the name of the explorer, such as "dial"."""
        return cls.module.rpartition("/")[2]

    def still(self) -> str:
        """Returns the still form as HTML: the sentence, the numbers, a caption.

        While the site is built, `site/stills.py` puts the picture into it that the module draws.
        """
        title = f'<p class="mg-title">{escape(self.table["title"])}</p>'
        view = f'<div class="mg-still-view">{title}<p>{escape(self.sentence())}</p></div>{VIEW_END}'
        return f'<figure class="misgen-still">{view}{self.numbers()}{self._caption()}</figure>'

    def _caption(self) -> str:
        source = self.table.get("source")
        return f"<figcaption>{caption_html(Source(**source))}</figcaption>" if source else ""

    def numbers(self) -> str:
        """Returns as HTML what stands below the still picture: tables, answers that open."""
        return ""

    def sentence(self) -> str:
        """Returns the one sentence that stands for the explorer in plain text."""
        raise NotImplementedError(f"Give {type(self).__name__} a sentence.")

    def html(self) -> str:
        """Returns the explorer as HTML: the still, and the state that the static host reads."""
        payload = {
            "table": self.table,
            "data": base64.b64encode(self.data).decode("ascii"),  # JSON has no bytes
            "state": self.state,
        }
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        marks = "".join(f' data-{name}="{value}"' for name, value in self.marks().items())
        return (
            f'<div class="misgen-explorer" id="explorer-{self.key}"{marks}>{self.still()}'
            '<script type="application/json" class="misgen-state">'
            f"{text.replace('<', chr(92) + 'u003c')}</script></div>"  # \u003c: no </script> within
        )

    def marks(self) -> dict[str, str]:
        """Returns what the page is told of the explorer, by the names of its data attributes."""
        live = {"live": self.live} if self.live else {}
        return {"module": self.module, "key": self.key, **live}

    def saved(self) -> dict[str, str]:
        """Returns what a saved notebook shows where the widget cannot run, by MIME type."""
        title, text = self.table["title"], self.sentence()
        source = self.table.get("source")
        caption = caption_html(Source(**source), on_page=False) if source else ""
        html = saved_html(title, self.picture, text, self.numbers(), caption)
        return {"text/plain": text, "text/html": html}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if os.environ.get("MISGEN_BOOK") == "1":
            return {"text/plain": self.sentence(), "text/html": self.html()}
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": self.sentence()}, metadata

    def _ipython_display_(self) -> None:
        """Displays the widget in a notebook, and below it what is saved of it."""
        if os.environ.get("MISGEN_BOOK") == "1" or not in_notebook():
            raise NotImplementedError  # IPython then takes the MIME bundle
        widget, metadata = self._repr_mimebundle_()
        still = display_both(widget, metadata, self.saved())
        self.observe(lambda _: still.update(self.saved(), raw=True), "picture")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # traitlets derives a class of its own from every widget, which inherits these two.
        if "module" in cls.__dict__:
            # Jupyter and Colab load one text; the site loads the files
            cls._esm = for_notebooks(cls.module)
            cls._css = styles()
        super().__init_subclass__(**kwargs)
