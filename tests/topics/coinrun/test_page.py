"""The reader plays CoinRun and moves its coin, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit, let_it_move, resting_box, says, wait_until

from misgen.topics.coinrun import explorers, live

pytestmark = pytest.mark.site
SAID = ".mg-say"


@pytest.fixture(scope="module")
def place_address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.place())


@pytest.fixture(scope="module")
def play_address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.play())


@pytest.fixture
def place(visit: Callable[..., Visit], place_address: str) -> Visit:
    return opened(visit, place_address)


@pytest.fixture
def play(visit: Callable[..., Visit], play_address: str) -> Visit:
    return opened(visit, play_address, reduced_motion="reduce")


def opened(visit: Callable[..., Visit], address: str, **options: object) -> Visit:
    opened = visit(address, **options)
    opened.mount_explorers()
    wait_until(opened.page, "document.querySelector('.mg-live')?.hidden")  # Python answers
    return opened


def press(visit: Visit, key: str, times: int = 1) -> None:
    for _ in range(times):
        visit.page.keyboard.press(key)


# ------------------------------------------------------------------------- place the coin


def test_the_coin_moves_by_keys_and_ten_agents_answer(place):
    says(place, "The coin is where it always was")
    place.page.focus(".mg-player")
    press(place, "ArrowLeft", 8)
    press(place, "ArrowUp", 1)
    press(place, "Enter")
    says(place, "of 10 agents")
    says(place, "run past it to the end")
    wait_until(place.page, "location.search.includes('place.level=')")
    assert not place.errors


def test_nothing_is_said_of_another_level_while_the_agents_play(place):
    said = place.page.evaluate(
        """() => new Promise((resolve) => {
          const [area, say] = [".mg-player", ".mg-say"].map((part) => document.querySelector(part));
          const watch = new MutationObserver(() => resolve(say.textContent));
          watch.observe(say, { childList: true });
          area.focus();
          for (const key of ["ArrowLeft", "Enter"]) {
            area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          }
        })"""
    )
    assert said == "…"


def test_the_coin_is_dragged_and_an_unreachable_cell_says_why(place):
    handle = resting_box(place.page.locator(".mg-handle"))
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    place.page.mouse.move(x, y)
    place.page.mouse.down()
    place.page.mouse.move(x - 6 * handle["width"], y, steps=12)
    says(place, "run past it to the end")
    place.page.mouse.move(x - 6 * handle["width"], y + 2 * handle["height"], steps=4)
    place.page.mouse.up()
    says(place, "This cell is solid.")
    place.page.click("text=Undo")
    says(place, "The coin is where it always was")


COLOUR = """([x, y]) => {
  const canvas = document.querySelector("canvas");
  return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
}"""


def test_a_refusal_stands_at_the_level_is_marked_in_its_cell_and_is_spoken(place):
    page, cell = place.page, resting_box(place.page.locator(".mg-handle"))
    x = 10.5 * cell["width"]
    y = resting_box(page.locator("canvas"))["height"] - cell["height"] / 2
    before = page.evaluate(COLOUR, [x, y])
    page.locator("canvas").click(position={"x": x, "y": y})
    page.locator(".mg-player + .mg-hint", has_text="This cell is solid.").wait_for()
    page.locator("[aria-live]", has_text="This cell is solid.").wait_for(state="attached")
    crossed = page.evaluate(COLOUR, [x, y])
    page.keyboard.press("ArrowRight")  # elsewhere the mark is gone, and shade is what is left
    assert crossed not in (before, page.evaluate(COLOUR, [x, y]))


def test_no_tool_moves_when_one_is_picked(place):
    says(place, "The coin is where it always was")
    boxes = "buttons => buttons.map((b) => JSON.stringify(b.getBoundingClientRect()))"
    before = place.page.eval_on_selector_all(".mg-tools button", boxes)
    place.page.click("text=Monster")
    assert place.page.get_attribute("text=Monster", "aria-pressed") == "true"
    assert place.page.eval_on_selector_all(".mg-tools button", boxes) == before


COUNT_PICTURES = """() => {
  globalThis.pictures = 0;
  const create = document.createElement;
  document.createElement = function (name, ...options) {
    pictures += name === "canvas";
    return create.call(this, name, ...options);
  };
}"""


def test_a_level_is_painted_anew_when_it_looks_otherwise_and_not_for_its_coin(place):
    place.page.evaluate(COUNT_PICTURES)
    place.page.focus(".mg-player")
    for _ in range(3):
        press(place, "ArrowLeft")
        press(place, "Enter")
        says(place, "run past it to the end")
    assert place.page.evaluate("pictures") == 0
    place.page.click("text=Lava pit")
    place.page.focus(".mg-player")
    press(place, "ArrowLeft", 3)
    press(place, "Enter")
    wait_until(place.page, "pictures === 1")


def test_the_agents_are_there_before_the_reader_moves_anything(place):
    sent = []

    def note(frame: str) -> None:
        sent.append(frame)

    place.page.on("websocket", lambda line: line.on("framesent", note))
    place.page.reload()
    place.mount_explorers()
    for _ in range(600):
        if any('"paths"' in frame for frame in sent):
            break
        place.page.wait_for_timeout(50)
    else:
        pytest.fail("nobody asked for the agents")
    says(place, "The coin is where it always was")


def test_a_tool_changes_a_column_and_undo_takes_it_back(place):
    before = place.page.locator("canvas").screenshot()
    place.page.click("text=Lava pit")
    box = resting_box(place.page.locator("canvas"))
    place.page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.9)
    wait_until(place.page, "!document.querySelectorAll('.mg-tools')[1].children[0].disabled")
    assert place.page.locator("canvas").screenshot() != before
    place.page.click("text=Undo")
    says(place, "The coin is where it always was")


UNDO_AT_ONCE = """() => {
  const area = document.querySelector(".mg-player");
  area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  document.querySelectorAll(".mg-tools")[1].children[0].click();
}"""


def test_a_step_back_before_the_answer_leaves_nothing_broken(place):
    place.page.focus(".mg-player")
    press(place, "ArrowLeft", 8)
    press(place, "Enter")
    says(place, "run past it to the end")
    press(place, "ArrowLeft")
    place.page.evaluate(UNDO_AT_ONCE)
    says(place, "The coin is where it always was")
    press(place, "ArrowLeft")
    press(place, "Enter")
    says(place, "run past it to the end")
    place.page.click("text=Undo")
    says(place, "The coin is where it always was")
    assert place.page.is_disabled("text=Undo")
    assert not place.errors


def test_a_link_shows_the_level_of_whoever_sent_it(place, visit):
    place.page.focus(".mg-player")
    press(place, "ArrowLeft", 8)
    press(place, "Enter")
    says(place, "run past it to the end")
    wait_until(place.page, "location.search.includes('place.level=')")
    again = opened(visit, place.page.url)
    says(again, "run past it to the end")
    told = [v.page.locator(SAID).inner_text() for v in (place, again)]
    assert told[0] == told[1]


def test_the_setting_changes_what_the_agents_do_on_the_readers_level(place):
    place.page.focus(".mg-player")
    press(place, "ArrowLeft", 8)
    press(place, "ArrowUp", 2)
    press(place, "Enter")
    says(place, "run past it to the end")
    place.page.focus("input[type=range]")
    press(place, "End")
    says(place, "Trained with 100 %")


def refuse(*_: object) -> None:
    raise ValueError("They could not be fetched.")


def test_what_went_wrong_is_said_no_longer_once_the_agents_answer(place, monkeypatch):
    place.page.focus(".mg-player")
    press(place, "ArrowLeft", 8)
    monkeypatch.setattr(live, "episodes", refuse)
    press(place, "Enter")
    note = place.page.locator(".mg-player + .mg-hint", has_text="They could not be fetched.")
    note.wait_for()
    monkeypatch.undo()
    place.page.focus("input[type=range]")
    press(place, "End")
    says(place, "Trained with 100 %")
    assert note.count() == 0


def test_before_python_runs_the_agents_of_the_first_level_are_there(visit, explorer_page):
    alone = visit(explorer_page(explorers.place()))
    alone.mount_explorers()
    says(alone, "The coin is where it always was. Of 10 agents")
    alone.page.focus(".mg-player")
    press(alone, "ArrowLeft")
    press(alone, "Enter")
    says(alone, "once Python runs in this page")


# --------------------------------------------------------------------------------- play


PICTURE = "document.querySelector('canvas').toDataURL()"


def redrawn(visit: Visit, act: Callable[..., object], *given: str) -> None:
    """Does what brings another picture, and waits until it is there and has come to rest."""
    before = visit.page.evaluate(PICTURE)
    act(*given)
    wait_until(visit.page, f"before => {PICTURE} !== before", arg=before)
    let_it_move(visit.page)


def step(visit: Visit, key: str) -> None:
    redrawn(visit, visit.page.keyboard.press, key)


def die(visit: Visit) -> None:
    visit.page.focus(".mg-player")
    step(visit, "ArrowRight")
    step(visit, "ArrowRight")  # into the saw
    says(visit, "You died.")


def test_what_went_wrong_is_said_no_longer_once_a_step_is_answered(play, monkeypatch):
    play.page.focus(".mg-player")
    monkeypatch.setattr(live, "_played", refuse)
    press(play, "ArrowRight")
    says(play, "They could not be fetched.")
    monkeypatch.undo()
    press(play, "ArrowRight")
    says(play, "Arrow keys or buttons")


def test_a_reader_plays_to_the_end_by_keys(visit, play_address):
    play = opened(visit, play_address)  # each step is seen on its way
    play.page.focus(".mg-player")
    step(play, "ArrowRight")
    step(play, "ArrowRight")  # into the saw
    says(play, "You died.")
    assert play.page.inner_text(".mg-badge") == "You died"
    assert play.page.is_enabled("text=Again")
    says(play, "0 of 1 levels")
    play.page.click("text=Again")
    says(play, "In the air you can steer")
    assert not play.errors


def test_an_episode_is_begun_again_in_the_middle(play):
    play.page.click("text=Right →")
    play.page.click("text=Again")
    let_it_move(play.page)
    die(play)
    assert not play.errors


NEXT_AT_ONCE = """() => {
  const buttons = [...document.querySelectorAll("button")];
  const named = (text) => buttons.find((one) => one.textContent === text);
  if (named("Again").disabled) return false; // no step has been answered yet
  named("Next level").click();
  return true;
}"""


def test_the_next_level_is_played_though_a_step_was_on_its_way(play):
    play.page.focus(".mg-player")
    press(play, "ArrowUp")
    wait_until(play.page, NEXT_AT_ONCE)
    play.page.wait_for_selector("button:text-is('Again'):disabled")
    let_it_move(play.page)
    play.page.focus(".mg-player")
    press(play, "ArrowUp")
    play.page.wait_for_selector("button:text-is('Again'):enabled")


def test_buttons_do_what_keys_do(play):
    redrawn(play, play.page.click, "text=Right →")
    play.page.click("text=Right →")
    says(play, "You died.")


def test_the_paths_of_the_agents_come_after_the_episode(play):
    assert play.page.is_disabled("text=Show the agents' paths")
    play.page.focus(".mg-player")
    step(play, "ArrowRight")
    step(play, "ArrowRight")
    says(play, "You died.")
    play.page.click("text=Show the agents' paths")
    says(play, "Of 10 agents on this level 10 reach the coin")


MAKE_THE_GUESS = """() => {
  const detail = { name: "coinrun.moved", isOpen: true };
  dispatchEvent(new CustomEvent("misgen:guess", { detail }));
}"""


def test_the_paths_of_the_agents_at_a_moved_coin_wait_for_the_guess(play):
    play.page.check("text=Next level: the coin elsewhere")
    redrawn(play, play.page.click, "button:has-text('Next level')")
    play.page.focus(".mg-player")
    while "In the air you can steer" in play.page.inner_text(SAID):
        step(play, "ArrowUp")  # which ends after 50 steps
    says(play, "once you have made your guess")
    assert play.page.is_disabled("text=Show the agents' paths")
    assert play.page.is_hidden("input[type=range]")  # of a share that was not spoken of yet
    play.page.evaluate(MAKE_THE_GUESS)
    assert play.page.is_visible("input[type=range]")
    play.page.click("text=Show the agents' paths")
    says(play, "Of 10 agents on this level")


COLOURS_AT_THE_RIGHT = """() => {
  const canvas = document.querySelector("canvas");
  const from = Math.floor(canvas.width / 2);
  const half = [from, 0, canvas.width - from, canvas.height];
  return new Set(new Uint32Array(canvas.getContext("2d").getImageData(...half).data.buffer)).size;
}"""


def test_the_window_hides_what_an_agent_does_not_see(play):
    before = play.page.locator("canvas").screenshot()
    play.page.check("text=Only what an agent sees")
    assert play.page.locator("canvas").screenshot() != before
    assert play.page.evaluate(COLOURS_AT_THE_RIGHT) == 1


def test_what_was_played_is_kept_in_the_browser(play, play_address):
    play.page.focus(".mg-player")
    step(play, "ArrowRight")
    step(play, "ArrowRight")
    says(play, "0 of 1 levels")
    play.page.goto(play_address)
    play.mount_explorers()
    says(play, "0 of 1 levels")


def test_what_is_played_in_another_tab_is_counted_too(play, play_address):
    other = play.page.context.new_page()
    other.goto(play_address)
    kept = '{"levels": 4, "goal": 3}'
    other.evaluate("kept => { localStorage['misgen.coinrun.play'] = kept; }", kept)
    die(play)
    says(play, "You took the coin in 3 of 5 levels. This is kept in your browser.")


REFUSED = "Storage.prototype.setItem = () => { throw new Error('refused'); };"


def test_where_the_browser_keeps_nothing_the_tally_says_so(play):
    play.page.add_init_script(REFUSED)
    play.page.reload()
    play.mount_explorers()
    wait_until(play.page, "document.querySelector('.mg-live')?.hidden")
    die(play)
    says(play, "0 of 1 levels. Your browser keeps nothing: this ends with the page.")


def test_the_next_level_has_its_coin_elsewhere_if_the_reader_wants(play):
    play.page.check("text=Next level: the coin elsewhere")
    redrawn(play, play.page.click, "button:has-text('Next level')")


# ------------------------------------------------------------------- through its eyes


def test_each_step_says_what_the_agent_would_do_and_what_the_coin_changes(visit, explorer_page):
    eyes = visit(explorer_page(explorers.eyes()))
    eyes.mount_explorers()
    says(eyes, "Step 0: it would most likely")
    first = eyes.page.inner_text(SAID)
    for _ in range(6):
        eyes.page.click("button:has-text('Step')")
    says(eyes, "Step 6: it would most likely")
    assert eyes.page.inner_text(SAID) != first
    told = eyes.page.locator(".mg-actions .mg-value").all_inner_texts()
    assert sum(int(text.removesuffix(" %")) for text in told) == pytest.approx(100, abs=3)
    shown = eyes.page.locator("canvas").screenshot()
    eyes.page.uncheck("text=How much its next step depends on each cell")
    assert eyes.page.locator("canvas").screenshot() != shown
    assert not eyes.errors


def test_another_level_is_watched_where_python_answers(visit, answered_page):
    eyes = opened(visit, answered_page(explorers.eyes()))
    redrawn(eyes, eyes.page.click, "text=Another level")
    says(eyes, "it would most likely")
    assert not eyes.errors


# ------------------------------------------------------------------------- for everybody


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_against_them(visit, answered_page, axe_of_explorers, theme):
    both = opened(visit, answered_page(explorers.play(), explorers.place(), explorers.eyes()))
    assert axe_of_explorers(both.page, theme) == []


def test_nothing_is_cut_off_on_a_phone(visit, answered_page, beyond_the_edge):
    both = visit(
        answered_page(explorers.play(), explorers.place(), explorers.eyes()),
        viewport={"width": 320, "height": 700},
    )
    both.mount_explorers()
    assert beyond_the_edge(both.page) == []
    rows = "buttons => [...new Set(buttons.map((b) => b.getBoundingClientRect().top))]"
    assert len(both.page.eval_on_selector_all(".mg-pad button", rows)) == 1
    lines = "buttons => buttons.map((b) => b.clientHeight)"
    assert len(set(both.page.eval_on_selector_all(".mg-tools button, .mg-pad button", lines))) == 1


def test_a_level_that_tells_settings_apart_is_chosen_from_a_list(place):
    place.page.select_option("select", index=1)
    says(place, "run past it to the end")
    assert not place.errors
