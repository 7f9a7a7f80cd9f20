"""The assignments of the book: what students get, what is kept from them, what loses points."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from browsing import ROOT, load_tool
from grading_places import best

from misgen.grading.assignment import SETUP, SOLUTION, TEST, WRITTEN
from misgen.grading.build import read_source, run_through, student_notebook, verify
from misgen.grading.grade import Grader, config_of, solution_cells

SOURCES = sorted(path.parent for path in (ROOT / "assignments").glob("*/wrong.toml"))
each = pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
TRAINS = {
    "assistant": {"choose"},
    "coinrun": {"train"},
    "distributions": {"plan"},
    "rewards": {"scores"},
    "taxonomy": {"mend"},
    "tree_gridworld": {"train"},
}
"""Questions whose tests train an agent, for seconds."""
AT_ONCE = ["assistant", "taxonomy"]
"""Assignments whose training is so short that each run of the tests tries it."""
TOGETHER = {
    "assistant": [("rare", "users"), ("rare", "counted")],
    "coinrun": [("placement", "flipped")],
    "distributions": [("length", "further")],
    "rewards": [("lips_of_breed", "shift")],
    "taxonomy": [("flipped", "border")],
    "tree_gridworld": [("r_max", "shift"), ("r_max", "start")],
}
"""Fields of a variant whose combinations matter, so that each of them is tried."""
RUNNER = "def train(seed):\n    return misgen.published('CoinRun', distinguishing=0.0, seed=0)\n"


def without(source, questions):
    """Returns a source without some of its questions."""
    parts = [
        part
        for part in source.assignment.parts
        if part.name not in questions and part.question not in questions
    ]
    wrong = tuple(one for one in source.wrong if one.question not in questions)
    return replace(source, assignment=replace(source.assignment, parts=tuple(parts)), wrong=wrong)


def quick(source):
    """Returns a source without the questions that train."""
    return without(source, TRAINS[source.assignment.name])


@each
def test_of_quick_questions_solutions_have_all_points_and_wrong_ones_lose_some(folder):
    told = []
    verify(quick(read_source(folder)), told.append)
    assert told[-1].endswith("wrong solutions lose points")


@pytest.mark.parametrize("name", AT_ONCE)
def test_of_a_short_training_the_solution_has_all_points_and_the_first_wrong_ones_lose_some(name):
    source = read_source(ROOT / "assignments" / name)
    others = {part.name for part in source.assignment.of_role(SOLUTION)} - TRAINS[name]
    trained = without(source, others)
    verify(replace(trained, wrong=trained.wrong[:2], students=source.students[:1]))


@each
@pytest.mark.retrains
def test_of_all_questions_solutions_have_all_points_and_wrong_ones_lose_some(folder):
    verify(read_source(folder))


@each
def test_an_assignment_has_four_questions_one_in_words_and_one_that_trains(folder):
    assignment = read_source(folder).assignment
    assert len(assignment.of_role(SOLUTION)) + len(assignment.of_role(WRITTEN)) >= 4
    assert assignment.of_role(WRITTEN)
    assert TRAINS[folder.name] <= {part.name for part in assignment.of_role(SOLUTION)}


@each
def test_each_question_says_its_points_and_its_minutes(folder):
    assignment = read_source(folder).assignment
    text = "\n".join(part.source for part in assignment.parts if not part.code)
    said = re.findall(r"\((\d+) points, (\d+) minutes\)", text)
    graded = [part.points for part in assignment.of_role(TEST, WRITTEN)]
    assert [float(points) for points, _ in said] == graded
    assert 30 <= sum(int(minutes) for _, minutes in said) <= 90
    assert f"gives {assignment.points:g} points" in text
    assert f"about {sum(int(minutes) for _, minutes in said)} minutes" in text


@each
def test_the_names_that_are_tried_cover_each_value_of_a_variant(folder):
    """Every setting that some student gets is one with which the solution was tried."""
    source = read_source(folder)
    space = {"student": "x"}
    exec(source.assignment.of_role(SETUP)[0].source, space)
    variant_of = space["variant_of"]
    tried = [variant_of(name) for name in source.students]
    for number in range(300):
        for field, value in variant_of(f"student {number}").items():
            assert field == "seed" or value in {variant[field] for variant in tried}
    for first, second in TOGETHER[folder.name]:
        assert len({(variant[first], variant[second]) for variant in tried}) == 4


@each
def test_students_have_variants_of_their_own(folder):
    space = {"student": "x"}
    exec(read_source(folder).assignment.of_role(SETUP)[0].source, space)
    found = [str(space["variant_of"](f"student {number}")) for number in range(500)]
    assert len(set(found)) == 500
    assert space["variant_of"](" Ada  L ") == space["variant_of"]("ada l")
    assert space["variant_of"]("Jose\u0301") == space["variant_of"]("jos\u00e9")  # of a Mac, or not


@each
def test_no_cell_is_longer_than_a_screen(folder):
    parts = read_source(folder).assignment.parts
    assert [part.name for part in parts if len(part.source.splitlines()) > 40] == []


@each
def test_an_assignment_needs_the_core_alone(folder):
    """So that it runs in Colab, in Jupyter and in a page, and no grader needs PyTorch."""
    imported = set()
    for part in read_source(folder).assignment.parts:
        for node in ast.walk(ast.parse(part.source if part.code else "")):
            names = [alias.name for alias in getattr(node, "names", ())]
            module = getattr(node, "module", None)
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported |= {module} if module else set(names)
    standard = {name for name in imported if name.split(".")[0] in sys.stdlib_module_names}
    assert {name.split(".")[0] for name in imported - standard} <= {"numpy", "misgen"}
    blocked = "import sys; sys.modules.update(dict.fromkeys(['torch', 'plotly', 'gymnasium'])); "
    code = blocked + f"import {', '.join(sorted(imported))}"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def said_by_the_check(assignment, wrong, student):
    """Returns what the check that students see says of a wrong solution; nothing if all is well."""
    space = {"student": student}
    tests = assignment.without_hidden().only(wrong.question).of_role(TEST)
    # one question may build on another, which is then answered rightly
    right = [p.source for p in assignment.of_role(SETUP, SOLUTION) if p.name != wrong.question]
    try:
        for source in (*right, wrong.code):
            exec(source, space)
        for test in tests:
            exec(test.source, space)
    except AssertionError as error:
        return str(error)
    return ""


@each
def test_most_mistakes_are_named_by_the_check_that_students_see(folder):
    source = quick(read_source(folder))
    named = 0
    for wrong in source.wrong:
        told = {said_by_the_check(source.assignment, wrong, name) for name in source.students}
        named += any(text and "not the right numbers" not in text for text in told)
    assert named >= 2 * len(source.wrong) / 3


@each
def test_nothing_in_the_checks_of_the_book_answers_a_question(folder):
    """A student has them all on his machine, with what they compare with."""
    assignment = quick(read_source(folder)).assignment
    topic = {"rewards": "dogs"}.get(folder.name, folder.name)
    checks = importlib.import_module(f"misgen.topics.{topic}.checks")
    found = [each for each in vars(checks).values() if inspect.isfunction(each)]
    assert len(found) > 3
    space = {"student": "ada"}
    for part in assignment.of_role(SETUP, SOLUTION):
        exec(part.source, space)
    for test in assignment.of_role(TEST):
        exec(test.source, dict(space))  # with the solution it holds
        for each in found:
            with pytest.raises(Exception):  # noqa: B017, PT011 of whatever kind
                exec(test.source, {**space, test.question: each})


@each
def test_words_that_look_like_numbers_are_none(folder):
    space = {"np": np}
    setup = read_source(folder).assignment.of_role(SETUP)
    exec(next(part.source for part in setup if part.name == "setup_expect"), space)
    space["expect"]([0.5, True], (0.5, 1))
    for given in (["0.5", "1"], [0.5, "1"], [0.5, None], "0.5", None):
        with pytest.raises(AssertionError, match="return numbers"):
            space["expect"](given, [0.5, 1])


HIDDEN = re.compile("### BEGIN HIDDEN TESTS(.*?)### END HIDDEN TESTS", re.DOTALL)


@each
def test_a_hidden_test_tells_shares_and_names_and_not_what_it_asked(folder):
    """What it says stands in reports for students, and others have the same test."""
    told = set()
    for part in read_source(folder).assignment.of_role(TEST):
        for node in ast.walk(ast.parse("\n".join(HIDDEN.findall(part.source)))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is None:
                told.add(ast.unparse(node.value))
    # the name of a failure with an idea, and numbers in names that a test makes up
    assert told <= {"wanted", "hint", "number", "k", "i"}


def test_whoever_mends_a_hidden_design_wrongly_does_not_read_it():
    space = {"student": "ada", "__name__": "tests"}
    for part in read_source(ROOT / "assignments" / "taxonomy").assignment.of_role(SETUP):
        exec(part.source, space)
    check, design = space["check_mended"], {**space["SOUND"], "steps": 4_321}
    with pytest.raises(AssertionError, match="4321"):
        check(("none", {}), design, "capability", 0)
    with pytest.raises(AssertionError, match="hidden design is no case") as raised:
        check(("none", {}), design, "capability", 0, "a hidden design")
    assert "4321" not in str(raised.value)


def test_who_hands_in_the_published_runner_has_no_points_for_it():
    source = read_source(ROOT / "assignments" / "coinrun")
    only = source.assignment.only("train")
    cells = [replace(c, source=RUNNER) for c in solution_cells(only) if c.name == "train"]
    (test,) = Grader(only, best())(config_of(only, "ada", cells)).result["tests"]
    assert test["score"] == 0
    assert re.search(r"it takes \d+% of the moved coins|it has learned neither", test["told"])


MENDED = {
    "distributions": ("plan", "changes the encoding alone", "no more than always right would take"),
    "rewards": ("scores", "takes a rate, and 0 for no command", "your dogs obey"),
}
"""Questions in which the tests train: half of a solution, and what they say of it."""


@pytest.mark.parametrize("name", MENDED)
def test_what_is_trained_by_a_solution_has_points_and_by_half_of_one_has_none(name):
    question, half, said = MENDED[name]
    source = read_source(ROOT / "assignments" / name)
    only = source.assignment.only(question)
    own = list(solution_cells(only))
    (wrong,) = [one for one in source.wrong if (one.question, one.name) == (question, half)]
    other = [replace(c, source=wrong.code) if c.name == question else c for c in own]
    grader = Grader(only, best())
    for cells, score in ((own, 12), (other, 0)):
        (test,) = grader(config_of(only, source.students[0], cells)).result["tests"]
        assert test["score"] == score, test["told"]
    assert said in test["told"]


HUGE = """def mend(design):
    wide = np.ones((2**20, 1), bool)
    return "specification", {"coin": wide, "corner": wide[..., None]}
"""


def test_whoever_mends_with_arrays_takes_no_memory_of_the_grader():
    """What the coin and the corner pay is multiplied in the grader: as arrays, to terabytes."""
    source = read_source(ROOT / "assignments" / "taxonomy")
    only = source.assignment.only("mend")
    cells = [replace(c, source=HUGE) for c in solution_cells(only) if c.name == "mend"]
    (test,) = Grader(only, best())(config_of(only, "ada", cells)).result["tests"]
    assert (test["score"], test["told"]) == (0, "each entry is one number, or True or False")


@pytest.mark.retrains
def test_the_forester_as_it_is_given_ends_its_forests_for_every_growth_and_shift():
    """What is to be mended is broken in each variant, and the check says so."""
    source = read_source(ROOT / "assignments" / "tree_gridworld")
    given = next(wrong for wrong in source.wrong if wrong.name == "leaves the training as it is")
    for student in source.students:
        told = said_by_the_check(source.assignment, given, student)
        assert re.search("it keeps [0-9]% of ordinary forests: what does the discount", told)


@pytest.mark.retrains
def test_the_designs_that_are_to_be_mended_miss_the_coin_in_each_place():
    source = read_source(ROOT / "assignments" / "taxonomy")
    for student in source.students:
        space = {"student": student}
        for part in source.assignment.of_role(SETUP):
            exec(part.source, space)
        away = {"flipped": not space["PLACE"]["flipped"]}
        for fault in ({"corner": 0.5}, {"steps": 5_000}, {"distinguishing": 0.0}, away):
            design = {**space["SOUND"], **fault}
            assert space["tested"](space["built"](design, 0), 1)[0] < 0.5, (student, fault)


@pytest.mark.retrains
def test_the_assistant_as_it_is_given_books_the_restaurant_in_the_pandemic():
    source = read_source(ROOT / "assignments" / "assistant")
    for student in source.students:
        space = {"student": student}
        for part in source.assignment.of_role(SETUP):
            exec(part.source, space)
        foodies = {**space["PANDEMIC"], "tastes": ["foodie"]}
        assert space["books_preferred"](space["given"], 1, **foodies) < 0.05


def test_sources_are_committed_without_outputs():
    notebooks = [folder / f"{folder.name}.ipynb" for folder in SOURCES]
    command = [sys.executable, "-m", "nbstripout", "--verify", "--keep-id", *map(str, notebooks)]
    assert subprocess.run(command, check=False).returncode == 0


# --------------------------------------------------------------------- what is kept back


def secrets(folder):
    """Returns lines of the solutions and hidden tests that stand nowhere in what students get."""
    assignment = read_source(folder).assignment
    shown = "\n".join(part.for_students for part in assignment.parts)
    lines = [line.strip() for part in assignment.parts for line in part.source.splitlines()]
    return [line for line in lines if len(line) > 25 and line not in shown]


@each
def test_students_see_neither_solutions_nor_hidden_tests(folder):
    text = str(student_notebook(read_source(folder)))
    found = [line for line in secrets(folder) if line in text]
    assert found == []
    assert len(secrets(folder)) > 20
    assert "rubric" not in text


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the book's package, and all of its code."""
    built = load_tool("edition").build_wheel(tmp_path_factory.mktemp("wheel"))
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        code = [archive.read(name).decode("utf-8") for name in names if name.endswith(".py")]
    return names, "\n".join(code)


@each
def test_the_wheel_holds_neither_solutions_nor_hidden_tests(folder, wheel):
    names, text = wheel
    assert not [name for name in names if "assignments" in name or name.endswith(".ipynb")]
    assert [line for line in secrets(folder) if line in text] == []


@pytest.mark.site
def test_the_site_holds_neither_solutions_nor_hidden_tests(html):
    kinds = {".html", ".js", ".json", ".ipynb", ".md", ".txt", ".py"}
    files = [file for file in html.rglob("*") if file.suffix in kinds and file.is_file()]
    assert files
    kept = [line for folder in SOURCES for line in secrets(folder) if "misgen." not in line]
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        assert [line for line in kept if line in text] == [], file
        assert "BEGIN HIDDEN TESTS" not in text


@each
def test_the_book_is_built_without_the_assignments(folder, root):
    assert f'- "{folder.parent.name}/**"' in (root / "_config.yml").read_text(encoding="utf-8")


@each
def test_the_source_runs_from_top_to_bottom(folder):
    run_through(quick(read_source(folder)).assignment)
