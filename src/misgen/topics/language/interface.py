"""What the experiments ask of a small language model, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class LanguageModel(Protocol):
    """What the experiments ask of a language model; nothing in it is random."""

    @property
    def name(self) -> str:
        """Which weights these are."""

    def choose(self, prompt: str, options: Sequence[str]) -> dict[str, float]:
        """Returns the probabilities of the next token among some options.

        Args:
            prompt: The text so far.
            options: Different tokens, most often with a space in front, such as " What".

        Returns:
            Option -> its probability, divided by the sum over the options.

        Raises:
            ValueError: If the model gives none of the options a probability worth mentioning.
        """

    def complete(self, prompt: str, max_tokens: int) -> str:
        """Returns the likeliest continuation, token by token, up to the end of the line."""


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Divides the weights of the options by their sum.

    >>> shares({" What": 0.5, " The": 0.125})
    {' What': 0.8, ' The': 0.2}

    Raises:
        ValueError: If no option has a weight.
    """
    total = sum(weights.values())
    if not total > 0:  # also refuses NaN
        raise ValueError(
            f"The model continues with none of {list(weights)}; give likelier options."
        )
    return {option: weight / total for option, weight in weights.items()}
