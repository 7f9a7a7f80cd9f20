"""Two heads that agree on what was shown and disagree elsewhere, and labels that choose one.

The first part is that of DivDis (Lee et al., 2022), on the actions of an agent in place of the
classes of pictures: both heads imitate it on ordinary levels, while on unlabelled observations of
shifted levels their predictions are pushed towards independence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Actor
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import BatchedEnv
from misgen.core.extras import extra
from misgen.core.policy import Policy

with extra("train", "Training with torch"):
    import torch

BATCH = 1024
UPDATES = 500
STEP_SIZE = 2e-3  # of Adam
HIDDEN = 64


@dataclass(frozen=True)
class Shown:
    """What was seen while somebody played, and what a teacher does there."""

    obs: FloatArray
    """`(observations, entries)`."""
    actions: IntArray
    """`(observations,)`."""


def shown(agent: Policy, teacher: Actor, env: BatchedEnv, steps: int, seed: int) -> Shown:
    """Lets an agent play, and notes what it sees and what a teacher would do.

    Args:
        agent: Who plays.
        teacher: Whose actions are noted; they are not played unless it is the agent.
        env: The environments; they are reset, and again where an episode ends.
        steps: Steps of each.
        seed: Seed of the actions.
    """
    rng = np.random.default_rng([seed, 6])
    obs, seen, told = env.reset(), [], []
    for _ in range(steps):
        actions = agent.act(obs, rng)
        seen.append(obs.copy())
        told.append(actions if teacher is agent else teacher.act(obs, rng))
        step = env.step(actions)
        obs, done = step.obs, step.terminated | step.truncated
        if done.any():
            obs[done] = env.reset(done)
    return Shown(np.concatenate(seen), np.concatenate(told))


def two_heads(source: Shown, target: FloatArray, weight: float, seed: int) -> tuple[Policy, Policy]:
    """Returns two agents that share a hidden layer.

    Args:
        source: What both imitate.
        target: Observations on which they are to disagree, `(observations, entries)`.
        weight: How much disagreement counts; 0 leaves it out.
        seed: Seed of the first weights and the batches.
    """
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(seed)
    choices = int(source.actions.max()) + 1
    layers = _layers(source.obs.shape[1], 2 * choices, generator)
    adam = torch.optim.Adam(layers, lr=STEP_SIZE)
    obs, actions = torch.as_tensor(source.obs), torch.as_tensor(source.actions)
    other = torch.as_tensor(target)
    usual = torch.bincount(actions, minlength=choices) / len(actions)
    for _ in range(UPDATES):
        rows = torch.randint(len(obs), (BATCH,), generator=generator)
        heads = _logits(layers, obs[rows]).view(BATCH, 2, choices)
        loss = sum(torch.nn.functional.cross_entropy(heads[:, i], actions[rows]) for i in (0, 1))
        if weight:
            rows = torch.randint(len(other), (BATCH,), generator=generator)
            loss = loss + weight * _alike(_logits(layers, other[rows]).view(BATCH, 2, -1), usual)
        adam.zero_grad()
        loss.backward()  # type: ignore[union-attr]
        adam.step()
    return _policy(layers, 0, choices), _policy(layers, 1, choices)


def _layers(inputs: int, outputs: int, generator: torch.Generator) -> list[torch.Tensor]:
    def matrix(rows: int, columns: int) -> torch.Tensor:
        return torch.randn(rows, columns, generator=generator) / rows**0.5

    layers = [matrix(inputs, HIDDEN), torch.zeros(HIDDEN), matrix(HIDDEN, outputs),
              torch.zeros(outputs)]  # fmt: skip
    return [layer.requires_grad_() for layer in layers]


def _logits(layers: Sequence[torch.Tensor], obs: torch.Tensor) -> torch.Tensor:
    hidden_weight, hidden_bias, weight, bias = layers
    return torch.relu(obs @ hidden_weight + hidden_bias) @ weight + bias


def _alike(logits: torch.Tensor, usual: torch.Tensor) -> torch.Tensor:
    """Returns the mutual information of both heads, and how far their actions are from usual."""
    p = torch.softmax(logits, dim=-1)  # (observation, head, action)
    joint = torch.einsum("na,nb->ab", p[:, 0], p[:, 1]) / len(p)
    apart = torch.outer(joint.sum(dim=1), joint.sum(dim=0))
    tiny = 1e-9
    information = (joint * ((joint + tiny).log() - (apart + tiny).log())).sum()
    shares = p.mean(dim=0)  # (head, action)
    return information + (shares * ((shares + tiny).log() - (usual + tiny).log())).sum()


def _policy(layers: Sequence[torch.Tensor], head: int, choices: int) -> Policy:
    hidden_weight, hidden_bias, weight, bias = (layer.detach().numpy() for layer in layers)
    own = slice(head * choices, (head + 1) * choices)
    return Policy(
        hidden_weight=hidden_weight,
        hidden_bias=hidden_bias,
        action_weight=weight[:, own].copy(),
        action_bias=bias[own].copy(),
        value_weight=np.zeros(HIDDEN, np.float32),
        value_bias=np.zeros((), np.float32),
    )


def first_chosen(
    heads: Sequence[Policy], pool: Shown, labels: int, draws: int, rng: np.random.Generator
) -> float:
    """Returns how often a few labels choose the first of two heads; a tie counts a half.

    Args:
        heads: Two agents.
        pool: Observations with what a helper does there.
        labels: How many of them are drawn; the head that finds them likelier is chosen.
        draws: How often that is tried.
        rng: Source of the draws.
    """
    rows = np.arange(len(pool.actions))
    first, second = (
        np.log(np.maximum(head.probabilities(pool.obs)[rows, pool.actions], 1e-9)) for head in heads
    )
    drawn = rng.integers(0, len(rows), (draws, labels))
    lead: NDArray[np.float64] = (first - second)[drawn].sum(axis=1)
    return float((lead > 0).mean() + (lead == 0).mean() / 2)
