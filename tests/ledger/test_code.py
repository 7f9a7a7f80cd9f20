"""The hash of code sees code and nothing else."""

from __future__ import annotations

import sys

import pytest

from misgen.ledger.code import code_hash
from misgen.ledger.runs import SweepError

SOURCE = '''"""A module."""

# a comment
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Settings."""

    rate: float = 0.5
    """How fast."""


c = ""


async def act(x, *, y=None, **rest):
    """Acts."""
    match x:
        case {"a": [1, *others]} if (n := len(others)) > 1:
            return f"{n!r:>{y}} and" " more"
    return lambda z: {**rest, "z": not z}
'''
HARMLESS = [
    ('"""A module."""', '"""Another docstring,\n\nlonger."""'),
    ('"""A module."""', ""),
    ("# a comment", ""),
    ('    """Settings."""', '    """Other words."""'),
    ('    """How fast."""\n', ""),
    ('    """Acts."""\n', "    # acts\n"),
    ('"z": not z', "'z' : (not z),"),
    ("    return lambda", "\n\n    return lambda"),
]
HARMFUL = [
    ("0.5", "0.25"),
    ("0.5", "5"),
    ("frozen=True", "frozen=1"),
    ("y=None", "y=0"),
    ("> 1", ">= 1"),
    ('" more"', '" less"'),
    ('    """Acts."""\n', "    pass\n"),
    ("not z", "z"),
    ("!r", "!s"),
    ('c = ""', 'c = "c"'),
    ("rate", "speed"),
]


@pytest.fixture
def hashed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)

    def write_and_hash(source, name="module"):
        (tmp_path / f"{name}.py").write_text(source)
        return code_hash([name])

    return write_and_hash


def test_the_hash_is_the_same_on_every_python(hashed):
    assert hashed(SOURCE) == "413d293c246856b2"


@pytest.mark.parametrize(("old", "new"), HARMLESS)
def test_prose_and_layout_do_not_change_the_hash(hashed, old, new):
    assert old in SOURCE
    assert hashed(SOURCE.replace(old, new)) == hashed(SOURCE)


@pytest.mark.parametrize(("old", "new"), HARMFUL)
def test_code_changes_the_hash(hashed, old, new):
    assert old in SOURCE
    assert hashed(SOURCE.replace(old, new)) != hashed(SOURCE)


def test_every_module_counts_and_their_order_does_not(hashed):
    first, second = hashed("x = 1", "first"), hashed("x = 2", "second")
    both = code_hash(["first", "second"])
    assert both == code_hash(["second", "first"])
    assert len({first, second, both}) == 3
    hashed("x = 3", "second")
    assert code_hash(["first", "second"]) != both


def test_the_same_code_in_another_module_is_another_code(hashed):
    assert hashed("x = 1", "first") != hashed("x = 1", "second")


def test_hashing_imports_neither_the_module_nor_its_package(tmp_path, monkeypatch):
    package = tmp_path / "heavy" / "inner"
    package.mkdir(parents=True)
    for file in ("heavy/__init__.py", "heavy/inner/__init__.py", "heavy/inner/module.py"):
        (tmp_path / file).write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert len(code_hash(["heavy.inner.module", "heavy.inner"])) == 16
    assert not [name for name in sys.modules if name.startswith("heavy")]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.module", "json.nowhere", "math", "sys"])
def test_a_module_without_source_is_one_sentence(name):
    with pytest.raises(SweepError, match=f"no Python source of the module {name!r}"):
        code_hash([name])


def test_a_package_without_source_of_its_own_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "bare").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SweepError, match="no Python source of the module 'bare'"):
        code_hash(["bare"])
