"""Folders and zips as systems of courses write them, and whose a notebook is."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from grading_places import best
from small_assignment import GOOD, NAME, cell, handed_in, notebook, right, toy

from misgen.grading.grade import Grader
from misgen.grading.submissions import (
    Roster,
    SubmissionsError,
    read_roster,
    submissions,
)  # fmt: skip
from misgen.grading.submissions import handed_in as found_in


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


def write(folder, **files):
    """Writes notebooks by their paths, `__` for a slash and `DOT` for a dot."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def read_all(folder, assignment, roster=None, **options):
    roster = Roster((), ()) if roster is None else roster
    found = submissions(found_in(folder, NAME), assignment, roster, **options)
    return {one.student: one for one in found}


def scores(assignment, one):
    return [t["score"] for t in Grader(assignment, best())(one.config).result["tests"]]


LAYOUTS = {
    "loose files": ("ada.ipynb", "ada"),
    "Canvas": ("ada_4711_99_toy.ipynb", "ada"),
    "Canvas, late": ("ada_LATE_4711_99_toy-1.ipynb", "ada"),
    "Moodle": ("Ada L_4711_assignsubmission_file_/work.ipynb", "Ada L"),
    "nbgrader": ("ada/toy/toy.ipynb", "ada"),
    "Gradescope": ("ada/anything.ipynb", "ada"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("zipped", [False, True])
def test_each_layout_is_read_from_a_folder_and_from_a_zip(tmp_path, assignment, layout, zipped):
    name, student = LAYOUTS[layout]
    place = write(tmp_path / "in", **{name.removesuffix(".ipynb").replace("/", "__"): right("ada")})
    if zipped:
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for path in place.rglob("*.ipynb"):
                archive.write(path, path.relative_to(place))
        place = tmp_path / "all.zip"
    (one,) = read_all(place, assignment).values()
    assert (one.student, one.graded) == (student, True)


def test_what_belongs_to_nobody_is_left_out(tmp_path, assignment):
    write(tmp_path, ada=right("ada"), **{"__MACOSX__ada": right("ada")})
    write(tmp_path, **{"bob__.ipynb_checkpoints__toy": right("bob"), "bob__toy": right("bob")})
    (tmp_path / "class.csv").write_text("a,b")
    assert set(read_all(tmp_path, assignment)) == {"ada", "bob"}


def test_a_folder_without_a_notebook_and_one_with_three_are_a_line_each(tmp_path, assignment):
    (tmp_path / "ada").mkdir()
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "work.docx").write_text("see attached")
    write(tmp_path, cyd__a=right("cyd"), cyd__b=right("cyd"), cyd__c=right("cyd"))
    write(tmp_path, dan__draft=notebook(), dan__toy=right("dan"))
    found = read_all(tmp_path, assignment)
    assert found["ada"].remarks == found["bob"].remarks == ("there is no notebook",)
    assert found["cyd"].remarks == ("there are 3 notebooks",)
    assert found["dan"].graded


def test_a_loose_file_with_a_students_name_is_a_line_also_if_it_is_no_notebook(
    tmp_path, assignment
):
    write(tmp_path, ada_1_99_toy=right("ada"), ada_2_99_toy=right("ada"))
    others = ("bob_2_99_toy.py", "cyd_3_99_toy.zip", "eve_5_99_toy.ipynb.txt", "fay.ipynb.txt")
    for name in (*others, "ada_1_98_notes.pdf", "two\nlines.ipynb.txt", "class.csv"):
        (tmp_path / name).write_bytes(b"PK")
    (tmp_path / "dan_4_99_toy.IPYNB").write_text(json.dumps(right("dan")))
    with zipfile.ZipFile(tmp_path.with_suffix(".zip"), "w") as archive:
        for path in tmp_path.iterdir():
            archive.write(path, path.name)
    for place in (tmp_path, tmp_path.with_suffix(".zip")):
        found = read_all(place, assignment)
        assert {name for name, one in found.items() if one.graded} == {"ada", "dan"}
        for name in ("bob", "cyd", "eve", "fay", "two\nlines"):
            assert found[name].remarks == ("there is no notebook",)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, assignment):
    secret = write(tmp_path / "elsewhere", ada=right("ada"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "eve.ipynb").symlink_to(secret / "ada.ipynb")
    (tmp_path / "in" / "fay").symlink_to(secret)
    (tmp_path / "in" / "gil.ipynb").symlink_to(tmp_path / "in" / "gil.ipynb")
    found = read_all(tmp_path / "in", assignment)
    assert set(found) == {"eve", "fay", "gil"}
    for one in found.values():
        assert not one.graded
        assert "was not followed" in one.remarks[0]


def test_a_zip_that_leads_out_writes_nothing(tmp_path, assignment):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("../eve.ipynb", json.dumps(right("eve")))
        archive.writestr("ada.ipynb", json.dumps(right("ada")))
    assert read_all(tmp_path / "all.zip", assignment)["ada"].graded
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip"]


PACKED = {
    "stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA,
}  # fmt: skip


@pytest.mark.parametrize(
    ("packed", "damage"),
    [*((packed, "other bytes") for packed in PACKED), ("stored", "its end is missing")],
)
def test_a_damaged_member_of_a_zip_is_a_line_and_the_others_are_graded(
    tmp_path, assignment, packed, damage
):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", PACKED[packed]) as archive:
        archive.writestr("ada.ipynb", json.dumps(right("ada")))
        archive.writestr("bob.ipynb", json.dumps(right("bob")))
    with zipfile.ZipFile(path) as archive:
        bob = archive.getinfo("bob.ipynb")
    content = bytearray(path.read_bytes())
    start = bob.header_offset + 30 + len(bob.filename)
    if damage == "other bytes":
        content[start : start + 40] = b"\xff" * 40
    else:  # the list of members says that it is longer than the file
        listed = content.rindex(b"bob.ipynb") - 46
        content[listed + 20 : listed + 24] = (1 << 20).to_bytes(4, "little")
        content[listed + 24 : listed + 28] = (1 << 21).to_bytes(4, "little")
    path.write_bytes(content)
    found = read_all(path, assignment)
    assert found["ada"].graded
    (told,) = found["bob"].remarks
    assert re.match("it cannot be read: .", told)


def test_a_zip_whose_list_of_members_is_damaged_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("ada.ipynb", json.dumps(right("ada")))
    content = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "all.zip").write_bytes(content.replace(b"PK\1\2", b"PK\0\0"))
    with pytest.raises(SubmissionsError, match="cannot be unpacked"):
        found_in(tmp_path / "all.zip", NAME)


@pytest.mark.parametrize("place", ["missing", "empty"])
def test_a_place_without_submissions_is_refused(tmp_path, place):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SubmissionsError):
        found_in(tmp_path / place, NAME)


# ------------------------------------------------------------------------- the cells


def changed(change, student="ada"):
    content = right(student)
    content["cells"] = change(content["cells"])
    return content


def renamed(cells):
    for each in cells:
        if "nbgrader" in each["metadata"]:
            each["metadata"]["nbgrader"]["grade_id"] = f"cell-{each['id']}"
    return cells


CHANGES = {
    "nothing": (lambda cells: cells, None),
    "copied": (
        lambda cells: [*cells, cells[3]],
        "cell scaled stands 2 times; all were run in order",
    ),
    "reordered": (
        lambda cells: [cells[0], *reversed(cells[1:])],
        "its cells stand in another order, in which they were run",
    ),
    "without names": (
        lambda cells: [{**each, "metadata": {}} for each in cells],
        "its cells have lost their names; the answers were looked for by what they define",
    ),
    "renamed": (renamed, "cell scaled is missing"),
    "without the set-up": (
        lambda cells: [each for each in cells if each["id"] != "setup"],
        "cell setup is missing",
    ),
    "without its tests": (lambda cells: [c for c in cells if "test" not in c["id"]], None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_cells_that_were_moved_about_are_graded_with_a_line(tmp_path, assignment, name):
    change, remark = CHANGES[name]
    write(tmp_path, ada=changed(change))
    (one,) = read_all(tmp_path, assignment).values()
    assert one.remarks == () if remark is None else remark in one.remarks
    assert scores(assignment, one) == [4, 2]


@pytest.mark.parametrize("name", ["nothing", "without names", "renamed", "reordered"])
def test_an_answer_in_words_is_found_where_cells_were_moved_about(tmp_path, assignment, name):
    write(tmp_path, ada=changed(CHANGES[name][0]))
    (one,) = read_all(tmp_path, assignment).values()
    assert one.written == {"why": GOOD["why"]}


@pytest.mark.parametrize("answer", ["It is in the middle.", ""])
def test_an_answer_below_the_cell_for_it_is_one_and_the_given_text_is_none(
    tmp_path, assignment, answer
):
    content = handed_in("ada")
    content["cells"].append(cell(answer, kind="markdown"))
    write(tmp_path, ada=content)
    (one,) = read_all(tmp_path, assignment).values()
    assert one.written == {"why": answer}


def test_a_deleted_answer_has_no_points_and_the_others_have(tmp_path, assignment):
    write(tmp_path, ada=changed(lambda cells: [c for c in cells if c["id"] != "mean"]))
    (one,) = read_all(tmp_path, assignment).values()
    assert "cell mean is missing" in one.remarks
    assert scores(assignment, one) == [4, 0]


def test_magics_and_commands_of_a_shell_are_left_out(tmp_path, assignment):
    for name, line in {"a": "%matplotlib inline", "b": "!pip install x", "c": "%%bash\nls"}.items():
        content = handed_in(name, before=line + "\n", scaled=right(name)["cells"][3]["source"][0])
        content = changed(
            lambda cells, line=line: [
                {**cells[1], "id": "own", "metadata": {}, "source": [line]}, *cells
            ],
            name,
        )  # fmt: skip
        write(tmp_path, **{name: content})
    for one in read_all(tmp_path, assignment).values():
        assert scores(assignment, one) == [4, 2]


def below(name, *lines, kind="code"):
    """Returns a change: more lines in a cell, which may be of another kind."""

    def change(cells):
        found = next(each for each in cells if each["id"] == name)
        found |= {"cell_type": kind, "source": ["".join(found["source"]).rstrip() + "\n", *lines]}
        return cells

    return change


STATISTICS = "def mean(values):\n    return statistics.mean(values)\n"


def test_what_stands_below_the_name_is_run(tmp_path, assignment):
    content = right("ada", mean=STATISTICS)
    content["cells"] = below("student", "import statistics")(content["cells"])
    write(tmp_path, ada=content)
    (one,) = read_all(tmp_path, assignment).values()
    assert (one.remarks, one.config["student"]) == ((), "ada")
    assert scores(assignment, one) == [4, 2]


@pytest.mark.parametrize("name", ["setup", "test_mean"])
def test_what_was_added_to_a_locked_cell_is_not_run_and_told(tmp_path, assignment, name):
    cell_id = name.replace("_", "-")
    write(tmp_path, ada=changed(below(cell_id, "import statistics")))
    (one,) = read_all(tmp_path, assignment).values()
    assert one.remarks == (f"cell {name} was changed; it is locked, and the change was not run",)


def test_an_answer_that_was_made_text_is_told(tmp_path, assignment):
    write(tmp_path, ada=changed(below("mean", kind="markdown")))
    (one,) = read_all(tmp_path, assignment).values()
    assert one.remarks == ("cell mean is text, no code, and was not run",)


# ------------------------------------------------------------------------ whose it is


TYPED = {
    'student = "Pat O\'Brien"': "Pat O'Brien",
    "student = 'Pat \\'O'": "Pat 'O",
    "student: str = 'Pat'": "Pat",
    "student = (\n    'Pat'\n)": "Pat",
    "%matplotlib inline\nstudent = 'Pat'  # me": "Pat",
    "name = student = 'Pat'": "Pat",
    "student = 4711": "4711",
}


@pytest.mark.parametrize("source", TYPED)
def test_a_name_is_read_as_python_reads_it(tmp_path, assignment, source):
    content = right("x")
    next(c for c in content["cells"] if c["id"] == "student")["source"] = [source]
    write(tmp_path, x=content)
    (one,) = read_all(tmp_path, assignment, trust_typed=True).values()
    assert (one.config["student"], one.remarks) == (TYPED[source], ())


NAMES = {
    "turned round": ("doejane_4711_99_toy", "Jane Doe"),
    "as on the roster": ("doejane_4711_99_toy", "doe,  jane"),
    "as Canvas writes it": ("obrienpat_4712_99_toy", "Pat O'Brien"),
    "of two family names": ("lunaperezana_4713_99_toy", "Ana Luna Perez"),
    "in another form": ("Jos\u00e9_4714_99_toy", "Jose\u0301"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("with_roster", [False, True])
def test_a_name_is_the_same_however_it_is_written(tmp_path, assignment, name, with_roster):
    file, typed = NAMES[name]
    path = tmp_path / "class.csv"
    path.write_text('Student,ID\n"Doe, Jane",4711\nX,4712\nY,4713\nZ,4714\n', "utf-8")
    write(tmp_path / "in", **{file: right(typed)})
    roster = read_roster(path) if with_roster else None
    one = next(iter(read_all(tmp_path / "in", assignment, roster).values()))
    assert (one.config["student"], one.remarks) == (typed, ())


def test_the_file_says_whose_it_is_and_not_what_is_typed(tmp_path, assignment):
    write(tmp_path, ada=right("ada"), eve=right("ada"), bob=handed_in("", mean="x = 1"))
    found = read_all(tmp_path, assignment)
    assert found["ada"].config["student"] == "ada"
    assert found["eve"].config["student"] == "eve"
    assert found["eve"].remarks == ("'ada' is typed, which is not eve, whose variant was graded",)
    assert "no name is typed" in found["bob"].remarks[0]


def test_a_typed_name_decides_where_whoever_grades_says_so(tmp_path, assignment):
    write(tmp_path, ada=right("ada"), eve=right("ada"))
    found = read_all(tmp_path, assignment, trust_typed=True)
    assert found["eve"].config["student"] == "ada"
    assert "another submission has the same variant" in found["eve"].doubts


@pytest.mark.parametrize("between", [",", ";"])  # as a spreadsheet writes it, here or there
def test_the_roster_knows_a_student_by_any_of_his_names(tmp_path, assignment, between):
    path = tmp_path / "class.csv"
    table = "Student,ID,SIS Login ID\nAda L,4711,al12\nBob,4712,bo7\n".replace(",", between)
    path.write_text(table, encoding="utf-8-sig")
    write(tmp_path / "in", ada_4711_99_toy=right("AL12"), zoe_9_9_toy=right("zoe"))
    found = read_all(tmp_path / "in", assignment, read_roster(path))
    assert found["ada"].config["student"] == "AL12"
    assert found["ada"].row["Student"] == "Ada L"
    assert "nobody on the roster has this name" in found["zoe"].remarks


def test_what_a_whole_section_shares_is_nobodys_name(tmp_path, assignment):
    """Or a section could agree on a variant."""
    path = tmp_path / "class.csv"
    path.write_text("Name,ID,Section\nAda,7,Blue\nBob,8,blue\n", encoding="utf-8")
    write(tmp_path / "in", ada=right("Blue"), bob=right("8"))
    found = read_all(tmp_path / "in", assignment, read_roster(path))
    assert [found[name].config["student"] for name in ("ada", "bob")] == ["ada", "8"]


def test_who_is_on_the_roster_and_handed_in_nothing_has_a_line_of_his_own(tmp_path, assignment):
    write(tmp_path / "in", jane=right("jane"))
    path = tmp_path / "class.csv"
    path.write_text("Student,ID\n  Points Possible,\njane,1\nSam Poe,2\n", encoding="utf-8")
    found = read_all(tmp_path / "in", assignment, read_roster(path))
    assert list(found) == ["jane", "Sam Poe"]
    assert found["Sam Poe"].remarks == ("nothing was handed in",)
    assert found["Sam Poe"].row["ID"] == "2"
    assert not found["Sam Poe"].graded


def test_a_name_on_the_roster_twice_is_nobodys():
    rows = ({"name": "Ada", "id": "1"}, {"name": "ada ", "id": "2"})
    assert Roster(("name", "id"), rows).find(["Ada"]) == {}
    assert Roster(("name", "id"), rows).find(["2"])["name"] == "ada "
    assert Roster(("name", "id"), rows).find(["Ada", "2"])["name"] == "ada "
    assert Roster(("name", "id"), rows).find(["Bob", "9"]) == {}


@pytest.mark.parametrize("content", ["", "only,a,head\n"])
def test_a_roster_without_students_is_refused(tmp_path, content):
    (tmp_path / "class.csv").write_text(content)
    with pytest.raises(SubmissionsError, match="is no roster"):
        read_roster(tmp_path / "class.csv")


def test_the_same_code_twice_is_a_doubt_and_untouched_cells_are_not(tmp_path, assignment):
    write(tmp_path, ada=right("ada"), bob=right("bob", mean=f"# mine\n{GOOD['mean']}"))
    write(tmp_path, cyd=handed_in("cyd"), dan=handed_in("dan"))
    found = read_all(tmp_path, assignment)
    told = "is the same as that of {}, but for comments, layout and names, in scaled, mean"
    assert found["ada"].doubts == (f"the code of ada {told.format('bob')}",)
    assert found["bob"].doubts == (f"the code of bob {told.format('ada')}",)
    assert found["cyd"].doubts == found["dan"].doubts == ()
    assert found["ada"].remarks == ()  # which the student is told
