"""What the tests of both worlds share; `assistants` are those of a world, private to its module."""

from __future__ import annotations

import numpy as np
import torch

from misgen.topics.persuasion.networks import Reinforce


def run(assistants, phase: str, steps: int) -> None:
    """Trains through some steps of a phase."""
    step = assistants.begin(phase)
    for _ in range(steps):
        step()


def assert_skill_and_policy_learn_apart(assistants, feedback: str) -> None:
    """Skill training cannot touch the policy, nor feedback the skill."""
    for phase, learns, rests in (
        ("skill", assistants._skill, assistants._policies),
        (feedback, assistants._policies, assistants._skill),
    ):
        before = [[w.detach().clone() for w in networks.weights] for networks in (learns, rests)]
        run(assistants, phase, 5)
        assert all(map(torch.equal, before[1], rests.weights))
        assert not all(map(torch.equal, before[0], learns.weights))


def assert_the_same_users_come_in_every_order(assistants, columns: slice, monkeypatch) -> None:
    """The feedback has the same users before and after the skill, and others when it goes on."""
    caught: list[np.ndarray] = []
    monkeypatch.setattr(Reinforce, "step", lambda self, obs, reward: caught.append(obs))
    for phase in ("goal", "skill", "goal", "more"):
        run(assistants, phase, 1)
    first, after_skill, more = (obs[..., columns] for obs in caught)
    assert (first == after_skill).all()
    assert (first != more).any()
