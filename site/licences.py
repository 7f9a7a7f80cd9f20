"""Whose work the site serves, under which licence, and the text of each.

`COMPONENTS` claims every file below `_static` and below `slides/_static`, which a test holds. The
texts are those that came with the installed packages, so that they are always of the version that
is served.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx

from misgen.core.atomic import write_text

ROOT = Path(__file__).resolve().parent.parent
PAGE = "licences"
FOLDER = "_static/licences"
_PYODIDE_LOCK = ROOT / "node_modules" / "pyodide" / "pyodide-lock.json"

# What the theme brings and no page asks for: icon fonts (see icons.css), translations, kernels
# elsewhere, maps for those who develop it.
UNUSED = (
    "*.map",
    "*webpack-macros.html",
    "images/logo_[!c]*",
    "locales/*",
    "play-solid.svg",
    "scripts/fontawesome*",
    "sphinx-thebe.*",
    "vendor/fontawesome/*",
)
# The rules that would ask for them, should a page be drawn before icons.css is there.
_UNUSED_FONT = re.compile(r"@font-face\s*\{[^}]*vendor/fontawesome/[^}]*\}")

MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@dataclass(frozen=True)
class Component:
    """Work that the site serves.

    Its text is that of a file of this repository, of a package, or the one of the MIT licence below
    a notice, where a package holds the work of others and not their text.
    """

    name: str
    licence: str
    """As SPDX names it."""
    files: tuple[str, ...]
    """Patterns below `_static`; `*` goes through folders."""
    own: str = ""
    """The file of this repository that has the text."""
    npm: str = ""
    """The package of `node_modules` that has it."""
    pypi: str = ""
    """The distribution that has it."""
    pyodide: str = ""
    """What it is called in the list of parts that comes with Pyodide, where it is one of them."""
    notice: str = ""
    """Whose copyright it is, where the text is that of the MIT licence."""

    @property
    def file(self) -> str:
        """Name of the text below `FOLDER`."""
        return f"{self.name.lower().replace(' ', '-').replace(',', '')}.txt"

    @property
    def version(self) -> str:
        """The version that is installed, if the work is a package of its own or a part of one."""
        if self.pyodide:
            lock = json.loads(_PYODIDE_LOCK.read_text(encoding="utf-8"))
            versions = {name: entry["version"] for name, entry in lock["packages"].items()}
            return str({**versions, "python": lock["info"]["python"]}[self.pyodide])
        if self.npm:
            manifest = ROOT / "node_modules" / self.npm / "package.json"
            return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
        return metadata.version(self.pypi) if self.pypi else ""

    def text(self) -> str:
        """Returns the licence.

        Raises:
            FileNotFoundError: The package has none.
        """
        if self.notice:
            return f"{self.notice}\n\n{MIT}"
        if self.pypi:
            return _text_of(self.pypi)
        file = self.own or f"node_modules/{self.npm}/LICENSE"
        return (ROOT / file).read_text(encoding="utf-8")


def _text_of(distribution: str) -> str:
    for file in metadata.files(distribution) or ():
        # packages call it LICENSE, LICENSE.rst or COPYING
        if ".dist-info" in str(file) and file.stem in ("LICENSE", "COPYING"):
            return Path(str(file.locate())).read_text(encoding="utf-8")
    raise FileNotFoundError(f"{distribution} has no licence: name its notice in site/licences.py.")


COMPONENTS = (
    Component(
        "Right Skill, Wrong Goal, code",
        "MIT",
        ("book.css", "code_cells.*", "edits.js", "host.js", "icons.css", "inline/*",
         "licences/*", "model.js", "live.js", "live/*/agents/*", "live/*/files.json",
         "live/*/kernels.wasm", "notebook.js", "notebook_file.js",
         "live/*/misgen.zip", "live/*/python.js", "live/*/worker.js", "misgen/*", "near.js",
         "plots.js", "search.js", "slides/inline/*", "slides/slides.css", "slides/theme.js"),
        own="LICENSE",
    ),
    Component(
        "Right Skill, Wrong Goal, text and figures",
        "CC-BY-4.0",
        ("dial.png", "favicon.svg", "print/*", "slides/favicon.svg", "stills/*"),
        own="LICENSE-TEXT",
    ),
    Component(
        "Pyodide",
        "MPL-2.0",
        ("live/*/pyodide*",),
        npm="pyodide",
        own="site/licences/MPL-2.0.txt",
    ),
    Component(
        "CPython",
        "PSF-2.0",
        ("live/*/pyodide.asm.wasm", "live/*/python_stdlib.zip"),
        own="site/licences/PSF-2.0.txt",
        pyodide="python",
    ),
    Component(
        "NumPy",
        "BSD-3-Clause",
        ("live/*/numpy.zip",),
        own="site/licences/NumPy.txt",
        pyodide="numpy",
    ),
    Component("CodeMirror", "MIT", ("editor/*",), npm="@codemirror/view"),
    Component("Lezer", "MIT", ("editor/*",), npm="@lezer/common"),
    Component(
        "style-mod",
        "MIT",
        ("editor/*",),
        notice="Copyright (C) 2018 by Marijn Haverbeke and others",
    ),
    Component(
        "w3c-keyname",
        "MIT",
        ("editor/*",),
        notice="Copyright (C) 2016 by Marijn Haverbeke and others",
    ),
    Component(
        "find-cluster-break",
        "MIT",
        ("editor/*",),
        notice="Copyright (C) 2024 by Marijn Haverbeke",
    ),
    Component("markdown-it", "MIT", ("markdown/*",), npm="markdown-it"),
    Component("entities", "BSD-2-Clause", ("markdown/*",), npm="entities"),
    Component("linkify-it", "MIT", ("markdown/*",), notice="Copyright (c) 2015 Vitaly Puzrin."),
    Component(
        "mdurl",
        "MIT",
        ("markdown/*",),
        notice="Copyright (c) 2015 Vitaly Puzrin, Alex Kocharin.\n"
        "Copyright Joyent, Inc. and other Node contributors.",
    ),
    Component(
        "punycode.js",
        "MIT",
        ("markdown/*",),
        notice="Copyright Mathias Bynens <https://mathiasbynens.be/>",
    ),
    Component(
        "uc.micro",
        "MIT",
        ("markdown/*",),
        notice="Copyright Mathias Bynens <https://mathiasbynens.be/>",
    ),
    Component("MathJax", "Apache-2.0", ("mathjax/*",), npm="mathjax"),
    Component("plotly.js", "MIT", ("plotly/*",), npm="plotly.js-basic-dist-min"),
    Component(
        "native-promise-only",
        "MIT",
        ("plotly/*",),
        notice="Copyright (c) 2014 Kyle Simpson",
    ),
    Component("polybooljs", "MIT", ("plotly/*",), notice="Copyright (c) 2016 Sean Connelly"),
    Component("object-assign", "MIT", ("plotly/*",), notice="Copyright (c) Sindre Sorhus"),
    Component(
        "Sphinx",
        "BSD-2-Clause",
        ("basic.css", "doctools.js", "documentation_options.js", "file.png", "language_data.js",
         "minus.png", "plus.png", "searchtools.js", "sphinx_highlight.js"),
        pypi="sphinx",
    ),
    Component("Snowball stemmers", "BSD-3-Clause", ("language_data.js",), pypi="snowballstemmer"),
    Component("Pygments", "BSD-2-Clause", ("pygments.css",), pypi="pygments"),
    Component("MyST-NB", "BSD-3-Clause", ("mystnb.*.css",), pypi="myst-nb"),
    Component(
        "Sphinx Book Theme",
        "BSD-3-Clause",
        ("images/logo_colab.png", "scripts/sphinx-book-theme.js", "styles/sphinx-book-theme.css"),
        pypi="sphinx-book-theme",
    ),
    Component(
        "PyData Sphinx Theme",
        "BSD-3-Clause",
        ("scripts/pydata-sphinx-theme.js", "styles/pydata-sphinx-theme.css", "styles/theme.css"),
        pypi="pydata-sphinx-theme",
    ),
    Component(
        "Bootstrap",
        "MIT",
        ("scripts/bootstrap.js", "scripts/bootstrap.js.LICENSE.txt", "styles/*.css"),
        notice="Copyright (c) 2011-2024 The Bootstrap Authors",
    ),
    Component(
        "Popper", "MIT", ("scripts/bootstrap.js",), notice="Copyright (c) 2019 Federico Zivolo"
    ),
    Component(
        "Sphinx copybutton",
        "MIT",
        ("check-solid.svg", "copy-button.svg", "copybutton.css", "copybutton.js",
         "copybutton_funcs.js"),
        pypi="sphinx-copybutton",
    ),
    Component("clipboard.js", "MIT", ("clipboard.min.js",), notice="Copyright (c) Zeno Rocha"),
    Component(
        "Sphinx togglebutton",
        "MIT",
        ("togglebutton.css", "togglebutton.js"),
        pypi="sphinx-togglebutton",
    ),
    Component(
        "Sphinx Design",
        "MIT",
        ("design-tabs.js", "sphinx-design.min.css"),
        pypi="sphinx-design",
    ),
    Component(
        "reveal.js",
        "MIT",
        ("slides/revealjs/*",),
        notice="Copyright (C) 2011-2024 Hakim El Hattab, http://hakim.se, and reveal.js "
        "contributors",
    ),
    Component(
        "Octicons", "MIT", ("icons.css",), notice="Copyright (c) GitHub Inc."
    ),
)  # fmt: skip


def claimants(name: str) -> list[Component]:
    """Returns whose work a file below `_static` is.

    >>> [component.name for component in claimants("plotly/plotly-basic.min.js")][0]
    'plotly.js'
    >>> claimants("somebody/else.css")
    []
    """
    return [each for each in COMPONENTS if any(fnmatch(name, pattern) for pattern in each.files)]


def is_unused(name: str) -> bool:
    """Returns whether no page asks for a file below `_static`.

    >>> is_unused("scripts/bootstrap.js.map"), is_unused("images/logo_colab.png")
    (True, False)
    """
    return any(fnmatch(name, pattern) for pattern in UNUSED)


def tidy_static(app: Sphinx, exception: Exception | None) -> None:
    """Removes what no page asks for, and writes the texts of the licences."""
    if app.builder.name != "html" or exception:
        return
    static = Path(app.outdir) / "_static"
    for file in sorted(static.rglob("*"), reverse=True):  # what is in a folder before the folder
        if file.is_file() and is_unused(file.relative_to(static).as_posix()):
            file.unlink()
        elif file.is_dir() and not any(file.iterdir()):
            file.rmdir()
    for style in sorted(static.glob("styles/*.css")):
        write_text(style, _UNUSED_FONT.sub("", style.read_text(encoding="utf-8")))
    for component in COMPONENTS:
        write_text(Path(app.outdir) / FOLDER / component.file, component.text())


def setup(app: Sphinx) -> None:
    """Registers the event."""
    app.connect("build-finished", tidy_static)
