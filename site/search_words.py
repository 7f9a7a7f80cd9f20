"""The words of the search: what of a page goes into its index, and how a query is split.

Sphinx takes words of letters and digits, so that "2 %" would be the 2 of every other page, and
"1e-6" two words that nobody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

SPLIT_QUERY = (Path(__file__).resolve().parent / "split_query.js").read_text(encoding="utf-8")

# A power of ten, or digits in groups, what is behind the point, an exponent; and per cent, the sign
# or the word. What ends in letters is a word, such as "2nd".
_NUMBER = (
    r"(?<![\w.])(?:10\^\{?(?P<power>-?\d+)\}?"
    r"|(?P<whole>\d{1,3}(?:[,_\u202f]\d{3})+|\d+)(?P<rest>(?:\.\d+)*)(?:[eE](?P<exponent>[-+]?\d+))?"
    r")(?!\w)(?P<percent>\s?(?:%|per\s?cent\b))?"
)
_TOKEN = re.compile(rf"{_NUMBER}|\w+")
_MINUS = "\u2212"


class SearchWords(SearchEnglish):
    """English words, and numbers in one spelling: 10,000 is 10000, 1e-06 and 10^{-6} are 1e-6."""

    js_splitter_code = SPLIT_QUERY

    def split(self, input: str) -> list[str]:  # noqa: A002 - the name is Sphinx's
        """Returns the words and numbers of a text.

        >>> SearchWords({}).split("2\u202f% of 10,000 levels, at 1e-06")
        ['2%', '2', 'of', '10000', 'levels', 'at', '1e-6']
        >>> SearchWords({}).split("50 percent, 50 per cent")
        ['50%', '50', '50%', '50']
        """
        found = _TOKEN.finditer(input.replace(_MINUS, "-"))
        return [word for match in found for word in _words(match)]


def _words(token: re.Match[str]) -> Iterator[str]:
    if token["power"]:
        yield f"1e{int(token['power'])}"
        return
    if not token["whole"]:
        yield token[0]
        return
    number = re.sub(r"[,_\u202f]", "", token["whole"]) + token["rest"]
    number += f"e{int(token['exponent'])}" if token["exponent"] else ""
    if token["percent"]:
        yield f"{number}%"
    yield number  # 2 % is found by 2 as well


def setup(app: Sphinx) -> None:
    """Registers the words as those of English."""
    app.add_search_language(SearchWords)
