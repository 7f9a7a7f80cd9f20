import numpy as np
import pytest
from small_replays import LEVELS, SEEDS, SETTINGS, study

from misgen.core.intervals import Estimate
from misgen.explore.study import interval, of_100, percent


def test_the_keys_run_through_settings_seeds_and_levels():
    keys = study().keys
    assert keys[0] == (0.0, 0, 7)
    assert keys[1] == (0.0, 0, 41)
    assert len(keys) == len(SETTINGS) * len(SEEDS) * len(LEVELS)


def without_one_replay():
    replays = dict(study().replays)
    del replays[(0.02, 3, 41)]
    return replays


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"settings": (0.5, 0.1, 1.0)}, "increasing shares"),
        ({"settings": (0.0, 0.02, 2.0)}, "increasing shares"),
        ({"measures": ("goal", "proxy", "x", "y")}, "lacks the measure 'died'"),
        ({"measures": ("goal", "proxy", "died", "x")}, "'x' has no label"),
        ({"seeds": (0, 1, 2)}, r"rates of shape \(3, 3, 4\), not \(3, 2, 4\)"),
        ({"rates": np.full((3, 2, 4), 1.2)}, "shares from 0 to 1"),
        ({"estimates": [[Estimate(0, 0, 0, 2)] * 4]}, "one row of 4 estimates for each of 3"),
        ({"replays": without_one_replay()}, r"no replay for \(0.02, 3, 41\)"),
        ({"replays": {}}, "at least one replay"),
    ],
)
def test_invalid_data_is_refused_in_one_sentence(changes, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        study(**changes)
    assert "\n" not in str(error.value)


def test_a_missing_run_is_allowed_as_a_gap():
    rates = study().rates.copy()
    rates[1, 1] = np.nan
    assert np.isnan(study(rates=rates).rates[1, 1]).all()


def test_a_setting_that_was_not_measured_is_refused():
    with pytest.raises(ValueError, match=r"no setting 0.3; choose one of \(0.0, 0.02, 1.0\)"):
        study().index(0.3)


def test_numbers_are_written_for_readers():
    assert [percent(x) for x in SETTINGS] == ["0 %", "2 %", "100 %"]
    assert of_100(0.126) == "13 of 100"
    assert interval(Estimate(0.5, 0.456, 0.544, 10)) == "46–54 %"
