"""A reader trains an agent on CoinRun, in Chromium, with Python at the other end."""

import statistics
from collections.abc import Callable
from dataclasses import replace

import pytest
from browsing import Visit, says
from training_page import BUTTON, click, opened, points, train_a_little, wait_for_points

from misgen.topics.coinrun import explorers
from misgen.topics.coinrun.env import CoinRun

pytestmark = pytest.mark.site
SAID = ".mg-say"
KEPT = "This agent is kept in your browser for your next visit"
GOAL, TRAINING = 0, 3  # lines of the current run
LINES = 4  # of each run


@pytest.fixture(scope="module")
def address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.learning())


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends each training after eight updates."""
    monkeypatch.setattr(CoinRun, "ppo", replace(CoinRun.ppo, steps=30_000))


@pytest.fixture
def learning(visit: Callable[..., Visit], address: str) -> Visit:
    return opened(visit, address)


def test_a_training_is_seen_paused_and_taken_up_again(learning):
    says(learning, "Set the knobs, then train")
    click(learning, "Train")
    says(learning, "of the test episodes")
    wait_for_points(learning, GOAL, 2)
    click(learning, "Pause")
    says(learning, KEPT)
    said = learning.page.inner_text(SAID)
    learning.page.wait_for_timeout(400)
    assert learning.page.inner_text(SAID) == said
    seen = points(learning, TRAINING)
    click(learning, "Go on")
    wait_for_points(learning, TRAINING, seen)
    assert not learning.errors


def test_two_trainings_are_compared(learning):
    click(learning, "Train")
    says(learning, "of the test episodes")
    wait_for_points(learning, TRAINING, 2)
    click(learning, "Pause")
    click(learning, "Keep to compare")
    assert points(learning, GOAL) == 0
    assert points(learning, TRAINING + 1) > 0  # the goal of the other run
    says(learning, "Set the knobs, then train")


BANDS = ".mg-chart .mg-interval"
KNOBS = "The knobs count for the next run."


def move_the_share(learning: Visit, key: str) -> None:
    learning.page.focus("input[type=range]")
    learning.page.keyboard.press(key)


def drawn(learning: Visit) -> list[str | None]:
    """Returns the published bands as they are drawn."""
    return [band.get_attribute("points") for band in learning.page.locator(BANDS).all()]


def test_knobs_that_are_moved_leave_the_bands_of_the_run_where_they_are(learning, beyond_the_edge):
    move_the_share(learning, "End")
    of_this_run = drawn(learning)
    train_a_little(learning)
    assert drawn(learning) == of_this_run
    assert KNOBS not in learning.page.inner_text(".mg-root")
    move_the_share(learning, "Home")
    assert drawn(learning) == of_this_run
    says(learning, f"{KNOBS} This one began with Distinguishing training levels: 100 %.")
    click(learning, "Keep to compare")
    assert drawn(learning) != of_this_run
    says(learning, "the one before (Distinguishing training levels: 100 %)")
    learning.page.set_viewport_size({"width": 320, "height": 700})
    assert beyond_the_edge(learning.page) == []
    assert KNOBS not in learning.page.inner_text(".mg-root")


def test_an_agent_of_an_earlier_visit_is_brought_back_with_its_curve(learning):
    move_the_share(learning, "End")
    train_a_little(learning)
    says(learning, KEPT)
    bands, seen = drawn(learning), points(learning, TRAINING)
    told = learning.page.inner_text(SAID)  # of the very agent that is kept
    learning.page.goto(learning.page.url.partition("?")[0])
    learning.mount_explorers()
    click(learning, "Bring it back")
    says(learning, told)
    assert points(learning, TRAINING) >= seen
    assert drawn(learning) == bands
    click(learning, "Forget it")
    learning.page.reload()
    learning.mount_explorers()
    assert learning.page.locator(BUTTON.format("Forget it")).count() == 0
    assert not learning.errors


def come_back_in_mid_training(learning: Visit) -> None:
    says(learning, KEPT)
    assert learning.page.locator(BUTTON.format("Pause")).is_visible()
    learning.page.on("dialog", lambda dialog: dialog.accept())  # it asks whether he means it
    learning.page.reload()
    learning.mount_explorers()
    click(learning, "Bring it back")
    says(learning, "steps this agent")
    assert not learning.errors


def test_a_page_that_is_left_in_mid_training_has_kept_the_agent(learning):
    click(learning, "Train")
    come_back_in_mid_training(learning)


HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_that_is_hidden_in_mid_training_keeps_the_agent_at_once(learning):
    learning.page.evaluate("() => { performance.now = () => 0; }")  # it is never time to keep it
    click(learning, "Train")
    wait_for_points(learning, TRAINING, 2)
    assert KEPT not in learning.page.inner_text(".mg-root")
    learning.page.evaluate(HIDE)
    come_back_in_mid_training(learning)


def test_where_the_browser_keeps_no_agent_that_is_said(learning):
    learning.page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error(); }; }")
    train_a_little(learning)
    says(learning, "Your browser does not keep this agent: Save writes it into a file.")


def test_whoever_leaves_in_mid_training_is_asked(learning):
    leave = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not learning.page.evaluate(leave)
    click(learning, "Train")
    wait_for_points(learning, TRAINING, 2)
    assert learning.page.evaluate(leave)
    click(learning, "Pause")
    learning.page.wait_for_selector(BUTTON.format("Go on"))
    assert not learning.page.evaluate(leave)


# As soon as the button says Train again, the run has ended.
TRAIN_AND_PRESS_TOO_LATE = """() => new Promise((resolve) => {
  const train = [...document.querySelectorAll("button")].find((b) => b.textContent === "Train");
  train.click();
  const watch = new MutationObserver(() => {
    if (train.textContent !== "Train" || train.disabled) return;
    watch.disconnect();
    train.click();
    setTimeout(() => resolve(train.textContent), 300);
  });
  watch.observe(train, { childList: true });
})"""


def test_a_pause_that_comes_too_late_begins_no_other_run(visit, answered_page, short):
    learning = opened(visit, answered_page(explorers.learning()))
    assert learning.page.evaluate(TRAIN_AND_PRESS_TOO_LATE) == "Train"
    seen = points(learning, GOAL)
    assert seen > 1
    learning.page.wait_for_timeout(600)
    click(learning, "Train")
    learning.page.wait_for_selector(BUTTON.format("Pause"))
    assert points(learning, GOAL + LINES) == seen, "the finished run is the one before"


def test_the_axis_keeps_its_numbers(visit, answered_page, short):
    learning = opened(visit, answered_page(explorers.learning()))
    before = learning.page.locator(".mg-chart text").all_inner_texts()
    learning.page.evaluate(TRAIN_AND_PRESS_TOO_LATE)
    assert learning.page.locator(".mg-chart text").all_inner_texts() == before


# Notes how long the page is busy with each answer.
NOTE_TIMES = """
  globalThis.busy = [];
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  const noting = (listener) => (event) => {
    const begin = performance.now();
    listener(event);
    busy.push(performance.now() - begin);
  };
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    set(listener) { set.call(this, noting(listener)); },
  });
"""
LONG_MS = 100  # of a task; `benchmarks/page_live.py` has the strict figure


def test_a_point_of_the_curve_is_no_long_task(learning):
    # The median, as others may take the processor in the middle of a task.
    learning.page.add_init_script(NOTE_TIMES)
    learning.page.reload()
    learning.mount_explorers()
    click(learning, "Train")
    wait_for_points(learning, TRAINING, 12)
    click(learning, "Pause")
    busy = learning.page.evaluate("busy")
    assert len(busy) >= 12
    assert statistics.median(busy) < LONG_MS


def test_an_agent_is_saved_and_loaded(learning, tmp_path):
    click(learning, "Train")
    says(learning, "of the test episodes")
    click(learning, "Pause")
    with learning.page.expect_download() as download:
        click(learning, "Save")
    file = tmp_path / "agent.npz"
    download.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK"
    click(learning, "Start over")
    learning.page.set_input_files("input[type=file]", str(file))
    says(learning, f"This agent is from a file. {KNOBS}")
    assert KEPT not in learning.page.inner_text(".mg-root"), "that was another one"
    assert drawn(learning) == [], "nobody knows its settings"
    (tmp_path / "none.npz").write_bytes(b"no agent")
    learning.page.set_input_files("input[type=file]", str(tmp_path / "none.npz"))
    says(learning, "This file is damaged or is not an agent of this book; choose another one.")


def test_the_published_bands_are_those_of_the_chosen_setting_only(learning):
    bands = learning.page.locator(BANDS)
    assert bands.count() == 3
    learning.page.uncheck("text=The agent sees the coin")
    assert bands.count() == 0
    assert not learning.errors
