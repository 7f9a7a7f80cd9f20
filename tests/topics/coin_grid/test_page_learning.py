"""A reader trains an agent in the room, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit
from training_page import opened, train_a_little

from misgen.topics.coin_grid import explorers

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.learning())


@pytest.fixture
def learning(visit: Callable[..., Visit], address: str) -> Visit:
    return opened(visit, address)


def test_an_agent_is_trained_and_shown_in_the_room(learning):
    before = learning.page.locator("canvas").screenshot()
    assert "takes the coin" in train_a_little(learning)
    assert learning.page.locator("canvas").screenshot() != before
    assert not learning.errors


def test_the_published_bands_are_those_of_the_chosen_encoding(learning):
    bands = ".mg-chart .mg-interval"
    drawn = learning.page.locator(bands).nth(0).get_attribute("points")
    encoding = learning.page.locator("select").nth(0)
    encoding.select_option(label="two numbers")
    assert learning.page.locator(bands).count() == 3
    assert learning.page.locator(bands).nth(0).get_attribute("points") != drawn
    learning.page.uncheck("text=The agent sees the coin")
    assert learning.page.locator(bands).count() == 0
