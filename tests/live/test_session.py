import numpy as np
import pytest
from toy_session import Toy

from misgen.live import session as live_session
from misgen.live.session import GENERAL, Session, session_of, tell, told_to


def answer_of(name, session=None, **arguments):
    steps = (session or Toy()).answering(name, arguments)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_only_what_is_marked_can_be_asked():
    assert "echo" in Toy.names()
    assert "secret" not in Toy.names()
    for name in ("secret", "__init__", "answering", "names", "nothing"):
        with pytest.raises(ValueError, match=f"^Nobody answers '{name}' here; ask for count, echo"):
            answer_of(name)


def test_arguments_come_in_the_types_that_are_asked_for():
    assert answer_of("types", share=1, word="a", numbers=np.zeros(2), kind="b") == [
        "bool", "int", "float", "str", "ndarray", "str",
    ]  # fmt: skip
    assert answer_of("types", word=None, numbers=None)[3:5] == ["NoneType", "NoneType"]


WRONG = {
    "count must be a whole number, but is 'a'.": {"count": "a"},
    "count must be a whole number, but is True.": {"count": True},
    "count must be a whole number, but is 1.5.": {"count": 1.5},
    "flag must be true or false, but is 1.": {"flag": 1},
    "share must be a number, but is None.": {"share": None},
    "word must be a text, but is 3.": {"word": 3},
    "kind must be one of 'a', 'b', but is 'c'.": {"kind": "c"},
    "numbers must be an array, but is [1].": {"numbers": [1]},
    "types was asked wrongly: got an unexpected keyword argument 'colour'.": {"colour": 1},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(sentence):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared below, whole
        answer_of("types", **WRONG[sentence])
    assert str(refused.value) == sentence


def test_a_missing_argument_is_named():
    with pytest.raises(ValueError, match="echo was asked wrongly: missing a required argument: 'v"):
        answer_of("echo")


def test_a_session_remembers():
    session = Toy()
    assert [answer_of("remember", session) for _ in range(3)] == [1, 2, 3]


def test_a_long_method_yields_and_returns():
    steps = Toy().answering("count", {"to": 2})
    assert [next(steps)["number"], next(steps)["number"]] == [0, 1]
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == 2


@pytest.fixture
def topics(tmp_path, monkeypatch):
    """Topics whose `live.py` is written by the returned function."""
    monkeypatch.setattr(live_session, "topics_with", lambda _file: ["maze"])

    def write(source):
        module = type("Module", (), {"__name__": "misgen.topics.maze.live"})()
        names = {"__name__": module.__name__, "Session": Session}
        exec(source, names)
        vars(module).update(names)
        monkeypatch.setattr(live_session, "import_module", lambda _name: module)

    return write


def test_the_session_of_a_topic_is_the_one_class_in_its_file(topics):
    topics("class Base(Session): pass\nBase.__module__ = 'elsewhere'\nclass Maze(Base): pass")
    assert type(session_of("maze")).__name__ == "Maze"


@pytest.mark.parametrize("source", ["", "class A(Session): pass\nclass B(Session): pass"])
def test_a_file_with_no_session_or_two_is_refused(topics, source):
    topics(source)
    with pytest.raises(ValueError, match=r"maze\.live must hold one class of sessions, not [02]"):
        session_of("maze")


def test_a_session_that_belongs_to_no_topic_is_asked_for_by_the_name_of_its_module():
    assert [type(session_of(name)).__name__ for name in GENERAL] == ["Cells"]


def test_what_is_told_within_a_step_reaches_who_asked_and_else_nobody():
    tell("nobody hears it")
    heard = []
    with told_to(heard.append):
        tell("one")
        with told_to(lambda _: None):
            tell("elsewhere")
        tell("two")
    tell("nobody hears it")
    assert heard == ["one", "two"]


def test_a_topic_without_a_session_is_refused_by_name():
    with pytest.raises(ValueError, match=r"The topic 'nowhere' has no live\.py; choose one of"):
        session_of("nowhere")
