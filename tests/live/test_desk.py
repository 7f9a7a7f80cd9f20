import asyncio

import pytest
from toy_session import ERRORS, Toy

from misgen.live.desk import Desk
from misgen.live.session import Session, Steps, answers, tell
from misgen.live.wire import decode, encode

pytestmark = pytest.mark.usefixtures("without_a_loop")


class Told(list):
    """What a desk has sent, decoded."""

    def __call__(self, content, buffers):
        self.append({**content, "value": decode(content.get("value"), buffers)})

    def of(self, ask, kind):
        return [each["value"] for each in self if (each.get("id"), each["live"]) == (ask, kind)]


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def session():
    return Toy()


@pytest.fixture
def desk(session, told):
    return Desk(session, told)


def ask(desk, ident, name, **values):
    arguments, buffers = encode(values)
    desk.receive({"live": "ask", "id": ident, "name": name, "arguments": arguments}, buffers)


def in_a_loop(scenario):
    """Runs an async function as a kernel runs what it is told."""
    asyncio.run(scenario())


async def until(condition):
    while not condition():
        await asyncio.sleep(0)


def test_hello_is_answered_by_ready(desk, told):
    desk.receive({"live": "hello"})
    assert told == [{"live": "state", "state": "ready", "value": None}]


def test_a_ping_is_answered_while_something_long_goes_on(desk, told):
    async def scenario():
        ask(desk, "long", "pause", turns=10**9)
        desk.receive({"live": "ping"})
        await until(lambda: told)
        desk.receive({"live": "cancel", "id": "long"})

    in_a_loop(scenario)
    assert [each["live"] for each in told] == ["pong"]


class Teller(Session):
    """Tells as it goes, within a step and between its steps."""

    @answers
    def count(self, word: str) -> Steps:
        for number in range(3):
            tell(f"{word} {number}")
            yield
        return word


def test_what_is_told_within_a_step_goes_to_the_question_it_belongs_to(told):
    desk = Desk(Teller(), told)

    async def scenario():
        ask(desk, "p", "count", word="a")
        ask(desk, "q", "count", word="b")
        await until(lambda: told.of("p", "answer") and told.of("q", "answer"))

    in_a_loop(scenario)
    assert told.of("p", "progress") == ["a 0", "a 1", "a 2"]
    assert told.of("q", "progress") == ["b 0", "b 1", "b 2"]


def test_without_a_loop_an_answer_is_there_at_once_with_all_its_progress(desk, told):
    ask(desk, "q", "count", to=3)
    assert [each["number"] for each in told.of("q", "progress")] == [0, 1, 2]
    assert told.of("q", "progress")[2]["squares"].tolist() == [0, 1]
    assert told.of("q", "answer") == [3]


def test_a_pause_tells_nothing(desk, told):
    ask(desk, "q", "pause", turns=5)
    assert [each["live"] for each in told] == ["answer"]


SENTENCES = {
    "refusal": "seed must be a whole number, but is 'a'.",
    "mistake": "Python stopped here: KeyError: 'coin'",
    "memory": "There is not enough memory for this: ask for less, or close other pages.",
    "lines": "Python stopped here: RuntimeError: last line",
}


@pytest.mark.parametrize("how", ERRORS)
def test_an_error_is_told_in_one_sentence(desk, told, how):
    ask(desk, "q", "fail", how=how)
    assert told.of("q", "error") == [SENTENCES[how]]
    ask(desk, "next", "remember")
    assert told.of("next", "answer") == [1]


def test_an_answer_that_cannot_travel_is_an_error_too(desk, told, session):
    session.ended = [object()]
    ask(desk, "q", "endings")
    assert told.of("q", "error")[0].startswith("A message cannot hold a object")


def test_what_is_no_message_of_ours_is_left_alone(desk, told):
    for content in ({}, {"kind": "anywidget-command"}, {"live": "ask"}, {"live": "cancel"}):
        desk.receive(content)
    desk.receive({"live": "cancel", "id": "never asked"})
    desk.receive({"live": "ask", "id": "q", "name": ["echo"], "arguments": {}})
    assert told == []


def test_others_are_heard_between_two_steps(desk, told):
    async def scenario():
        ask(desk, "long", "count", to=50)
        await until(lambda: told.of("long", "progress"))
        ask(desk, "short", "remember")
        await until(lambda: told.of("short", "answer"))
        assert not told.of("long", "answer")
        await until(lambda: told.of("long", "answer"))

    in_a_loop(scenario)


def test_a_cancel_ends_a_long_answer_and_lets_it_tidy_up(desk, told, session):
    async def scenario():
        ask(desk, "long", "count", to=10**9)
        await until(lambda: told.of("long", "progress"))
        desk.receive({"live": "cancel", "id": "long"})
        await until(lambda: session.ended)

    in_a_loop(scenario)
    assert session.ended == ["count"]
    assert not told.of("long", "answer")
    assert not told.of("long", "error")


def test_what_is_cancelled_before_its_turn_never_begins(desk, told, session):
    async def scenario():
        ask(desk, "q", "remember")
        desk.receive({"live": "cancel", "id": "q"})
        ask(desk, "next", "remember")
        await until(lambda: told.of("next", "answer"))

    in_a_loop(scenario)
    assert told.of("next", "answer") == [1]
    assert not told.of("q", "answer")


def test_an_interrupt_is_told_and_the_next_question_is_answered(desk, told, monkeypatch):
    ERRORS["interrupt"] = KeyboardInterrupt()
    try:
        ask(desk, "q", "fail", how="interrupt")
    finally:
        del ERRORS["interrupt"]
    assert told.of("q", "error") == ["It was interrupted: ask again."]
    ask(desk, "next", "remember")
    assert told.of("next", "answer") == [1]
