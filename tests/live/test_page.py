import json

import numpy as np
import pytest
from toy_session import Toy

from misgen.live import page
from misgen.live.wire import encode

pytestmark = pytest.mark.usefixtures("without_a_loop")


class Uint8Array(bytes):
    """What Pyodide gives for one of JavaScript."""

    def to_bytes(self):
        return bytes(self)


@pytest.fixture
def answers(monkeypatch):
    """Asks on behalf of an explorer; returns what was sent."""
    monkeypatch.setattr(page, "session_of", lambda _topic: Toy())
    sent = []

    def ask(key, name, **values):
        arguments, buffers = encode(values)
        text = json.dumps({"live": "ask", "id": "q", "name": name, "arguments": arguments})
        arrays = [Uint8Array(buffer) for buffer in buffers]
        page.receive(key, "toy", text, arrays, lambda *message: sent.append(message))
        return sent[-1]

    return ask


def test_messages_cross_as_json_and_arrays_as_bytes(answers):
    key, text, buffers = answers("first", "echo", value={"path": np.array([1, 2]), "nothing": None})
    assert key == "first"
    value = {"path": {"$array": 0, "dtype": "int32", "shape": [2]}, "nothing": None}
    assert json.loads(text) == {"live": "answer", "id": "q", "value": value}
    assert np.frombuffer(buffers[0], "<i4").tolist() == [1, 2]


class Unfetched(Toy):
    def prepare(self):
        raise ValueError("It could not be fetched.")


@pytest.mark.parametrize("kind", [Toy, Unfetched])
def test_a_session_is_prepared_once_and_answers_though_that_fails(answers, monkeypatch, kind):
    session = kind()
    monkeypatch.setattr(page, "session_of", lambda _topic: session)
    monkeypatch.setattr(page, "_DESKS", {})
    for _ in range(2):
        told = answers("prepared", "prepared_times")[1]
    assert json.loads(told)["value"] == (1 if kind is Toy else 0)


def test_each_explorer_of_a_page_has_a_session_of_its_own(answers):
    told = [answers(key, "remember")[1] for key in ("one", "two", "one")]
    assert [json.loads(text)["value"] for text in told] == [1, 1, 2]
