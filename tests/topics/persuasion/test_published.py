import numpy as np
import pytest

from misgen.ledger.published import table
from misgen.topics.persuasion.claims import CLAIM_KINDS
from misgen.topics.persuasion.experiment import AUDITS, DISTINGUISHING, EXPERIMENT, SCHEDULES, SEEDS
from misgen.topics.persuasion.listeners import USERS
from misgen.topics.persuasion.orders import ORDERS
from misgen.topics.persuasion.published import flawed_runs, strict_runs


def result(world, seed):
    rows = table("persuasion")["runs"]
    (found,) = [row["result"] for row in rows if row["config"] == {"world": world, "seed": seed}]
    return found


@pytest.mark.parametrize("steps", SCHEDULES)
@pytest.mark.parametrize("order", ORDERS)
def test_the_flawed_runs_are_those_of_the_table(order, steps):
    runs = flawed_runs(order, steps)
    assert runs.lies.shape == (10, len(AUDITS), len(runs.steps)) == runs.believed.shape
    assert runs.other_entropies.shape == (10, 2, len(runs.steps))
    for seed in (0, 7):
        of_seed = result("flawed", seed)[order][str(steps)]
        both = np.concatenate([runs.lies[seed], runs.other_entropies[seed]])
        np.testing.assert_allclose(both, np.array(of_seed["lies"]) / 1000)
        believed = np.array(of_seed["believed"])[: len(AUDITS)] / 1000
        np.testing.assert_allclose(runs.believed[seed], believed)
    assert runs.ends[-1] == runs.steps[-1]


@pytest.mark.parametrize("order", ORDERS)
def test_the_strict_runs_are_those_of_the_table(order):
    runs, shares = strict_runs(order), len(DISTINGUISHING)
    assert runs.followed.shape == (20, shares, USERS)
    for seed in (0, 13):
        of_seed = result("strict", seed)[order]
        rates = np.array(of_seed["rates"]) / 1000
        np.testing.assert_allclose(runs.rates[seed], rates[:shares])
        np.testing.assert_allclose(runs.other_rates[seed], rates[shares:, -1])
        for k, kind in enumerate(("true, disbelieved", "false, believed")):
            to_users = np.array(of_seed["to_users"][kind])[:shares] / 1000
            np.testing.assert_allclose(runs.to_users[seed, ..., k], to_users)
            at = CLAIM_KINDS.index(kind)
            np.testing.assert_allclose(runs.asserts(kind)[seed], rates[:shares, -1, at])
            # Both are rounded to a thousandth.
            np.testing.assert_allclose(to_users.mean(axis=-1), rates[:shares, -1, at], atol=0.001)


def test_every_run_of_the_grid_is_published():
    grid = [(config["world"], config["seed"]) for config in EXPERIMENT.grid()]
    assert grid == [(world, seed) for world, seeds in SEEDS.items() for seed in seeds]
    published = [row["config"] for row in table("persuasion")["runs"]]
    assert published == EXPERIMENT.grid()


def test_orders_and_lengths_that_are_not_published_are_refused():
    with pytest.raises(ValueError, match="capabilities_first"):
        strict_runs("both")
    with pytest.raises(ValueError, match="150, 600"):
        flawed_runs("goals_first", 200)
