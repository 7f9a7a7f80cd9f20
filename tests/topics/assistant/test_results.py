import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.ledger.published import table
from misgen.topics import assistant
from misgen.topics.assistant.results import seed_runs
from misgen.topics.assistant.variants import ALIKE, TWO, VARIANTS


def test_every_variant_has_all_seeds_in_their_order():
    for name, variant in VARIANTS.items():
        runs = seed_runs(name)
        assert [run.seed for run in runs] == list(range(10))
        for run in runs:
            assert [agent.setting for agent in run.finetuned] == list(variant.settings)
            assert set(run.courses) == (
                {s.distinguishing for s in TWO} if variant.course else set()
            )


def test_rates_are_those_of_the_table_seed_by_seed():
    found = assistant.results("reinforce", distinguishing=0.1)
    rows = [row for row in table("assistant")["runs"] if row["config"]["variant"] == "reinforce"]
    for row in rows:
        rate = row["result"]["settings"][1]["rates"]["pandemic"]["preferred"]
        assert (
            found.rates("pandemic", "preferred")[found.seeds.index(row["config"]["seed"])] == rate
        )
    assert len(rows) == len(found.seeds)


def test_an_estimate_is_over_seeds():
    found = assistant.results(distinguishing=0.01, causes=2)
    rates = found.rates("pandemic", "restaurant")
    assert found.estimate("pandemic", "restaurant") == over_seeds(rates)
    assert np.ptp(rates) > 0


def test_causes_are_chosen_by_number_or_by_name():
    assert (
        assistant.results("alike", distinguishing=0.1, causes=list(ALIKE)).setting.causes == ALIKE
    )
    assert assistant.results(distinguishing=0.0, causes=1).setting.causes == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"variant": "other", "distinguishing": 0.1}, "There is no variant 'other'; choose one of"),
     ({"distinguishing": 0.2}, "Variant 'main' has no results for distinguishing=0.2"),
     ({"variant": "alike", "distinguishing": 0.1}, "it has 0.1 and .'ill', 'abroad', 'lockdown'.")],
)  # fmt: skip
def test_what_is_not_published_is_refused_with_a_choice(arguments, message):
    with pytest.raises(ValueError, match=message):
        assistant.results(**arguments)


@pytest.mark.parametrize(("test", "what"), [("flood", "knows"), ("pandemic", "likes")])
def test_unknown_rates_are_refused(test, what):
    with pytest.raises(ValueError, match=f"There is no rate '{what}' of test '{test}'; tests are"):
        assistant.results(distinguishing=0.1).rates(test, what)


def test_a_course_has_one_entry_for_each_mark():
    for course in assistant.courses("slow", distinguishing=0.1):
        assert len(course.rates) == len(course.marks)
        assert course.marks[0] == 0


@pytest.mark.parametrize(("variant", "share"), [("reinforce", 0.1), ("main", 0.3)])
def test_a_course_that_was_not_measured_is_refused(variant, share):
    with pytest.raises(ValueError, match=r"variants with courses are main, slow, aligned, aligned"):
        assistant.courses(variant, distinguishing=share)
