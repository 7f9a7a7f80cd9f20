"""Runs are named by what decides them, and kept so that nothing damaged is ever used."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest

from misgen.core import atomic
from misgen.ledger import runs as ledger
from misgen.ledger.runs import DamagedError, Run, Store, SweepError, run_key

CODE = "0123456789abcdef"


def a_run(seed=3, **changes):
    run = Run(
        experiment="toy",
        config={"seed": seed, "share": 0.02},
        code=CODE,
        result={"goal": 0.125, "words": "né"},
        arrays={"weights": np.float16([[0.5, seed]]), "episodes": np.arange(5)},
        versions={"python": "3.11.7", "numpy": "2.4.6"},
        platform="Linux",
        seconds=1.5,
    )
    return dataclasses.replace(run, **changes)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "runs")


def files(store):
    return sorted(path.name for path in store.folder.iterdir())


def test_the_names_of_runs_stay_what_they_are():
    config = {"distinguishing": 0.02, "seed": 3, "hidden": [64, 64], "erased": False, "note": None}
    assert run_key("coinrun", config, CODE) == "42e255fbab3405f0"


def test_the_order_of_the_fields_does_not_name_a_run():
    assert run_key("toy", {"a": 1, "b": 2}, CODE) == run_key("toy", {"b": 2, "a": 1}, CODE)


def test_experiment_configuration_and_code_name_a_run():
    keys = {
        run_key("toy", {"seed": 1}, CODE),
        run_key("toys", {"seed": 1}, CODE),
        run_key("toy", {"seed": 2}, CODE),
        run_key("toy", {"seed": "1"}, CODE),
        run_key("toy", {"seed": 1}, CODE[::-1]),
    }
    assert len(keys) == 5


@pytest.mark.parametrize("value", [np.int64(1), float("nan"), {1}, b"1"])
def test_a_configuration_that_is_not_json_is_one_sentence(value):
    with pytest.raises(SweepError, match=r"not plain JSON, so convert the value: .+\."):
        run_key("toy", {"seed": value}, CODE)


def test_a_run_is_read_back_as_it_was_kept(store):
    run = a_run()
    store.save(run)
    back = store.load(run.key)
    assert dataclasses.replace(back, arrays={}) == dataclasses.replace(run, arrays={})
    assert sorted(back.arrays) == ["episodes", "weights"]
    for name, array in run.arrays.items():
        np.testing.assert_array_equal(back.arrays[name], array)
        assert back.arrays[name].dtype == array.dtype
    assert files(store) == [f"{run.key}.json", f"{run.key}.npz"]


def test_a_run_without_arrays_is_one_file(store):
    run = a_run(arrays={})
    store.save(run)
    assert store.load(run.key) == run
    assert files(store) == [f"{run.key}.json"]


def test_a_run_that_is_kept_already_stays(store):
    store.save(a_run(seconds=1.0))
    store.save(a_run(seconds=2.0, result={}))
    assert store.load(a_run().key).seconds == 1.0


def test_a_run_counts_only_when_its_json_is_there(store, monkeypatch):
    def full(*_):
        raise atomic.WriteError(28, "The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "write_json", full)
        with pytest.raises(atomic.WriteError):
            store.save(a_run())
    assert files(store) == [f"{a_run().key}.npz"], "the arrays are written first"
    assert a_run().key not in store
    store.save(a_run())
    assert store.load(a_run().key).seconds == 1.5


def damage_truncated(json_file, npz_file, other):
    json_file.write_bytes(json_file.read_bytes()[:-40])
    return json_file


def damage_not_text(json_file, npz_file, other):
    json_file.write_bytes(b"\xff\xfe\x00")
    return json_file


def damage_empty(json_file, npz_file, other):
    json_file.write_bytes(b"")
    return json_file


def damage_foreign(json_file, npz_file, other):
    json_file.write_text("[1, 2]")
    return json_file


def damage_other_run(json_file, npz_file, other):
    json_file.write_bytes(other.with_suffix(".json").read_bytes())
    return json_file


def damage_digit(json_file, npz_file, other):
    json_file.write_text(json_file.read_text().replace("0.125", "0.625"))
    return json_file


def damage_no_checksum(json_file, npz_file, other):
    record = json.loads(json_file.read_text())
    del record["checksum"]
    json_file.write_text(json.dumps(record))
    return json_file


def damage_nan(json_file, npz_file, other):
    json_file.write_text(json_file.read_text().replace("0.125", "NaN"))
    return json_file


def damage_too_deep(json_file, npz_file, other):
    json_file.write_text("[" * 100_000)
    return json_file


def damage_long_number(json_file, npz_file, other):
    json_file.write_text(json_file.read_text().replace("0.125", "9" * 5000))
    return json_file


def damage_missing_field(json_file, npz_file, other):
    record = json.loads(json_file.read_text())
    del record["checksum"], record["arrays_sha256"]
    json_file.write_text(json.dumps(record | {"checksum": ledger.short_hash(record)}))
    return json_file


def damage_folder(json_file, npz_file, other):
    npz_file.unlink()
    npz_file.mkdir()
    return npz_file


def damage_arrays_truncated(json_file, npz_file, other):
    npz_file.write_bytes(npz_file.read_bytes()[:-1])
    return npz_file


def damage_arrays_of_other_run(json_file, npz_file, other):
    npz_file.write_bytes(other.with_suffix(".npz").read_bytes())
    return npz_file


def damage_arrays_gone(json_file, npz_file, other):
    npz_file.unlink()
    return npz_file


DAMAGES = [value for name, value in list(globals().items()) if name.startswith("damage_")]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_named_and_never_used(store, damage):
    run, other = a_run(seed=3), a_run(seed=4)
    store.save(run)
    store.save(other)
    paths = [store.folder / f"{run.key}.{end}" for end in ("json", "npz")]
    culprit = damage(*paths, store.folder / other.key)
    for read in (store.load, store.check):
        with pytest.raises(DamagedError) as caught:
            read(run.key)
        sentence = str(caught.value)
        assert sentence.startswith(f"{culprit} is damaged (")
        assert re.search(r"\): delete \S+ and run the sweep again, .+ repeated\.$", sentence)
        assert "\n" not in sentence


@pytest.mark.parametrize(
    "damage", [d for d in DAMAGES if d is not damage_folder], ids=lambda damage: damage.__name__
)
def test_what_a_damaged_run_advises_to_delete_lets_it_be_written_again(store, damage):
    run, other = a_run(seed=3), a_run(seed=4)
    store.save(run)
    store.save(other)
    paths = [store.folder / f"{run.key}.{end}" for end in ("json", "npz")]
    damage(*paths, store.folder / other.key)
    with pytest.raises(DamagedError) as caught:
        store.check(run.key)
    Path(re.search(r"delete (\S+) and run", str(caught.value))[1]).unlink()
    assert run.key not in store
    store.save(run)
    assert store.load(run.key).result == run.result


def test_a_run_that_is_not_there_is_one_sentence(store):
    with pytest.raises(DamagedError, match="No such file"):
        store.load("0" * 16)


def test_a_store_that_cannot_be_read_is_one_sentence(tmp_path):
    long = tmp_path / ("a" * 5000)
    with pytest.raises(SweepError, match=r"a cannot be read \(.*\): choose another --store\.$"):
        _ = "0" * 16 in Store(long)
