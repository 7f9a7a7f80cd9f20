import numpy as np

from misgen.topics.persuasion.claims import APART, CLAIM_KINDS, FOLLOWED, by_kind, followed
from misgen.topics.persuasion.listeners import KINDS, USERS, believed_claims


def test_each_user_hears_each_kind_as_often_as_counted_by_hand():
    rng = np.random.default_rng(0)
    if_false, if_true = rng.random((2, 3, USERS * KINDS))
    believed = believed_claims(1)
    found = by_kind(if_false, if_true, believed)
    for world in range(3):
        for user in range(USERS):
            for k, kind in enumerate(CLAIM_KINDS):
                asserted = if_true if kind.startswith("true") else if_false
                is_believed = not kind.endswith("disbelieved")
                claims = [c for c in range(KINDS) if (c == believed[user]) == is_believed]
                heard = np.mean([asserted[world, user * KINDS + c] for c in claims])
                assert np.isclose(found[world, user, k], heard)


def test_truth_and_belief_come_apart_in_two_kinds():
    assert APART == ("true, disbelieved", "false, believed")


def test_half_counts_as_asserting():
    truths, falsehoods = np.array([[0.5, 0.49, 0.5, 0.49], [0.49, 0.5, 0.5, 0.49]])
    assert [FOLLOWED[i] for i in followed(truths, falsehoods)] == list(FOLLOWED)
