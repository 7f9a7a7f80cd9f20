"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from misgen.core import atomic

SOURCE = str(Path(atomic.__file__).parents[1])
HOST = socket.gethostname()


def python(code, *arguments):
    """Starts a Python that knows misgen and runs `code`."""
    environment = os.environ | {"PYTHONPATH": SOURCE}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_text_json_and_arrays_are_read_back_as_they_were_written(tmp_path):
    atomic.write_text(tmp_path / "new" / "a.txt", "Größe")
    atomic.write_json(tmp_path / "a.json", {"share": 0.02, "name": "Größe"})
    atomic.write_npz(tmp_path / "a.npz", {"x": np.arange(3), "y": np.float16([[0.5]])})
    assert (tmp_path / "new" / "a.txt").read_bytes() == "Größe".encode()
    assert (tmp_path / "a.json").read_text() == '{\n "share": 0.02,\n "name": "Größe"\n}\n'
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert arrays["x"].tolist() == [0, 1, 2]
        assert arrays["y"].dtype == np.float16
        assert sorted(arrays) == ["x", "y"]


@pytest.mark.parametrize("text", ["NaN", '{"a": [-Infinity]}', "[" * 100_000, "", "{", "9" * 5000])
def test_what_write_json_would_not_write_is_not_read(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=r"no JSON|too deeply|Expecting|integer string"):
        atomic.read_json(tmp_path / "a.json")


def test_the_same_arrays_give_the_same_bytes(tmp_path):
    x, y = np.arange(1000), np.ones((2, 2))
    atomic.write_npz(tmp_path / "a.npz", {"x": x, "y": y})
    atomic.write_npz(tmp_path / "b.npz", {"y": y.copy(), "x": x.copy()})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_new_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "usual").touch()
    atomic.write_text(tmp_path / "ours", "")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32(1), {1, 2}])
def test_json_refuses_what_other_readers_would_not_understand(tmp_path, value):
    with pytest.raises(ValueError, match=r"a\.json cannot be written as JSON"):
        atomic.write_json(tmp_path / "a.json", {"value": value})
    assert names(tmp_path) == []


def test_arrays_of_python_objects_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"(?i)object arrays"):
        atomic.write_npz(tmp_path / "a.npz", {"x": np.array([{}])})
    assert names(tmp_path) == []


def test_a_full_disk_is_one_sentence_and_leaves_the_old_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    atomic.write_text(tmp_path / "a.txt", "old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(atomic.WriteError) as caught:
        atomic.write_text(tmp_path / "a.txt", "new, and too long")
    assert str(caught.value) == (
        f"The disk is full: {tmp_path / 'a.txt'} (17 bytes) was not written, nothing else was "
        "lost; free some space and run the same command again."
    )
    assert caught.value.errno == errno.ENOSPC
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_that_hits_a_real_limit_leaves_nothing(tmp_path):
    code = """
import pathlib, resource, sys
from misgen.core.atomic import WriteError, write_bytes
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
write_bytes(pathlib.Path(sys.argv[1]), bytes(4096))
try:
    write_bytes(pathlib.Path(sys.argv[1]), bytes(5000))
except WriteError as error:
    print(error)
"""
    out, err = python(code, tmp_path / "a").communicate(timeout=240)
    assert out.startswith(f"The disk is full: {tmp_path / 'a'} (5,000 bytes)")
    assert err == ""
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").stat().st_size == 4096


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        atomic.WriteError, match=r"a\.txt cannot be written \(.+\): choose a folder"
    ):
        atomic.write_text(tmp_path / "file" / "a.txt", "")


def test_a_write_that_is_interrupted_leaves_the_old_file(tmp_path, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    atomic.write_text(tmp_path / "a.txt", "old")
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_write_that_is_killed_leaves_the_old_file_and_the_rest_can_be_removed(tmp_path):
    code = """
import os, pathlib, sys, time
from misgen.core.atomic import write_text
os.fsync = lambda _: time.sleep(600)
write_text(pathlib.Path(sys.argv[1]), "new")
"""
    atomic.write_text(tmp_path / "a.txt", "old")
    writer = python(code, tmp_path / "a.txt")
    while len(names(tmp_path)) < 2:
        assert writer.poll() is None
        time.sleep(0.01)
    atomic.remove_leftovers(tmp_path)
    assert len(names(tmp_path)) == 2, "the writer is alive, its file must stay"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert (tmp_path / "a.txt").read_text() == "old"
    atomic.remove_leftovers(tmp_path)
    assert names(tmp_path) == ["a.txt"]


def test_temporary_files_of_others_are_removed_only_when_they_are_old(tmp_path):
    young, old, foreign = "a.json.1-ab@other.tmp", "b.json.1-ab@other.tmp", "notes.tmp"
    for name in (young, old, foreign):
        (tmp_path / name).touch()
    for name in (old, foreign):
        os.utime(tmp_path / name, (0, 0))
    atomic.remove_leftovers(tmp_path)
    assert names(tmp_path) == [young, foreign]


def test_temporary_files_of_a_living_process_stay(tmp_path):
    (tmp_path / f"a.json.{os.getpid()}-ab@{HOST}.tmp").touch()
    atomic.remove_leftovers(tmp_path)
    assert len(names(tmp_path)) == 1


def test_removing_leftovers_of_a_folder_that_is_not_there_does_nothing(tmp_path):
    atomic.remove_leftovers(tmp_path / "nowhere")
    assert names(tmp_path) == []
