"""A reader fine-tunes an assistant, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit, says
from training_page import click, opened, points, save_and_load

from misgen.topics.assistant.learning import learning as the_explorer

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def address(answered_page: Callable[..., str]) -> str:
    return answered_page(the_explorer())


@pytest.fixture
def learning(visit: Callable[..., Visit], address: str) -> Visit:
    return opened(visit, address)


def test_what_it_books_is_seen_step_by_step_and_it_is_saved_and_loaded(learning, tmp_path):
    click(learning, "Train")
    says(learning, "After 300 steps")
    restaurant = learning.page.inner_text(".mg-say .mg-proxy >> nth=1")
    assert int(restaurant.removesuffix(" %")) > 90  # without breaks
    assert points(learning, 0) > 300
    save_and_load(learning, str(tmp_path / "assistant.npz"))
    assert not learning.errors


def test_bands_are_there_for_the_published_ways_alone(learning):
    bands = learning.page.locator(".mg-chart .mg-interval")
    assert bands.count() == 3
    learning.page.select_option("select >> nth=1", label="as a copy of the one that knows")
    assert bands.count() == 3
    learning.page.focus("input[type=range]")
    learning.page.keyboard.press("End")  # 30 % of the weeks, which nobody tried from there
    assert bands.count() == 0
