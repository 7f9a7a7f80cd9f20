from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from misgen.core.extras import ExtraError, extra, require

NEEDS = {
    "misgen.registration": ("gymnasium", "train"),
    "misgen.core.sb3_vec_env": ("stable_baselines3", "train"),
    "misgen.learn.sb3": ("torch", "train"),
    "misgen.learn.moments": ("torch", "train"),
    "misgen.explore": ("anywidget", "book"),
    "misgen.explore.charts": ("plotly", "book"),
    "misgen.topics.coinrun.figures": ("plotly", "book"),
    "misgen.topics.assistant.networks": ("torch", "train"),
    "misgen.topics.persuasion.strict": ("torch", "train"),
}
"""A module, a package that it cannot do without, and the extra that brings it."""

# Each in turn, in one process: forget what is loaded, hide the package, import the module.
TRY_ALL = """
import importlib, sys
for module, (package, _) in {needs!r}.items():
    for name in [n for n in sys.modules if n.split(".")[0] in ("misgen", package)]:
        del sys.modules[name]
    sys.modules[package] = None
    try:
        importlib.import_module(module)
    except ImportError as error:
        print(type(error).__name__, module, error)
    del sys.modules[package]
"""


def test_each_module_names_the_extra_that_it_lacks():
    code = TRY_ALL.format(needs=NEEDS)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = dict(line.removeprefix("ExtraError ").split(" ", 1) for line in run.stdout.splitlines())
    for module, (package, name) in NEEDS.items():
        assert f"needs {package!r}, which is not installed" in said[module]
        assert said[module].endswith(f"pip install 'misgen[{name}]'.")


@pytest.mark.parametrize(
    "error",
    [
        OSError("libtorch_cpu.so: cannot open shared object file\nand more"),
        ImportError("cannot import name 'nn' from partially initialized module", name="wings"),
        ModuleNotFoundError("No module named 'json.feathers'", name="json.feathers"),
    ],
)
def test_a_damaged_package_is_told_apart_from_a_missing_one(error):
    with (
        pytest.raises(ExtraError, match=r"is damaged \(.*\): pip install --force-rei") as caught,
        extra("train", "Flying"),
    ):
        raise error
    assert "\n" not in str(caught.value)


def test_the_innermost_block_speaks():
    with (
        pytest.raises(ExtraError, match=r"^Flying needs 'wings'.*misgen\[train\]"),
        extra("book", "Reading"),
        extra("train", "Flying"),
    ):
        importlib.import_module("wings")


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError), extra("train", "Flying"):
        raise ZeroDivisionError


def test_what_is_required_is_not_imported():
    require("book", "A chart", "tabnanny")
    assert "tabnanny" not in sys.modules
    with pytest.raises(ExtraError, match="A chart needs 'wings', which is not installed"):
        require("book", "A chart", "json", "wings")
