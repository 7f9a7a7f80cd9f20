"""The real model, where its packages are installed."""

from __future__ import annotations

import pytest
from language_models import require_model

from misgen.topics.language import expressions, open_lm
from misgen.topics.language import package as module
from misgen.topics.language.published import dialogues

MARGIN = 0.05  # of a probability: it is rounded otherwise on another processor, and by another way
# through the cache of the prompt
CLEAR = 0.3  # from 1/2: there the first turn may not be another


@pytest.fixture(scope="module")
def model():
    require_model()
    return open_lm("package")


def test_the_model_goes_on_as_recorded(model):
    """Six first turns of the first draw, three of them about expressions without unknowns."""
    recorded = [d for d in dialogues(0).draws[0] if len(d.expression.unknowns) in (0, 1)]
    shown = expressions.shots(0, seed=0)
    for before in [*recorded[:3], *recorded[-3:]]:
        now = expressions.play(model, shown, before.expression, turns=1)
        assert now.ask == pytest.approx(before.ask, abs=MARGIN)
        if abs(before.ask - 0.5) > CLEAR:
            assert now.asked[:1] == before.asked[:1]


def test_probabilities_are_those_of_the_next_word(model):
    found = model.choose("The capital of France is", (" Paris", " cheese"))
    assert found[" Paris"] > 0.99
    assert sum(found.values()) == pytest.approx(1)


def test_a_completion_ends_with_the_line_or_with_its_tokens(model):
    prompt = "1 2 3 4 5\n1 2 3 4 5\n1 2 3"
    assert model.complete(prompt, 20) == " 4 5"
    assert len(model.complete(prompt, 1)) < len(" 4 5")


def test_the_same_prompt_has_the_same_answer_but_for_rounding(model):
    prompt = expressions.shots(5, seed=0) + "Human: Evaluate 1 + 2 + 3.\nComputer:"
    first, again = (model.choose(prompt, (" What", " The")) for _ in range(2))
    assert first == pytest.approx(again, abs=MARGIN)


def test_the_engine_writes_nothing(model, capfd):
    open_lm("package").complete("One two", 2)
    assert capfd.readouterr() == ("", "")


def test_a_package_without_weights_is_named(monkeypatch):
    monkeypatch.setattr(module, "WEIGHTS", "json")
    with pytest.raises(FileNotFoundError, match="json has no file of weights"):
        module.weights_file()
