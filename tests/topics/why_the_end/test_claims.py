"""What the book says of one change at a time, as assertions over seeds with stated margins.

All read the published ledger.
"""

from __future__ import annotations

import numpy as np
import pytest

import misgen
from misgen.core.intervals import over_seeds
from misgen.ledger.published import Results
from misgen.topics.why_the_end.experiment import SEEDS, SHARES
from misgen.topics.why_the_end.hypotheses import BOOK, HYPOTHESES, Setting, all_settings
from misgen.topics.why_the_end.published import changed_runs, of_setting
from misgen.topics.why_the_end.report import low, net_of

NONE, FEW = SHARES
LOW = {name: setting for name, setting in all_settings().items() if low(setting)}
"""All settings but those whose coin at the end may lie as high as coins in the air."""
each_low = pytest.mark.parametrize("setting", LOW.values(), ids=LOW)


@pytest.fixture(scope="module")
def trials() -> Results:
    return changed_runs()


def goal(trials: Results, setting: Setting, share: float) -> np.ndarray:
    return of_setting(trials, setting, share).rates("shifted", "goal")


def test_every_setting_has_eight_seeds_at_both_shares(trials):
    for setting in all_settings().values():
        for share in SHARES:
            assert sorted(of_setting(trials, setting, share).seeds) == list(SEEDS)
    assert len(SEEDS) == 8


@pytest.mark.parametrize("share", SHARES)
def test_the_setting_of_the_book_comes_out_as_in_the_chapter(trials, share):
    chapter = misgen.results("CoinRun").where(share).estimate("shifted", "goal")
    own = over_seeds(goal(trials, BOOK, share))
    assert own.low <= chapter.high
    assert chapter.low <= own.high


@each_low
def test_every_setting_learns_the_ordinary_levels(trials, setting):
    for share in SHARES:
        of = of_setting(trials, setting, share).rates("ordinary", "goal")
        assert of.mean() >= 0.85


# ------------------------------------------------- without levels that tell coin and end apart


@each_low
def test_without_distinguishing_levels_no_change_makes_the_coin_matter(trials, setting):
    net = net_of(trials, setting, NONE)
    assert -0.05 <= net.low <= net.high <= 0.05


@each_low
def test_without_distinguishing_levels_every_change_leads_to_the_end(trials, setting):
    of = of_setting(trials, setting, NONE).rates("shifted", "proxy")
    assert of.mean() >= 0.8
    assert of.min() >= 0.5


def test_seeing_further_does_not_help_which_refutes_the_narrow_view(trials):
    usual = over_seeds(goal(trials, BOOK, NONE))
    for setting in HYPOTHESES["ahead"].settings:
        assert abs(goal(trials, setting, NONE).mean() - usual.mean) <= 0.05


def test_a_coin_that_lies_as_high_as_coins_in_the_air_is_taken_there_too(trials):
    *lower, mixed, always = (goal(trials, s, NONE) for s in HYPOTHESES["height"].settings)
    for rates in lower:
        assert rates.mean() <= 0.25
    for rates in (mixed, always):
        assert rates.min() >= 0.35


# --------------------------------------------------------- with one such level in a hundred


def test_a_louder_coin_is_learned_faster(trials):
    quiet, usual, louder, loudest = (goal(trials, s, FEW) for s in HYPOTHESES["signal"].settings)
    assert over_seeds(quiet).high < over_seeds(usual).low
    assert louder.mean() >= usual.mean() + 0.02
    assert loudest.mean() >= usual.mean() + 0.05
    assert loudest.mean() >= quiet.mean() + 0.3


def test_short_levels_teach_the_coin_faster(trials):
    (short, _) = HYPOTHESES["length"].settings
    assert over_seeds(goal(trials, short, FEW)).low >= goal(trials, BOOK, FEW).mean() + 0.1


def test_no_other_change_does_as_much_as_the_size_of_the_coin_and_the_length_of_levels(trials):
    usual = goal(trials, BOOK, FEW).mean()
    others = {
        name: goal(trials, setting, FEW).mean() for name, setting in LOW.items()
        if not {"coin_signal", "longest"} & set(setting.options)
    }  # fmt: skip
    assert {name: rate for name, rate in others.items() if abs(rate - usual) > 0.1} == {}
