"""The scheduling assistant of chapter 5: what it knows, and what it books.

    from misgen.topics import assistant

    school = assistant.pretrain(seed=0, progress=True)
    agent = assistant.finetune(school, distinguishing=0.0, seed=0)
    print(assistant.rates(agent, assistant.weeks_of("pandemic", seed=1)))

Training needs torch, which is imported when it is first used; all else needs NumPy alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from misgen.topics.assistant.causes import order_of_causes
from misgen.topics.assistant.measures import TESTS, Rates, rates, weeks_of
from misgen.topics.assistant.model import Assistant, load
from misgen.topics.assistant.results import Results, courses, results
from misgen.topics.assistant.settings import FinetuneSettings, PretrainSettings
from misgen.topics.assistant.shelf import Shelf, published, published_seeds, shelf

if TYPE_CHECKING:
    from misgen.topics.assistant.finetuning import finetune, stages
    from misgen.topics.assistant.pretraining import pretrain, untrained

_NEED_TORCH = {
    "finetune": "finetuning",
    "stages": "finetuning",
    "pretrain": "pretraining",
    "untrained": "pretraining",
}


def __getattr__(name: str) -> Any:
    if name not in _NEED_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NEED_TORCH[name]}"), name)


__all__ = [
    "TESTS",
    "Assistant",
    "FinetuneSettings",
    "PretrainSettings",
    "Rates",
    "Results",
    "Shelf",
    "courses",
    "finetune",
    "load",
    "order_of_causes",
    "pretrain",
    "published",
    "published_seeds",
    "rates",
    "results",
    "shelf",
    "stages",
    "untrained",
    "weeks_of",
]
