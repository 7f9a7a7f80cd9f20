"""The panels on what would help in Chromium: the ends of the sliders show what the ledger says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browsing import Visit

from misgen.explore.base import text_of
from misgen.topics.mitigations import explorers
from misgen.topics.mitigations.experiment import WORLDS
from misgen.topics.mitigations.published import ensembles, heads, help_runs, rates

pytestmark = pytest.mark.site
PHONE = {"width": 360, "height": 740}
PANELS = {
    panel.key: panel for panel in (explorers.levels(), explorers.asking(), explorers.labels())
}
each_world = pytest.mark.parametrize("world", WORLDS)


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    return explorer_page(*PANELS.values())


def opened(visit: Callable[..., Visit], address: str, **options: object) -> Visit:
    visited = visit(address, reduced_motion="reduce", **options)
    visited.mount_explorers()
    return visited


def card(page, key: str):
    return page.locator(f"#explorer-{key} .misgen-view")


def said(page, key: str) -> str:
    return card(page, key).locator(".mg-say").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def percents(text: str) -> list[int]:
    """The whole numbers of percent in a sentence, in their order."""
    return [int(number) for number in re.findall(r"(\d+) %", text)]


def of_100(share: float) -> int:
    return round(100 * share)


def to_the_world(page, key: str, world: str) -> None:
    card(page, key).get_by_label("World").select_option(index=WORLDS.index(world))


def test_every_panel_says_at_first_what_python_says(visit, address):
    visited = opened(visit, address)
    for key, panel in PANELS.items():
        assert said(visited.page, key) == text_of(panel.say()).replace("\N{NO-BREAK SPACE}", " ")
    assert visited.errors == visited.foreign == []


@each_world
def test_without_distinguishing_levels_the_rule_takes_what_is_met_by_accident(
    visit, address, world
):
    page = opened(visit, address).page
    to_the_world(page, "help-levels", world)
    slider = card(page, "help-levels").get_by_role("slider")
    for end, share in (("Home", 0.0), ("End", 0.1)):
        slider.press(end)
        found = [
            of_100(rates(help_runs(), method, world, share, test).mean())
            for test in ("shifted", "erased")
            for method in ("random", "regret")
        ]
        assert percents(said(page, "help-levels"))[-4:] == found
        _, by_regret, _, accident = found
        assert (by_regret - accident <= 2) == (end == "Home")


@each_world
def test_without_distinguishing_levels_the_five_gain_no_more_than_by_asking_at_random(
    visit, address, world
):
    page = opened(visit, address).page
    to_the_world(page, "help-asking", world)
    share, budget = card(page, "help-asking").get_by_role("slider").all()
    share.press("Home")
    for end, at in (("Home", 0), ("End", -1)):
        budget.press(end)
        found = ensembles(help_runs(), world, 0.0)
        asked, goal, random = (
            of_100(of[:, at].mean()) for of in (found.asked, found.goal, found.at_random)
        )
        told = percents(said(page, "help-asking"))
        assert told[2:5] == [asked, goal, random]
        assert goal - random <= 3


@each_world
def test_no_number_of_labels_finds_a_head_that_is_after_the_coin(visit, address, world):
    page = opened(visit, address).page
    to_the_world(page, "help-labels", world)
    weight, labels = card(page, "help-labels").get_by_role("slider").all()
    weight.press("End")
    for end, at in (("Home", 0), ("End", -1)):
        labels.press(end)
        found = heads(help_runs(), world, 2)
        chosen, better = found.chosen[:, at].mean(), found.goal.max(axis=1).mean()
        assert percents(said(page, "help-labels"))[1:3] == [of_100(chosen), of_100(better)]
        assert better < 0.25


def test_the_panels_are_no_wider_than_a_phone(visit, address, beyond_the_edge):
    assert beyond_the_edge(opened(visit, address, viewport=PHONE).page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panels_and_their_stills(visit, address, axe_of_explorers, theme):
    assert axe_of_explorers(opened(visit, address).page, theme) == []
