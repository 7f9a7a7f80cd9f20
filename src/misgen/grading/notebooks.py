"""Notebooks as students hand them in: of any version, in any encoding, with cells moved about."""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from misgen.core.atomic import Json

LARGEST = 64 << 20
"""Bytes of a notebook that is read at all; most of a large one are outputs."""
_LONGEST_CELL = 200_000  # characters
_MOST_CELLS = 10_000
_MOST_VALUES = 3_000_000
"""Of the whole file, keys among them; a picture that is drawn from its numbers has many."""
_VALUE = re.compile(r'"[^"]*"?|[{\[,]')  # all of a string, or what stands before another value
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class NotebookError(Exception):
    """A file that is no notebook; the message is one line for whoever grades."""


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook."""

    code: bool
    """Whether it is run; all others are text."""
    name: str
    """What nbgrader's metadata call it; empty for a cell of the student's own."""
    source: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook, and what was strange about its file."""

    cells: tuple[Cell, ...]
    remarks: tuple[str, ...]


def writable(text: str) -> str:
    r"""Returns a text that any table can hold: half of a pair of surrogates becomes its escape.

    >>> writable("Grüße \ud800")
    'Grüße \\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def read(data: bytes) -> Notebook:
    """Returns the cells of a notebook, from version 3 of the format on.

    Raises:
        NotebookError: The file is too large, or holds too much, or is no notebook.
    """
    if len(data) > LARGEST:
        raise NotebookError(f"it has {len(data) >> 20} MB, and more than 64 are not read")
    text, remarks = _decoded(data)
    content = _parsed(text)
    cells = tuple(itertools.islice(_cells(content), _MOST_CELLS + 1))
    if len(cells) > _MOST_CELLS:
        raise NotebookError(f"it has more than {_MOST_CELLS:,} cells, and was not read")
    if not cells:
        raise NotebookError("it is no notebook: it has no cells")
    version = content.get("nbformat")
    if version != 4:
        remarks.append(f"its format has version {version}, and was read as far as it is known")
    return Notebook(cells, tuple(remarks))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), [
            "it is not in UTF-8, and was read as Windows-1252"
        ]
    return text, [] if encoding == "utf-8" else [f"it is in {encoding}"]


def _parsed(text: str) -> Json:
    """Returns what a file holds, unless that takes a hundred times the memory of the file."""
    if _has_too_many_values(text):
        raise NotebookError(f"it holds more than {_MOST_VALUES:,} values, and was not read")
    try:
        return json.loads(text)
    except MemoryError as error:
        raise NotebookError("it takes more memory than there is") from error
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"it is no notebook: {str(error)[:120]}") from error


def _has_too_many_values(text: str) -> bool:
    # once no quotation mark is escaped, a string ends at the next one
    plain = text.replace(r"\\", "").replace(r"\"", "")
    return next(itertools.islice(_VALUE.finditer(plain), _MOST_VALUES, None), None) is not None


def _cells(content: Json) -> Iterator[Cell]:
    """Yields the cells of version 4, or of version 3, where they lie on worksheets."""
    if not isinstance(content, dict):
        return
    sheets = content.get("worksheets")
    holders = [content, *(sheets if isinstance(sheets, list) else [])]
    for holder in holders:
        listed = holder.get("cells") if isinstance(holder, dict) else None
        for cell in listed if isinstance(listed, list) else []:
            if isinstance(cell, dict):
                yield _cell(cell)


def _cell(cell: dict[str, Any]) -> Cell:
    source = cell.get("source", cell.get("input", ""))  # version 3 calls that of code "input"
    lines = source if isinstance(source, list) else [source]
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    marks = metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return Cell(
        code=cell.get("cell_type") == "code",
        name=writable(name) if isinstance(name, str) else "",
        source=writable("".join(each for each in lines if isinstance(each, str))[:_LONGEST_CELL]),
        metadata=metadata,
    )
