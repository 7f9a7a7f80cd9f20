"""What the page is told of a training: its knobs, what they set, and what published agents did."""

import pytest
from training_page import TRAININGS, topic_of

from misgen import results
from misgen.explore.learning import bands_of, pay, seeds, units
from misgen.live.session import session_of


@pytest.fixture(scope="module", params=TRAININGS, ids=topic_of)
def table(request) -> dict:
    return request.param().table


def test_each_knob_sets_something_for_each_of_its_values(table):
    for control in table["controls"]:
        assert len(control["gives"]) == len(control["values"])
        assert 1 <= len(control["sets"]) <= 2
    assert len({tuple(control["sets"]) for control in table["controls"]}) == len(table["controls"])


def test_there_are_at_most_eight_knobs_and_one_of_them_is_what_is_paid(table):
    sets = [control["sets"] for control in table["controls"]]
    assert len(sets) <= 8
    assert any(group in ("reward", "labels") for group, *_ in sets)


def settings(table: dict, **changed: object) -> dict:
    """What `training.js` asks: all knobs stand where they start, but those that are named."""
    asked: dict = {}
    for control in table["controls"]:
        (group, *key), start = control["sets"], control["gives"][control["start"]]
        value = changed.get(control["name"], start)
        if key:
            asked.setdefault(group, {})[key[0]] = value
        else:
            asked[group] = value
    return asked


def test_each_value_of_each_knob_begins_a_training_that_goes_on(table):
    session = session_of(table["keeps"].partition(".")[0])
    for control in table["controls"]:
        for value in control["gives"]:
            asked = settings(table, **{control["name"]: value})
            for _ in session.answering("begin", {"run": "a", **asked}):
                pass
            going = session.answering("go_on", {"run": "a"})
            assert next(going)["steps"] > 0, (control["name"], value)
            going.close()


def test_each_band_names_every_knob_that_decides_and_a_value_that_it_has(table):
    values = {control["name"]: control["values"] for control in table["controls"]}
    names = {line["name"] for line in table["lines"]}
    for band in table["bands"]:
        assert set(band["at"]) == set(values) - {"seed"}
        assert all(value in values[name] for name, value in band["at"].items())
        assert set(band["lines"]) <= names
        for line in band["lines"].values():
            assert all(low <= high for _, low, high in line)


def test_no_two_bands_are_of_one_setting(table):
    settings = [tuple(sorted(band["at"].items(), key=str)) for band in table["bands"]]
    assert len(set(settings)) == len(settings)


def test_what_is_said_names_the_lines_alone(table):
    names = {line["name"] for line in table["lines"]} | {"steps"}
    text = "".join(text for _, text in table["said"])
    filled = text.format(**dict.fromkeys(names, "1"))  # any other name would be a KeyError
    assert "{" not in filled != text


def test_bands_are_the_intervals_of_the_ledger():
    found = results("CoinRun")
    bands = {band.at["distinguishing"]: band.lines for band in bands_of(found, {}, {})}
    for share in (0.0, 0.1):
        for what in ("goal", "proxy", "capability"):
            rate = found.where(share, options={}).estimate("shifted", what)
            assert bands[100 * share][what] == [(0, rate.low, rate.high)]


def test_pay_goes_as_far_down_as_up():
    knob = pay("coin", "Pay", "goal", most=10, start=10)
    assert knob.to_json()["gives"] == [-10, -5, 0, 5, 10]
    assert knob.control.values[knob.control.start] == 10


def test_a_seed_decides_nothing_and_a_network_starts_as_published():
    assert not seeds().decides
    assert units(16).control.values[units(16).control.start] == 16
