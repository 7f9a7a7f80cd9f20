"""`ask.js` in Node, on a model that writes down what it is told and answers as it is told."""

from __future__ import annotations

import node
import pytest

MODEL = """
  const sent = [];
  const listeners = [];
  const model = {
    send: (content, callbacks, buffers) => sent.push({ ...content, buffers }),
    on: (event, listener) => { if (event === "msg:custom") listeners.push(listener); },
  };
  const tell = (...message) => listeners.forEach((listener) => listener(...message));
  const outcome = (promise) =>
    promise.then((value) => ({ value }), ({ name, message }) => ({ name, message }));
  const { ask, lineOf, encodeArrays, decodeArrays } = kit;
"""


@pytest.fixture
def scenario(tmp_path):
    """Runs the body of an async function, in which a model and the module are at hand."""

    def run(body):
        return node.run_in_node(
            tmp_path, "explore/js/ask", f"async (kit) => {{ {MODEL} {body} }}", {}
        )

    return run


def test_the_first_question_says_hello_and_the_answer_is_that_of_its_id(scenario):
    sent, outcome = scenario("""
      const answer = outcome(ask(model, "move", { action: 2 }));
      tell({ live: "answer", id: "another", value: 1 });
      tell({ live: "answer", id: sent[1].id, value: { goal: true } });
      return [sent, await answer];
    """)
    assert sent[0] == {"live": "hello"}
    assert {**sent[1], "id": "x"} == {
        "live": "ask", "id": "x", "name": "move", "arguments": {"action": 2}, "buffers": [],
    }  # fmt: skip
    assert outcome == {"value": {"goal": True}}


def test_progress_comes_before_the_answer_and_an_error_is_a_sentence(scenario):
    seen, outcome = scenario("""
      const seen = [];
      const answer = outcome(ask(model, "train", {}, { onProgress: (value) => seen.push(value) }));
      const { id } = sent[1];
      tell({ live: "progress", id, value: 1 });
      tell({ live: "progress", id, value: 2 });
      tell({ live: "error", id, value: "seed must be a whole number." });
      tell({ live: "progress", id, value: 3 });
      return [seen, await answer];
    """)
    assert seen == [1, 2]
    assert outcome == {"name": "Error", "message": "seed must be a whole number."}


def test_an_aborted_question_is_cancelled_in_python_and_rejects_at_once(scenario):
    sent, outcomes = scenario("""
      const control = new AbortController();
      const one = outcome(ask(model, "train", {}, { signal: control.signal }));
      control.abort();
      const two = outcome(ask(model, "train", {}, { signal: control.signal }));
      tell({ live: "answer", id: sent[1].id, value: "too late" });
      return [sent, [await one, await two]];
    """)
    assert [each["live"] for each in sent] == ["hello", "ask", "cancel"]
    assert sent[2]["id"] == sent[1]["id"]
    assert [each["name"] for each in outcomes] == ["AbortError", "AbortError"]


def test_a_later_question_under_the_same_key_takes_the_place_of_the_earlier(scenario):
    sent, outcomes = scenario("""
      const questions = ["a", "b", "a"].map((key) => outcome(ask(model, "run", {}, { key })));
      for (const { id } of sent.slice(1)) tell({ live: "answer", id, value: id });
      return [sent, await Promise.all(questions)];
    """)
    assert [each["live"] for each in sent] == ["hello", "ask", "ask", "cancel", "ask"]
    assert sent[3]["id"] == sent[1]["id"]
    assert outcomes[0] == {
        "name": "AbortError", "message": "A later question took its place.",
    }  # fmt: skip
    assert [outcomes[1], outcomes[2]] == [{"value": sent[2]["id"]}, {"value": sent[4]["id"]}]


def test_what_waits_is_told_when_python_has_gone(scenario):
    outcome, states = scenario("""
      const states = [];
      lineOf(model).watch((state) => states.push(state.state));
      tell({ live: "state", state: "ready" });
      const answer = outcome(ask(model, "train"));
      tell({ live: "state", state: "loading" });
      return [await answer, states];
    """)
    assert outcome["message"].startswith("Python was started again, and what it held is lost")
    assert states == ["ready", "loading"]


def test_arrays_travel_as_bytes_and_come_back_with_their_shape(scenario):
    encoded, sizes, back = scenario("""
      const grid = Object.assign(new Int32Array([1, -2, 3, 4]), { shape: [2, 2] });
      const buffers = [];
      const part = new Float32Array([0, 0.5, 1]).subarray(1);
      const value = { grid, part, plain: [1, null, "a"] };
      const encoded = encodeArrays(value, buffers);
      const odd = new Uint8Array([9, ...buffers[0]]); // a notebook's buffers start anywhere
      const views = [new DataView(odd.buffer, 1), buffers[1]];
      const { grid: cells, part: shares } = decodeArrays(encoded, views);
      const back = [[...cells], cells.shape, [...shares], shares.constructor.name];
      return [encoded, buffers.map((each) => each.length), back];
    """)
    assert encoded["grid"] == {"$array": 0, "dtype": "int32", "shape": [2, 2]}
    assert encoded["part"] == {"$array": 1, "dtype": "float32", "shape": [2]}
    assert encoded["plain"] == [1, None, "a"]
    assert sizes == [16, 8]
    assert back == [[1, -2, 3, 4], [2, 2], [0.5, 1], "Float32Array"]


def test_two_views_of_a_model_do_not_take_each_others_answers(scenario):
    outcomes = scenario("""
      const other = { ...model };
      const one = outcome(ask(model, "run"));
      const two = outcome(ask(other, "run"));
      const asked = sent.filter(({ live }) => live === "ask");
      tell({ live: "answer", id: asked[1].id, value: "second" });
      tell({ live: "answer", id: asked[0].id, value: "first" });
      return [await one, await two];
    """)
    assert outcomes == [{"value": "first"}, {"value": "second"}]
