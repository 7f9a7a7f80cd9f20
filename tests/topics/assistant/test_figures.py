import numpy as np
import pytest

from misgen.explore.charts import GOAL, MUTE, PROXY
from misgen.topics.assistant import figures
from misgen.topics.assistant.figures import CONTROLS
from misgen.topics.assistant.results import courses, results
from misgen.topics.assistant.variants import CAUSES, DISTINGUISHING

LABELS = {
    "knows": "knows what the user prefers",
    "preferred": "books what the user prefers",
    "restaurant": "books the restaurant",
}


def traces(figure, label):
    """The dots of all seeds, and the means with their intervals."""
    dots, means = (trace for trace in figure.chart.data if trace.name == label)
    return dots, means


@pytest.mark.parametrize("test", ["pandemic", "says_online", "newborn"])
def test_the_shares_show_every_seed_of_each_rate(test):
    figure = figures.assistant_shares(test)
    for what, label in LABELS.items():
        dots, means = traces(figure, label)
        by_share = [results(distinguishing=s).rates(test, what) for s in DISTINGUISHING]
        np.testing.assert_array_equal(dots.y, np.concatenate(by_share))
        assert list(means.y) == [rates.mean() for rates in by_share]
    assert len(figure.table[1]) == len(DISTINGUISHING)


def test_goal_and_proxy_have_their_colours_and_knowledge_another():
    figure = figures.assistant_shares()
    means = {what: traces(figure, label)[1] for what, label in LABELS.items()}
    colours = {what: mean.line.color for what, mean in means.items()}
    assert colours == {"preferred": GOAL, "restaurant": PROXY, "knows": MUTE}
    assert len({mean.marker.symbol for mean in means.values()}) == 3


def test_an_unknown_test_is_refused():
    with pytest.raises(ValueError, match="There is no test 'flood'"):
        figures.assistant_shares("flood")


def test_the_causes_are_those_of_one_share():
    figure = figures.assistant_causes(0.03)
    for what, label in LABELS.items():
        dots, _ = traces(figure, label)
        rates = [results(distinguishing=0.03, causes=c).rates("pandemic", what) for c in CAUSES]
        np.testing.assert_array_equal(dots.y, np.concatenate(rates))
    assert "3 % of all" in figure.alt
    assert figure.table[0][0] == "different causes"


@pytest.mark.parametrize(("variant", "share"), [("main", 0.0), ("aligned_slow", 0.1)])
def test_the_course_shows_every_mark_of_every_seed(variant, share):
    figure = figures.assistant_course(variant, share)
    of_seeds = courses(variant, distinguishing=share)
    dots, means = traces(figure, LABELS["restaurant"])
    assert len(dots.y) == len(of_seeds) * len(of_seeds[0].marks)
    last = [course.rates[-1]["restaurant"] for course in of_seeds]
    assert list(dots.y[-len(of_seeds) :]) == last
    assert means.y[-1] == pytest.approx(np.mean(last))
    assert [row[0] for row in figure.table[1]] == [str(mark) for mark in of_seeds[0].marks]


CONTROL_FIGURES = [
    (figures.assistant_trainings, figures.TRAININGS, (0.0, 0.1)),
    (figures.assistant_starts, figures.STARTS, (0.0,)),
]
each_control = pytest.mark.parametrize(("draw", "variants", "shares"), CONTROL_FIGURES)


@each_control
def test_the_controls_show_every_seed_of_each_variant_and_share(draw, variants, shares):
    figure = draw()
    assert len(figure.chart.data) == 2 * len(shares) * len(LABELS)
    for panel, share in enumerate(shares):
        for k, what in enumerate(LABELS):
            dots, means = figure.chart.data[6 * panel + 2 * k : 6 * panel + 2 * k + 2]
            rates = [results(v, distinguishing=share).rates("pandemic", what) for v in variants]
            np.testing.assert_array_equal(dots.x, np.concatenate(rates))
            assert list(means.x) == [of.mean() for of in rates]
            rows = np.repeat(np.arange(len(rates)), [len(of) for of in rates])
            assert np.abs(np.array(dots.y) - rows).max() < 0.5


@each_control
def test_the_table_and_the_alt_text_of_the_controls_tell_all_rates(draw, variants, shares):
    figure = draw()
    heads, rows = figure.table
    assert heads[1:] == tuple(LABELS.values())
    assert len(rows) == len(variants) * len(shares) <= 8
    for row in rows:
        assert all(text in figure.alt for text in row)


def test_every_control_is_in_one_of_the_two_figures():
    assert {*figures.TRAININGS, *figures.STARTS} == set(CONTROLS)


def test_the_charts_are_made_for_the_page():
    for figure in (figures.assistant_shares(), figures.assistant_trainings()):
        assert {"var(--mg-goal)", "var(--mg-proxy)"} <= {
            colour for colour in ("var(--mg-goal)", "var(--mg-proxy)") if colour in figure.html()
        }
        assert "of test weeks" in figure.html()
