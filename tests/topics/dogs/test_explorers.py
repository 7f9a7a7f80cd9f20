import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.dogs.explorers import strict_trainer
from misgen.topics.dogs.sweeps import strictness_rates

RUNS = 8


@pytest.fixture(scope="module")
def trainer():
    return strict_trainer(seeds=RUNS)


def test_the_sentence_on_strictness_tells_the_shares_of_runs(trainer):
    bred, learned = strictness_rates(seeds=RUNS)
    for i, kept in enumerate((10, 20, 50)):
        for j, mutation in enumerate((0.0, 0.1, 0.3)):
            few, many = ((bred[i, j, :, k] >= 0.9).mean() for k in (1, 3))
            said = text_of(trainer.say(kept=kept, mutation=mutation))
            assert f"If {kept} of 100" in said
            assert f"{100 * few:.0f} % of the populations" in said
            assert f"and {100 * many:.0f} % where 10 % do" in said
    for k, rate in enumerate((0.1, 0.3, 1.0)):
        few, many = ((learned[k, :, share] >= 0.9).mean() for share in (1, 3))
        said = text_of(trainer.say(rate=rate))
        assert f"it is {100 * few:.0f} % and {100 * many:.0f} % of the REINFORCE dogs" in said


def test_each_control_of_strictness_changes_the_text(trainer):
    start = trainer.sentence()
    for choice in ({"kept": 10}, {"kept": 50}, {"mutation": 0.1}, {"rate": 0.1}, {"rate": 1.0}):
        assert text_of(trainer.say(**choice)) != start


def test_the_charts_of_strictness_show_mean_interval_and_every_run(trainer):
    arrays = unpack(trainer.table["layout"], trainer.data)
    bred, learned = strictness_rates(seeds=RUNS)
    np.testing.assert_allclose(arrays["part0.0.values"], bred.mean(axis=2), atol=1e-4)
    np.testing.assert_allclose(arrays["part1.0.values"], learned.mean(axis=1), atol=1e-4)
    assert (arrays["part0.0.low"] <= arrays["part0.0.values"]).all()
    assert arrays["part0.0.seeds"].shape == (3, 3, RUNS, 4)
