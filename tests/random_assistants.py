"""Assistants with few random weights: their answers differ from week to week and mean nothing."""

from __future__ import annotations

import numpy as np

from misgen.explore.study import Source
from misgen.topics.assistant.explorers import AssistantExplorer
from misgen.topics.assistant.shelf import Shelf
from misgen.topics.assistant.variants import Setting
from misgen.topics.assistant.weeks import BREAKS, VOCABULARY

SETTINGS = (Setting(0.0), Setting(0.003, 2), Setting(0.003), Setting(0.1, 2), Setting(0.1))
SOURCE = Source("2 agents & <few> levels.", "how.html", "colab.html")
_HIDDEN, _WIDTH = 24, 10
_LARGEST = 511  # whole numbers up to here fit into the ten bits of the page: nothing is rounded


def shelves(seeds: int = 2) -> list[Shelf]:
    """Random assistants of some seeds, with other heads that book for each fine-tuning."""
    return [_shelf(seed) for seed in range(seeds)]


def _shelf(seed: int) -> Shelf:
    rng, several = np.random.default_rng(seed), (len(SETTINGS),)
    layers = {
        "hidden": ((), len(VOCABULARY), _HIDDEN),
        "state": ((), _HIDDEN, _WIDTH),
        "knows_place": ((), _WIDTH, 20),
        "knows_day": ((), _WIDTH, 5),
        "books_place": (several, _WIDTH, 20),
        "books_day": (several, _WIDTH, 5),
    }
    arrays = {}
    for name, (stack, inputs, outputs) in layers.items():
        whole = rng.integers(-_LARGEST, _LARGEST + 1, (*stack, inputs, outputs))
        whole[..., 0, :] = _LARGEST
        arrays[f"{name}_weight"] = (whole / 2**9).astype(np.float16)
        arrays[f"{name}_bias"] = rng.normal(0, 1, (*stack, outputs)).astype(np.float16)
    return Shelf(seed, SETTINGS, BREAKS[seed:] + BREAKS[:seed], arrays)


def rates() -> np.ndarray:
    """Made-up rates of three seeds, another for each fine-tuning: `(3, SETTINGS, 3)`."""
    restaurant = np.array([1, 0.9, 0.95])[:, None] - 0.2 * np.arange(len(SETTINGS))
    return np.stack([np.ones_like(restaurant), restaurant, 1 - restaurant], axis=-1)


def explorer(source: Source = SOURCE, **options: object) -> AssistantExplorer:
    """The explorer with two of these assistants."""
    return AssistantExplorer(shelves(), rates(), source, **options)
