"""What the topics say on the generated pages: the constants of their modules `report`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from misgen.core.topics import topics_with


def constants(name: str) -> list[Any]:
    """Returns a constant of each topic that has it; `misgen.ledger.report` says which there are."""
    modules = [import_module(f"misgen.topics.{t}.report") for t in topics_with("report.py")]
    return [getattr(module, name) for module in modules if hasattr(module, name)]
