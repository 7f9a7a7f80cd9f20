"""What the tests of the language model share."""

from __future__ import annotations

import pytest
from language_models import small_ledger

from misgen.topics.language import published


@pytest.fixture
def ledger(monkeypatch) -> None:
    """A small ledger in the place of the published one."""
    monkeypatch.setattr(published, "runs", small_ledger)
