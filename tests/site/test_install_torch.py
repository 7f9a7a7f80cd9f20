"""Which build of PyTorch is installed, and which Python the second stack has."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import colab_stack
import install_torch
import pytest


@pytest.fixture
def on_linux(monkeypatch):
    """Linux without torch; returns what pip was asked for."""
    asked: list[list[str]] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install_torch, "installed", lambda: "2.13.0+cpu" if asked else None)
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: asked.append(command) or done)
    return asked


def test_on_linux_the_small_build_is_taken_where_it_can_be_reached(on_linux, monkeypatch):
    monkeypatch.setattr(install_torch, "reachable", lambda _: True)
    said = install_torch.install("2.13.0")
    (command,) = on_linux
    assert command[-4:] == ["--no-deps", "--index-url", install_torch.CPU_INDEX, "torch==2.13.0"]
    assert said == "torch 2.13.0+cpu, the build for processors alone"


def test_on_linux_without_that_index_pip_takes_what_it_finds(on_linux, monkeypatch):
    monkeypatch.setattr(install_torch, "reachable", lambda _: False)
    install_torch.install("2.13.0")
    (command,) = on_linux
    assert "--index-url" not in command
    assert command[-1] == "torch==2.13.0"


def test_an_index_that_breaks_off_is_followed_by_what_pip_finds(monkeypatch):
    asked: list[list[str]] = []

    def run(command, **_):
        asked.append(command)
        return subprocess.CompletedProcess(command, int("--index-url" in command))

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install_torch, "reachable", lambda _: True)
    monkeypatch.setattr(install_torch, "installed", lambda: "2.13.0" if len(asked) == 2 else None)
    monkeypatch.setattr(subprocess, "run", run)
    assert "gigabytes of CUDA" in install_torch.install("2.13.0")
    assert len(asked) == 2


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_the_usual_build_is_the_small_one(platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(install_torch, "reachable", lambda _: pytest.fail("it asked the network"))
    assert install_torch.sources() == [[]]
    assert install_torch.kind_of("2.13.0") == "the build for processors alone"


@pytest.mark.parametrize("there", ["2.13.0", "2.13.0+cpu", "2.13.0+cu130"])
def test_a_torch_of_the_right_version_is_kept_whatever_its_build(there, monkeypatch):
    monkeypatch.setattr(install_torch, "installed", lambda: there)
    monkeypatch.setattr(install_torch, "sources", lambda: pytest.fail("it looked for another"))
    assert install_torch.install("2.13.0").startswith(f"torch {there}, ")


def test_the_torch_that_is_there_is_found_and_one_that_comes_is_found_too(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert install_torch.installed() is None
    about = tmp_path / "torch-2.13.0+cpu.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0+cpu\n")
    assert install_torch.installed() == "2.13.0+cpu"


def test_where_no_torch_is_found_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr(install_torch, "installed", lambda: None)
    monkeypatch.setattr(install_torch, "sources", lambda: [[]])
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match=r"^pip finds no torch 2\.13\.0: "):
        install_torch.install("2.13.0")


@pytest.fixture
def silent_host():
    """The address of a host that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=listening.accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_an_index_that_never_answers_is_given_up(silent_host, monkeypatch):
    monkeypatch.setattr(install_torch, "PATIENCE", 0.1)
    assert not install_torch.reachable(silent_host)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://no-such-host.invalid"])
def test_an_index_that_is_not_there_is_not_reachable(address):
    assert not install_torch.reachable(address)


def test_an_index_that_answers_is_reachable_and_one_without_torch_is_not(tmp_path, serve_folder):
    address = serve_folder(tmp_path)
    assert not install_torch.reachable(address)
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "index.html").write_text("torch")
    assert install_torch.reachable(address)


# ----------------------------------------------------------------------- the second stack


def test_colabs_python_and_torch_are_taken_where_both_can_be_had():
    python, listed, sentence = colab_stack.choice("/opt/python3.13", small_torch=True)
    assert (python, listed) == ("/opt/python3.13", "constraints/colab.txt")
    assert "not run" not in sentence


@pytest.mark.parametrize(
    ("python", "small", "lack"),
    [
        (None, True, "Python 3.13 is not installed"),
        ("/opt/python3.13", False, f"{install_torch.CPU_INDEX} cannot be reached"),
        (None, False, "Python 3.13 is not installed"),
    ],
)
def test_else_the_stack_has_those_of_the_book_and_says_what_is_not_run(python, small, lack):
    chosen, listed, sentence = colab_stack.choice(python, small_torch=small)
    assert (chosen, listed) == (sys.executable, "requirements.txt")
    assert sentence.startswith("not run: Colab's Python 3.13")
    assert lack in sentence


def make_python(path, *, starts: bool) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {int(not starts)}\n")
    path.chmod(0o755)
    return str(path)


def test_colabs_python_is_found_in_pyenv_too_and_a_shim_that_does_not_start_is_none(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    make_python(tmp_path / "shims" / "python3.13", starts=False)
    assert colab_stack.colabs_python() is None
    real = make_python(tmp_path / "versions" / "3.13.0" / "bin" / "python3.13", starts=True)
    assert colab_stack.colabs_python() == real


def test_a_package_that_a_lock_lacks_is_one_sentence():
    with pytest.raises(SystemExit, match=r"^The lock has no b: run `make lock`\.$"):
        colab_stack.entry("a==1 \\\n    --hash=x\n", "b")
