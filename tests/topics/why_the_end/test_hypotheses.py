import pytest

from misgen.core.settings import PPOSettings
from misgen.topics.coinrun.levels import VIEW_X
from misgen.topics.why_the_end.env import ChangedCoinRun
from misgen.topics.why_the_end.experiment import EXPERIMENT, SEEDS, SHARES
from misgen.topics.why_the_end.hypotheses import BOOK, HYPOTHESES, all_settings

each_hypothesis = pytest.mark.parametrize("hypothesis", HYPOTHESES.values(), ids=HYPOTHESES)


@each_hypothesis
def test_each_hypothesis_has_the_setting_of_the_book_once_and_at_most_eight(hypothesis):
    assert [setting.training for setting in hypothesis.settings].count({}) == 1
    assert 2 <= len(hypothesis.settings) <= 8
    assert len({setting.label for setting in hypothesis.settings}) == len(hypothesis.settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ahead", VIEW_X), ("units", PPOSettings().hidden), ("discount", PPOSettings().discount),
     ("entropy", PPOSettings().entropy_weight)],
)  # fmt: skip
def test_what_is_called_as_in_the_book_is_so(name, value):
    (book,) = [s for s in HYPOTHESES[name].settings if not s.training]
    assert float(book.label) == value


@pytest.mark.parametrize("setting", all_settings().values(), ids=all_settings())
def test_every_setting_can_be_made(setting):
    ChangedCoinRun(2, seed=0, **setting.options).reset()
    PPOSettings(**setting.learner)
    for name, value in setting.learner.items():
        assert getattr(PPOSettings(), name) != value


def test_the_grid_has_every_setting_share_and_seed_once():
    grid = EXPERIMENT.grid()
    assert len(grid) == len(all_settings()) * len(SHARES) * len(SEEDS)
    assert len({str(config) for config in grid}) == len(grid)
    assert next(iter(all_settings().values())) == BOOK
    assert len(SEEDS) >= 8
