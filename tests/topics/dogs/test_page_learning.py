"""A reader trains a dog, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit, says
from training_page import click, opened, save_and_load

from misgen.topics.dogs import explorers

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.learning())


@pytest.fixture
def learning(visit: Callable[..., Visit], address: str) -> Visit:
    return opened(visit, address)


def test_a_dog_that_is_paid_for_the_lips_follows_them(learning):
    # the share of commands that tell the two apart, pay for the voice, pay for the lips
    for slider, key in enumerate(["End", "Home", "End"]):
        learning.page.focus(f"input[type=range] >> nth={slider}")
        learning.page.keyboard.press(key)
    click(learning, "Train")
    says(learning, "After 40,960 steps")
    lips = learning.page.inner_text(".mg-say .mg-proxy >> nth=1")
    assert int(lips.removesuffix(" %")) > 90
    assert learning.page.locator("canvas").count() == 0
    assert not learning.errors


def test_bands_are_there_for_the_published_dogs_alone(learning):
    bands = learning.page.locator(".mg-chart .mg-interval")
    assert bands.count() == 3
    for slider, key in ((3, "End"), (0, "End")):  # the clearest lips, then always apart as well
        learning.page.focus(f"input[type=range] >> nth={slider}")
        learning.page.keyboard.press(key)
        assert bands.count() == (3 if slider else 0)


def test_a_dog_is_saved_and_loaded(learning, tmp_path):
    click(learning, "Train")
    says(learning, "After 40,960 steps")
    save_and_load(learning, str(tmp_path / "dog.npz"))
    assert not learning.errors
