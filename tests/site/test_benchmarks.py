"""A benchmark that visits a page of the built site finds on it what it uses."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from browsing import ROOT

pytestmark = pytest.mark.site


def constants(script: Path) -> dict[str, Any]:
    """The names that a script gives to literal values, without running it."""
    assigned = [n for n in ast.parse(script.read_text()).body if isinstance(n, ast.Assign)]
    literal = [n for n in assigned if isinstance(n.value, (ast.Constant, ast.Tuple))]
    return {node.targets[0].id: ast.literal_eval(node.value) for node in literal}


def test_the_page_has_the_explorers_that_are_timed(html):
    named = constants(ROOT / "benchmarks" / "page_live.py")
    page = (html / named["PAGE"]).read_text(encoding="utf-8")
    assert len(named["EXPLORERS"]) == 2
    for key in named["EXPLORERS"]:
        assert f'data-key="{key}"' in page
