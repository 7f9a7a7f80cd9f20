"""What a host may forbid to the pages: their Content Security Policy, and what makes it suffice.

The theme and its extensions write scripts into each page. Here they move into files, so that a host
need not allow scripts that stand in a page, which is how foreign ones get in.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from misgen.core.atomic import write_text

SITE = Path(__file__).resolve().parent
FIRST = (SITE / "first.js").read_text(encoding="utf-8")
FIND_ROOT = (SITE / "find_root.js").read_text(encoding="utf-8")
"""The one script that stays in a page: before it, the 404 page does not know where files are."""

FOLDER = "_static/inline"


def source_of(code: str) -> str:
    """Returns what allows a script that stands in a page.

    >>> source_of("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


SPEAKER_VIEW = "'sha256-wfrJpa7dmlxqHmakgJIolYIQ+LOJmVS3HKfvdaO3GDE='"
"""What allows the script of reveal.js in the window of a speaker's notes (`slides.py`)."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        # WebAssembly is Python in the page; it allows no `eval`
        f"script-src 'self' 'wasm-unsafe-eval' {source_of(FIND_ROOT)} {SPEAKER_VIEW}",
        "worker-src 'self'",  # Python, and what keeps it for the next visit
        "style-src 'self' 'unsafe-inline'",  # formulas, charts and stills set styles of their own
        "img-src 'self' data:",  # the icons in icons.css
        "font-src 'self'",
        "frame-src 'self'",  # the slides show figures of the pages
        "connect-src 'self'",  # the search reads pages, and Python its files
        "base-uri 'self'",  # the 404 page
        "form-action 'self'",  # the search
    )
)

_SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.DOTALL)
_PRINT_BUTTON = 'onclick="window.print()"'
# Firefox fetches the next page ahead because of it, which no policy that forbids the rest allows.
_FETCHED_AHEAD = re.compile(r'[ \t]*<link rel="next"[^>]*>\n?')
_THEBE = "kernelName ="  # a kernel elsewhere, which this book never asks for
# Of use for menus of versions, and off by default.
_UNUSED = re.compile(r"DOCUMENTATION_OPTIONS\.(pagename|search_as_you_type) = [^;]*;")


def with_files(name: str, text: str) -> tuple[str, dict[str, str]]:
    """Returns a page that the policy allows, and the files of its scripts.

    The files are by their address below the site.

    Scripts in the head only set names for those that follow, so that one file holds them all.

    Args:
        name: Path of the page below the site, such as "chapters/maze.html".
        text: Its HTML.
    """
    root, files = "../" * name.count("/"), dict[str, str]()
    head, end, body = text.replace(_PRINT_BUTTON, "data-print").partition("</head>")

    def moved(code: str) -> str:
        if not code:
            return ""
        address = f"{FOLDER}/{hashlib.sha256(code.encode()).hexdigest()[:8]}.js"
        files[address] = code
        return f'<script src="{root}{address}"></script>\n'

    inline = [code for match in _SCRIPT.finditer(head) if (code := _inline(match))]
    together = iter([moved("\n".join(dict.fromkeys(inline)))])  # at the place of the first

    def in_head(match: re.Match[str]) -> str:
        return match[0] if (code := _inline(match)) is None else next(together, "") if code else ""

    def in_body(match: re.Match[str]) -> str:
        return match[0] if (code := _inline(match)) is None else moved(code)

    head = _FETCHED_AHEAD.sub("", head)
    return _SCRIPT.sub(in_head, head) + end + _SCRIPT.sub(in_body, body), files


def _inline(script: re.Match[str]) -> str | None:
    """Returns the code that is to move, empty if nothing needs it; None for what stays."""
    attributes, code = script[1], script[2].strip()
    if " src=" in attributes or "json" in attributes or script[2] == FIND_ROOT:
        return None
    if "x-thebe-config" in attributes or code.startswith(_THEBE):
        return ""
    return _UNUSED.sub("", code)


def move_scripts(html_folder: Path) -> None:
    """Moves the scripts of all pages of a built site into files."""
    for page in sorted(html_folder.rglob("*.html")):
        name = page.relative_to(html_folder).as_posix()
        if name.startswith("_static/"):
            continue  # templates of the theme, and the printed book
        before = page.read_text(encoding="utf-8")
        text, files = with_files(name, before)
        for address, code in files.items():
            write_text(html_folder / address, code)
        if text != before:
            write_text(page, text)
