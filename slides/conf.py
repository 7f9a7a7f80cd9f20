"""Sphinx's configuration for the slides, which `site/slides.py` builds beside the pages."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "site"))
book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))

project = book["title"]
author, copyright = book["author"], book["copyright"]  # noqa: A001 - Sphinx's name
extensions = ["myst_parser", "sphinx_revealjs", "slides_extension"]
exclude_patterns = ["_templates", "README.md"]
templates_path = ["_templates"]
html_use_index = False
html_copy_source = False
html_favicon = str(ROOT / book["html"]["favicon"])
myst_enable_extensions = ["colon_fence"]

revealjs_static_path = ["_static"]
revealjs_style_theme = "slides.css"
revealjs_script_plugins = [{"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"}]
revealjs_script_conf = {
    "hash": True,  # the address of a slide can be passed on
    "center": False,
    "transition": "none",
    "width": 1280,
    "height": 720,
    "margin": 0.02,
    "viewDistance": 1,  # frames beyond the next slide are not loaded
    "preloadIframes": None,
}
