import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said
from topics.why_the_end.changed_trials import TRIALS

from misgen.core.intervals import over_seeds
from misgen.topics.why_the_end.experiment import SHARES
from misgen.topics.why_the_end.explorers import one_change
from misgen.topics.why_the_end.hypotheses import HYPOTHESES
from misgen.topics.why_the_end.published import of_setting


@pytest.fixture(scope="module")
def panel():
    return one_change(TRIALS)


@pytest.mark.parametrize("name", HYPOTHESES)
@pytest.mark.parametrize(("line", "what"), [(1, "capability"), (2, "proxy"), (3, "goal")])
def test_the_lines_are_mean_interval_and_every_seed(panel, line, what, name):
    arrays, row = arrays_of(panel), list(HYPOTHESES).index(name)
    settings = HYPOTHESES[name].settings
    values, low, every = (arrays[f"part0.{line}.{of}"] for of in ("values", "low", "seeds"))
    for column, share in enumerate(SHARES):
        for place, setting in enumerate(settings):
            rates = of_setting(TRIALS, setting, share).rates("shifted", what)
            at = (row, column, place)
            assert values[at] == pytest.approx(rates.mean(), abs=1e-4)
            assert low[at] == pytest.approx(over_seeds(rates).low, abs=1e-4)
            np.testing.assert_allclose(every[row, column, :, place], rates, atol=0.003)


def test_a_step_of_the_setting_or_the_share_changes_the_sentence(panel):
    assert_a_step_changes_the_sentence(panel)
    assert len({said(panel, hypothesis=name) for name in HYPOTHESES}) == len(HYPOTHESES)


def test_the_sentence_names_the_setting_and_that_of_the_book(panel):
    assert said(panel, hypothesis="ahead").startswith("Columns that it sees ahead: 2. ")
    assert ": 5, as in the book. " in said(panel, hypothesis="ahead", setting=2)
    assert "With 1 % distinguishing levels in training" in said(panel, distinguishing=0.01)


@pytest.mark.parametrize("name", HYPOTHESES)
def test_the_ticks_of_the_slider_are_the_names_of_the_settings(panel, name):
    settings = HYPOTHESES[name].settings
    (slider,) = (control for control in panel.table["controls"] if control["name"] == "setting")
    assert slider["by"]["name"] == "hypothesis"
    ticks = slider["by"]["labels"][list(HYPOTHESES).index(name)]
    assert list(ticks) == [s.label for s in settings] + ["–"] * (5 - len(settings))


@pytest.mark.parametrize("name", HYPOTHESES)
def test_a_number_without_a_setting_says_how_many_there_are(panel, name):
    count = len(HYPOTHESES[name].settings)
    for place in range(1, 6):
        told = said(panel, hypothesis=name, setting=place)
        assert ("there are" in told) == (place > count)
        assert "unknown" not in told
