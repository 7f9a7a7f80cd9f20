"""Assistants with few random weights: their answers differ from week to week and mean nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from misgen.explore.study import Source
from misgen.topics.assistant.explorer_rates import PandemicRates
from misgen.topics.assistant.explorer_weights import SeedWeights, Setting, seed_weights
from misgen.topics.assistant.explorers import AssistantExplorer
from misgen.topics.assistant.model import Assistant, Head
from misgen.topics.assistant.weeks import BREAKS

SETTINGS: list[Setting] = [(0.0, 5), (0.003, 2), (0.003, 5), (0.1, 2), (0.1, 5)]
SOURCE = Source("2 agents & <few> levels.", "how.html", "colab.html")


def assistants(seeds: int = 2) -> list[SeedWeights]:
    """Random assistants of some seeds, with other heads that book for each fine-tuning."""
    return [
        seed_weights(seed, fine_tuned(seed), BREAKS[seed:] + BREAKS[:seed]) for seed in range(seeds)
    ]


def fine_tuned(seed: int) -> dict[Setting, Assistant]:
    """The assistants of one seed."""
    first = Assistant.random(hidden=24, width=10, seed=seed)
    rng = np.random.default_rng([seed, 1])

    def head(answers: int) -> Head:
        return Head(
            rng.normal(0, 1, (10, answers)).astype(np.float32),
            rng.normal(0, 1, answers).astype(np.float32),
        )

    return {s: replace(first, books_place=head(20), books_day=head(5)) for s in SETTINGS}


def rates() -> dict[Setting, PandemicRates]:
    """Made-up rates of three seeds, another for each fine-tuning."""
    found = {}
    for i, setting in enumerate(SETTINGS):
        restaurant = [1 - 0.2 * i, 0.9 - 0.2 * i, 0.95 - 0.2 * i]
        found[setting] = PandemicRates([1.0] * 3, restaurant, [1 - rate for rate in restaurant])
    return found


def explorer(source: Source = SOURCE, **options: object) -> AssistantExplorer:
    """The explorer with two of these assistants."""
    return AssistantExplorer(assistants(), rates(), source, **options)
