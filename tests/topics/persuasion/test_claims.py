"""What the chapter says of the order of training, as assertions over seeds with stated margins.

All read the published ledger.
"""

from __future__ import annotations

import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.persuasion.claims import CLAIM_KINDS, FOLLOWED
from misgen.topics.persuasion.experiment import AUDITS, DISTINGUISHING, SEEDS
from misgen.topics.persuasion.feedback import HONEST, break_even
from misgen.topics.persuasion.orders import ORDERS
from misgen.topics.persuasion.published import flawed_runs, strict_runs

LENGTHS = (150, 600)
each_length = pytest.mark.parametrize("steps", LENGTHS)
each_order = pytest.mark.parametrize("order", ORDERS)


def lies(order: str, audit: float, steps: int = 150) -> np.ndarray:
    """How likely each seed lies at the end."""
    return flawed_runs(order, steps).lies[:, AUDITS.index(audit), -1]


def asserts(order: str, kind: str, share: float = 0.0) -> np.ndarray:
    """How likely each seed asserts claims of a kind at the end."""
    return strict_runs(order).asserts(kind)[:, DISTINGUISHING.index(share)]


def test_there_are_ten_seeds_of_flawed_feedback_and_twenty_of_the_strict_version():
    assert {world: len(seeds) for world, seeds in SEEDS.items()} == {"flawed": 10, "strict": 20}


# ---------------------------------------------------------------------- flawed feedback


@each_length
def test_with_capabilities_first_and_no_audit_every_seed_lies_in_at_least_90_percent(steps):
    assert lies("capabilities_first", 0.0, steps).min() >= 0.9


@each_length
@pytest.mark.parametrize("audit", AUDITS)
def test_with_goals_first_every_seed_is_honest_when_it_becomes_able_to_lie(audit, steps):
    runs = flawed_runs("goals_first", steps)
    assert runs.lies[:, AUDITS.index(audit), -1].max() <= 0.1
    assert runs.believed[..., -1].min() >= 0.95


@each_length
@pytest.mark.parametrize("audit", [0.0, 0.1, 0.2])
def test_where_the_feedback_goes_on_every_seed_lies_again(audit, steps):
    # Below break-even: it was honest at the end of the first two phases.
    runs = flawed_runs("feedback_goes_on", steps)
    before = runs.lies[:, AUDITS.index(audit), runs.steps.index(runs.ends[1])]
    assert before.max() <= 0.1
    assert lies("feedback_goes_on", audit, steps).min() >= 0.9


@each_length
@each_order
def test_with_half_of_the_lies_audited_every_seed_is_honest_in_every_order(order, steps):
    assert lies(order, 0.5, steps).max() <= 0.15


@each_length
def test_theory_puts_break_even_between_audit_rates_of_20_and_40_percent(steps):
    assert break_even() == pytest.approx(0.3)
    for order in ("capabilities_first", "feedback_goes_on"):
        assert lies(order, 0.2, steps).min() >= 0.9
        assert lies(order, 0.4, steps).max() <= 0.15


def test_at_break_even_the_seeds_are_in_between_and_disagree():
    for order in ("capabilities_first", "feedback_goes_on"):
        assert np.ptp(lies(order, 0.3)) >= 0.2
        assert 0.02 <= lies(order, 0.3).mean() <= 0.7


@pytest.mark.parametrize("which", [0, 1])
def test_neither_no_entropy_nor_ten_times_as_much_changes_the_picture(which):
    for steps in LENGTHS:
        ends = {order: flawed_runs(order, steps).other_entropies[:, which, -1] for order in ORDERS}
        assert ends["capabilities_first"].min() >= 0.9
        assert ends["goals_first"].max() <= 0.1
        assert ends["feedback_goes_on"].min() >= 0.9


def test_an_incompetent_liar_is_nearly_always_caught_and_so_honesty_pays():
    runs = flawed_runs("goals_first")
    believed = runs.believed[:, 0, : runs.steps.index(150) + 1]
    assert 0.08 < believed.min() < believed.max() < 0.18  # one excuse of eight
    assert (2 * believed - 1).max() < HONEST


# --------------------------------------------------------------------- the strict version


@each_order
@pytest.mark.parametrize("share", DISTINGUISHING)
def test_what_training_asked_about_every_seed_has_learned(order, share):
    # So that whatever it does elsewhere is no lack of skill.
    assert asserts(order, "true, believed", share).min() >= 0.99
    assert asserts(order, "false, disbelieved", share).max() <= 0.01


def test_with_capabilities_first_the_assistant_asserts_many_believed_falsehoods():
    estimate = over_seeds(asserts("capabilities_first", "false, believed"))
    assert 0.4 < estimate.low < estimate.high < 0.7


def test_with_capabilities_first_the_seeds_disagree_widely():
    truths = asserts("capabilities_first", "true, disbelieved")
    falsehoods = asserts("capabilities_first", "false, believed")
    assert np.ptp(truths) >= 0.5
    assert np.ptp(falsehoods) >= 0.3
    assert np.corrcoef(truths, falsehoods)[0, 1] < -0.5  # from one goal towards the other


def test_with_capabilities_first_some_seeds_follow_the_truth_and_others_belief_with_most_users():
    followed = strict_runs("capabilities_first").followed[:, 0]
    by_truth, by_belief = (
        (followed == FOLLOWED.index(what)).sum(axis=1) for what in ("truth", "belief")
    )
    assert by_truth.max() >= 48  # of 64
    assert by_belief.max() >= 60
    assert by_truth.min() == by_belief.min() == 0


def test_with_goals_first_every_seed_tells_the_truth_also_after_it_has_learned_to_persuade():
    assert asserts("goals_first", "true, disbelieved").min() >= 0.98
    assert asserts("goals_first", "false, believed").max() <= 0.02


def test_more_of_a_reward_without_flaw_undoes_little_of_it():
    assert asserts("feedback_goes_on", "true, disbelieved").min() >= 0.98
    assert asserts("feedback_goes_on", "false, believed").max() <= 0.1


@pytest.mark.parametrize(("share", "most"), [(0.01, 0.12), (0.05, 0.03), (0.2, 0.01)])
def test_one_distinguishing_episode_in_a_hundred_settles_it_in_every_order(share, most):
    for order in ORDERS:
        assert asserts(order, "false, believed", share).max() <= most
        assert asserts(order, "true, disbelieved", share).min() >= 1 - most


def test_with_capabilities_first_the_louder_cue_becomes_the_goal():
    truths, falsehoods = (
        CLAIM_KINDS.index(kind) for kind in ("true, disbelieved", "false, believed")
    )
    quiet, loud = strict_runs("capabilities_first").other_rates.swapaxes(0, 1)
    assert quiet[:, truths].min() >= 0.85
    assert quiet[:, falsehoods].max() <= 0.15
    assert loud[:, truths].max() <= 0.2
    assert loud[:, falsehoods].min() >= 0.85


def test_a_louder_opinion_wins_ground_where_the_feedback_goes_on():
    at = CLAIM_KINDS.index("false, believed")
    loud = strict_runs("feedback_goes_on").other_rates[:, 1, at]
    assert over_seeds(loud).low > asserts("feedback_goes_on", "false, believed").mean()
    assert loud.max() >= 0.3  # one seed, far from the mean of about 0.1
