from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
import small_forests

from misgen.ledger.runs import plain_json
from misgen.topics.tree_gridworld.runs import Setting, from_json, to_json


def _config(setting: Setting) -> dict:
    return {
        "discount": setting.discount, "distinguishing": setting.distinguishing, "seed": 4,
        "steps": 1_000_000, "options": setting.options,
    }  # fmt: skip


def _equal(one: object, other: object) -> None:
    """Compares dataclasses of arrays; a thousandth may be lost."""
    for (name, a), b in zip(asdict(one).items(), asdict(other).values(), strict=True):
        np.testing.assert_allclose(a, b, atol=6e-4, err_msg=name)


def test_a_run_comes_back_from_the_ledger_as_it_was():
    setting = Setting(discount=0.9, r_max=0.1, r_min=0.01, distinguishing=0.25, walls=True)
    run = small_forests.run(setting, seed=4)
    result = json.loads(plain_json(to_json(run.series, run.ending, run.moments)))
    back = from_json(_config(setting), result)
    assert (back.setting, back.seed, back.steps) == (setting, 4, 1_000_000)
    _equal(back.series, run.series)
    _equal(back.ending, run.ending)
    for one, other in zip(back.moments, run.moments, strict=True):
        assert one.tick == other.tick
        np.testing.assert_allclose(one.chops, other.chops, atol=1e-4)
        for part in ("windows", "long_run", "unforgiven"):
            _equal(getattr(one, part), getattr(other, part))


def test_rounded_shares_still_add_up_to_one():
    run = small_forests.run()
    thirds = np.zeros((5, 11))
    thirds[:, :3] = 1 / 3
    series = type(run.series)(run.series.ticks, run.series.rewards, thirds)
    back = from_json(_config(run.setting), to_json(series, run.ending, run.moments))
    np.testing.assert_allclose(back.series.shares.sum(axis=1), 1.0, rtol=1e-12)


def test_the_ledger_holds_plain_numbers():
    run = small_forests.run()
    plain_json(to_json(run.series, run.ending, run.moments))  # refuses all others


def test_the_options_of_a_setting_are_those_of_the_world():
    from misgen.topics.tree_gridworld.env import TreeGridworld

    setting = Setting(r_max=0.6, r_min=0.1, walls=True)
    env = TreeGridworld(1, seed=0, **setting.options)
    assert env.obs_size == TreeGridworld(1, walls=True, seed=0).obs_size
    assert setting.options == {"r_max": 0.6, "r_min": 0.1, "walls": True}


def test_the_peak_is_the_largest_reward():
    assert small_forests.run().peak == pytest.approx(0.2)
