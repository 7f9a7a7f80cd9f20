"""Links of the chapters: good ones in a notebook, and the same as ever for Sphinx."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

SITE = "https://example.org/book/"
APPENDIX = f"{SITE}chapters/appendix/"


@pytest.fixture(scope="module")
def notebook_links(tools):
    return tools("notebook_links")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("{cite:t}`cobbe2019`", f"[Cobbe et al. (2019)]({APPENDIX}bibliography.html#cobbe2019)"),
        ("{cite:p}`cobbe2019`", f"([Cobbe et al., 2019]({APPENDIX}bibliography.html#cobbe2019))"),
        (
            "{cite:t}`quinonero2009`",
            f"[Quiñonero-Candela et al. (2009)]({APPENDIX}bibliography.html#quinonero2009)",
        ),
        ("[an agent](appendix/glossary.md#agent)", f"[an agent]({APPENDIX}glossary.html#agent)"),
        ("[`table`](appendix/cases.md)", f"[`table`]({APPENDIX}cases.html)"),
    ],
)
def test_a_short_form_becomes_a_link_and_comes_back(notebook_links, short, long):
    text = "See {0}, and {0} (2019) [again](coinrun.ipynb)."
    assert notebook_links.to_notebook(text.format(short), SITE) == text.format(long)
    assert notebook_links.from_notebook(text.format(long)) == text.format(short)


def test_links_to_an_earlier_address_of_the_site_are_renewed(notebook_links):
    old = notebook_links.to_notebook("[a](appendix/glossary.md#agent)", "http://old.example/")
    assert notebook_links.to_notebook(old, SITE) == f"[a]({APPENDIX}glossary.html#agent)"


def test_other_links_stay_as_they_are(notebook_links):
    text = (
        "[x](https://arxiv.org/abs/1), [Cobbe (2019)](https://a.org/b.html#cobbe2019), [y](y.ipynb)"
    )
    assert notebook_links.to_notebook(text, SITE) == notebook_links.from_notebook(text) == text


def test_a_source_that_the_bibliography_lacks_is_named(notebook_links):
    with pytest.raises(Exception, match=r"cites nobody1900, which references\.bib lacks"):
        notebook_links.to_notebook("{cite:t}`nobody1900`", SITE)


def test_sphinx_reads_the_short_forms_of_notebooks_only(notebook_links):
    long = notebook_links.to_notebook("{cite:t}`cobbe2019`", SITE)
    for suffix, read in ((".ipynb", "{cite:t}`cobbe2019`"), (".md", long)):
        app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda name, end=suffix: name + end))
        source = [long]
        notebook_links.to_sphinx(app, "chapters/coinrun", source)
        assert source == [read]


@pytest.mark.site
def test_each_citation_in_a_chapter_leads_to_its_entry(notebook_links, html, root):
    page = (html / "chapters" / "appendix" / "bibliography.html").read_text(encoding="utf-8")
    cited = {
        key
        for path in sorted((root / "chapters").glob("*.ipynb"))
        for key in re.findall(r"bibliography\.html#(\w+)", path.read_text(encoding="utf-8"))
    }
    assert cited
    assert {key for key in cited if f'id="{key}"' not in page} == set()
