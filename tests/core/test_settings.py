from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError

import pytest

from misgen import PPOSettings


def test_settings_go_through_json_unchanged():
    settings = PPOSettings(steps=1000, clip=0.1)
    assert PPOSettings(**json.loads(json.dumps(settings.to_json()))) == settings


def test_settings_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        PPOSettings().steps = 3


COUNTS = ["num_envs", "rollout_steps", "epochs", "hidden"]


@pytest.mark.parametrize("name", COUNTS)
def test_settings_refuse_a_count_below_one(name):
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least 1, but is 0"):
        PPOSettings(**{name: 0})


@pytest.mark.parametrize("name", [*COUNTS, "batch_size", "steps"])
@pytest.mark.parametrize("value", [1.5, math.nan, math.inf, "4", None, True, 4.0])
def test_settings_refuse_a_count_that_is_no_whole_number(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least"):
        PPOSettings(**{name: value})


@pytest.mark.parametrize("name", [*COUNTS, "batch_size", "steps"])
def test_settings_refuse_a_count_beyond_all_sense(name):
    with pytest.raises(ValueError, match=f"{name} must be at most [0-9,]+, but is 1,000,000,000,0"):
        PPOSettings(**{name: 10**15})


@pytest.mark.parametrize("name", ["discount", "gae_lambda"])
@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, "0.5", None, True])
def test_settings_refuse_a_share_outside_0_to_1(name, value):
    with pytest.raises(ValueError, match=f"{name} must lie between 0 and 1"):
        PPOSettings(**{name: value})


@pytest.mark.parametrize("name", ["learning_rate", "clip", "max_gradient_norm", "reward_scale"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, "0.1", None, True])
def test_settings_refuse_a_size_that_is_not_positive(name, value):
    with pytest.raises(ValueError, match=f"{name} must be positive"):
        PPOSettings(**{name: value})


def test_a_batch_of_one_transition_is_refused():
    # Its advantage cannot be normalized.
    with pytest.raises(ValueError, match="batch_size must be a whole number of at least 2"):
        PPOSettings(batch_size=1)


@pytest.mark.parametrize("name", ["learning_rate", "clip", "max_gradient_norm", "reward_scale"])
@pytest.mark.parametrize("value", [1e30, math.inf])
def test_settings_refuse_a_size_with_which_weights_overflow(name, value):
    with pytest.raises(ValueError, match=f"{name} must lie between 0 and"):
        PPOSettings(**{name: value})


@pytest.mark.parametrize("name", ["entropy_weight", "value_weight"])
@pytest.mark.parametrize("value", [-0.1, 1e30, math.inf, math.nan, "0.1", None])
def test_settings_refuse_a_weight_of_the_loss_that_is_negative_or_not_finite(name, value):
    with pytest.raises(ValueError, match=f"{name} must lie between 0 and 1000"):
        PPOSettings(**{name: value})
