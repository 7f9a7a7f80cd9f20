import re

import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.dogs.explorers import POINTS, SHOWN_SEEDS, hundred_dogs, strict_trainer
from misgen.topics.dogs.policy import BOTH, LIPS, SITUATIONS, VOICE, follow_rates, followed
from misgen.topics.dogs.sweeps import ROUNDS, SHARES, strictness_rates, train_dogs

RUNS = 8
TESTS = ("trained", "apart", "back", "lips")


@pytest.fixture(scope="module")
def panel():
    return hundred_dogs(seeds=RUNS)


@pytest.fixture(scope="module")
def trainer():
    return strict_trainer(seeds=RUNS)


def _bred(share, seed, time, situation):
    dogs = train_dogs("breeding", share, seeds=RUNS).dogs(time)
    return followed(dogs, situation)[seed]


def _learned_rate(share, seed, time, situation):
    voice, lips = follow_rates(train_dogs("REINFORCE", share, seeds=RUNS).dogs(time), situation)
    return float(np.nan_to_num(voice, nan=lips)[seed, 0])


EVERY = [(share, seed, time, test) for share in (0, 3, 7) for seed in SHOWN_SEEDS
         for time in ROUNDS for test in range(4)]  # fmt: skip


def test_each_cell_is_what_its_dog_follows(panel):
    cells = unpack(panel.table["layout"], panel.data)["part0.values"]
    assert cells.shape == (len(SHARES), 5, len(ROUNDS), 4, 10, 10)
    for share, seed, time, test in EVERY:
        expected = _bred(SHARES[share], seed, time, list(SITUATIONS)[test])
        shown = cells[share, seed, ROUNDS.index(time), test]
        np.testing.assert_array_equal(shown.ravel(), expected)


def test_the_sentence_counts_the_cells_and_tells_the_rate_of_the_other_dog(panel):
    for share, seed, time, test in EVERY:
        situation = list(SITUATIONS)[test]
        said = text_of(
            panel.say(distinguishing=100 * SHARES[share], seed=seed, time=time, test=TESTS[test])
        )
        kinds = _bred(SHARES[share], seed, time, situation)
        counted = {"trained": BOTH, "apart": VOICE, "back": VOICE, "lips": LIPS}[TESTS[test]]
        assert re.search(rf"\b{(kinds == counted).sum()} (of the 100|side)", said)
        assert f"{100 * _learned_rate(SHARES[share], seed, time, situation):.0f} of 100" in said


def test_the_line_is_the_dog_of_the_seed(panel):
    arrays = unpack(panel.table["layout"], panel.data)
    voice, lips = arrays["part1.2.values"], arrays["part1.1.values"]
    training = train_dogs("REINFORCE", SHARES[2], seeds=RUNS)
    for point, update in enumerate(POINTS):
        assert voice[2, 3, 1, point] == pytest.approx(
            training.voice_rates("apart", update)[3], abs=1e-4
        )
        assert lips[2, 3, 3, point] == pytest.approx(
            training.lips_rates("lips alone", update)[3], abs=1e-4
        )
    assert np.isnan(lips[:, :, 2]).all()  # the owner's back is turned
    assert np.isnan(voice[:, :, 3]).all()


def test_the_bars_show_every_run_at_the_end(panel):
    seeds = unpack(panel.table["layout"], panel.data)["part2.seeds"]
    assert seeds.shape == (len(SHARES), RUNS, 4)
    for bar, (way, rates) in enumerate(
        [("breeding", "voice_rates"), ("breeding", "lips_rates"),
         ("REINFORCE", "voice_rates"), ("REINFORCE", "lips_rates")]
    ):  # fmt: skip
        for i, share in enumerate(SHARES):
            expected = getattr(train_dogs(way, share, seeds=RUNS), rates)("apart")
            np.testing.assert_allclose(seeds[i, :, bar], expected, atol=0.003)


def test_each_control_moved_from_its_start_changes_the_text(panel):
    start = panel.sentence()
    for choice in (
        {"distinguishing": 1},
        {"time": 40},
        {"seed": 1},
        {"test": "trained"},
        {"test": "back"},
    ):
        assert text_of(panel.say(**choice)) != start


def test_the_panel_opens_where_voice_and_lips_disagree_at_the_end_of_ambiguous_training(panel):
    assert panel.state == {"distinguishing": 0, "test": "apart", "time": 100, "seed": 0}


def test_the_panel_of_the_book_is_small_enough_for_a_page():
    # Only the seeds of lines and bars grow with the number of runs.
    assert len(hundred_dogs(seeds=30).data) <= 220_000


# --------------------------------------------------------------------- a stricter trainer


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
