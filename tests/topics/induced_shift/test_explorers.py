import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.induced_shift.explorers import DAYS, SEEDS, hidden_incentives, recommender
from misgen.topics.induced_shift.hidden_incentives import BENEFITS, CONDITIONS, train
from misgen.topics.induced_shift.recommender import EVENINGS, FEEDBACKS, simulate

SMALL = 100_000  # bytes


@pytest.fixture(scope="module")
def evenings():
    return (
        simulate(seeds=SEEDS, policy="greedy", keep=DAYS),
        simulate(seeds=SEEDS, policy="random", keep=DAYS),
    )


@pytest.fixture(scope="module")
def of_recommender(evenings):
    return recommender(evenings)


@pytest.fixture(scope="module")
def trained():
    return train(seeds=SEEDS, conditions=CONDITIONS)


@pytest.fixture(scope="module")
def of_incentives(trained):
    return hidden_incentives(trained)


def arrays(panel):
    return unpack(panel.table["layout"], panel.data)


def said(panel, **choices):
    return text_of(panel.say(**choices))


def test_both_panels_are_small(of_recommender, of_incentives):
    for panel in (of_recommender, of_incentives):
        texts = sum(len(text.encode()) for text in panel.table["texts"])
        assert len(panel.data) + texts < SMALL


# --------------------------------------------------------------------------- the recommender


def test_the_curves_are_means_of_the_last_ten_days_over_the_groups(evenings, of_recommender):
    greedy, random = evenings
    drawn = arrays(of_recommender)
    at, day = FEEDBACKS.index(0.05), DAYS.index(200)
    for line, measure in enumerate(("acceptance", "original_fit", "drift")):
        for p, of in enumerate((greedy, random)):
            days = of.series[measure][at, :, 190:200].mean(axis=-1)
            assert drawn[f"part1.{line}.values"][at, p, day] == pytest.approx(days.mean(), abs=1e-4)
            seeds = drawn[f"part1.{line}.seeds"][at, p, :, day]
            assert seeds == pytest.approx(days, abs=0.003)


def test_on_day_1_it_shows_that_day_alone(evenings, of_recommender):
    first = evenings[0].series["acceptance"][2, :, 0].mean()
    assert arrays(of_recommender)["part1.0.values"][2, 0, 0] == pytest.approx(first, abs=1e-4)


def test_the_map_shows_the_first_users_of_the_first_group(evenings, of_recommender):
    cells = arrays(of_recommender)["part0.values"]
    at, day = FEEDBACKS.index(0.02), DAYS.index(150)
    for p, of in enumerate(evenings):
        tastes = of.tastes[at, 0, day, :8]
        assert cells[at, p, day] == pytest.approx(tastes, abs=0.003)


def test_the_outlines_are_the_favourites_of_day_1(evenings, of_recommender):
    favourites = evenings[0].tastes[0, 0, 0, :8].argmax(axis=1).tolist()
    (map_, _) = of_recommender.table["parts"]
    assert [mark[:2] for mark in map_["marks"]] == [list(m) for m in enumerate(favourites)]
    assert map_["columnLabels"] == list(EVENINGS)


def test_the_sentence_names_the_numbers_of_the_chart(evenings, of_recommender):
    last = evenings[0].series["acceptance"][FEEDBACKS.index(0.02), :, -10:].mean()
    assert f"users accept {round(100 * last)} of 100 suggestions" in of_recommender.sentence()
    assert ("second", "32 of 100") in of_recommender.say()


def test_without_feedback_the_sentence_says_that_nobody_changes(of_recommender):
    assert "nobody changes" in said(of_recommender, feedback=0.0)
    assert "nobody changes" in said(of_recommender, feedback=0.0, random=True)
    assert "nobody changes" not in said(of_recommender, feedback=0.005)
    assert "suggestions at random move tastes too" in said(of_recommender, random=True)


def test_evenings_without_the_days_of_the_slider_are_refused():
    pair = tuple(simulate(seeds=[0, 1], policy=policy) for policy in ("greedy", "random"))
    with pytest.raises(ValueError, match="How likely eight users accept"):
        recommender(pair)


# ---------------------------------------------------------------------- the hidden incentive


@pytest.mark.parametrize(
    ("outer", "swapping", "condition"), [(0, 0, 0), (1, 0, 1), (1, 1, 2), (0, 1, 3)]
)
def test_each_pair_of_switches_shows_its_condition(
    trained, of_incentives, outer, swapping, condition
):
    drawn = arrays(of_incentives)
    curves = trained.cooperation[condition][..., ::40].mean(axis=1)
    assert drawn["part0.0.values"][outer, swapping] == pytest.approx(curves, abs=1e-4)
    ends = trained.at_the_end()[condition]
    assert drawn["part1.0.values"][outer, swapping] == pytest.approx(ends.mean(1), abs=1e-4)
    seeds = np.swapaxes(drawn["part1.0.seeds"][outer, swapping], 0, 1)
    assert seeds == pytest.approx(ends, abs=0.003)


def test_the_sentence_names_the_share_of_its_condition(trained, of_incentives):
    ends = trained.at_the_end().mean(axis=-1)[:, BENEFITS.index(1.0)]
    switches = [(False, False), (True, False), (True, True), (False, True)]
    for (outer, swapping), end in zip(switches, ends, strict=True):
        told = said(of_incentives, benefit=1.0, outer=outer, swapping=swapping)
        assert f"{round(100 * end)} of 100 steps" in told


@pytest.mark.parametrize("benefit", BENEFITS)
def test_the_sentence_speaks_of_an_incentive_where_c_pays(of_incentives, benefit):
    told = said(of_incentives, benefit=benefit, outer=True)
    assert ("reveals the hidden incentive" in told) == (benefit > 0.5)
    assert ("no incentive to find" in told) == (benefit <= 0.5)


def test_the_source_says_that_the_pay_offs_are_our_own(of_incentives):
    assert "with pay-offs of our own" in of_incentives.table["source"]["text"]


def test_learners_without_all_four_conditions_are_refused():
    few = train([0.8], seeds=[0, 1], conditions=CONDITIONS[:3])
    with pytest.raises(ValueError, match="with and without outer loop and swapping"):
        hidden_incentives(few)
