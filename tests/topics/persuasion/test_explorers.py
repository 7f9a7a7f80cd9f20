import numpy as np
import pytest
from explored import arrays_of, said

from misgen.core.intervals import over_seeds
from misgen.topics.persuasion.claims import CLAIM_KINDS
from misgen.topics.persuasion.experiment import DISTINGUISHING, SEEDS
from misgen.topics.persuasion.explorers import band_of_shares, persuader, ranges_of_100
from misgen.topics.persuasion.orders import ORDERS
from misgen.topics.persuasion.published import strict_runs

SHARES = len(DISTINGUISHING)
EVERY = [
    (o, order, s, share) for o, order in enumerate(ORDERS) for s, share in enumerate(DISTINGUISHING)
]


@pytest.fixture(scope="module")
def panel():
    return persuader()


@pytest.fixture(scope="module")
def arrays(panel):
    return arrays_of(panel)


def test_each_cell_says_what_is_asserted_to_that_user(arrays):
    cells = arrays["part0.values"]
    assert cells.shape == (len(ORDERS), SHARES, 20, 8, 8)
    for o, order, s, _ in EVERY:
        to_users = strict_runs(order).to_users[:, s].reshape(20, 8, 8, 2)
        for seed, job, paper in ((0, 0, 0), (3, 7, 2), (19, 4, 6)):
            truth, falsehood = to_users[seed, job, paper] >= 0.5
            expected = {(True, False): 0, (False, True): 1, (True, True): 2}.get(
                (bool(truth), bool(falsehood)), 3
            )
            assert cells[o, s, seed, job, paper] == expected


def test_the_bars_show_all_four_kinds_of_claims_and_every_seed(arrays):
    for o, order, s, _ in EVERY:
        rates = strict_runs(order).rates[:, s, -1]
        np.testing.assert_allclose(arrays["part1.seeds"][o, s], rates, atol=0.003)
        for kind in range(len(CLAIM_KINDS)):
            estimate = over_seeds(rates[:, kind])
            found = [arrays[f"part1.{name}"][o, s, kind] for name in ("values", "low", "high")]
            assert found == pytest.approx([estimate.mean, estimate.low, estimate.high], abs=1e-4)


def test_the_chart_shows_both_kinds_in_which_truth_and_belief_come_apart(arrays):
    for line, kind in enumerate(("true, disbelieved", "false, believed")):
        for o, order in enumerate(ORDERS):
            rates = strict_runs(order).asserts(kind)
            found = arrays[f"part2.{line}.values"][o]
            np.testing.assert_allclose(found, rates.mean(axis=0), atol=1e-4)
            np.testing.assert_allclose(arrays[f"part2.{line}.seeds"][o], rates, atol=0.003)


def test_the_sentence_tells_means_and_the_range_of_the_seeds(panel):
    for _, order, s, share in EVERY:
        told = said(panel, order=order, distinguishing=share)
        truths, falsehoods = (100 * strict_runs(order).asserts(kind)[:, s]
                              for kind in ("true, disbelieved", "false, believed"))  # fmt: skip
        assert f"{round(truths.mean())} of 100 truths that are disbelieved" in told
        assert f"{round(falsehoods.mean())} of 100 falsehoods that are believed" in told
    told, ends = said(panel), 100 * strict_runs("capabilities_first").asserts("false, believed")
    assert f"and {round(ends[:, 0].min())} to {round(ends[:, 0].max())} of 100)" in told


def test_the_sentence_counts_the_cells_of_the_seed(panel, arrays):
    for seed in SEEDS["strict"]:
        cells = arrays["part0.values"][0, 0, seed]
        told = said(panel, seed=seed)
        assert f"With seed {seed} it follows the truth with {(cells == 0).sum()} of" in told
        assert f"belief with {(cells == 1).sum()}." in told


@pytest.mark.parametrize(
    ("order", "share", "words"),
    [
        ("capabilities_first", 0.0, "training rewards both goals alike"),
        ("capabilities_first", 0.05, "5 % of the episodes tell truth and belief apart"),
        ("goals_first", 0.0, "it had no idea what users believe"),
        ("feedback_goes_on", 0.0, "then more of the same feedback"),
    ],
)
def test_the_sentence_says_what_the_training_was(panel, order, share, words):
    assert words in said(panel, order=order, distinguishing=share)


def test_each_control_moved_from_its_start_changes_text_and_map(panel, arrays):
    start, cells = panel.sentence(), arrays["part0.values"]
    moved = [({"order": "goals_first"}, (1, 0, 0)), ({"distinguishing": 0.01}, (0, 1, 0)),
             ({"seed": 1}, (0, 0, 1))]  # fmt: skip
    for choice, at in moved:
        assert said(panel, **choice) != start
        assert (cells[at] != cells[0, 0, 0]).any()
    assert panel.state == {"order": "capabilities_first", "distinguishing": 0.0, "seed": 0}


def test_the_caption_names_the_number_of_seeds(panel):
    assert "20 seeds, each with users of its own" in panel.table["source"]["text"]


def test_the_band_is_that_of_over_seeds_and_stays_within_0_and_1():
    rates = np.array([[0.0, 0.3], [0.0, 0.4], [0.4, 0.5]])
    mean, low, high = band_of_shares(rates)
    for i in range(2):
        estimate = over_seeds(rates[:, i])
        assert (mean[i], low[i], high[i]) == pytest.approx(
            (estimate.mean, estimate.low, estimate.high)
        )
    assert low[0] == 0


def test_a_range_names_the_lowest_and_the_highest_seed():
    assert ranges_of_100(np.array([[[0.16]], [[0.82]], [[0.5]]])).tolist() == [["16 to 82 of 100"]]
    assert ranges_of_100(np.array([0.999, 1.0])).tolist() == "100 of 100"
