"""An explorer whose questions a kernel answers: here by hand, and in a real kernel."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest
from toy_session import Toy

from misgen.explore import base
from misgen.explore.base import Explorer

pytestmark = pytest.mark.usefixtures("without_a_loop")

TESTS = Path(__file__).parents[1]
SECONDS_AT_MOST = 240  # of a busy machine
COLAB = str(TESTS.parent / ".venv-colab" / "bin" / "python")
IN_A_KERNEL = f"""
import sys
sys.path[:0] = [{str(TESTS.parent / "src")!r}, {str(TESTS)!r}]
from misgen.explore import base
from toy_session import Toy
base.session_of = lambda topic: Toy()
class Asking(base.Explorer):
    live = "toy"
asking = Asking({{"title": "a"}}, {{}}, {{}}, key="asking")
print(asking.comm.comm_id)
"""


class Listed(Explorer):
    """Writes down what it sends."""

    module = "explore/js/quiz"

    def send(self, content, buffers=None):
        self.sent = [*getattr(self, "sent", []), content]

    def still(self):
        return ""


class Asking(Listed):
    live = "toy"


@pytest.fixture
def asking(monkeypatch):
    """A live explorer, whose topic is the toy."""
    monkeypatch.setattr(base, "session_of", lambda topic: {"toy": Toy}[topic]())
    return Asking({"title": "a"}, {}, {}, key="asking")


def heard(explorer, **content):
    """Hands a message to an explorer as a kernel does."""
    data = {"method": "custom", "content": content}
    explorer.comm.handle_msg({"content": {"data": data}, "buffers": []})


def test_a_message_of_the_module_is_answered_by_the_session_of_the_topic(asking):
    heard(asking, live="hello")
    heard(asking, live="ask", id="q", name="count", arguments={"to": 2})
    kinds = [content["live"] for content in asking.sent]
    assert kinds == ["state", "progress", "progress", "answer"]
    assert asking.sent[-1] == {"live": "answer", "id": "q", "value": 2}


def test_what_the_module_may_not_ask_is_refused(asking):
    heard(asking, live="ask", id="q", name="secret", arguments={})
    assert asking.sent[0]["value"].startswith("Nobody answers 'secret' here")


def test_the_site_is_told_which_topic_answers(asking):
    assert 'data-key="asking" data-live="toy">' in asking.html()


def test_an_explorer_that_asks_nothing_opens_no_session(monkeypatch):
    monkeypatch.setattr(base, "session_of", lambda topic: pytest.fail("nobody asked"))
    assert "data-live" not in Listed({"title": "a"}, {}, {}, key="silent").html()


@pytest.fixture(
    params=[sys.executable, pytest.param(COLAB, marks=pytest.mark.colab)], ids=["book", "Colab"]
)
def kernel(request):
    """A real kernel, as a notebook starts it: of the book's versions, and of Colab's."""
    from jupyter_client.manager import KernelManager

    assert Path(request.param).is_file(), "There is no second stack: run `make homes`."
    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.argv[0] = request.param
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=SECONDS_AT_MOST)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages(client, kind, seconds=SECONDS_AT_MOST):
    """Yields the messages of a kind that a kernel publishes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        message = client.get_iopub_msg(timeout=seconds)
        if message["msg_type"] == "error":
            raise AssertionError(message["content"]["evalue"])
        if message["msg_type"] == kind:
            yield message["content"]


def told(client):
    """Yields what the explorer in a kernel tells its module."""
    for content in messages(client, "comm_msg"):
        if content["data"].get("method") == "custom":
            yield content["data"]["content"]


def test_a_real_kernel_answers_between_its_turns_and_hears_a_cancel(kernel):
    kernel.execute(IN_A_KERNEL)
    comm = next(
        content["text"].strip()
        for content in messages(kernel, "stream")
        if re.fullmatch(r"[0-9a-f]{32}", content["text"].strip())
    )

    def tell(**content):
        data = {"comm_id": comm, "data": {"method": "custom", "content": content}}
        kernel.shell_channel.send(kernel.session.msg("comm_msg", data))

    tell(live="ask", id="long", name="pause", arguments={"turns": 10**9})
    tell(live="ask", id="short", name="remember", arguments={})
    answers = told(kernel)
    assert next(answers) == {"live": "answer", "id": "short", "value": 1}
    tell(live="cancel", id="long")
    tell(live="ask", id="next", name="remember", arguments={})
    assert next(answers) == {"live": "answer", "id": "next", "value": 2}
    kernel.execute("print('idle')")
    assert any("idle" in content["text"] for content in messages(kernel, "stream"))
