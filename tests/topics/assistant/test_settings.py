import pytest

from misgen.topics.assistant.settings import (
    FINETUNING,
    PRETRAINING,
    FinetuneSettings,
    PretrainSettings,
)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"steps": 1}, "steps must be a whole number of at least 2"),
     ({"batch": 0}, "batch must be a whole number"),
     ({"learning_rate": 0}, "learning_rate must be positive")],
)  # fmt: skip
def test_pre_training_that_cannot_work_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        PretrainSettings(**values)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"weeks": 0}, "weeks must be a whole number"), ({"steps": 0}, "steps must be"),
     ({"batch": 1.5}, "batch must be"), ({"learning_rate": -1}, "learning_rate must be positive"),
     ({"entropy": -1}, "entropy must not be negative"), ({"replay": -1}, "replay must not be"),
     ({"trunk_rate": -1}, "trunk_rate must not be")],
)  # fmt: skip
def test_fine_tuning_that_cannot_work_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        FinetuneSettings(**values)


def test_every_method_and_architecture_has_settings():
    assert set(FINETUNING) == {"labels", "reinforce"}
    assert set(PRETRAINING) == {"mlp", "transformer"}
    assert FINETUNING["labels"].entropy == 0 < FINETUNING["reinforce"].entropy
