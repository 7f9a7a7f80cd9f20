"""A reader's dog learns in the page as those of the ledger did."""

import numpy as np
import pytest

from misgen import results
from misgen.live.session import session_of
from misgen.topics.dogs.env import Dogs

SEEDS = range(10)


def end_of(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def goal_rate(seed: int, share: float, clarity: float) -> float:
    """Of a dog that is paid for doing what the voice says, at the end of its training."""
    session = session_of("dogs")
    knobs = {"hidden": Dogs.ppo.hidden, "reward": {"goal": 1.0, "proxy": 0.0}}
    options = {"lips_clarity": clarity}
    end_of(session.answering("begin", {
        "run": "a", "seed": seed, "distinguishing": share, "options": options, **knobs,
    }))  # fmt: skip
    return end_of(session.answering("go_on", {"run": "a"}))["values"]["goal"]


@pytest.mark.parametrize(("share", "clarity"), [(0.1, 1.0), (0.0, 0.5)])
def test_the_mean_dog_of_the_page_ends_where_the_published_ones_did(share, clarity):
    options = {} if clarity == 1.0 else {"lips_clarity": clarity}
    published = results("Dogs").where(share, options=options).rates("shifted", "goal")
    rates = [goal_rate(seed, share, clarity) for seed in SEEDS]
    assert abs(np.mean(rates) - np.mean(published)) < 0.1
    assert min(rates) > 0.5  # most dogs of these settings side with the voice
