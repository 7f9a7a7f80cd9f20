"""The appendix page with all cases of the classification game, their classes and their sources."""

from __future__ import annotations

from misgen.ledger.report import Live, Page
from misgen.topics.taxonomy.cases import KINDS, Case, Kind, cases

GLOSSARY = {
    "gaming": "specification gaming",
    "misgeneralization": "goal misgeneralization",
    "capability": "capability failure",
}
"""Class -> the term of the glossary that it is."""


def cases_page() -> str:
    """Returns the page that lists the cases, class by class."""
    parts = [
        "# Cases",
        f"These are the {len(cases())} cases of the classification game, with their classes and "
        "sources. Play before you read on: the answers are here. None of the cases is invented. "
        "We checked most of them in the text or the abstract of the source. Of some papers we had "
        "only what others quote or report: of the corner, the gem, the keys, the last tree, the "
        "needless question, the bicycle, the blinking platforms and the timer. Another reader may "
        "draw a line elsewhere; each entry says why it is drawn where it is.",
        *map(kind_section, KINDS),
    ]
    return "\n\n".join(parts) + "\n"


def kind_section(kind: Kind) -> str:
    """Returns what the page says of one class, with a link to the glossary if that has it."""
    meaning = kind.meaning
    if term := GLOSSARY.get(kind.key):  # "cannot tell" is no term
        meaning += f" See [{term}](glossary.md#{term.replace(' ', '-')})."
    entries = [entry(case) for case in cases() if case.kind == kind]
    return "\n\n".join([f"## {kind.name}", meaning, *entries])


def entry(case: Case) -> str:
    """Returns one case: what happened, why it is of its class, and the sources."""
    # one citation of several sources, in one pair of brackets
    keys = ",".join(reference.key for reference in case.references)
    return f"### {case.title}\n\n{case.story}\n\n**Why.** {case.why} {{cite:p}}`{keys}`"


PAGES = {"cases.md": Page("src/misgen/topics/taxonomy/cases.toml", cases_page)}


# -------------------------------------------------------------- computed on the page

LIVE = (
    Live("taxonomy", "One agent that misses the coin in two ways", ("two_misses(",), seeds="0"),
    Live(
        "taxonomy",
        "Which goal foretells what a walker does",
        ("agents_and_devices(",),
        seeds="none: computed from the published agents",
    ),
)
