"""The learner and the breeder that stand in the chapter, against those of the package."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from browsing import ROOT

from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.reinforce import reinforce
from misgen.topics.dogs.selection import breed

SHOWN = ("speak", "act", "reward", "reinforce", "breed")
OPTIONS = [
    {}, {"apart": 0.1}, {"clarity": 2.0}, {"apart": 0.25, "clarity": 0.5},
]  # fmt: skip
REWARDS = {
    "by voice": lambda by_voice, by_lips: 1.0 * by_voice,
    "by lips": lambda by_voice, by_lips: 1.0 * by_lips,
    "dearer apart": lambda by_voice, by_lips: by_voice * np.where(by_voice != by_lips, 10.0, 1.0),
}  # fmt: skip
each_training = pytest.mark.parametrize("options", OPTIONS, ids=str)
each_reward = pytest.mark.parametrize("reward", REWARDS.values(), ids=[*REWARDS])


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """What the cells define, in which these functions stand."""
    notebook = json.loads((ROOT / "chapters" / "rewards.ipynb").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {"np": np}
    for name in SHOWN:
        (source,) = (source for source in sources if f"def {name}(" in source)
        if name not in names:  # two stand in one cell
            exec(source, names)
    return names


def in_package(options: dict[str, float], reward) -> dict[str, Any]:
    return {
        "distinguishing": options.get("apart", 0.0), "lips_clarity": options.get("clarity", 1.0),
        "reward": lambda events: reward(events.goal, events.proxy),
    }  # fmt: skip


def test_the_commands_are_those_of_the_environment(shown):
    env = Dogs(6, distinguishing=0.4, lips_clarity=2.0, seed=3)
    cues = shown["speak"](np.random.default_rng(3), 6, apart=0.4, clarity=2.0)
    np.testing.assert_array_equal(cues, env.reset())


@each_training
@each_reward
def test_the_learner_of_the_chapter_is_that_of_the_package(shown, options, reward):
    training = reinforce(seeds=range(3), keep=[1, 100], **in_package(options, reward))
    for k, updates in enumerate((1, 100)):
        dogs = [shown["reinforce"](reward, **options, seed=s, updates=updates) for s in range(3)]
        np.testing.assert_allclose(dogs, training.weights[k, :, 0], atol=1e-9)


@each_training
@each_reward
def test_the_breeder_of_the_chapter_is_that_of_the_package(shown, options, reward):
    training = breed(seeds=range(2), keep=[1, 15], **in_package(options, reward))
    for k, generations in enumerate((1, 15)):
        dogs = [
            shown["breed"](reward, **options, seed=s, generations=generations) for s in range(2)
        ]
        np.testing.assert_allclose(dogs, training.weights[k], atol=1e-12)


def test_at_the_start_no_dog_of_either_has_learned(shown):
    reward = shown["reward"]
    np.testing.assert_array_equal(shown["reinforce"](reward, updates=0), shown["reinforce"](
        REWARDS["by lips"], updates=0))  # fmt: skip
    assert shown["breed"](reward, generations=0).shape == (100, 2)
