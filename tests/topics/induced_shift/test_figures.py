import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.induced_shift import figures
from misgen.topics.induced_shift.hidden_incentives import CONDITIONS, Settings, train
from misgen.topics.induced_shift.recommender import MEASURES, simulate
from misgen.topics.induced_shift.recommender import Settings as Users

BENEFITS, SEEDS = (0.0, 0.5, 0.8), range(4)


@pytest.fixture(scope="module")
def trained():
    return train(BENEFITS, seeds=SEEDS, settings=Settings(steps=500))


def test_each_condition_is_a_curve_with_every_seed_and_an_interval(trained):
    figure = figures.hidden_incentives(trained)
    dots = [t for t in figure.chart.data if t.mode == "markers"]
    means = [t for t in figure.chart.data if t.mode == "lines+markers"]
    assert [t.name for t in means] == [c.name for c in CONDITIONS]
    assert all(len(t.y) == len(BENEFITS) * len(SEEDS) for t in dots)
    assert all(len(t.y) == len(BENEFITS) and max(t.error_y.array) > 0 for t in means)


def test_the_curves_are_those_of_the_training(trained):
    figure = figures.hidden_incentives(trained)
    means = [t for t in figure.chart.data if t.mode == "lines+markers"]
    for line, rates in zip(means, trained.at_the_end(), strict=True):
        assert list(line.y) == pytest.approx(rates.mean(axis=1).tolist())
    assert figure.table[1][2][2] == str(over_seeds(trained.at_the_end()[1, 2]))


def test_curves_differ_in_shape_and_dash_not_in_colour_alone(trained):
    means = [t for t in figures.hidden_incentives(trained).chart.data if t.mode == "lines+markers"]
    for looks in ({t.marker.symbol for t in means}, {t.line.dash for t in means}):
        assert len(looks) == len(CONDITIONS)


def test_fewer_conditions_are_fewer_curves_of_the_same_look(trained):
    three = train(BENEFITS, seeds=SEEDS, conditions=CONDITIONS[:3], settings=Settings(steps=40))
    few, all_of_them = (figures.hidden_incentives(t).chart.data for t in (three, trained))
    assert len(few) == 6
    assert [t.line.color for t in few] == [t.line.color for t in all_of_them[:6]]


def test_the_alt_text_and_the_axis_say_what_is_drawn(trained):
    figure = figures.hidden_incentives(trained)
    assert "with an outer loop: " in figure.alt
    assert "it costs 0.5 now" in figure.chart.layout.xaxis.title.text
    assert figure.chart.layout.yaxis.title.text == "how likely they play C, last 400 steps"


def test_the_table_of_the_recommender_has_a_row_for_each_feedback_and_policy():
    users = Users(users=20, days=40, settled=10)
    policies = ("greedy", "random")
    evenings = [simulate([0.0, 0.1], seeds=SEEDS, policy=p, settings=users) for p in policies]
    numbers = figures.recommender_measures(*evenings)
    heads, rows = numbers.table
    names = ("recommender", "chance")
    assert [row[:2] for row in rows] == [(name, f) for name in names for f in ("0", "0.1")]
    assert all(len(row) == len(heads) == 2 + len(MEASURES) for row in rows)
    assert rows[1][2] == str(over_seeds(evenings[0].at_the_end("acceptance")[1]))
    _, few = figures.recommender_measures(*evenings, feedbacks=[0.1]).table
    assert few == rows[1::2]
    assert "10 of 40 days" in numbers.caption
    assert "4 groups of 20 users" in numbers.caption
