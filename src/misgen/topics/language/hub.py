"""A causal language model of the Hugging Face hub, run by transformers."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from misgen.topics.language.interface import shares


class HubModel:
    """A model of the hub, or of a local folder; on the graphics card if there is one."""

    def __init__(self, hub_id: str) -> None:
        """Fetches and loads a model.

        Args:
            hub_id: Its name, such as "Qwen/Qwen2.5-0.5B", or a folder.
        """
        # By name, since neither is among the packages of the book.
        self._torch = importlib.import_module("torch")
        transformers = importlib.import_module("transformers")
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        kind = self._torch.float16 if self._device == "cuda" else self._torch.float32
        self._tokens = transformers.AutoTokenizer.from_pretrained(hub_id)
        model = transformers.AutoModelForCausalLM.from_pretrained(hub_id)
        self._model = model.to(self._device, kind).eval()
        self.name = str(hub_id)

    def choose(self, prompt: str, options: Sequence[str]) -> dict[str, float]:
        """See `LanguageModel.choose`; of an option with several tokens, the first counts."""
        first = [self._ids(option)["input_ids"][0, 0] for option in options]  # (batch, token)
        with self._torch.no_grad():
            logits = self._model(**self._ids(prompt)).logits[0, -1]  # (batch, position, token)
        probabilities = logits.float().softmax(-1)  # in 32 bits, also on the card
        return shares({option: float(probabilities[token]) for option, token
                       in zip(options, first, strict=True)})  # fmt: skip

    def complete(self, prompt: str, max_tokens: int) -> str:
        """See `LanguageModel.complete`."""
        ids = self._ids(prompt)
        with self._torch.no_grad():
            continued = self._model.generate(
                **ids, max_new_tokens=max_tokens, do_sample=False,
                pad_token_id=self._tokens.eos_token_id,
            )  # fmt: skip
        # The prompt comes first, and is cut off.
        text: str = self._tokens.decode(
            continued[0, ids["input_ids"].shape[1] :], skip_special_tokens=True
        )
        return text.split("\n")[0]  # it does not stop at the end of a line

    def _ids(self, text: str) -> Any:
        # Special tokens would stand before an option, whose first token counts.
        return self._tokens(text, return_tensors="pt", add_special_tokens=False).to(self._device)
