"""Checks links into the book against its built pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from misgen.topics.taxonomy.links import Link

HTML = Path(__file__).resolve().parents[1] / "_build" / "html" / "chapters"


@lru_cache(maxsize=16)
def text_of(page: str) -> str:
    """The HTML of a chapter."""
    return (HTML / f"{page}.html").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def payload_of(page: str, key: str) -> Mapping[str, Any]:
    """Table and state of an explorer on a page."""
    found = re.search(
        rf'id="explorer-{key}" .*?class="misgen-state">(.*?)</script>', text_of(page), re.DOTALL
    )
    assert found, f"There is no explorer {key} on {page}."
    return json.loads(found[1])


def allowed(table: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The values of each choice of an explorer, as far as its table lists them."""
    controls = table.get("controls", [])
    listed = controls.values() if isinstance(controls, dict) else controls
    values = {control["name"]: control["values"] for control in listed}
    if isinstance(table.get("settings"), dict):  # a dial
        values |= {"setting": table["settings"]["values"], "seed": table["seeds"]}
    return values


def problem_of(link: Link) -> str | None:
    """What is wrong with a link, if anything."""
    if not (HTML / f"{link.page}.html").is_file():
        return f"There is no page {link.page}."
    if link.section:
        heading = rf'<section\b[^>]* id="{re.escape(link.section)}"'
        there = re.search(heading, text_of(link.page))
        return None if there else f"There is no section {link.section} on {link.page}."
    if f'id="explorer-{link.key}"' not in text_of(link.page):
        return f"There is no explorer {link.key} on {link.page}."
    table = payload_of(link.page, link.key)["table"]
    for name, value in link.state.items():
        if value not in allowed(table).get(name, []):
            return f"{link.key} on {link.page} has no value {value!r} of {name!r}."
    return None
