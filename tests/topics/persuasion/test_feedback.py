import pytest

from misgen.topics.persuasion.feedback import HONEST, Oversight, break_even


def test_a_lie_breaks_even_where_its_mean_reward_is_that_of_the_truth():
    for believed in (1.0, 0.9):
        audit = break_even(believed)
        worth = believed * (1 - 2 * audit) - (1 - believed)
        assert worth == pytest.approx(HONEST)


def test_feedback_that_cannot_be_given_is_refused():
    with pytest.raises(ValueError, match="audit"):
        Oversight(1.2)
    with pytest.raises(ValueError, match="entropy"):
        Oversight(0.1, entropy=-1.0)
