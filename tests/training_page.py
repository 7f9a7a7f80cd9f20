"""What the pages share on which a reader trains, with Python at the other end."""

from __future__ import annotations

from collections.abc import Callable

from browsing import Visit, says, wait_until

from misgen.explore.learning import LiveTraining
from misgen.topics.assistant.learning import learning as of_assistant
from misgen.topics.coin_grid.explorers import learning as of_coin_grid
from misgen.topics.coinrun.explorers import learning as of_coinrun
from misgen.topics.dogs.explorers import learning as of_dogs
from misgen.topics.tree_gridworld.explorers import growing as of_forest

TRAININGS: list[Callable[[], LiveTraining]]
TRAININGS = [of_assistant, of_coin_grid, of_coinrun, of_dogs, of_forest]
BUTTON = "button:text-is('{}')"


def topic_of(training: Callable[[], LiveTraining]) -> str:
    """Returns the topic of a training."""
    return training.__module__.split(".")[2]


def opened(visit: Callable[..., Visit], address: str) -> Visit:
    """Opens a page with one training, and waits until Python answers."""
    opened = visit(address)
    opened.mount_explorers()
    opened.page.wait_for_selector(BUTTON.format("Train") + ":enabled")
    return opened


def click(visit: Visit, name: str) -> None:
    """Clicks a button once it can be."""
    visit.page.click(BUTTON.format(name) + ":enabled")


def points(visit: Visit, line: int) -> int:
    """Returns how many points a line of the curve has, the current run's lines first."""
    drawn = visit.page.locator(".mg-chart .mg-mean").nth(line).get_attribute("d") or ""
    return drawn.count("M") + drawn.count("L")


def wait_for_points(visit: Visit, line: int, more_than: int) -> None:
    """Waits until a line of the curve has grown."""
    wait_until(
        visit.page,
        "([line, n]) => document.querySelectorAll('.mg-chart .mg-mean')[line]"
        ".getAttribute('d').split(/[ML]/).length - 1 > n",
        arg=[line, more_than],
    )


def train_a_little(visit: Visit, line: int = 0) -> str:
    """Trains until a line of the curve has grown, pauses, and returns what is said."""
    click(visit, "Train")
    wait_for_points(visit, line, 2)
    click(visit, "Pause")
    visit.page.wait_for_selector(BUTTON.format("Go on"))
    said = visit.page.inner_text(".mg-say")
    assert not said.startswith("Set the knobs")
    return said


def save_and_load(visit: Visit, file: str) -> None:
    """Saves the agent, starts over, and loads it again."""
    said = visit.page.inner_text(".mg-say")
    with visit.page.expect_download() as download:
        click(visit, "Save")
    download.value.save_as(file)
    click(visit, "Start over")
    says(visit, "Set the knobs, then train")
    visit.page.set_input_files("input[type=file]", file)
    says(visit, said.partition(" steps")[0])  # as much as the agent has learnt
