"""What a host may forbid to the pages, and that they ask for no more."""

from __future__ import annotations

import re
import urllib.request

import pytest

HEAD = """<head>
  <script>let first = 1;</script>
  <link rel="stylesheet" href="a.css">
  <script data-cfasync="false">let second = 2;</script>
  <script src="a.js"></script>
  <link rel="next" title="B" href="b.html" />
  <script>let first = 1;</script>
  <script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>
</head>"""
BODY = """<body>
<script type="application/json" class="misgen-state">{"state": {}}</script>
<script type="text/x-thebe-config">{}</script><script>kernelName = 'python3'</script>
<button class="btn" onclick="window.print()">Print</button>
<script>third();</script>
</body>"""


@pytest.fixture
def policy(tools):
    """The module of the policy."""
    return tools("policy")


def test_scripts_of_the_head_move_into_one_file_where_the_first_stood(policy):
    text, files = policy.with_files("chapters/a.html", HEAD)
    (address,) = files
    assert files[address] == "let first = 1;\nlet second = 2;"
    sources = re.findall(r'<script src="([^"]+)"></script>', text)
    assert sources == [f"../{address}", "a.js"]
    assert text.index(address) < text.index("a.css")
    assert "let " not in text


def test_scripts_of_the_body_stay_in_their_order_and_data_stays_in_the_page(policy):
    text, files = policy.with_files("a.html", HEAD + BODY)
    assert list(files.values())[1:] == ["third();"]
    assert text.index("Print") < text.index(list(files)[1])
    assert '{"state": {}}' in text
    assert "thebe" not in text
    assert "kernelName" not in text


def test_a_handler_that_stands_in_a_page_becomes_a_mark(policy):
    text, _ = policy.with_files("a.html", BODY)
    assert '<button class="btn" data-print>' in text
    assert "onclick" not in text


def test_no_page_is_fetched_ahead_which_the_policy_forbids(policy):
    text, _ = policy.with_files("a.html", HEAD)
    assert "b.html" not in text
    assert '<link rel="stylesheet" href="a.css">' in text


def test_the_one_script_that_must_come_first_stays(policy):
    page = f'<head><base href="/"><script>{policy.FIND_ROOT}</script></head>'
    assert policy.with_files("404.html", page) == (page, {})


def test_a_page_whose_scripts_have_moved_stays_as_it_is(policy):
    text, _ = policy.with_files("a.html", HEAD + BODY)
    assert policy.with_files("a.html", text) == (text, {})


def test_the_policy_allows_no_script_in_a_page_but_two_and_no_other_host(policy):
    rules = dict(rule.split(" ", 1) for rule in policy.POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    allowed = ["'self'", "'wasm-unsafe-eval'", policy.source_of(policy.FIND_ROOT)]
    allowed += [policy.SPEAKER_VIEW]  # test_slides.py compares it with that script
    assert rules["script-src"].split() == allowed, "WebAssembly, and no `eval`"
    assert rules["worker-src"] == "'self'"
    assert not re.search(r"https?:|\*", policy.POLICY)


def test_the_book_says_which_policy_suffices(policy, root):
    text = (root / "chapters/appendix/troubleshooting.md").read_text(encoding="utf-8")
    block = re.search(r"```\nContent-Security-Policy: (.*?)\n```", text, re.DOTALL)
    assert " ".join(block[1].split()) == policy.POLICY


@pytest.mark.site
def test_no_page_has_a_script_or_a_handler_that_the_policy_forbids(html, page_name, policy):
    text = (html / page_name).read_text(encoding="utf-8")
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)
    inside = [code for names, code in scripts if " src=" not in names and "json" not in names]
    assert [code for code in inside if code != policy.FIND_ROOT] == []
    assert re.findall(r"<[a-z][^<>]*\son[a-z]+=\"", text) == []
    assert "javascript:" not in text
    assert 'rel="next"' not in text


@pytest.fixture
def strict_site(html, tools):
    """The address of the built site as `make serve` serves it; the other tests allow `eval`."""
    with tools("serve").served(html) as address:
        yield address


@pytest.mark.site
def test_the_own_server_sends_the_policy_with_every_file(strict_site, policy):
    for name in ("intro.html", "_static/host.js", "search.html"):
        with urllib.request.urlopen(f"{strict_site}/{name}") as answer:
            assert answer.headers["Content-Security-Policy"] == policy.POLICY


@pytest.mark.site
def test_under_the_policy_explorers_charts_formulas_and_search_work(visit, strict_site):
    visited = visit(f"{strict_site}/chapters/coinrun.html")
    page = visited.page
    page.locator(".misgen-plot").first.scroll_into_view_if_needed()
    page.wait_for_selector(".misgen-plot[data-drawn] .main-svg")
    page.locator(".misgen-explorer").first.scroll_into_view_if_needed()
    page.wait_for_selector(".misgen-explorer[data-mounted]")
    page.goto(f"{strict_site}/chapters/tree_gridworld.html")
    page.wait_for_selector("mjx-container")
    page.goto(f"{strict_site}/search.html?q=coin")
    page.wait_for_selector("ul.search > li p.context")
    assert visited.errors == []


@pytest.mark.site
def test_under_the_policy_a_foreign_script_does_nothing_and_the_print_button_prints(
    visit, strict_site
):
    page = visit(f"{strict_site}/intro.html").page
    page.evaluate(
        """() => {
          globalThis.print = () => { globalThis.printed = true; };
          const script = document.createElement("script");
          script.textContent = "globalThis.foreign = true";
          document.body.append(script);
          document.querySelector("[data-print]").click();
        }"""
    )
    assert page.evaluate("[globalThis.printed, globalThis.foreign]") == [True, None]
