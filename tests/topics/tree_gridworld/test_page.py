"""The reader fells the forest, or an agent does, in Chromium, with Python at the other end."""

from collections.abc import Callable

import pytest
from browsing import Visit, let_it_move, says, wait_until
from training_page import click, train_a_little
from training_page import opened as training_opened

from misgen.topics.tree_gridworld import explorers, live
from misgen.topics.tree_gridworld.live import LAST_STEPS

pytestmark = pytest.mark.site
WAIT = "text=Stay 10 steps"


@pytest.fixture(scope="module")
def address(answered_page: Callable[..., str]) -> str:
    return answered_page(explorers.fell_beside())


@pytest.fixture
def fell(visit: Callable[..., Visit], address: str) -> Visit:
    return opened(visit, address, reduced_motion="reduce")


def opened(visit: Callable[..., Visit], address: str, **options: object) -> Visit:
    opened = visit(address, **options)
    opened.mount_explorers()
    opened.page.wait_for_selector(f"{WAIT} >> visible=true")
    opened.page.wait_for_selector("button:text-is('Another forest'):enabled")
    return opened


def stay_to_the_end(visit: Visit) -> None:
    for step in range(10, LAST_STEPS + 10, 10):
        visit.page.click(WAIT)
        says(visit, f"{step} of {LAST_STEPS} steps")
        let_it_move(visit.page)


def drawn(visit: Visit, line: int) -> str:
    return visit.page.locator(".mg-chart .mg-mean").nth(line).get_attribute("d") or ""


def test_keys_and_buttons_walk_and_the_curve_grows(visit, address):
    fell = opened(visit, address)  # each step is seen on its way
    at = "document.querySelectorAll('.mg-forest')[0].lastChild.getAttribute('transform')"
    fell.page.focus(".mg-player")
    before = fell.page.evaluate(at)
    fell.page.keyboard.press("ArrowRight")
    wait_until(fell.page, f"{at} !== '{before}'")
    says(fell, f"1 of {LAST_STEPS} steps")
    let_it_move(fell.page)
    fell.page.click("button[aria-label=Up]")
    says(fell, f"2 of {LAST_STEPS} steps")
    assert drawn(fell, 0).count("L") == 2
    assert not fell.errors


def test_after_the_last_step_both_forests_are_counted_and_it_is_kept(fell, address):
    stay_to_the_end(fell)
    says(fell, "You chopped 0 and leave 10")
    says(fell, "Runs to the end: 1. Most trees felled in one: 0. This is kept in your browser.")
    assert fell.page.is_disabled(WAIT)
    said = fell.page.inner_text(".mg-say")
    fell.page.focus("input[type=range]")
    fell.page.keyboard.press("Home")  # another agent
    wait_until(fell.page, "said => document.querySelector('.mg-say').innerText !== said", arg=said)
    fell.page.goto(address)
    fell.mount_explorers()
    says(fell, f"{LAST_STEPS} of {LAST_STEPS} steps")  # a run is taken up where it was
    says(fell, "You chopped 0 and leave 10")
    fell.page.click("button:text-is('Again')")
    says(fell, f"0 of {LAST_STEPS} steps")


AGAIN_AT_ONCE = """() => {
  if (!document.querySelector(".mg-amount").textContent.startsWith("10 of")) return false;
  [...document.querySelectorAll("button")].find((one) => one.textContent === "Again").click();
  return true;
}"""


def test_a_run_is_begun_again_while_a_step_is_on_its_way(fell):
    fell.page.click(WAIT)
    wait_until(fell.page, AGAIN_AT_ONCE)
    says(fell, f"0 of {LAST_STEPS} steps")
    let_it_move(fell.page)
    fell.page.focus(".mg-player")
    fell.page.keyboard.press("ArrowRight")
    says(fell, f"1 of {LAST_STEPS} steps")
    assert not fell.errors


def test_another_forest_has_another_agent_in_it(fell):
    before = drawn(fell, 2)
    fell.page.click("button:text-is('Another forest')")
    wait_until(
        fell.page,
        "before => document.querySelectorAll('.mg-chart .mg-mean')[2].getAttribute('d') !== before",
        arg=before,
    )
    assert not fell.errors


def test_what_went_wrong_is_said_no_longer_once_an_agent_answers(fell, monkeypatch):
    def refuse(*_: object) -> None:
        raise ValueError("It could not be fetched.")

    monkeypatch.setattr(live, "agent_run", refuse)
    fell.page.click("button:text-is('Another forest')")
    says(fell, "It could not be fetched.")
    monkeypatch.undo()
    fell.page.focus("input[type=range]")
    fell.page.keyboard.press("Home")
    says(fell, "one step for each press")


def test_before_python_runs_the_agents_curve_is_there(visit, explorer_page):
    alone = visit(explorer_page(explorers.fell_beside()))
    alone.mount_explorers()
    says(alone, "one step for each press")
    assert drawn(alone, 2).count("L") == LAST_STEPS
    alone.page.focus(".mg-player")
    alone.page.keyboard.press("ArrowUp")
    says(alone, "Start Python below, then walk")


KEPT = "misgen.tree_gridworld.fell"
KEEP = "([name, kept]) => { localStorage[name] = JSON.stringify(kept); }"


def test_a_finished_run_of_an_earlier_visit_does_not_claim_to_go_on(visit, explorer_page):
    alone = visit(explorer_page(explorers.fell_beside()))
    kept = {"forest": 0, "actions": [0] * LAST_STEPS, "runs": 1, "most": 1}
    alone.page.evaluate(KEEP, [KEPT, kept])
    alone.page.reload()
    alone.mount_explorers()
    says(alone, "You have finished this run")
    says(alone, f"{LAST_STEPS} of {LAST_STEPS} steps")


def test_the_runs_of_another_tab_are_counted_too(fell):
    fell.page.evaluate(KEEP, [KEPT, {"forest": 0, "actions": [], "runs": 7, "most": 9}])
    fell.page.click(WAIT)
    says(fell, f"10 of {LAST_STEPS} steps")
    assert fell.page.evaluate("name => JSON.parse(localStorage[name]).runs", KEPT) == 7


def test_alone_nothing_of_an_agent_is_there_and_the_run_is_counted(visit, answered_page):
    alone = opened(visit, answered_page(explorers.fell()), reduced_motion="reduce")
    assert alone.page.locator(".mg-forest").count() == 1
    assert alone.page.locator("input[type=range]").count() == 0
    stay_to_the_end(alone)
    says(alone, "You chopped 0 and leave 10.")
    assert "agent of step" not in alone.page.inner_text(".mg-root")
    assert "agent of step" not in alone.page.get_attribute(".mg-chart", "aria-label")
    assert not alone.errors


def test_a_run_that_was_made_alone_is_then_seen_beside_an_agents(visit, answered_page):
    both = opened(visit, answered_page(explorers.fell(), explorers.fell_beside()))
    both.page.locator(WAIT).first.click()
    says(both, f"10 of {LAST_STEPS} steps")
    both.page.reload()
    both.mount_explorers()
    beside = both.page.locator("#explorer-fell-beside .mg-amount")
    beside.get_by_text(f"10 of {LAST_STEPS} steps").wait_for()
    assert not both.errors


def test_an_agent_lives_and_is_seen_in_a_thin_forest(visit, answered_page, tmp_path):
    growing = training_opened(visit, answered_page(explorers.growing()))
    bands = growing.page.locator(".mg-chart .mg-interval")
    assert bands.count() == 2
    growing.page.check("text=With edges")  # published for the world that collapses alone
    assert bands.count() == 0
    growing.page.uncheck("text=With edges")
    assert bands.count() == 2
    said = train_a_little(growing)
    assert "trees a step" in said
    assert "chopped" in growing.page.inner_text(".mg-count")
    growing.page.check("text=With edges")  # for the next run: the bands stay with this one
    assert bands.count() == 2
    with growing.page.expect_download() as download:
        click(growing, "Save")
    download.value.save_as(tmp_path / "agent.npz")
    growing.page.uncheck(".mg-switch input")
    growing.page.set_input_files("input[type=file]", str(tmp_path / "agent.npz"))
    says(growing, "its file does not hold how its run went")
    assert not growing.errors


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_against_it(fell, axe_of_explorers, theme):
    assert axe_of_explorers(fell.page, theme) == []


def test_nothing_is_cut_off_on_a_phone(visit, address, beyond_the_edge):
    phone = visit(address, viewport={"width": 320, "height": 700})
    phone.mount_explorers()
    assert beyond_the_edge(phone.page) == []
