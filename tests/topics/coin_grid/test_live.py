"""A reader's agent learns in the room as the book's do."""

import pytest

from misgen.core.measure import OUTCOMES
from misgen.live.session import session_of


def answers(session, name, **arguments):
    """All that an answer yields, and what it returns."""
    steps, told = session.answering(name, arguments), []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            return told, end.value


def test_an_agent_learns_in_the_encoding_that_is_chosen():
    session = session_of("coin_grid")
    options = {"encoding": "row_column", "coin_visible": True}
    _, first = answers(session, "begin", run="a", seed=0, distinguishing=0.0, options=options)
    assert first["of"] == 400_000
    assert first["replay"]["cells"].shape == (1, 7, 7)
    going = session.answering("go_on", {"run": "a"})
    points = [next(going) for _ in range(24)]
    assert points[-1]["values"]["success"] > 0.9 > first["values"]["success"]
    last = points[-1]["values"]
    assert sum(last[name] for name in OUTCOMES) == pytest.approx(1)
    assert last["proxy"] > 0.5 > last["goal"]  # the coin lay in the corner


def test_an_agent_of_another_encoding_is_refused():
    session = session_of("coin_grid")
    for run, encoding in (("a", "cell"), ("b", "coordinates")):
        options = {"encoding": encoding}
        answers(session, "begin", run=run, seed=0, distinguishing=0.0, options=options)
    _, data = answers(session, "saved", run="a")
    with pytest.raises(ValueError, match="expects 98 inputs"):
        answers(session, "loaded", run="b", data=data, options={"encoding": "coordinates"})
