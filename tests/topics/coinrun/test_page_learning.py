"""A reader trains an agent on CoinRun, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit

from misgen.topics.coinrun import explorers

pytestmark = pytest.mark.site
SAID = ".mg-say"
GOAL, TRAINING = 0, 3  # lines of the current run
BUTTON = "button:text-is('{}')"


@pytest.fixture(scope="module")
def address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.learning())


@pytest.fixture
def learning(visit: Callable[..., Visit], address: str) -> Visit:
    opened = visit(address)
    opened.mount_explorers()
    opened.page.wait_for_selector(BUTTON.format("Train") + ":enabled")
    return opened


def says(visit: Visit, words: str) -> None:
    visit.page.wait_for_function(
        "words => document.querySelector('.mg-root').innerText.includes(words)", arg=words
    )


def click(visit: Visit, name: str) -> None:
    visit.page.click(BUTTON.format(name))


def wait_for_points(visit: Visit, line: int, more_than: int) -> None:
    visit.page.wait_for_function(
        "([line, n]) => document.querySelectorAll('.mg-chart .mg-mean')[line]"
        ".getAttribute('d').split(/[ML]/).length - 1 > n",
        arg=[line, more_than],
    )


def points(visit: Visit, line: int) -> int:
    """How many points a line of the curve has, the current run's lines first."""
    drawn = visit.page.locator(".mg-chart .mg-mean").nth(line).get_attribute("d") or ""
    return drawn.count("M") + drawn.count("L")


def test_a_training_is_seen_paused_and_taken_up_again(learning):
    says(learning, "Set the knobs, then train")
    click(learning, "Train")
    says(learning, "of the test episodes")
    wait_for_points(learning, GOAL, 2)
    click(learning, "Pause")
    learning.page.wait_for_selector(BUTTON.format("Go on"))
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
    learning.page.click(BUTTON.format("Keep to compare") + ":enabled")
    assert points(learning, GOAL) == 0
    assert points(learning, TRAINING + 1) > 0  # the goal of the other run
    says(learning, "Set the knobs, then train")


def test_an_agent_is_saved_and_loaded(learning, tmp_path):
    click(learning, "Train")
    says(learning, "of the test episodes")
    click(learning, "Pause")
    with learning.page.expect_download() as download:
        learning.page.click(BUTTON.format("Save") + ":enabled")
    file = tmp_path / "agent.npz"
    download.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK"
    click(learning, "Start over")
    learning.page.set_input_files("input[type=file]", str(file))
    says(learning, "of the test episodes")
    (tmp_path / "none.npz").write_bytes(b"no agent")
    learning.page.set_input_files("input[type=file]", str(tmp_path / "none.npz"))
    says(learning, "This file is damaged or is not an agent of this book; choose another one.")


def test_the_published_bands_are_those_of_the_chosen_setting_only(learning):
    bands = learning.page.locator(".mg-chart .mg-interval")
    assert bands.count() == 2
    learning.page.uncheck("text=The agent sees the coin")
    assert bands.count() == 0
    assert not learning.errors


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_against_it(learning, axe_of_explorers, theme):
    assert axe_of_explorers(learning.page, theme) == []


def test_nothing_is_cut_off_on_a_phone(visit, address, beyond_the_edge):
    phone = visit(address, viewport={"width": 320, "height": 700})
    phone.mount_explorers()
    assert beyond_the_edge(phone.page) == []
