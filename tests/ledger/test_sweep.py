"""A sweep computes what is missing, once, and loses nothing."""

from __future__ import annotations

import json

import pytest

from misgen.core.atomic import WriteError
from misgen.ledger import sweep
from misgen.ledger.manifest import verify_manifest
from misgen.ledger.runs import DamagedError, Store, SweepError


@pytest.fixture
def store(toy):
    return Store(toy.store)


def run_all(experiment, store, **options):
    return sweep.run_all(experiment, store, progress=False, **options)


def test_a_sweep_runs_every_configuration_once(toy, squares, store):
    assert run_all(squares, store) == []
    assert toy.log("end") == [(config, pid) for config, pid in toy.log("start")]
    assert [config for config, _ in toy.log("end")] == list(toy.grid)
    assert toy.kept() == sorted(toy.grid)


def test_a_finished_sweep_runs_nothing(toy, squares, store):
    run_all(squares, store)
    run_all(squares, store)
    assert set(toy.count("start").values()) == {1}


def test_a_part_of_the_grid_can_be_run_first(toy, squares, store):
    run_all(squares, store, only={"seed": [1, 2], "share": [0.5]})
    assert toy.kept() == [(0.5, 1), (0.5, 2)]
    assert [run.index for run in sweep.missing(squares, store)] == [0, 1, 2, 3, 4, 5, 6, 9, 10, 11]
    run_all(squares, store)
    assert toy.kept() == sorted(toy.grid)
    assert set(toy.count("start").values()) == {1}


@pytest.mark.parametrize(
    ("only", "sentence"),
    [
        ({"sed": [1]}, "The grid has no field 'sed': choose from seed, share."),
        ({"seed": [99]}, r"No configuration has {'seed': \[99\]}: the command list"),
        ({"seed": [True]}, r"No configuration has {'seed': \[True\]}: the command list"),
        ({"share": [False]}, r"No configuration has {'share': \[False\]}: the command list"),
    ],
)
def test_a_part_that_is_not_in_the_grid_is_one_sentence(squares, store, only, sentence):
    with pytest.raises(SweepError, match=sentence):
        run_all(squares, store, only=only)


def test_a_run_that_raises_is_reported_and_tried_again(toy, squares, store, monkeypatch):
    monkeypatch.setenv("TOY_RAISE", "2")
    (failure,) = run_all(squares, store)
    assert str(failure) == ('{"share": 0.5, "seed": 2} failed: ArithmeticError: no square today')
    assert "squares.py" in failure.trace
    assert len(toy.kept()) == 11
    monkeypatch.delenv("TOY_RAISE")
    assert run_all(squares, store) == []
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("start")[0.5, 2] == 2
    assert set(toy.count("end").values()) == {1}


def test_an_interrupted_sweep_keeps_what_is_finished(toy, squares, store, monkeypatch):
    def run(config):
        if (config["share"], config["seed"]) == (0.5, 2):
            raise KeyboardInterrupt
        return type(squares).run(squares, config)

    with monkeypatch.context() as patch:
        patch.setattr(squares, "run", run, raising=False)
        with pytest.raises(KeyboardInterrupt):
            run_all(squares, store)
    assert toy.kept() == list(toy.grid[:8])
    run_all(squares, store)
    assert toy.kept() == sorted(toy.grid)
    assert set(toy.count("end").values()) == {1}


def test_a_damaged_run_stops_the_sweep_before_it_starts(toy, squares, store):
    run_all(squares, store, only={"seed": [0]})
    culprit = max(toy.store.glob("*.npz"))
    culprit.write_bytes(b"damaged")
    with pytest.raises(DamagedError, match=str(culprit)):
        run_all(squares, store)
    assert len(toy.log("start")) == 2
    culprit.with_suffix(".json").unlink()
    run_all(squares, store)
    assert toy.kept() == sorted(toy.grid)


def test_a_full_disk_stops_the_sweep_and_keeps_what_is_finished(toy, squares):
    class Full(Store):
        def save(self, run):
            if run.config == {"share": 0.5, "seed": 2}:
                raise WriteError(28, "The disk is full.")
            super().save(run)

    with pytest.raises(WriteError, match="The disk is full"):
        run_all(squares, Full(toy.store))
    assert toy.kept() == list(toy.grid[:8])
    run_all(squares, Store(toy.store))
    assert toy.kept() == sorted(toy.grid)


def test_a_configuration_that_is_in_the_grid_twice_is_one_sentence(squares, store, monkeypatch):
    monkeypatch.setattr(squares, "grid", lambda: [{"seed": 1}, {"seed": 2}, {"seed": 1}], False)
    with pytest.raises(SweepError, match="'squares' has a configuration twice: remove one"):
        run_all(squares, store)


def test_other_code_has_other_runs(squares, store, monkeypatch):
    run_all(squares, store)
    assert sweep.missing(squares, store) == []
    monkeypatch.setattr(type(squares), "depends", ("toy_experiments.squares",), raising=False)
    assert len(sweep.missing(squares, store)) == 12


def test_one_run_is_computed_once_and_then_read(toy, squares, store):
    first = sweep.run_one(squares, {"share": 0.5, "seed": 3}, store)
    again = sweep.run_one(squares, {"seed": 3, "share": 0.5}, store)
    assert first.result["value"] == again.result["value"] == 9.5
    assert toy.log("start") == toy.log("end")
    assert len(toy.log("end")) == 1


def test_collecting_writes_the_tables_and_their_manifest(tmp_path, squares, store):
    run_all(squares, store)
    folder = tmp_path / "published"
    sweep.collect(squares, store, folder)
    values = json.loads((folder / "values.json").read_text())
    assert values == [0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 0.5, 1.5, 4.5, 9.5, 16.5, 25.5]
    assert json.loads((folder / "manifest.json").read_text())["seeds"] == [0, 1, 2, 3, 4, 5]
    assert verify_manifest(folder) == []


def test_collecting_refuses_while_runs_are_missing(tmp_path, squares, store):
    run_all(squares, store, only={"seed": [0]})
    with pytest.raises(SweepError, match="10 runs of 'squares' are missing: finish the sweep"):
        sweep.collect(squares, store, tmp_path / "published")
    assert not (tmp_path / "published").exists()
    sweep.collect(squares, store, tmp_path / "published", only={"seed": [0]})
    assert json.loads((tmp_path / "published" / "values.json").read_text()) == [0.0, 0.5]


def test_collecting_never_uses_a_damaged_run(tmp_path, toy, squares, store):
    run_all(squares, store)
    record = min(toy.store.glob("*.json"))
    record.write_text(record.read_text().replace('"value": ', '"value": 1'))
    with pytest.raises(DamagedError, match=str(record)):
        sweep.collect(squares, store, tmp_path / "published")
    assert not (tmp_path / "published").exists()


def test_a_plan_names_every_run_by_its_place_in_the_grid(squares):
    plan = sweep.plan(squares)
    assert [run.config for run in plan] == squares.grid()
    assert [run.index for run in plan] == list(range(12))
    assert sweep.plan(squares, {"seed": [2]}) == [plan[2], plan[8]]


def test_every_experiment_of_the_book_is_named_and_found():
    assert "coinrun" in sweep.names()
    assert [sweep.find(name).name for name in sweep.names()] == sweep.names()


def test_a_topic_without_an_experiment_is_not_named_as_one(root):
    topics = root / "src" / "misgen" / "topics"
    with_one = {path.parent.name for path in topics.glob("*/experiment.py")}
    assert set(sweep.names()) == with_one
    assert "taxonomy" in {path.name for path in topics.iterdir()} - with_one


@pytest.mark.parametrize("name", ["no-such", "", "a/b", "..", "nowhere.at.all", "os."])
def test_an_unknown_experiment_is_one_sentence(name):
    with pytest.raises(SweepError, match=rf"There is no experiment {name!r}: .+[.?]$"):
        sweep.find(name)


def test_a_misspelt_experiment_is_answered_by_the_one_that_was_meant(monkeypatch):
    monkeypatch.setattr(sweep, "names", lambda: ["coinrun", "assistant"])
    with pytest.raises(SweepError, match=r"no experiment 'coinrum': did you mean 'coinrun'\?"):
        sweep.find("coinrum")


def test_an_experiment_whose_packages_are_not_installed_says_how_to_install_them(
    tmp_path, monkeypatch
):
    (tmp_path / "needy").mkdir()
    (tmp_path / "needy" / "__init__.py").touch()
    (tmp_path / "needy" / "experiment.py").write_text("import not_there.at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SweepError, match=r"'needy.experiment' needs 'not_there', .+ pip install"):
        sweep.find("needy.experiment")


def test_a_module_without_an_experiment_is_one_sentence():
    with pytest.raises(
        SweepError, match=r"misgen\.ledger\.sweep has no constant EXPERIMENT: give it one"
    ):
        sweep.find("misgen.ledger.sweep")
