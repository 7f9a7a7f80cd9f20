"""The prose of the book: plain words, short sentences, one spelling, known sources and terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from browsing import load_tool

ROOT = Path(__file__).resolve().parent.parent
APPENDIX = ROOT / "chapters" / "appendix"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
OUTLOOK = ROOT / "chapters" / "outlook.md"
PAGES = [ROOT / "intro.md", *CHAPTERS, OUTLOOK, *sorted(APPENDIX.glob("*.md"))]

LONGEST_SENTENCE = 40  # words

FILLER = [
    "amazing", "as we all know", "at the end of the day", "basically", "crucially", "cutting-edge",
    "deep dive", "delve", "dive into", "exciting", "extremely", "fascinating", "game-changing",
    "groundbreaking", "in order to", "incredibly", "interestingly", "it is important to note",
    "it should be noted", "journey", "let us now", "let's", "leverage", "needless to say", "novel",
    "obviously", "of course", "revolutionary", "seamless", "state of the art", "state-of-the-art",
    "trivially", "unlock", "utilize", "we are excited", "we are proud",
]  # fmt: skip

# British spelling with -ize, as the Oxford dictionaries have it: "generalization" is the field's
# word, so that "randomise" beside it would be a second spelling.
SPELLING = {
    r"behavior\w*": "behaviour",
    r"(?:color|favor|honor|labor|neighbor)\w*": "-our",
    r"(?:center|fiber)s?|centered": "centre, fibre",
    r"gray|defense|license|catalog|fulfill|skillful\w*|analyz\w+": "grey, defence, licence ...",
    r"(?:label|model|travel|cancel|signal)(?:ed|ing)": "labelled, modelling ...",
    r"\w*(?:generali|randomi|optimi|memori|normali|speciali|recogni|organi|minimi|maximi|summari|"
    r"initiali|reali|visuali|penali|stabili|regulari|emphasi|paralleli|characteri|standardi|"
    r"discreti|finali|equali|prioriti)s(?:e|es|ed|er|ers|ing|ation|ations)": "-ize",
    r"over-fit\w*": "overfitting",
    r"grid[ -]worlds?": "gridworld",
}


class Block(NamedTuple):
    """A paragraph, a heading, a list item or a table cell."""

    page: str
    text: str


def markdown_of(page: Path) -> str:
    """The Markdown of a page or of a notebook's text cells, with links as Sphinx reads them."""
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    cells = nbformat.read(page, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return load_tool("notebook_links").from_notebook(text)


def without_code(markdown: str) -> str:
    """Drops fenced blocks, comments, HTML and addresses; keeps what a reader reads."""
    text = re.sub(r"^(`{3,}|:{3,}).*?^\1\s*$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^%.*$|^\([\w-]+\)=$|<[^>\n]+>|^\$\$[^$]+\$\$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`\n]*`|\$[^$]+\$", "X", text)
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, each on one line and without marks."""
    for paragraph in re.split(r"\n\s*\n", without_code(markdown_of(page))):
        for piece in pieces(paragraph):
            text = " ".join(re.sub(r"\*{1,2}|(?<!\w)_|_(?!\w)", "", piece).split())
            if re.search(r"\w", text):
                yield Block(page.name, text)


def pieces(paragraph: str) -> list[str]:
    """Splits a paragraph into its items or cells."""
    if paragraph.lstrip().startswith(">"):  # its mark stands in each line, unlike that of an item
        return [re.sub(r"^\s*>", "", paragraph, flags=re.MULTILINE)]
    if paragraph.lstrip().startswith("|"):
        return re.split(r"\||\n", paragraph)
    return re.split(r"^\s*(?:#+|[-*+]|\d+\.|:)\s+|\s·\s|\n: ", paragraph, flags=re.MULTILINE)


def sentences(text: str) -> list[str]:
    """Splits a block where a sentence ends and the next begins.

    >>> sentences("Move the slider. What do they do? After Cobbe et al. (2019) it is 2.5.")
    ['Move the slider.', 'What do they do?', 'After Cobbe et al (2019) it is 2.5.']
    """
    text = re.sub(r"\b(et al|e\.g|i\.e|cf|vs)\.", r"\1", text)
    return re.split(r"(?<=[.!?:])[\"”')\]]*\s+(?=[\"“'(\[]*[A-Z0-9])", text)


def word_count(sentence: str) -> int:
    return len(re.findall(r"\w[\w'’.-]*", sentence))


def links(markdown: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", markdown)


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def glossary_terms() -> dict[str, str]:
    """Each term of the glossary and the text of its entry."""
    parts = re.split(r"^### (.+)$", markdown_of(APPENDIX / "glossary.md"), flags=re.MULTILINE)
    entries = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {
        term: re.split(r"^## ", entry, flags=re.MULTILINE)[0] for term, entry in entries.items()
    }


def bibliography() -> set[str]:
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return set(re.findall(r"^@\w+\{([^,\s]+),", text, re.MULTILINE))


def citations(page: Path) -> set[str]:
    found = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", markdown_of(page))
    return {key.strip() for keys in found for key in keys.split(",")}


each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def test_the_reader_of_this_test_finds_sentences_and_drops_code(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Title\n\n% a comment\n\nOne `x = 1` {cite:p}`key` [link](a.md). *Two*\nlines.\n\n"
        "- item one\n- item two. Second.\n\n> A quote\n> of two lines.\n\n"
        "```python\ncode()\n```\n\n| head | cell |\n| --- | --- |\n| a | b c |\n"
    )
    found = [sentence for block in blocks(page) for sentence in sentences(block.text)]
    assert found == [
        "Title", "One X X link.", "Two lines.", "item one", "item two.", "Second.",
        "A quote of two lines.", "head", "cell", "a", "b c",
    ]  # fmt: skip


@each_page
def test_no_sentence_is_too_long(page):
    too_long = [
        f"{word_count(sentence)} words: {sentence}"
        for block in blocks(page)
        for sentence in sentences(block.text)
        if word_count(sentence) > LONGEST_SENTENCE
    ]
    assert not too_long, "\n".join(too_long)


@each_page
def test_there_is_no_filler_and_no_hype(page):
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, FILLER))})\b", re.IGNORECASE)
    found = [f"{word}: {b.text}" for b in blocks(page) for word in pattern.findall(b.text)]
    assert not found, "\n".join(found)


@each_page
def test_spelling_is_british_with_ize(page):
    found = [
        f"{word} (here: {wanted}): {block.text}"
        for block in blocks(page)
        for pattern, wanted in SPELLING.items()
        for word in re.findall(rf"\b(?:{pattern})\b", block.text, re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("word", ["behavior", "randomised", "misgeneralisation", "neighbor"])
def test_the_other_spelling_would_be_found(word):
    assert any(re.fullmatch(pattern, word) for pattern in SPELLING)


@pytest.mark.parametrize("word", ["behaviour", "exercise", "otherwise", "noise", "precise"])
def test_words_that_only_look_like_it_would_not(word):
    assert not any(re.fullmatch(pattern, word) for pattern in SPELLING)


@each_page
def test_each_citation_is_in_the_bibliography(page):
    assert citations(page) - bibliography() == set()


def test_each_entry_of_the_bibliography_is_cited():
    assert bibliography() - set().union(*map(citations, PAGES)) == set()


def test_the_keys_of_the_bibliography_are_names_and_years():
    assert [key for key in bibliography() if not re.fullmatch(r"[a-z]+\d{4}", key)] == []


@each_page
def test_each_link_to_the_glossary_finds_its_term(page):
    anchors = {slug(term) for term in glossary_terms()}
    into_glossary = [link for link in links(markdown_of(page)) if "glossary.md#" in link]
    assert [link for link in into_glossary if link.split("#")[1] not in anchors] == []


def test_the_list_at_the_top_of_the_glossary_is_complete_and_in_order():
    top = markdown_of(APPENDIX / "glossary.md").split("\n## ")[0]
    listed = re.findall(r"\[([^\]]+)\]\(#([\w-]+)\)", top)
    assert [anchor for _, anchor in listed] == sorted(slug(term) for term in glossary_terms())
    assert [slug(name) for name, _ in listed] == [anchor for _, anchor in listed]


@pytest.mark.parametrize("term", glossary_terms())
def test_each_term_is_explained_and_has_a_source(term):
    explanation, *source = glossary_terms()[term].split("\n*Source:* ")
    assert word_count(explanation) >= 8
    assert len(source) == 1
    assert "{cite:t}`" in source[0] or source[0].startswith("this book")


def test_the_introduction_types_no_rate_by_hand():
    assert re.findall(r"\d+(?:\.\d+)?\s?%", without_code(markdown_of(ROOT / "intro.md"))) == []
