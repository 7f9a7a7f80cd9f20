"""What several test folders share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is not a bug: nothing here is a timed test.
settings.register_profile("book", deadline=None)
settings.load_profile("book")

# Where the tests run in the background, interrupts are ignored, and a child inherits that: the
# tests that interrupt one would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT
