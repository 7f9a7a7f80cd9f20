"""No page gives a prediction away before the reader has made it, and all of it opens afterwards."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from browsing import Visit
from given_away import assert_nothing_is_given_away

from misgen.core.topics import topic_text, topics_with

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def gives_away() -> dict[str, list[str]]:
    """The words that would give a prediction away, by its name, as each topic has them."""
    found: dict[str, list[str]] = {}
    for topic in topics_with("guess.toml"):
        for entries in tomllib.loads(topic_text(topic, "guess.toml")).values():
            found |= {f"{topic}.{name}": its["gives_away"] for name, its in entries.items()}
    return found


def test_nothing_gives_a_prediction_away_before_it_is_made_and_all_opens_then(
    visit: Callable[..., Visit],
    site: str,
    html: Path,
    page_name: str,
    tools: Callable[[str], ModuleType],
    gives_away: dict[str, list[str]],
) -> None:
    marks = tools("covers").marks_in((html / page_name).read_text(encoding="utf-8"))
    if not marks:
        return
    visited = visit(f"{site}/{page_name}", covered=True, reduced_motion="reduce")
    assert_nothing_is_given_away(visited, marks, gives_away)
    assert visited.errors == []
