"""What holds of every training in the reader's hands, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit
from training_page import TRAININGS, opened, topic_of

pytestmark = pytest.mark.site
# WCAG's contrast of what is drawn to what is under it.
CONTRASTS = """root => {
  const of = (selector, name, part) => getComputedStyle(root.querySelector(selector), part)[name];
  const channel = (share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => colour.match(/[\\d.]+/g).slice(0, 3)
    .reduce((sum, part, i) => sum + [0.2126, 0.7152, 0.0722][i] * channel(part / 255), 0.05);
  const contrast = (one, other) => Math.exp(Math.abs(Math.log(luminance(one) / luminance(other))));
  const [card, box] = [getComputedStyle(root).backgroundColor, ".mg-switch input"];
  return {
    writing: contrast(of(".mg-chart text", "fill"), card),
    rules: contrast(of(".mg-rule", "stroke"), card),
    ...(root.querySelector(box) && {
      knob: contrast(of(box, "backgroundColor", "::before"), of(box, "backgroundColor")) }),
  };
}"""


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_what_is_drawn_stands_out(visit: Callable[..., Visit], address, scheme):
    page = visit(address, forced_colors="active", color_scheme=scheme)  # of a page in light colours
    page.mount_explorers()
    contrasts = page.page.eval_on_selector(".mg-root", CONTRASTS)
    assert {what: ratio for what, ratio in contrasts.items() if ratio < 3} == {}
    forced = page.page.eval_on_selector(
        ".mg-track input", "input => getComputedStyle(input).forcedColorAdjust"
    )
    assert forced == "none"  # a track is a gradient, which would be left out
