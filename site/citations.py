"""Citations by author and year, in round brackets, in the text and in the bibliography."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style
from pybtex.style.labels import BaseLabelStyle
from sphinxcontrib.bibtex.plugin import register_plugin as register_reference_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

NAME = "author_year_round"
_round = partial(BracketStyle, left="(", right=")")


@dataclass
class RoundAuthorYear(AuthorYearReferenceStyle):
    """Cobbe et al. (2019) in running text, (Cobbe et al., 2019) in brackets."""

    bracket_parenthetical: BracketStyle = field(default_factory=_round)
    bracket_textual: BracketStyle = field(default_factory=_round)
    bracket_author: BracketStyle = field(default_factory=_round)
    bracket_label: BracketStyle = field(default_factory=_round)
    bracket_year: BracketStyle = field(default_factory=_round)


def label(entry: Entry) -> str:
    """Returns the label of an entry, as it is cited: "Cobbe et al., 2019"."""
    people = entry.persons.get("author") or entry.persons["editor"]  # a collection has no author
    names = [" ".join(map(str, person.rich_last_names)) for person in people]
    several = len(names) > 2 or names[-1] == "others"  # BibTeX's "and others"
    return f"{f'{names[0]} et al.' if several else ' and '.join(names)}, {entry.fields['year']}"


class AuthorYearLabels(BaseLabelStyle):
    """Labels the bibliography as the text cites it."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yields one label for each entry."""
        return map(label, sorted_entries)


class AuthorYearStyle(Style):
    """Entries by author, with labels as cited."""

    default_sorting_style = "author_year_title"
    default_label_style = AuthorYearLabels


def register() -> None:
    """Makes both styles known under `NAME`."""
    register_reference_style("sphinxcontrib.bibtex.style.referencing", NAME, RoundAuthorYear)
    register_plugin("pybtex.style.formatting", NAME, AuthorYearStyle)
