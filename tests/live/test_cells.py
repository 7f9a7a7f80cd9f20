"""Code cells of a reader, run in this Python; in a page's they are run by `tests/site`."""

from __future__ import annotations

import sys

import pytest

from misgen.live.cells import LONGEST_REASON, MOST_CHARACTERS
from misgen.live.session import session_of, told_to

CHECKED = """\
from misgen.core.feedback import Feedback, checked
def check(function):
    mistakes = {"gives percent": (lambda x: 200.0 * x, "Return a share.")}
    return checked(function, [(1.0,)], lambda x: 2.0 * x, mistakes)
"""


def run(*cells, seconds=60.0):
    """Runs the last one; returns what it gives, and what it prints."""
    told = []
    with told_to(told.append):
        steps = session_of("cells").answering("run", {"cells": list(cells), "seconds": seconds})
        with pytest.raises(StopIteration) as end:
            next(steps)
    return end.value.value, "".join(each["text"] for each in told)


def test_the_last_expression_is_the_value_and_none_is_none():
    assert run("a = 2", "a * 3") == ({"value": "6"}, "")
    assert run("'text'") == ({"value": "'text'"}, "")
    assert run("None") == run("a = 1") == run("") == run("# nothing") == ({}, "")


def test_what_it_prints_is_told_in_its_order_errors_too():
    cell = "import sys\nprint('a', 1)\nprint('b', file=sys.stderr)\nprint('c', end='')\n4"
    assert run(cell) == ({"value": "4"}, "a 1\nb\nc")


def test_what_cells_above_print_is_left_out_but_for_how_far_they_are():
    above = "import sys\nfor i in range(2):\n    print(i)\n    print('bar', file=sys.stderr)"
    assert run(above, "i") == ({"value": "1"}, "bar\nbar\n")


def test_each_run_begins_anew_with_the_cells_as_they_are_now():
    assert run("a = [1]", "a.append(2); b = 3", "a")[0] == {"value": "[1]"}
    assert run("a = [5]", "a")[0] == {"value": "[5]"}
    assert "NameError" in run("b")[0]["error"]


def test_feedback_of_a_check_comes_in_its_parts():
    outcomes = [run(CHECKED, f"check(lambda x: {factor} * x)")[0] for factor in (2, 200, 3)]
    assert [each["feedback"]["right"] for each in outcomes] == [True, False, False]
    assert [each["feedback"]["mistake"] for each in outcomes] == ["", "gives percent", ""]
    assert outcomes[1]["feedback"]["sentence"] == "Return a share."


ERRORS = {
    "1\nx": "Line 2: NameError: name 'x' is not defined.",
    "def f():\n    return 1 / 0\n\nf()": "Line 2: ZeroDivisionError: division by zero.",
    "a =": "Line 1: SyntaxError: invalid syntax.",
    "\nreturn 1": "Line 2: SyntaxError: 'return' outside function.",
    "exit()": "Line 1: SystemExit: None.",
    "seed = 3\nint(input('Seed? '))": "Line 2: a cell in the page cannot ask you: write the value "
    "into the code.",
    "raise KeyError": "Line 1: KeyError.",
    "raise ValueError('First\\nand second.')": "Line 1: ValueError: First and second.",
    "import no_such.thing": "Line 1: there is no no_such in the page: open this chapter in Colab "
    "for that.",
    "from misgen.learn import nothing": "Line 1: there is no misgen.learn{name} in the page: open "
    "this chapter in Colab for that.",
    "from misgen.core.extras import extra\nwith extra('train', 'Flying'):\n    import wings":
        "Line 2: there is no wings in the page: open this chapter in Colab for that.",
    "class A:\n    def __repr__(self): return 1 / 0\nA()": "Line 2: ZeroDivisionError: division by "
    "zero.",
}  # fmt: skip


@pytest.mark.parametrize("cell", ERRORS)
def test_an_error_is_one_sentence_with_its_line(cell):
    name = ".nothing" if sys.version_info >= (3, 12) else ""
    assert run(cell)[0] == {"error": ERRORS[cell].replace("{name}", name)}


def test_an_exception_that_nobody_means_to_catch_ends_the_cell_too():
    value, _ = run("raise BaseException('b')")
    assert value == {"error": "Line 1: BaseException: b."}


def test_an_error_in_a_cell_above_says_so():
    told = "Line 2 of a cell above: ZeroDivisionError: division by zero."
    assert run("\na = 1 / 0", "a")[0] == {"error": told}
    told = "Line 1 of a cell above: SyntaxError: '(' was never closed."
    assert run("a = (", "a")[0] == {"error": told}


def test_an_error_within_a_library_has_the_line_of_the_cell():
    cell = "import numpy as np\n\nnp.zeros(3) @ np.zeros(4)"
    assert run(cell)[0]["error"].startswith("Line 3: ValueError: matmul: ")


def test_what_was_printed_before_an_error_is_there():
    assert run("print('so far')\nx")[1] == "so far\n"


def test_a_flood_is_cut_and_told_in_few_messages():
    told = []
    with told_to(told.append):
        cell = {"cells": ["for i in range(20000): print(i)"], "seconds": 60.0}
        assert list(session_of("cells").answering("run", cell)) == []
    text = "".join(each["text"] for each in told)
    assert text.endswith("… (the rest is not shown)\n")
    assert len(text) <= MOST_CHARACTERS + 30
    assert len(told) < 1000
    assert len(run("'a' * 100_000")[0]["value"]) <= MOST_CHARACTERS + 30
    assert len(run("raise ValueError('a' * 100_000)")[0]["error"]) <= LONGEST_REASON + 30


def test_functions_have_their_source():
    asked = "import inspect\nprint(inspect.getsource(f))"
    assert run("1\n\ndef f():\n    return 1", asked)[1].startswith("def f():\n    return 1\n")


def test_after_an_error_output_is_where_it_was(capsys):
    run("print('in the cell')\nx")
    print("outside")
    assert capsys.readouterr().out == "outside\n"


watched = pytest.mark.skipif(sys.version_info < (3, 12), reason="no page has such a Python")
ENDLESS = {
    "while": "while True: pass",
    "for": "from itertools import count\nfor _ in count(): pass",
    "comprehension": "from itertools import count\n[0 for _ in count()]",
    "function": "def f():\n    while True:\n        try: f()\n        except Exception: pass\nf()",
    "above": ("def f():\n    while True: pass\na = f()", "a"),
}


@watched
@pytest.mark.parametrize("kind", ENDLESS)
def test_a_loop_that_does_not_end_is_ended(kind):
    cells = ENDLESS[kind] if isinstance(ENDLESS[kind], tuple) else (ENDLESS[kind],)
    assert "stopped after 0.2 s: is there a loop" in run(*cells, seconds=0.2)[0]["error"]
    assert run("1 + 1")[0] == {"value": "2"}
