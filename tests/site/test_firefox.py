"""What a reader does in the pages, once more in the Firefox that readers have."""

from __future__ import annotations

import json
from collections.abc import Iterator

import firefox
import pytest
from browsing import ROOT
from exercises import exercises

pytestmark = [pytest.mark.site, firefox.needs_firefox]
CONTROL, UP, RIGHT = "\ue009", "\ue013", "\ue014"
JUMPS = (1, 9, 18)  # steps of the level at which something is in the way
STEPS = 31
VIEW = "{} .misgen-view"  # what is alive of an explorer; its still picture is there, too
PLAY, LEARNING = VIEW.format("#explorer-play"), VIEW.format("#explorer-learning")
PICTURE = f"document.querySelector('{PLAY} canvas').toDataURL()"
CHAPTER = ROOT / "chapters" / "coinrun.ipynb"


@pytest.fixture(scope="module")
def window(tmp_path_factory) -> Iterator[firefox.Firefox]:
    """One window for all tests, so that Python is fetched once, as for a reader."""
    with firefox.opened(tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


@pytest.fixture
def opened(window, site):
    """Opens a page; in the end there was no error, and nothing was asked of another host."""

    def open_page(name: str, part: str) -> firefox.Firefox:
        window.open(f"{site}/chapters/{name}.html")
        window.evaluate(f"document.querySelector('{part.split()[0]}').scrollIntoView()")
        return window

    yield open_page
    assert window.evaluate("violations") == []
    assert (window.errors, window.foreign) == ([], [])


def has(within: str, words: str) -> str:
    """The condition that a part of the page says something."""
    return f"document.querySelector('{within}').innerText.includes({json.dumps(words)})"


def start_python(window: firefox.Firefox, within: str) -> None:
    window.wait(f"document.querySelector('{within} .mg-live button')")
    window.evaluate(f"document.querySelector('{within} .mg-live button').click()")
    window.wait(f"document.querySelector('{within} .mg-live').hidden")


def test_python_starts_and_a_level_is_played_by_keys(opened):
    window = opened("coinrun", PLAY)
    start_python(window, PLAY)
    window.evaluate(f"document.querySelector('{PLAY} .mg-player[tabindex]').focus()")
    for step in range(STEPS):
        before = json.dumps(window.evaluate(PICTURE))
        window.press(UP if step in JUMPS else RIGHT)
        window.wait(f"{PICTURE} !== {before}")
    window.wait(has(PLAY, "You took the coin."))
    assert window.evaluate(has(PLAY, "You took the coin in 1 of 1 levels."))


def test_an_agent_is_trained_for_a_few_updates_and_stopped(opened):
    window = opened("coinrun_changes", LEARNING)
    start_python(window, LEARNING)
    window.click(LEARNING, "Train")
    points = f"document.querySelector('{LEARNING} .mg-mean').getAttribute('d').split(/[ML]/)"
    window.wait(f"{points}.length > 3")
    window.click(LEARNING, "Pause")
    window.wait(has(LEARNING, "Go on"))
    assert window.evaluate(has(LEARNING, "of the test episodes"))


def test_an_exercise_is_checked_in_its_cell_as_it_is_and_solved_in_the_editor(opened):
    exercise = exercises(CHAPTER)[0]
    cell = f"#cell-{exercise.cell.id}"
    window = opened("coinrun", cell)
    window.evaluate(f"document.querySelector('{cell}').closest('details').open = true")
    window.click(cell, "Run")
    window.wait(has(cell, "Not yet. You have not changed"))
    window.click(cell, "Edit")
    window.wait(f"document.querySelector('{cell} .cm-content')")
    window.press(CONTROL, "a")
    solved = json.dumps(exercise.solved())
    window.evaluate(f"document.execCommand('insertText', false, {solved})")
    window.click(cell, "Run")
    window.wait(has(cell, "Right."))
