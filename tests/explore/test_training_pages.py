"""What holds of every training in the reader's hands, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit
from training_page import TRAININGS, opened, topic_of

pytestmark = pytest.mark.site


@pytest.fixture(scope="module", params=TRAININGS, ids=topic_of)
def address(request: pytest.FixtureRequest, answered_page: Callable[..., str]) -> str:
    return answered_page(request.param())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_against_it(visit: Callable[..., Visit], address, axe_of_explorers, theme):
    assert axe_of_explorers(opened(visit, address).page, theme) == []


def test_nothing_is_cut_off_on_a_phone(visit: Callable[..., Visit], address, beyond_the_edge):
    phone = visit(address, viewport={"width": 320, "height": 700})
    phone.mount_explorers()
    assert beyond_the_edge(phone.page) == []
