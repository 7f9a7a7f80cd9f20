"""The dog that the reader trains: the page against `Reinforcer`, and what is said of it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from node import run_in_node
from topics.dogs.page_of_dogs import page_of

from misgen.explore.base import PACKAGE, text_of
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.explorers import train_by_hand
from misgen.topics.dogs.hand_explorer import COMMANDS, SEEDS, SETTINGS, first_weights, summary
from misgen.topics.dogs.policy import DogPolicy
from misgen.topics.dogs.reinforce import Reinforcer, mean_step, reinforce
from misgen.topics.dogs.sweeps import SHARES

COURSE = """({ seed, share, praise }) => {
  const course = module.courseOf(table, arrays, { seed, share, letters: module.expanded(praise) });
  const push = module.meanStep(course.path.at(-1), table.control.values[share] / 100);
  return { ...course, push, said: module.summary(table, course) };
}"""
BY_HAND = [
    {"seed": seed, "share": share, "praise": praise}
    for seed in (0, 3, 5)
    for share, praise in ((0, ""), (0, "g10"), (3, "n4g2n1g7"), (5, "g3t40n5g9"), (7, "t25g30"))
]  # fmt: skip


@pytest.fixture(scope="module")
def explorer():
    return train_by_hand()


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory, explorer):
    return page_of(tmp_path_factory.mktemp("node"), explorer, COURSE, BY_HAND)


def letters_of(praise: str) -> str:
    return "".join(letter * int(count) for letter, count in re.findall(r"([gnt])(\d+)", praise))


def in_python(seed: int, share: int, praise: str) -> tuple[np.ndarray, int, int]:
    """The weights before each command, the number of praises, and of commands apart."""
    env = Dogs(1, distinguishing=SHARES[share], seed=SEEDS[seed])
    chance = np.random.default_rng([SEEDS[seed], 1])  # the purpose of a training
    learner = Reinforcer(DogPolicy(chance.standard_normal(2)), SETTINGS)
    path, praised, apart = [learner.policy.weights], 0, 0
    for letter in letters_of(praise):
        obs = env.reset()
        actions = learner.policy.act(obs, chance)
        obeyed = env.step(actions).reward
        reward = obeyed if letter == "t" else np.array([letter == "g"], np.float32)
        path.append(learner.learn(obs, actions, reward).weights)
        praised, apart = praised + int(reward[0]), apart + int(obs[0, 0] != obs[0, 1])
    return np.array(path), praised, apart


def test_the_page_takes_the_steps_of_the_chapter_whatever_is_praised(by_hand):
    for case, found in zip(BY_HAND, by_hand, strict=True):
        path, praised, apart = in_python(**case)
        np.testing.assert_allclose(found["path"], path, atol=1e-9)
        assert (found["praised"], found["apart"]) == (praised, apart), case
    assert any(found["apart"] for found in by_hand)
    assert not all(found["apart"] for found in by_hand)


def test_the_page_says_the_same_of_a_dog(by_hand):
    for case, found in zip(BY_HAND, by_hand, strict=True):
        path, _, apart = in_python(**case)
        expected = summary(DogPolicy(path[-1]), untold=len(path) > 1 and not apart)
        assert [tuple(segment) for segment in found["said"]] == expected, case


def test_the_arrow_is_where_the_trainer_moves_the_dog_on_average(by_hand):
    for case, found in zip(BY_HAND, by_hand, strict=True):
        dog = DogPolicy(np.array(found["path"][-1]))
        np.testing.assert_allclose(found["push"], mean_step(dog, SHARES[case["share"]]))


def test_a_trainer_left_alone_is_the_training_of_the_chapter(tmp_path, explorer):
    cases = [
        {"seed": seed, "share": share, "praise": f"t{COMMANDS}"}
        for seed in range(len(SEEDS)) for share in (0, 4)
    ]  # fmt: skip
    courses = page_of(tmp_path, explorer, COURSE, cases)
    for case, found in zip(cases, courses, strict=True):
        seeds = [SEEDS[case["seed"]]]
        share = SHARES[case["share"]]
        training = reinforce(distinguishing=share, seeds=seeds, settings=SETTINGS)
        np.testing.assert_allclose(found["path"], training.weights[:, 0, 0], atol=1e-7)
        assert found["next"] is None


def test_while_cues_agree_nothing_that_is_praised_moves_a_dog_towards_either(by_hand):
    for case, found in zip(BY_HAND, by_hand, strict=True):
        voice, lips = np.array(found["path"]).T
        if case["share"] == 0:
            np.testing.assert_allclose(voice - lips, voice[0] - lips[0], atol=1e-12)


@pytest.mark.parametrize(
    ("text", "is_praise"),
    [("", True), ("g3n2t100", True), (f"t{COMMANDS}", True), (f"t{COMMANDS}g1", False),
     ("g0", False), ("g", False), ("x3", False), ("g3 ", False), (3, False), (None, False)],
)  # fmt: skip
def test_only_praise_is_taken_from_an_address(tmp_path, text, is_praise):
    script = "(m, [text, most]) => m.isPraise(text, most)"
    assert run_in_node(tmp_path, "topics/dogs/model", script, [text, COMMANDS]) == is_praise


def test_praise_is_written_in_short_and_read_again(tmp_path):
    script = "(m, all) => all.map((text) => [m.expanded(text), m.shortened(m.expanded(text))])"
    texts = [case["praise"] for case in BY_HAND]
    found = run_in_node(tmp_path, "topics/dogs/model", script, texts)
    assert found == [[letters_of(text), text] for text in texts]


def test_the_first_sentence_is_that_of_the_first_dog(explorer):
    assert explorer.sentence() == text_of(summary(DogPolicy(first_weights()[0]), untold=False))
    assert explorer.state == {"distinguishing": 0, "seed": 0, "praise": ""}


def test_all_dogs_differ_and_some_prefer_either_cue(explorer):
    voice, lips = np.array(explorer.table["first"]).T
    assert len(set(voice)) == len(SEEDS)
    assert {*np.sign(voice - lips)} == {-1, 1}


def test_it_is_small_enough_for_a_page(explorer):
    assert len(explorer.data) <= 20_000


def test_the_module_that_computes_touches_no_page():
    source = (PACKAGE / "topics/dogs/model.js").read_text(encoding="utf-8")
    assert "document" not in source
