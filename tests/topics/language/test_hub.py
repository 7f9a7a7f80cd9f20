"""The source "hub", with a tiny model in the place of one from the hub: it says the next letter."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
import torch

from misgen.topics.language import models, open_lm

LETTERS = "\n abcdefghijklmnopqrstuvwxyz"


class Batch(dict):
    def to(self, device):
        return self


class Tokens:
    eos_token_id = 0

    @classmethod
    def from_pretrained(cls, hub_id):
        return cls()

    def __call__(self, text, return_tensors, add_special_tokens):
        assert (return_tensors, add_special_tokens) == ("pt", False)
        return Batch(input_ids=torch.tensor([[LETTERS.index(letter) for letter in text]]))

    def decode(self, ids, skip_special_tokens):
        return "".join(LETTERS[i] for i in ids)


class NextLetter:
    """After a letter the next one is likeliest, after z the end of the line."""

    @classmethod
    def from_pretrained(cls, hub_id):
        return cls()

    def to(self, device, kind):
        assert (device, kind) == ("cpu", torch.float32)
        return self

    def eval(self):
        return self

    def __call__(self, input_ids):
        logits = torch.zeros(1, input_ids.shape[1], len(LETTERS))
        for place, token in enumerate(input_ids[0].tolist()):
            logits[0, place, (token + 1) % len(LETTERS)] = 2.0
        return SimpleNamespace(logits=logits)

    def generate(self, input_ids, max_new_tokens, do_sample, pad_token_id):
        assert do_sample is False
        for _ in range(max_new_tokens):
            token = self(input_ids).logits[0, -1].argmax()
            input_ids = torch.cat([input_ids, token.reshape(1, 1)], dim=1)
        return input_ids


@pytest.fixture
def model(monkeypatch):
    stand_in = SimpleNamespace(AutoTokenizer=Tokens, AutoModelForCausalLM=NextLetter)
    monkeypatch.setitem(sys.modules, "transformers", stand_in)
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    return open_lm("hub", "someone/next-letter")


def test_a_model_of_the_hub_is_called_as_the_hub_calls_it(model):
    assert model.name == "someone/next-letter"


def test_a_completion_is_what_comes_after_the_prompt_up_to_the_end_of_the_line(model):
    assert model.complete("ab", 3) == "cde"
    assert model.complete("x", 20) == "yz"


def test_options_are_weighed_by_their_first_token(model):
    found = model.choose("ab", ["cat", "dog"])
    odds = float(torch.exp(torch.tensor(2.0)))
    assert found["cat"] == pytest.approx(odds / (odds + 1))
    assert sum(found.values()) == pytest.approx(1)
