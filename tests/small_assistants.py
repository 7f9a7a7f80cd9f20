"""Assistants that are trained for a moment, for tests."""

from __future__ import annotations

from functools import cache

from misgen.topics.assistant.model import Assistant
from misgen.topics.assistant.settings import FinetuneSettings, PretrainSettings

BRIEF = PretrainSettings(steps=250, batch=128)
"""Enough to know most preferences."""
SHORT = FinetuneSettings(weeks=1024, steps=60)


@cache
def small_school(seed: int = 0) -> Assistant:
    """An assistant after a brief pre-training."""
    from misgen.topics.assistant.pretraining import pretrain

    return pretrain(seed=seed, settings=BRIEF)
