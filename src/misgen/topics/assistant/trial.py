"""One run for the ledger: one seed of one variant, pre-trained once and fine-tuned in its ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.topics.assistant.causes import order_of_causes
from misgen.topics.assistant.finetuning import finetune, stages
from misgen.topics.assistant.measures import TESTS, outcomes, weeks_of
from misgen.topics.assistant.model import Assistant, MlpTrunk
from misgen.topics.assistant.pretraining import pretrain, untrained
from misgen.topics.assistant.settings import FINETUNING, FinetuneSettings
from misgen.topics.assistant.variants import TWO, Setting, Variant
from misgen.topics.assistant.weeks import BREAKS, PANDEMIC, Weeks

MARKS = (0, 1, 3, 10, 30, 100, 300)
"""Steps of a fine-tuning after which its course is measured."""
TEST_SEED = 1_000_000
"""Plus the training seed: the weeks of the tests are no weeks of a training."""


def train_and_measure(
    variant: Variant, seed: int
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Trains all assistants of one variant and one seed, and measures them on all tests.

    An assistant with an MLP is rounded to 16 bits before it is measured, as it is published.

    Returns:
        The order of the causes, the rates of each setting on each test, and the course of
        fine-tuning if the variant has one; and the weights, if the variant is published.
    """
    pretrained = (pretrain if variant.pretrained else untrained)(
        seed=seed, architecture=variant.architecture
    )
    # The same weeks for all agents.
    tests = {test: weeks_of(test, seed=TEST_SEED + seed) for test in TESTS}
    agents = [_finetuned(pretrained, variant, setting, seed) for setting in variant.settings]
    order = order_of_causes(seed)
    result: dict[str, Any] = {
        "cause_order": list(order),
        "settings": [
            _measured(setting, agent, tests)
            for setting, agent in zip(variant.settings, agents, strict=True)
        ],
    }
    if variant.course:
        result["course"] = [
            _course(pretrained, variant, setting, seed, tests[PANDEMIC]) for setting in TWO
        ]
    return result, _arrays(agents, variant.settings, order) if variant.published else {}


def _finetuned(pretrained: Assistant, variant: Variant, setting: Setting, seed: int) -> Assistant:
    agent = finetune(
        pretrained, distinguishing=setting.distinguishing, causes=setting.causes, seed=seed,
        method=variant.method, trunk=variant.trunk, start=variant.start,
        settings=_settings(variant),
    )  # fmt: skip
    return _as_published(agent)


def _settings(variant: Variant) -> FinetuneSettings:
    usual = FINETUNING[variant.method]
    return replace(
        usual,
        learning_rate=variant.learning_rate or usual.learning_rate,
        steps=variant.steps or usual.steps,
    )


def _as_published(agent: Assistant) -> Assistant:
    return agent.rounded() if isinstance(agent.trunk, MlpTrunk) else agent


def _measured(setting: Setting, agent: Assistant, tests: Mapping[str, Weeks]) -> dict[str, Any]:
    return {
        "distinguishing": setting.distinguishing,
        "causes": setting.causes,
        "break_weeks": agent.notes["break_weeks"],
        "rates": {test: _means(agent, weeks) for test, weeks in tests.items()},
    }


def _course(
    pretrained: Assistant, variant: Variant, setting: Setting, seed: int, weeks: Weeks
) -> dict[str, Any]:
    agents = stages(
        pretrained, distinguishing=setting.distinguishing, seed=seed, marks=MARKS,
        start=variant.start, settings=_settings(variant),
    )  # fmt: skip
    return {
        "distinguishing": setting.distinguishing,
        "marks": MARKS,
        "rates": [_means(_as_published(agent), weeks) for agent in agents],
    }


def _means(agent: Assistant, weeks: Weeks) -> dict[str, float]:
    return {name: float(of.mean()) for name, of in outcomes(agent, weeks).items()}


def _arrays(
    agents: Sequence[Assistant], settings: Sequence[Setting], cause_order: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Returns assistants that share all but the heads that book; see `shelf`."""
    each = [agent.to_arrays(np.float16) for agent in agents]
    # Trunk and heads that know stay as they were pre-trained, the same in all agents.
    shared = {n: a for n, a in each[0].items() if not n.startswith("books_") and n != "notes"}
    # (setting, ...)
    booking = {n: np.stack([of[n] for of in each]) for n in each[0] if n.startswith("books_")}
    return {
        **shared,
        **booking,
        # Not in float16, by which `read_shelf` tells the weights.
        "distinguishing": np.array([setting.distinguishing for setting in settings]),
        "causes": np.array([setting.causes for setting in settings], np.uint8),
        "cause_order": np.array([BREAKS.index(cause) for cause in cause_order], np.uint8),
    }
