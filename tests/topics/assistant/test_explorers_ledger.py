import json

import numpy as np
import pytest

from misgen.explore.pack import unpack
from misgen.topics.assistant.explorer_bytes import read_weights
from misgen.topics.assistant.explorers import AssistantExplorer, assistant_explorer, shipped_seeds
from misgen.topics.assistant.results import results, seed_runs
from misgen.topics.assistant.shelf import published
from misgen.topics.assistant.weeks import BREAKS, PANDEMIC, TASTES, draw_weeks, observations

PLACES_A_KIND, RESTAURANT = 5, 0
WEEKS = 2000


@pytest.fixture(scope="module")
def explorer() -> AssistantExplorer:
    return assistant_explorer()


@pytest.fixture(scope="module")
def weeks():
    """Users, breaks and wishes of all kinds; about one week in ten is in the pandemic."""
    return draw_weeks(
        np.random.default_rng(0), WEEKS, distinguishing=0.6, causes=(*BREAKS, PANDEMIC),
        tastes=TASTES, wishes=0.2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pandemic():
    return draw_weeks(np.random.default_rng(1), WEEKS, distinguishing=1.0, causes=(PANDEMIC,))


@pytest.mark.parametrize("drawn", ["weeks", "pandemic"])
def test_rounded_weights_answer_as_the_published_ones_in_995_of_1000_weeks(
    explorer, drawn, request
):
    asked = request.getfixturevalue(drawn)
    arrays = unpack(explorer.table["layout"], explorer.data)
    for one in read_weights(arrays, explorer.assistants):
        for setting in one.books:
            found = one.answers(setting, observations(asked.words), asked.listed)
            original = published(seed=one.seed, distinguishing=setting[0], causes=setting[1])
            place, day = original.books(asked)
            same = (
                (found.knows.argmax(axis=1) == original.knows(asked))
                & (found.books.argmax(axis=1) == place)
                & (found.day.argmax(axis=1) == day)
            )
            assert same.mean() >= 0.995, (one.seed, setting)


def test_all_settings_of_both_dials_are_shipped_for_at_least_four_seeds(explorer):
    assert len(explorer.assistants) >= 4
    assert {(share, causes) for share, causes in explorer.assistants[0].books} >= {
        *((share, 5) for share in (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)),
        *((0.1, causes) for causes in (1, 2, 3, 5)),
    }


def test_the_state_of_the_page_is_small(explorer):
    table = json.dumps(explorer.table, ensure_ascii=False)
    assert len(explorer.data) + len(table.encode()) <= 350_000


def test_before_the_pandemic_everyone_books_the_restaurant_and_the_user_wants_it(explorer):
    look = explorer.look()
    assert look.preferred // PLACES_A_KIND == RESTAURANT
    assert (look.books.argmax(axis=1) == look.preferred).all()


def test_the_first_move_shows_knowledge_and_a_booking_against_it(explorer):
    look = explorer.look(pandemic=True)
    assert (look.knows.argmax(axis=1) == look.preferred).all()
    assert (look.books.argmax(axis=1) // PLACES_A_KIND == RESTAURANT).all()


def test_breaks_of_five_causes_mend_it_for_most(explorer):
    for caution in ("cautious", "carefree"):
        look = explorer.look(pandemic=True, caution=caution, distinguishing=10.0)
        assert (look.books.argmax(axis=1) == look.preferred).sum() >= len(explorer.assistants) - 1


def test_the_bars_are_those_of_the_ledger(explorer):
    arrays = unpack(explorer.table["layout"], explorer.data)
    for row, (share, causes) in enumerate(explorer.assistants[0].books):
        found = results(distinguishing=share, causes=causes)
        for column, name in enumerate(("knows", "restaurant", "preferred")):
            mean = found.estimate("pandemic", name).mean
            assert arrays["rates.values"][row, column] == pytest.approx(mean, abs=1e-4)


def test_the_caption_counts_seeds_and_weeks(explorer):
    text = explorer.table["source"]["text"]
    assert f"Rates: all {len(results(distinguishing=0.0).seeds)} seeds, 2,000 weeks" in text
    assert f"Answers: seeds {', '.join(map(str, shipped_seeds()))} of" in text


def test_the_seeds_are_the_first_for_each_first_cause_whatever_they_answer(explorer):
    firsts = [one.cause_order[0] for one in explorer.assistants]
    assert len(set(firsts)) == len(firsts)
    earlier = [run for run in seed_runs("main") if run.seed < shipped_seeds()[-1]]
    assert {run.cause_order[0] for run in earlier} < set(firsts)
    assert [one.seed for one in explorer.assistants] == list(shipped_seeds())


def test_a_single_cause_is_not_the_same_for_all_seeds(explorer):
    look = explorer.look(pandemic=True, distinguishing=10.0, causes=1)
    assert len({shares.argmax() for shares in look.books}) > 1
