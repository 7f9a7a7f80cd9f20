"""The way out of Jupyter Book 1: plain Sphinx builds the book from the same two files.

    sphinx-build -n -W --keep-going -c site/plain_sphinx . _build/plain

needs sphinx-external-toc, myst-nb, sphinx-book-theme, sphinx-design, sphinx-copybutton,
sphinx-togglebutton, sphinx-sitemap, sphinxcontrib-bibtex and linkify-it-py, at any versions that
fit together.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
repository = book["repository"]
sys.path[:0] = [str(ROOT / folder) for folder in book["sphinx"]["local_extensions"].values()]

project = html_title = book["title"]
author, copyright = book["author"], book["copyright"]  # noqa: A001 - Sphinx's name
extensions = [
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "sphinx_design",
    "myst_nb",
    "sphinx_external_toc",
    "sphinxcontrib.bibtex",
    *book["sphinx"]["local_extensions"],
]
external_toc_path = "_toc.yml"
external_toc_exclude_missing = book["only_build_toc_files"]
exclude_patterns = book["exclude_patterns"]
bibtex_bibfiles = [str(ROOT / name) for name in book["bibtex_bibfiles"]]
myst_enable_extensions = book["parse"]["myst_enable_extensions"]
numfig = True

nb_execution_mode = book["execute"]["execute_notebooks"]
nb_execution_timeout = book["execute"]["timeout"]
nb_output_stderr = book["execute"]["stderr_output"]

html_theme = "sphinx_book_theme"
html_baseurl = book["html"]["baseurl"]
html_favicon = str(ROOT / book["html"]["favicon"])
html_theme_options = {
    "repository_url": repository["url"],
    "repository_branch": repository["branch"],
    "path_to_docs": repository["path_to_book"],
    "launch_buttons": book["launch_buttons"],
    "use_repository_button": book["html"]["use_repository_button"],
    "home_page_in_toc": book["html"]["home_page_in_navbar"],
}
globals().update(book["sphinx"]["config"])
