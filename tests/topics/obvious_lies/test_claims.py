"""What the book says of obvious and of hidden lies, as assertions over seeds with stated margins.

All read the published ledger.
"""

import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.obvious_lies.published import Persuaders, persuaders


@pytest.fixture(scope="module")
def found() -> dict[str, Persuaders]:
    return persuaders()


def test_twenty_seeds_of_every_setting_are_published(found):
    assert {len(of.rates) for of in found.values()} == {20}


def test_obvious_lies_go_in_every_run_wherever_they_are_caught(found):
    for name, of in found.items():
        if name != "persuasion":
            assert of.end("false, checkable").max() < 0.01


def test_hidden_lies_stay_in_part_and_the_seeds_disagree(found):
    hidden = found["caught_0"].end("false, hidden")
    assert 0.05 < over_seeds(hidden).low < over_seeds(hidden).high < 0.25
    assert hidden.max() - hidden.min() > 0.4


def test_what_stays_comes_from_what_was_paid_before_by_a_margin_of_five_points(found):
    hidden, fresh = (found[name].end("false, hidden") for name in ("caught_0", "fresh"))
    assert over_seeds(hidden).low > over_seeds(fresh).high + 0.05


def test_a_louder_sign_lets_most_hidden_lies_stay_and_a_quieter_one_hardly_any(found):
    louder, quieter = (found[f"cue_{size}"].end("false, hidden") for size in ("2", "0.5"))
    assert louder.min() > 0.6
    assert quieter.max() < 0.03


def test_one_hidden_claim_in_a_hundred_that_is_looked_up_is_enough_in_every_run(found):
    assert found["caught_0.01"].end("false, hidden").max() < 0.02


def test_truths_are_told_throughout(found):
    for of in found.values():
        assert of.end("true, hidden").mean() > 0.99
