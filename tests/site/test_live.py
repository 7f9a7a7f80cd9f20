"""Python in the page, in Chromium under the readers' policy: from the button to the last answer.

The toy session (`tests/toy_session.py`) stands for a topic. Most tests share one started page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import firefox
import live_site
import numpy as np
import pytest
from browsing import Visit, opened_in, wait_until
from toy_session import Toy, trajectory_hash

from misgen.core.registry import ENVIRONMENTS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.site

MOST_BYTES = 12_000_000  # over the wire, where the host compresses
PATIENCE_MS = 120_000  # of a busy machine
ASK = """async ([who, name, values, limit]) => {
  const seen = [];
  const control = new AbortController();
  const onProgress = (value) => {
    seen.push(value.number ?? value);
    if (seen.length === limit) control.abort();
  };
  const told = toys[who].ask(name, values, { onProgress, signal: control.signal });
  return told.then((value) => ({ value, seen }), ({ name, message }) => ({ name, message, seen }));
}"""
KEPT = """async () => {
  const edition = document.querySelector("meta[name=misgen-live]").content.split("/").at(-2);
  const isKept = async () => { // the page itself comes last
    const name = (await caches.keys()).find((each) => each.endsWith(`pages ${edition}`));
    return name && (await caches.open(name)).match(location.href);
  };
  while (!(await isKept())) await new Promise((next) => setTimeout(next, 50));
}"""
LOST = "Python was started again, and what it held is lost: ask anew."
NO_NETWORK = "The download of Python stopped: check your connection, and try again."
NOT_FETCHED = (
    "Published agents and results are fetched when they are first asked for, and these could not "
    "be: check your connection, and ask again."
)
NOT_KEPT = "Your browser keeps no copy of Python: it works, and is fetched again next time."


@dataclass
class Site:
    """A served site of one page, of which the tests may change the files."""

    folder: Any
    address: str


@dataclass
class Reader:
    """A page, and how a test presses its buttons and asks its explorers."""

    visit: Visit
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.on("request", lambda request: self.requests.append(request.url))

    @property
    def page(self) -> Page:
        return self.visit.page

    def press(self, name: str, who: str = "one") -> None:
        button = self.page.locator(f"#{who}").get_by_role("button", name=name)
        button.wait_for(timeout=PATIENCE_MS)
        button.focus()
        self.page.keyboard.press("Enter")  # keyboard alone reaches everything

    def start(self) -> Reader:
        self.press("Run Python here")
        return self.wait_until_ready()

    def wait_until_ready(self) -> Reader:
        self.page.locator("#one .mg-live button").wait_for(state="detached", timeout=PATIENCE_MS)
        self.page.locator("#one .mg-live progress").wait_for(state="hidden", timeout=PATIENCE_MS)
        assert self.page.evaluate("toys.one.line.state.state") == "ready", self.says()
        return self

    def wait_until_kept(self) -> Reader:
        self.page.evaluate(KEPT)
        return self

    def says(self, who: str = "one") -> str:
        return self.page.locator(f"#{who} .mg-live [role=status]").text_content()

    def waits_for(self, text: str, who: str = "one") -> None:
        status = self.page.locator(f"#{who} .mg-live [role=status]", has_text=text)
        status.wait_for(state="attached", timeout=PATIENCE_MS)

    def outcome(
        self, name: str, /, who: str = "one", limit: int = 0, **values: Any
    ) -> dict[str, Any]:
        return self.page.evaluate(ASK, [who, name, values, limit])

    def ask(self, name: str, /, who: str = "one", **values: Any) -> Any:
        return self.outcome(name, who, **values)["value"]

    def files_of_python(self) -> list[str]:
        return [url for url in self.requests if re.search("_static/live/|service-worker", url)]


@pytest.fixture(scope="module")
def new_site(tmp_path_factory, tools):
    """Makes a site and serves it under the policy of the readers, without what tests add to it."""
    from contextlib import ExitStack

    with ExitStack() as running:

        def make(**options: Any) -> Site:
            folder = tmp_path_factory.mktemp("live")
            live_site.make(folder, "one", "two", **options)
            return Site(folder, running.enter_context(tools("serve").served(folder)))

        yield make


@pytest.fixture(scope="module")
def site_of_toys(new_site) -> Site:
    return new_site()


@pytest.fixture(scope="module")
def new_reader(browser):
    """Opens a page of a site in a context of its own, or in that of another reader."""
    contexts = []

    def open_page(site: Site, beside: Reader | None = None) -> Reader:
        if beside:
            visit = Visit(beside.page.context.new_page())
            visit.page.goto(f"{site.address}/index.html")
        else:
            visit = opened_in(browser, f"{site.address}/index.html")
            contexts.append(visit.page.context)
        return Reader(visit)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def started(new_reader, site_of_toys) -> Reader:
    """A page whose Python runs; each test leaves it running."""
    reader = new_reader(site_of_toys)
    reader.page.reload()  # so that all of its requests are noted
    reader.page.locator("#two").get_by_role("button").wait_for()
    assert any("live.js" in url for url in reader.requests)
    assert reader.files_of_python() == [], "the reader has not asked for Python"
    return reader.start()


# ------------------------------------------------------------------- questions and answers


def test_all_explorers_of_a_page_share_one_worker_and_have_sessions_of_their_own(started):
    assert [started.ask("remember", who) for who in ("one", "two", "one")] == [1, 1, 2]
    assert len(started.page.workers) == 1


def test_values_and_arrays_come_back_as_they_were_sent(started):
    assert started.ask("echo", value={"a": [1, 2.5, None, "ß"], "b": True}) == {
        "a": [1, 2.5, None, "ß"], "b": True,
    }  # fmt: skip
    assert started.page.evaluate(
        """async () => {
          const grid = Object.assign(new Float32Array([1, 0.5, NaN, 4]), { shape: [2, 2] });
          const back = await toys.one.ask("echo", { value: { grid } });
          return [back.grid.constructor.name, back.grid.shape, [...back.grid].map(String)];
        }"""
    ) == ["Float32Array", [2, 2], ["1", "0.5", "NaN", "4"]]


def test_missing_and_wrong_arguments_are_refused_in_one_sentence(started):
    wrong = started.outcome("types", count="many")
    assert wrong["message"] == "count must be a whole number, but is 'many'."
    assert started.ask("types")[3] == "NoneType"


def test_an_unknown_error_of_python_is_its_type_and_its_last_line(started):
    told = started.outcome("fail", how="lines")["message"]
    assert told == "Python stopped here: RuntimeError: last line"


def test_progress_arrives_in_order_before_the_answer(started):
    assert started.outcome("count", to=5) == {"value": 5, "seen": [0, 1, 2, 3, 4]}


def test_a_cancelled_question_ends_in_python_and_others_are_answered(started):
    ended = started.outcome("count", limit=3, to=10**9)
    assert (ended["name"], ended["seen"]) == ("AbortError", [0, 1, 2])
    assert started.ask("endings")[-1] == "count"


def test_a_question_is_answered_while_a_long_one_goes_on(started):
    assert started.page.evaluate(
        """async () => {
          const control = new AbortController();
          const { signal } = control;
          const long = toys.one.ask("pause", { turns: 1e9 }, { signal }).catch(() => "ended");
          const short = await toys.two.ask("echo", { value: "short" });
          control.abort();
          return [short, await long];
        }"""
    ) == ["short", "ended"]


def test_a_later_question_takes_the_place_of_an_earlier_one(started):
    outcomes = started.page.evaluate(
        """() => Promise.all([1e9, 3].map((turns) => toys.one.ask("pause", { turns })
          .catch(({ name }) => name)))"""
    )
    assert outcomes == ["AbortError", "paused"]


def test_trajectories_are_those_of_cpython_in_every_environment(started):
    assert started.ask("trajectories") == {name: trajectory_hash(name) for name in ENVIRONMENTS}


def test_a_training_computes_in_webassembly_and_learns_what_it_learns_in_numpy(started):
    assert started.ask("kernels") == "WasmKernels"
    there = started.ask("train", seed=0)
    assert there == started.ask("train", seed=0)
    np.testing.assert_allclose(there, Toy().train(seed=0).ravel(), atol=0.02)


def test_a_long_silence_is_no_hanging(started):
    started.page.evaluate(
        """() => {
          globalThis.control = new AbortController();
          toys.one.ask("pause", { turns: 1e9 }, { signal: control.signal }).catch(() => {});
        }"""
    )
    started.page.wait_for_timeout(5500)
    assert started.page.locator("#one .mg-live").is_hidden()
    started.page.evaluate("control.abort()")


def test_published_files_are_fetched_when_python_opens_them(started):
    assert not [url for url in started.requests if "/agents/coinrun/" in url]
    told = started.ask("results", name="CoinRun")
    steps = Toy().answering("results", {"name": "CoinRun"})
    with pytest.raises(StopIteration) as here:
        next(steps)
    assert told[0] == here.value.value[0]
    assert told[1] == pytest.approx(here.value.value[1], rel=1e-5)
    files = [url.partition("/agents/")[2] for url in started.requests]
    fetched = [file for file in files if file.startswith("coinrun/")]
    assert "coinrun/results.json" in fetched
    assert len(set(fetched)) == 2


def test_the_agents_of_a_setting_are_fetched_together(started):
    def packs() -> list[str]:
        return [url.rpartition("/")[2] for url in started.requests if url.endswith(".bin")]

    before = packs()
    told = started.ask("weights", distinguishing=0.5)
    assert told == pytest.approx(Toy().weights(0.5), rel=1e-5)
    assert len(told) == 10
    fetched = packs()[len(before) :]
    assert set(fetched) == {"distinguishing-0.5.bin"}
    assert len(fetched) <= 2  # Python's request, and that which the service worker makes of it


def test_a_published_file_that_cannot_be_fetched_is_one_sentence_and_can_be_had_later(started):
    context = started.page.context
    context.set_offline(True)
    told = started.outcome("results", name="CoinGrid")["message"]
    context.set_offline(False)
    assert told == NOT_FETCHED
    assert started.ask("results", name="CoinGrid")


def test_agents_that_cannot_be_fetched_are_not_called_damaged(started):
    started.ask("results", name="CoinRun")  # the table is there, the agents of this setting not
    started.page.context.set_offline(True)
    told = started.outcome("weights", distinguishing=1.0)["message"]
    started.page.context.set_offline(False)
    assert told == NOT_FETCHED
    assert len(started.ask("weights", distinguishing=1.0)) == 10


def test_the_documentation_of_the_package_is_there(started):
    assert "Trains one agent" in started.ask("help_on", name="train")


def test_nobody_is_shown_a_button_while_python_runs(started, axe):
    for who in ("one", "two"):
        assert started.page.locator(f"#{who} .mg-live").is_hidden()


def test_all_of_it_obeys_the_policy_and_leaves_no_error(started):
    assert started.visit.errors == []
    assert started.visit.foreign == []


def test_what_comes_over_the_wire_stays_within_its_budget(site_of_toys, tools):
    (folder,) = (site_of_toys.folder / "_static" / "live").iterdir()
    listed = json.loads((folder / "files.json").read_text())
    sizes = {file.name: tools("live_python").wire_size(file) for file in folder.glob("*.*")}
    fetched = {name for name in sizes if name != "files.json"}
    assert fetched == set(listed["bytes"])
    assert sum(sizes.values()) <= MOST_BYTES
    assert listed["wire"] == pytest.approx(sum(sizes[name] for name in fetched), rel=0.01)


# ----------------------------------------------------------------------- before and after


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_button_the_bar_and_the_sentence_are_accessible(
    new_reader, site_of_toys, axe_of_explorers, theme
):
    reader = new_reader(site_of_toys)
    held = []
    reader.page.context.route("**/numpy.zip", lambda route: held.append(route))
    assert axe_of_explorers(reader.page, theme) == []
    reader.press("Run Python here (10 MB)")
    reader.page.locator("#two progress").wait_for()
    assert axe_of_explorers(reader.page, theme) == []


def test_a_cancelled_download_ends_and_can_begin_again(new_reader, site_of_toys):
    reader = new_reader(site_of_toys)
    held = []
    reader.page.context.route("**/numpy.zip", lambda route: held.append(route))
    reader.press("Run Python here")
    reader.page.locator("#two progress[value]").wait_for(timeout=PATIENCE_MS)
    assert reader.says() == "Python is being fetched."
    (worker,) = reader.page.workers
    with worker.expect_event("close"):
        reader.press("Cancel", "two")
    reader.page.locator("#one progress").wait_for(state="hidden")
    reader.page.context.unroute("**/numpy.zip")
    assert reader.start().ask("echo", value=1) == 1


def test_a_network_that_breaks_off_is_one_sentence_and_can_be_tried_again(new_reader, site_of_toys):
    reader = new_reader(site_of_toys)
    reader.page.context.route("**/python_stdlib.zip", lambda route: route.abort())
    reader.press("Run Python here")
    reader.waits_for(NO_NETWORK)
    reader.page.context.unroute("**/python_stdlib.zip")
    reader.press("Try again", "two")
    reader.wait_until_ready()


def test_a_browser_without_modules_in_workers_is_told_so(new_reader, site_of_toys):
    reader = new_reader(site_of_toys)
    broken = {"body": "no module {", "content_type": "text/javascript"}
    reader.page.context.route("**/worker.js", lambda route: route.fulfill(**broken))
    reader.press("Run Python here")
    reader.waits_for("This browser cannot run Python in a page: use a recent Chrome")


def test_a_python_that_hangs_is_restarted_and_only_its_state_is_lost(new_reader, site_of_toys):
    reader = new_reader(site_of_toys).start()
    assert reader.ask("remember") == 1
    hanging = "() => { globalThis.hung = toys.one.ask('hang').catch(({ message }) => message); }"
    reader.page.evaluate(hanging)
    reader.press("Restart Python")
    reader.wait_until_ready()
    assert reader.page.evaluate("document.activeElement.className") == "misgen-view mg-root"
    assert reader.page.evaluate("hung") == LOST
    assert reader.ask("remember") == 1
    # the same when the worker was killed
    reader.page.workers[-1].evaluate("() => { setTimeout(() => self.close()); }")
    reader.page.evaluate(hanging)
    reader.press("Restart Python")
    assert reader.wait_until_ready().ask("remember") == 1


# -------------------------------------------------------------------- the next visit


def cache_names(reader: Reader) -> set[str]:
    return set(reader.page.evaluate("caches.keys()"))


SLOW_TO_REGISTER = """() => {
  const { serviceWorker } = navigator;
  const usual = serviceWorker.register.bind(serviceWorker);
  serviceWorker.register = async (...given) => {
    await new Promise((resolve) => { globalThis.goOn = resolve; });
    return usual(...given);
  };
}"""


def test_after_the_first_visit_the_page_and_its_python_work_without_a_network(
    new_reader, site_of_toys
):
    reader = new_reader(site_of_toys)
    reader.page.evaluate(SLOW_TO_REGISTER)
    published = reader.start().ask("results", name="CoinRun")  # no service worker keeps it yet
    wait_until(reader.page, "globalThis.goOn && (goOn(), true)")
    reader.wait_until_kept()
    reader.page.context.set_offline(True)
    reader.page.reload()
    assert reader.start().ask("trajectories")["CoinRun"] == trajectory_hash("CoinRun")
    assert reader.ask("results", name="CoinRun") == published
    assert reader.ask("rows", experiment="why_the_end")  # nobody had asked, it was prepared
    # what was never fetched is a sentence
    assert reader.outcome("results", name="CoinGrid")["message"] == NOT_FETCHED
    reader.page.context.set_offline(False)


def test_where_the_browser_has_no_room_python_works_and_says_that_it_is_not_kept(
    new_reader, site_of_toys
):
    reader = new_reader(site_of_toys)
    session = reader.page.context.new_cdp_session(reader.page)
    quota = {"origin": site_of_toys.address, "quotaSize": 1000}
    session.send("Storage.overrideQuotaForOrigin", quota)
    reader.press("Run Python here")
    reader.waits_for(NOT_KEPT)
    assert reader.ask("echo", value=1) == 1


def test_a_new_edition_waits_for_the_pages_of_the_old_one_and_then_takes_its_place(
    new_site, new_reader
):
    site = new_site(edition="a" * 16)
    old = new_reader(site).start()
    two = new_reader(site, beside=old.wait_until_kept()).start()
    assert [old.ask("remember"), two.ask("remember")] == [1, 1], "two tabs, two Pythons"
    for name in ("_static", "index.html"):
        path = site.folder / name
        path.rename(path.with_name(f"old {name}"))
    (site.folder / "service-worker.js").unlink()
    live_site.make(site.folder, "one", "two", edition="b" * 16)
    two.page.reload()
    assert two.start().wait_until_kept().ask("remember") == 1
    assert old.ask("remember") == 2, "it still runs the old one"
    kept = {f"misgen / {what} {edition * 16}" for what in ("live", "pages") for edition in "ab"}
    assert cache_names(two) == kept
    old.page.close()
    two.page.goto("about:blank")
    again = new_reader(site, beside=two)
    again.page.wait_for_timeout(500)
    again.page.reload()
    assert again.start().wait_until_kept().ask("remember") == 1
    assert cache_names(again) == {name for name in kept if "b" in name}


def test_a_copy_without_live_python_says_so(new_site, new_reader):
    reader = new_reader(new_site(live=False))
    reader.waits_for("Python in the page is not part of this copy of the book")
    assert reader.page.locator(".mg-live button").count() == 0
    assert reader.visit.errors == []


# ----------------------------------------------------------------------- another browser

MOUNTED = """new Promise((resolve) => {
  const look = () => (globalThis.toys?.one ? resolve(1) : setTimeout(look, 20));
  look();
})"""
START_IN_FIREFOX = """new Promise((resolve) => {
  const { line } = toys.one;
  line.watch(({ state, reason }) => {
    if (["ready", "failed"].includes(state)) resolve(reason ?? state);
  });
  line.tell("start");
})"""


@firefox.needs_firefox
def test_firefox_starts_python_under_the_policy_and_gives_the_same_trajectories(
    site_of_toys, tmp_path
):
    with firefox.opened(tmp_path) as window:
        window.open(f"{site_of_toys.address}/index.html")
        window.evaluate(MOUNTED)
        assert window.evaluate(START_IN_FIREFOX) == "ready"
        told = window.evaluate("toys.one.ask('trajectories')")
        assert told == {name: trajectory_hash(name) for name in ENVIRONMENTS}
        assert window.evaluate("toys.one.ask('pause', { turns: 3 })") == "paused"
        assert window.evaluate("violations") == []
        assert window.errors == []
