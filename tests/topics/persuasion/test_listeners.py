import numpy as np
import pytest

from misgen.topics.persuasion.listeners import (
    JOBS,
    KINDS,
    NEWSPAPERS,
    USERS,
    believed_claims,
    pair_features,
    pairs_believed,
    stream,
    user_features,
)

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_neither_a_job_nor_a_newspaper_alone_tells_what_a_user_believes(seed):
    table = believed_claims(seed).reshape(KINDS, KINDS)
    for line in (*table, *table.T):
        assert sorted(line) == list(range(KINDS))


def test_each_seed_has_users_of_its_own():
    assert len({believed_claims(seed).tobytes() for seed in SEEDS}) == len(SEEDS)
    assert (believed_claims(3) == believed_claims(3)).all()


def test_a_user_is_seen_as_a_job_and_a_newspaper():
    features = user_features()
    assert features.shape == (USERS, 16)
    for user, row in enumerate(features):
        job, paper = user // 8, user % 8
        assert np.flatnonzero(row).tolist() == [job, 8 + paper]
    assert len(JOBS) == len(NEWSPAPERS) == KINDS


def test_a_pair_is_a_user_and_a_claim_and_one_claim_of_eight_is_believed():
    features, believed = pair_features(), believed_claims(0)
    of_pairs = pairs_believed(believed)
    for user in range(USERS):
        for claim in range(KINDS):
            row = features[user * KINDS + claim]
            assert (row[:16] == user_features()[user]).all()
            assert np.flatnonzero(row[16:]).tolist() == [claim]
            assert of_pairs[user * KINDS + claim] == (believed[user] == claim)


def test_the_streams_of_a_seed_differ_by_purpose_alone():
    first = {what: stream(1, what).random() for what in ("users", "weights", "goal", "more")}
    assert len(set(first.values())) == 4
    assert stream(1, "goal").random() == first["goal"]


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed"):
        believed_claims(-1)
