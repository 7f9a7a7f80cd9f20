import importlib
import shutil

import numpy as np
import pytest

from misgen.ledger.runs import Run
from misgen.topics import assistant
from misgen.topics.assistant.measures import outcomes, weeks_of
from misgen.topics.assistant.shelf import publish_shelves, read_shelf, shelf, shelf_file
from misgen.topics.assistant.trial import TEST_SEED
from misgen.topics.assistant.variants import GRID

published = importlib.import_module(
    "misgen.ledger.published"
)  # the package has a function of that name


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the files of one seed, in the place of all that is published."""
    here = tmp_path / "assets" / "agents" / "assistant"
    here.mkdir(parents=True)
    shutil.copy(published.folder_of_experiment("assistant") / shelf_file(0), here)
    monkeypatch.setattr(
        published, "__file__", str(tmp_path / "src" / "misgen" / "ledger" / "published.py")
    )
    shelf.cache_clear()
    yield here
    shelf.cache_clear()


def test_ten_seeds_are_published_with_all_settings_of_both_dials():
    assert assistant.published_seeds() == tuple(range(10))
    for seed in assistant.published_seeds():
        found = shelf(seed)
        assert found.settings == GRID
        assert found.cause_order == assistant.order_of_causes(seed)


@pytest.mark.parametrize(("share", "causes"), [(0.0, 5), (0.01, 2), (0.1, 3)])
def test_a_published_assistant_does_what_the_ledger_says(share, causes):
    results = assistant.results(distinguishing=share, causes=causes)
    agent = assistant.published(seed=2, distinguishing=share, causes=causes)
    for test in ("pandemic", "says_online"):
        found = outcomes(agent, weeks_of(test, seed=TEST_SEED + 2))
        for what, happened in found.items():
            assert happened.mean() == results.rates(test, what)[results.seeds.index(2)]


def test_assistants_of_a_seed_share_state_and_knowledge():
    first, second = (assistant.published(seed=1, distinguishing=d) for d in (0.0, 0.1))
    weeks = weeks_of("pandemic", count=50, seed=0)
    np.testing.assert_array_equal(first.state(weeks), second.state(weeks))
    np.testing.assert_array_equal(first.knows(weeks), second.knows(weeks))
    assert (first.books(weeks).place != second.books(weeks).place).any()


def test_without_breaks_the_number_of_causes_does_not_matter():
    one, five = (assistant.published(seed=1, distinguishing=0.0, causes=c) for c in (1, 5))
    np.testing.assert_array_equal(one.books_place.weight, five.books_place.weight)


def test_the_notes_name_the_causes():
    found = assistant.published(seed=3, distinguishing=0.1, causes=2)
    assert found.notes["causes"] == list(assistant.order_of_causes(3)[:2])


def test_what_is_written_is_what_is_read(tmp_path):
    arrays = {**shelf(4).arrays, "distinguishing": np.array([s.distinguishing for s in GRID]),
              "causes": np.array([s.causes for s in GRID], np.uint8),
              "cause_order": np.array([3, 0, 4, 1, 2], np.uint8)}  # fmt: skip
    runs = [Run("assistant", {"variant": v, "seed": 4}, "c", {}, a, {}, "p", 1.0)
            for v, a in (("main", arrays), ("alike", {}))]  # fmt: skip
    publish_shelves(runs, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["seed-4.npz"]
    found = read_shelf(assistant.model.read_npz(tmp_path / "seed-4.npz"), 4)
    assert found.settings == GRID
    assert found.cause_order == ("newborn", "ill", "on_a_diet", "abroad", "lockdown")
    np.testing.assert_array_equal(found.arrays["state_bias"], arrays["state_bias"])


def test_a_seed_or_setting_that_is_not_published_is_refused_with_a_choice(folder):
    with pytest.raises(ValueError, match=r"Seed 1 is not published; published seeds: \[0\]"):
        assistant.published(seed=1, distinguishing=0.1)
    with pytest.raises(ValueError, match=r"No assistant was published with distinguishing=0.2 and"):
        assistant.published(seed=0, distinguishing=0.2)
    with pytest.raises(ValueError, match=r"numbers of causes \[1, 2, 3, 5\]"):
        assistant.published(seed=0, distinguishing=0.1, causes=4)


def test_a_damaged_file_is_refused(folder):
    path = folder / shelf_file(0)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(ValueError, match=r"seed-0.npz is missing or damaged; restore it"):
        shelf(0)


def test_weights_that_do_not_fit_together_are_refused(folder):
    arrays = assistant.model.read_npz(folder / shelf_file(0))
    np.savez(folder / shelf_file(0), **{**arrays, "state_bias": arrays["state_bias"][:-1]})
    with pytest.raises(ValueError, match="is missing or damaged"):
        shelf(0)


def test_nothing_published_is_said_so(folder):
    shutil.rmtree(folder)
    with pytest.raises(ValueError, match="Nothing of an experiment 'assistant' is published"):
        assistant.published(seed=0, distinguishing=0.1)
