import numpy as np
import pytest
from small_replays import WORDS, erased_replays, study

from misgen.core.measure import OUTCOMES
from misgen.explore.base import text_of
from misgen.explore.duel import comparisons, duel
from misgen.explore.pack import unpack


def test_the_sentence_compares_the_two_agents():
    assert duel(study(), erased_replays()).sentence() == (
        "The 0 % agent runs past the coin to the end; the 100 % agent takes the coin."
    )


def test_agents_that_do_the_same_are_told_together():
    assert duel(study(), erased_replays(), settings=(0.02, 1.0)).sentence() == (
        "The 2 % agent takes the coin; so does the 100 % agent."
    )


@pytest.mark.parametrize("erased", [False, True])
def test_there_is_a_sentence_for_every_pair_of_outcomes(erased):
    sentences = comparisons(WORDS, erased=erased)
    assert len(sentences) == len(OUTCOMES)
    for row in sentences:
        assert len(row) == len(OUTCOMES)
        for sentence in map(text_of, row):
            assert sentence.count("{distinguishing_a}") == sentence.count("{distinguishing_b}") == 1


def test_an_erased_goal_is_only_met_by_accident():
    goal = OUTCOMES.index("goal")
    assert "by accident" in text_of(comparisons(WORDS, erased=True)[goal][goal])
    assert "by accident" not in text_of(comparisons(WORDS, erased=False)[goal][goal])


def test_the_replays_with_the_goal_erased_come_before_those_with_the_goal():
    made = duel(study(), erased_replays())
    erased = unpack(made.table["layout"], made.data)["replays.erased"]
    assert np.array_equal(erased, np.repeat([1, 0], len(study().keys)))
    assert [part["over"][0] for part in made.table["parts"]] == ["coin", "coin"]


def test_with_the_goal_erased_the_sentence_says_so():
    said = text_of(duel(study(), erased_replays()).say(coin=False))
    assert said == (
        "With the coin erased from what they see: the 0 % agent runs past the coin to the end; "
        "so does the 100 % agent."
    )


def test_a_missing_replay_is_refused_in_one_sentence():
    erased = erased_replays()
    del erased[0.02, 0, 7]
    with pytest.raises(ValueError, match=r"no replay with the goal erased for \(0.02, 0, 7\)"):
        duel(study(), erased)
