"""The classification game: real cases, one at a time, and four classes to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any, ClassVar

from misgen.explore.base import Explorer
from misgen.explore.study import Source
from misgen.topics.taxonomy.cases import KINDS, Case, Reference, cases, orders

TITLE = "What went wrong here?"
ROUND = 8
"""Cases of a short round."""
ORDERS = 100
"""How many shuffles there are; each has a number, which the address keeps."""
HINT = "Choose the class that fits what is told. The keys 1 to 4 answer too."
SOURCE = Source("Published cases, none invented; the sources are named with each answer.")


class Cases(Explorer):
    """Real cases in a shuffled order, feedback on each answer, and a review of the wrong ones."""

    module: ClassVar[str] = "topics/taxonomy/cases"

    def __init__(
        self,
        played: Sequence[Case] | None = None,
        *,
        length: int = ROUND,
        order: int = 0,
        title: str = TITLE,
        source: Source = SOURCE,
        key: str | None = None,
    ) -> None:
        """Creates the game.

        Args:
            played: The cases; by default all of the book.
            length: Cases of a short round; a long one has them all.
            order: Number of the shuffle at the start, below `ORDERS`.
            title: Heading.
            source: What the caption says.
            key: See `Explorer`.

        Raises:
            ValueError: If there are not enough cases for a round, or there is no such order.
        """
        if not 0 <= order < ORDERS:
            raise ValueError(f"Choose an order from 0 to {ORDERS - 1}, not {order}.")
        self._cases = tuple(cases() if played is None else played)
        shuffles = orders(self._cases, ORDERS, first=length)  # (order, place)
        self._shuffled = [self._cases[i] for i in shuffles[order]]
        table: dict[str, Any] = {
            "title": title,
            "hint": f"{len(self._cases)} real cases. {HINT}",
            "kinds": [{"name": kind.name, "meaning": kind.meaning} for kind in KINDS],
            "cases": [_case_table(case) for case in self._cases],
            "rounds": [length, len(self._cases)],  # a short and a long one
            "orders": list(range(ORDERS)),  # the values that an address may have
            "source": asdict(source),
        }
        state = {"round": length, "order": order}
        super().__init__(table=table, arrays={"shuffles": shuffles}, state=state, key=key)

    def sentence(self) -> str:
        """Returns how many cases there are of each class."""
        counts = Counter(case.kind.key for case in self._cases)
        listed = ", ".join(f"{kind.name.lower()} {counts[kind.key]}" for kind in KINDS)
        return f"{self.table['title']} {len(self._cases)} real cases to classify: {listed}."

    def numbers(self) -> str:
        """Returns all cases in the order at the start, and the answers in an element that opens."""
        kinds = "".join(f"<li><b>{k.name}.</b> {escape(k.meaning)}</li>" for k in KINDS)
        stories = "".join(
            f"<li><b>{escape(case.title)}.</b> {escape(case.story)}</li>" for case in self._shuffled
        )
        return (
            f'<ul class="mg-kindlist">{kinds}</ul><ol class="mg-caselist">{stories}</ol>'
            # closed, so that nobody reads them first
            "<details><summary>Answers and sources</summary>"
            f'<ol class="mg-caselist">{"".join(map(_answer_html, self._shuffled))}</ol></details>'
        )


def _case_table(case: Case) -> dict[str, Any]:
    return {
        "title": case.title,
        "story": case.story,
        "kind": KINDS.index(case.kind),  # the number of the right button
        "why": case.why,
        # for each button; empty for the right one
        "whyNot": [case.why_not.get(kind.key, "") for kind in KINDS],
        "sources": [{"label": r.label, "url": r.url} for r in case.references],
    }


def _answer_html(case: Case) -> str:
    sources = "; ".join(map(_reference_html, case.references))
    heading = f"<b>{escape(case.title)}: {escape(case.kind.name.lower())}.</b>"
    return f"<li>{heading} {escape(case.why)} <span>{sources}.</span></li>"


def _reference_html(reference: Reference) -> str:
    label = escape(reference.label)
    return f'<a href="{escape(reference.url, quote=True)}">{label}</a>' if reference.url else label
