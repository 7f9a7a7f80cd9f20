"""Files that students hand in, of all kinds."""

from __future__ import annotations

import json

import pytest
from small_assignment import right

from misgen.grading import notebooks
from misgen.grading.notebooks import LARGEST, NotebookError, read

CONTENT = right("größe")
SOURCES = ["".join(cell["source"]) for cell in CONTENT["cells"]]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def data(content=CONTENT, encoding="utf-8", **options):
    return json.dumps(content, ensure_ascii=False, **options).encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "remark"),
    [
        ("utf-8", None),
        ("utf-8-sig", "it is in utf-8-sig"),
        ("utf-16", "it is in utf-16"),
        ("cp1252", "it is not in UTF-8, and was read as Windows-1252"),
    ],
)
def test_a_notebook_is_read_in_any_encoding(encoding, remark):
    found = read(data(encoding=encoding))
    assert sources(found) == SOURCES
    assert list(found.remarks) == ([remark] if remark else [])


def test_a_source_may_be_one_text_or_lines():
    joined = [{**cell, "source": "".join(cell["source"])} for cell in CONTENT["cells"]]
    assert sources(read(data({**CONTENT, "cells": joined}))) == SOURCES


def test_version_3_is_read():
    cells = []
    for cell in CONTENT["cells"]:
        key = "input" if cell["cell_type"] == "code" else "source"
        cells.append({"cell_type": cell["cell_type"], key: cell["source"], "metadata": {}})
    found = read(data({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert sources(found) == SOURCES
    assert found.remarks == ("its format has version 3, and was read as far as it is known",)


def test_a_version_to_come_is_read_as_far_as_it_is_known():
    found = read(data({**CONTENT, "nbformat": 5}))
    assert sources(found) == SOURCES
    assert "version 5" in found.remarks[0]


def test_a_notebook_of_50_megabytes_is_read_for_its_cells():
    output = {"output_type": "stream", "name": "stdout", "text": "x" * (50 << 20)}
    cells = [{**cell, "outputs": [output]} for cell in CONTENT["cells"][1:2]]
    found = read(data({**CONTENT, "cells": cells}))
    assert sources(found) == SOURCES[1:2]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b"", "it is no notebook"),
        (b"\x00\xff\xfe", "it is no notebook"),
        (b"def f(): pass", "it is no notebook"),
        (b"[1, 2]", "it has no cells"),
        (b"{}", "it has no cells"),
        (b'{"cells": null}', "it has no cells"),
        (b'{"cells": [3, null]}', "it has no cells"),
        (b"[" * 1_000_000, "it is no notebook"),
        (b" " * (LARGEST + 1), "more than 64 are not read"),
    ],
)
def test_what_is_no_notebook_is_one_line(given, told):
    with pytest.raises(NotebookError, match=told):
        read(given)


def test_a_notebook_of_nothing_but_cells_is_not_built(monkeypatch):
    """Each takes three bytes in the file, and a hundred times that once it is read."""
    most, loads = 1_000, json.loads
    monkeypatch.setattr(notebooks, "_MOST_VALUES", most)
    monkeypatch.setattr(json, "loads", lambda text: pytest.fail("it was built"))
    with pytest.raises(NotebookError, match="it holds more than 1,000 values"):
        read(b'{"cells": [' + b"{}," * most + b"{}]}")
    monkeypatch.setattr(json, "loads", loads)
    # what stands in a string is one value
    source = 'print([1, 2], {"\\\\": "\\"" + "}")' * most
    (found,) = read(data({"cells": [{"cell_type": "code", "source": source}], "nbformat": 4})).cells
    assert found.source == source


def test_as_many_cells_as_no_person_writes_are_refused():
    cell = {"cell_type": "code", "source": "1"}
    with pytest.raises(NotebookError, match="it has more than 10,000 cells"):
        read(data({"cells": [cell] * 10_001, "nbformat": 4}))
    assert len(read(data({"cells": [cell] * 10_000, "nbformat": 4})).cells) == 10_000


def test_a_notebook_for_which_there_is_no_memory_is_one_line(monkeypatch):
    def out_of_memory(text):
        raise MemoryError

    monkeypatch.setattr(json, "loads", out_of_memory)
    with pytest.raises(NotebookError, match="more memory than there is"):
        read(data())


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": None, "metadata": None},
        {"cell_type": "code", "source": [1, None], "metadata": {"nbgrader": 3}},
        {"cell_type": ["code"], "metadata": {"nbgrader": {"grade_id": ["x"]}}},
    ],
)
def test_a_cell_of_any_form_is_read(cell):
    (found,) = read(data({"nbformat": 4, "cells": [cell]})).cells
    assert (found.name, found.source) == ("", "")
