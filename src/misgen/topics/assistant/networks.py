"""Trunks and heads in torch, for training, and their way to NumPy and back.

A network takes the words of weeks, `(n, 20)`, and returns states, `(n, width)`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.extras import extra
from misgen.topics.assistant.model import Head, MlpTrunk, Trunk
from misgen.topics.assistant.settings import Architecture
from misgen.topics.assistant.weeks import VOCABULARY

with extra("train", "The assistant's network"):
    import torch
    from torch import Tensor, nn

HIDDEN, WIDTH = 128, 64
"""Units of the two layers of the MLP; the second is the state. 17,216 weights and biases in all."""


class MlpNetwork(nn.Module):
    """See `MlpTrunk`."""

    def __init__(self, hidden: int = HIDDEN, width: int = WIDTH) -> None:
        super().__init__()
        self.width = width
        self.hidden = nn.Linear(len(VOCABULARY), hidden)
        self.state = nn.Linear(hidden, width)

    def forward(self, words: Tensor) -> Tensor:
        """Returns states, `(n, width)`."""
        week = torch.zeros(len(words), len(VOCABULARY)).scatter_(1, words, 1.0)  # (week, word)
        return torch.relu(self.state(torch.relu(self.hidden(week))))


class TransformerNetwork(nn.Module):
    """Two layers of self-attention; the state is what they make of one more word, which asks.

    The four listed places are read as a set: nothing tells the place of a word in the list.
    """

    def __init__(self, width: int = 48, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.width = width
        self.words = nn.Embedding(len(VOCABULARY), width)
        self.asked = nn.Parameter(torch.randn(1, 1, width) * _WORD_SPREAD)  # (week, word, width)
        nn.init.normal_(self.words.weight, std=_WORD_SPREAD)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, heads, 2 * width, dropout=0.0, activation="gelu", batch_first=True,
                norm_first=True,
            )
            for _ in range(layers)
        )  # fmt: skip
        self.norm = nn.LayerNorm(width)

    def forward(self, words: Tensor) -> Tensor:
        """Returns states, `(n, width)`."""
        # (week, word, width): 20 words, and the one that asks at the end
        read = torch.cat([self.words(words), self.asked.expand(len(words), -1, -1)], dim=1)
        for layer in self.layers:
            read = layer(read)
        return torch.relu(self.norm(read[:, -1]))  # what the one that asks has read


_WORD_SPREAD = 0.5  # standard deviation of the first weights of a word
Network = MlpNetwork | TransformerNetwork


@dataclass(frozen=True)
class TorchTrunk:
    """A network as a `Trunk`; it needs torch, and is not published."""

    network: Network

    @property
    def width(self) -> int:
        """Entries of a state."""
        return self.network.width

    def states(self, words: IntArray) -> FloatArray:
        """Returns the states of weeks, `(n, width)`; see `Trunk`."""
        with torch.no_grad():
            states: FloatArray = self.network(torch.from_numpy(words)).numpy()
        return states


def new_network(architecture: Architecture) -> Network:
    """Returns a network with random weights, drawn from torch's generator.

    Raises:
        ValueError: If there is no such architecture.
    """
    if architecture not in ("mlp", "transformer"):
        raise ValueError(f"architecture must be 'mlp' or 'transformer', not {architecture!r}.")
    return MlpNetwork() if architecture == "mlp" else TransformerNetwork()


def trunk_of(network: Network) -> Trunk:
    """Returns a trunk that gives the same states (to 1e-5), as it is now."""
    if isinstance(network, TransformerNetwork):
        return TorchTrunk(copy.deepcopy(network))  # the original may be trained further
    return MlpTrunk(*head_of(network.hidden), *head_of(network.state))


def network_of(trunk: Trunk) -> Network:
    """Returns a network of one's own that gives the same states, to be trained further."""
    if isinstance(trunk, TorchTrunk):
        return copy.deepcopy(trunk.network)
    assert isinstance(trunk, MlpTrunk)
    with torch.random.fork_rng(devices=[]):  # the first weights are drawn, and written over
        network = MlpNetwork(len(trunk.hidden_bias), trunk.width)
    _fill(network.hidden, Head(trunk.hidden_weight, trunk.hidden_bias))
    _fill(network.state, Head(trunk.state_weight, trunk.state_bias))
    return network


def head_of(layer: nn.Linear) -> Head:
    """Returns a linear layer as a head, as it is now."""
    # NumPy sees the memory of torch, which training changes: hence the copies below.
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return Head(np.ascontiguousarray(weight.T), bias.copy())


def layer_of(head: Head) -> nn.Linear:
    """Returns a head as a linear layer of one's own, to be trained further."""
    # On the device "meta" no first weights are drawn: training leaves torch's generator alone.
    width, answers = head.weight.shape
    layer = nn.Linear(width, answers, device="meta").to_empty(device="cpu")
    _fill(layer, head)
    return layer


def zero_head(width: int, answers: int) -> Head:
    """Returns a head that scores all answers alike."""
    return Head(np.zeros((width, answers), np.float32), np.zeros(answers, np.float32))


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """Changes the weights of an optimizer by one step."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
    optimizer.step()


def _fill(layer: nn.Linear, head: Head) -> None:
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(head.weight.T.copy()))  # torch has (answers, width)
        layer.bias.copy_(torch.from_numpy(head.bias))
