"""What a cell needs of those above it."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from misgen.live.prelude import PreludeError, missing, needed


def above(*cells: str) -> list[str]:
    """What is kept of all cells but the last."""
    return [ast.unparse(part) for part in needed([dedent(cell) for cell in cells])[:-1]]


def test_the_cell_itself_is_there_whole():
    assert ast.unparse(needed(["a = 1", "b = 2\nprint('x')"])[-1]) == "b = 2\nprint('x')"


def test_only_what_gives_a_wanted_name_is_kept_with_what_that_needs():
    assert above("side = 3\nother = 4", "print(side)", "area = side**2", "area") == [
        "side = 3", "", "area = side ** 2",
    ]  # fmt: skip


def test_of_imports_only_the_wanted_names_are_kept():
    assert above("from x import a, b as c, d\nimport e.f, g\nimport h", "c(e.f)") == [
        "from x import b as c\nimport e.f"
    ]


def test_a_name_that_the_cell_gives_a_value_itself_is_not_wanted():
    assert above("a = slow()", "a = 1\na") == [""]
    assert above("a = slow()", "def a(): pass\na()") == [""]
    assert above("a = slow()", "for a in range(3): print(a)") == [""]
    assert above("a = slow()", "[a for a in range(3)], (lambda a: a)") == [""]
    assert above("a = slow()", "with f() as a: print(a)") == [""]
    assert above("a = slow()", "{a: b for a, b in [(1, 2)]}, {a for a in ''}") == [""]
    assert above("a = slow()", "def f(a): return [a for _ in range(a)]") == [""]
    assert above("a = slow()", "class A:\n    a = 1\n    b = a") == [""]


def test_a_default_is_read_where_its_function_is_made():
    assert above("a = 1", "def f(a=a): return a") == ["a = 1"]
    assert above("a = 1", "f = lambda *, a=a: a") == ["a = 1"]
    assert above("a = 1", "@a\ndef f(a): return a") == ["a = 1"]


def test_a_value_that_may_be_kept_is_wanted():
    assert above("a = 1", "if x: a = 2\na") == ["a = 1"]
    assert above("a = 1", "for i in range(3): a = a + i") == ["a = 1"]
    assert above("a = 1", "a += 1") == ["a = 1"]
    assert above("a = 1", "a = a + 1") == ["a = 1"]
    assert above("a = 1", "try:\n    a = 2\nexcept KeyError:\n    print(a)") == ["a = 1"]


def test_of_two_values_the_later_one_is_taken():
    assert above("a = slow()", "a = 1", "a") == ["", "a = 1"]


def test_what_functions_and_classes_read_when_they_run_is_wanted():
    cell = """
    def f(x, y=b):
        z = x
        return a + z

    class C(D):
        size = c
    """
    assert above("a, b, c, D, x, z = range(6)\nsize = 7", cell) == ["a, b, c, D, x, z = range(6)"]


def test_what_a_function_keeps_for_itself_is_not_sought():
    outer = "def f():\n    a = 1\n    def g(): return a\n    return g()"
    assert above("a = slow()", outer, "f()") == ["", ast.unparse(ast.parse(outer))]


def test_what_a_function_calls_may_stand_below_it():
    assert above("def f(): return g()\ndef g(): return 1", "f()") == [
        "def f():\n    return g()\n\ndef g():\n    return 1"
    ]
    assert above("x = 1\nf = lambda: x", "x = 2", "y = 3", "f()")[1:] == ["x = 2", ""]
    assert above("x = 1", "f = [x for _ in '']", "x = slow()", "f") == [
        "x = 1", "f = [x for _ in '']", "",
    ]  # fmt: skip


def test_loops_that_fill_a_name_are_kept_with_its_beginning():
    loop = "for share in shares:\n    effects[share] = measure(share)"
    assert above(f"shares = [1]\neffects = {{}}\n{loop}", "effects") == [
        f"shares = [1]\neffects = {{}}\n{loop}"
    ]


def test_an_attribute_that_is_set_belongs_to_its_object():
    assert above("a = A()\na.b.c = 1\nd.e = 2", "a") == ["a = A()\na.b.c = 1"]


def test_calls_and_assertions_are_left_out():
    assert above("a = []\na.append(1)\nassert a\nprint(a)", "a") == ["a = []"]


def test_statements_keep_their_lines():
    (statement,) = needed(["# a comment\n\na = 1", "a"])[0].body
    assert statement.lineno == 3


def test_what_nothing_gives_is_missing_but_for_what_python_has():
    assert missing(needed(["a = 1", "a + b + len(c) + d", "print(a, b, __name__)"])) == {"b"}


@pytest.mark.parametrize(("cells", "number", "line"), [(["a ="], 0, 1), (["b", "1\na ="], 1, 2)])
def test_a_cell_that_is_no_python_is_named_with_its_line(cells, number, line):
    with pytest.raises(PreludeError, match="invalid syntax") as refused:
        needed(cells)
    assert (refused.value.number, refused.value.line) == (number, line)


def test_a_cell_above_that_is_no_python_matters_only_where_a_name_is_missing():
    assert above("a = 1", "b = (", "a") == ["a = 1", ""]
    with pytest.raises(PreludeError, match="never closed") as refused:
        needed(["c = [", "a = 1", "b = (", "a + b"])
    assert refused.value.number == 2, "the one next above: it may hold what is missing"
