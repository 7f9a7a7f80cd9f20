import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said
from topics.mitigations.made_up import ROWS, SHARED

from misgen.core.intervals import over_seeds
from misgen.topics.mitigations import explorers
from misgen.topics.mitigations.experiment import SHARES, WORLDS
from misgen.topics.mitigations.published import ensembles, heads, help_runs, rates

PANELS = (explorers.levels, explorers.asking, explorers.labels)


@pytest.mark.parametrize("panel", PANELS)
def test_a_step_of_a_slider_changes_the_sentence_and_so_does_the_world(panel):
    made = panel(ROWS, SHARED) if panel is explorers.asking else panel(ROWS)
    assert_a_step_changes_the_sentence(made)
    assert said(made, world="CoinGrid") != said(made)
    assert "unknown" not in said(made)


def test_the_lines_of_levels_are_mean_interval_and_every_seed():
    arrays = arrays_of(explorers.levels(ROWS))
    for row, world in enumerate(WORLDS):
        for place, share in enumerate(SHARES):
            found = rates(ROWS, "regret", world, share, "shifted")
            assert arrays["part0.0.values"][row, place] == pytest.approx(found.mean(), abs=1e-4)
            assert arrays["part0.0.low"][row, place] == pytest.approx(
                over_seeds(found).low, abs=1e-4
            )
            np.testing.assert_allclose(arrays["part0.0.seeds"][row, :, place], found, atol=0.003)


def test_both_kinds_of_agent_have_a_line_and_a_number_of_their_own_for_what_is_accident():
    panel = explorers.levels()
    arrays = arrays_of(panel)
    erased = [
        rates(help_runs(), method, "CoinGrid", explorers.RARE, "erased").mean()
        for method in ("regret", "random")
    ]
    drawn = [arrays[f"part0.{line}.values"][1, 1] for line in (2, 3)]
    np.testing.assert_allclose(drawn, erased, atol=1e-4)
    told = said(panel, world="CoinGrid", distinguishing=explorers.RARE)
    assert f"the former meet {erased[1]:.0%}".replace("%", " %") in told
    assert f"the latter {erased[0]:.0%}".replace("%", " %") in told


def test_the_lines_of_asking_are_mean_and_range_of_the_ensembles():
    arrays = arrays_of(explorers.asking(ROWS, SHARED))
    for row, world in enumerate(WORLDS):
        for column, share in enumerate(SHARES):
            for which, rows in enumerate((ROWS, SHARED)):
                goal = ensembles(rows, world, share).goal
                for name, of in (("values", np.mean), ("low", np.min), ("high", np.max)):
                    drawn = arrays[f"part0.0.{name}"][row, column, which]
                    np.testing.assert_allclose(drawn, of(goal, axis=0), atol=1e-4)


def test_the_sentence_on_asking_has_both_rates_and_one_agent_alone():
    panel = explorers.asking(ROWS, SHARED)
    told = said(panel, distinguishing=0.01, budget=0.5)
    assert "allowed to ask in 50 % of ordinary levels: the five ask in 60 %" in told
    assert "55 % by one agent alone" in told
    fifths = said(panel, distinguishing=0.01, budget=0.5, trained="together")
    assert "all five together as long as one agent" in fifths
    assert "55 % by one agent alone" in fifths, "who has the whole budget"


def test_the_sentence_on_labels_has_the_chosen_the_better_and_the_worse_head():
    told = said(explorers.labels(ROWS), weight=10.0, labels=16)
    goal = heads(ROWS, "CoinRun", 2).goal.mean(axis=0)
    assert goal[0] > goal[1]
    assert "differ in 50 % of what is seen" in told
    assert "that 16 labels choose takes" in told


def test_the_outcome_of_the_guess_on_levels_is_the_measured_one():
    told = "".join(part[1] for part in explorers.predict_levels(ROWS).table["outcome"])
    regret, random = (
        round(100 * rates(ROWS, method, "CoinRun", 0.001, "shifted").mean())
        for method in ("regret", "random")
    )
    assert f"{regret} of 100 moved coins" in told
    assert told.endswith(f"at random {random}.")


def test_the_guess_on_levels_tells_what_the_ledger_has_of_random_levels():
    measured = rates(help_runs(), "random", "CoinRun", explorers.RARE, "shifted").mean()
    asked = explorers.predict_levels().sentence()
    assert f"at random then take {round(100 * measured)} of 100 moved coins" in asked


def test_the_outcome_of_the_guess_on_asking_is_the_measured_one():
    told = explorers.predict_asking(ROWS).table["outcome"]
    text = "".join(part[1] for part in told)
    ensemble = ensembles(ROWS, "CoinRun", 0.0)
    assert f"{round(100 * ensemble.goal[:, 0].mean())} of 100 moved coins if it never" in text
    assert f"{round(100 * ensemble.goal[:, 2].mean())} of 100 if it may" in text
