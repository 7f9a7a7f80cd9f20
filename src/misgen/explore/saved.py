"""What a saved notebook shows of an explorer where it cannot run, trusted or not.

JupyterLab and Notebook 7 draw a widget wherever they trust a notebook, and where its kernel is
gone they write an error in its place. So an explorer has a second output below it: its sentence
and numbers as plain HTML, which needs neither a script nor a style, and the picture that the front
end took of it. While the explorer lives, the styles hide this output.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

Bundle = Mapping[str, Any]
"""MIME type -> content."""
_CELL = ".jp-OutputArea-child"  # one output, in JupyterLab, Notebook 7 and nbconvert
STYLES = (
    "<style>.misgen-saved{display:none}"
    f"{_CELL}:not(:has(.mg-root))+{_CELL} .misgen-saved{{display:block}}"
    # "Loading widget..." and the error in place of a widget are texts without an element
    f"{_CELL}:has(+{_CELL} .misgen-saved) .jp-OutputArea-output:not(:has(*)){{display:none}}"
    "</style>"
)
"""An untrusted notebook strips them, and shows no widget either."""
_IN_THE_BOOK = re.compile(r'<a href="(?!https?:)[^"]*">(.*?)</a>')
"""A link from page to page, which leads nowhere from a notebook; its words stay."""
TO_RUN = "Run this cell to make it interactive."


def saved_html(title: str, picture: str, text: str, numbers: str, caption: str) -> str:
    """Returns the still of an explorer for a notebook.

    Args:
        title: Its title.
        picture: Address of its picture, or nothing.
        text: Its sentence.
        numbers: What stands below a still picture, as HTML.
        caption: Where the numbers come from, as HTML.
    """
    name = escape(title)
    image = f'<img src="{escape(picture)}" alt="{name}">'  # the picture shows the title, too
    shown = image if picture else f"<strong>{name}</strong>"
    note = " · ".join(filter(None, [caption, TO_RUN]))
    said = _IN_THE_BOOK.sub(r"\1", numbers)
    body = f"<p>{shown}</p><p>{escape(text)}</p>{said}<p><small>{note}</small></p>"
    return f'{STYLES}<div class="misgen-saved">{body}</div>'


def display_both(widget: Bundle, metadata: Mapping[str, Any], still: Bundle) -> Any:
    """Displays a widget and its still; returns a handle by which the still can be updated."""
    from IPython.display import display

    # without words: an untrusted notebook would write them above the still, which has them too
    display({**widget, "text/plain": ""}, metadata=metadata, raw=True)
    return display(still, raw=True, display_id=True)
