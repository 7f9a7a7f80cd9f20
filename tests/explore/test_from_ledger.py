"""The explorers of replays are filled from the ledger of an environment."""

from __future__ import annotations

from dataclasses import replace

import pytest

import misgen
from misgen.explore import from_ledger
from misgen.topics.coinrun.explorers import PRESENTATION


def predict(of):
    """Fills the prediction under a name."""
    return from_ledger.predict(of, "maze.moved")


FILLERS = [from_ledger.dial, predict, from_ledger.duel]
each_filler = pytest.mark.parametrize("fill", FILLERS)


@each_filler
def test_each_explorer_can_be_filled_from_the_ledger(fill):
    explorer = fill(PRESENTATION)
    assert explorer.key == fill.__name__
    assert explorer.sentence()
    assert 'class="misgen-state"' in explorer.html()


UNRECORDED = {"Dogs"}
"""Environments with results and without episodes."""


@pytest.mark.parametrize("env", sorted(UNRECORDED))
@each_filler
def test_an_environment_without_episodes_is_refused_in_one_sentence(fill, env):
    with pytest.raises(ValueError, match=rf"No episodes of {env} agents are recorded; choose"):
        fill(replace(PRESENTATION, env=env))


@pytest.mark.parametrize(
    "env", sorted(misgen.ENVIRONMENTS.keys() - {"CoinRun", "CoinGrid"} - UNRECORDED)
)
@each_filler
def test_an_environment_without_results_is_refused_in_one_sentence(fill, env):
    with pytest.raises(ValueError, match=rf"No agents of {env}\b") as caught:
        fill(replace(PRESENTATION, env=env))
    assert "\n" not in str(caught.value)


@each_filler
def test_an_unknown_environment_is_refused_in_one_sentence(fill):
    with pytest.raises(ValueError, match="no environment 'CoinRum'") as caught:
        fill(replace(PRESENTATION, env="CoinRum"))
    assert "\n" not in str(caught.value)


def test_what_the_ledger_does_not_hold_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="published options are") as caught:
        from_ledger.dial(replace(PRESENTATION, options={"levels": 11}))
    assert "\n" not in str(caught.value)


def test_the_caption_says_which_levels_are_shown():
    everything = from_ledger.dial(replace(PRESENTATION, levels="")).table["source"]["text"]
    assert "the first 8 levels of one seed, and open on the first" in everything
    some = from_ledger.dial(replace(PRESENTATION, levels="of one kind")).table["source"]["text"]
    assert "the first 8 levels of one seed that are of one kind, and open" in some


def test_the_measures_are_those_of_the_presentation():
    swapped = {"goal": ("shifted", "proxy"), "proxy": ("shifted", "goal")}
    turned = {**PRESENTATION.tests, **swapped}
    study, other = map(from_ledger.study, (PRESENTATION, replace(PRESENTATION, tests=turned)))
    assert study.measures == other.measures
    assert (study.rates[..., 0] == other.rates[..., 1]).all()
    assert (study.rates[..., 0] != other.rates[..., 0]).any()
