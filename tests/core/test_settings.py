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


@pytest.mark.parametrize("name", ["num_envs", "rollout_steps", "batch_size", "epochs", "hidden"])
def test_settings_refuse_a_count_below_one(name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, but is 0"):
        PPOSettings(**{name: 0})


@pytest.mark.parametrize("name", ["discount", "gae_lambda"])
@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_settings_refuse_a_share_outside_0_to_1(name, value):
    with pytest.raises(ValueError, match=f"{name} must lie in"):
        PPOSettings(**{name: value})


@pytest.mark.parametrize("name", ["learning_rate", "clip", "max_gradient_norm", "reward_scale"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_settings_refuse_a_size_that_is_not_positive(name, value):
    with pytest.raises(ValueError, match=f"{name} must be positive"):
        PPOSettings(**{name: value})


def test_a_batch_of_one_transition_is_refused():
    # Its advantage cannot be normalized.
    with pytest.raises(ValueError, match="batch_size must be at least 2"):
        PPOSettings(batch_size=1)
