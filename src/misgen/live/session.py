"""What can be asked of a topic: the marked methods of its session, and nothing else.

class Game(Session):
    @answers
    def move(self, action: int) -> dict[str, Any]:
        ...

    @answers
    def train(self, seed: int) -> Steps:
        for update in updates(...):
            yield {"steps": update.steps}  # progress; others are heard meanwhile
        return {"agent": ...}
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Literal, TypeVar, get_args, get_origin

import numpy as np

from misgen.core.topics import topics_with

Steps = Generator[Any, None, Any]
"""What a long method returns: it yields progress, or None for a pause, and returns the answer."""
Method = TypeVar("Method", bound=Callable[..., Any])
GENERAL = ("cells",)
"""Modules of this package whose session belongs to no topic; it is asked for by their name."""
_MARK = "_misgen_answers"
_TELL: ContextVar[Callable[[Any], None]] = ContextVar("tell", default=lambda _: None)


def answers(method: Method) -> Method:
    """Marks a method of a session as one that may be asked from outside.

    Its annotations say what it takes: `bool`, `int`, `float`, `str`, `list`, `dict`, an array, a
    `Literal`, or one of these or None. What they do not say, the method checks; a `ValueError` is
    told to the reader, so that its message is a sentence for him.
    """
    setattr(method, _MARK, True)
    return method


def tell(value: Any) -> None:
    """Sends progress from within a step, where a method cannot yield it.

    Others are not heard meanwhile. Where nobody asked, nothing happens.
    """
    _TELL.get()(value)


@contextmanager
def told_to(send: Callable[[Any], None]) -> Iterator[None]:
    """Lets `tell` call `send` while a block runs."""
    token = _TELL.set(send)
    try:
        yield
    finally:
        _TELL.reset(token)


class Session:
    """What one explorer asks, and what is remembered between its questions.

    It runs in a notebook's kernel and in the worker of a page. There is one for each explorer, and
    it lives until the kernel or the page ends, or Python is restarted.
    """

    @classmethod
    def names(cls) -> list[str]:
        """Returns what can be asked."""
        found = inspect.getmembers(cls, lambda member: hasattr(member, _MARK))
        return [name for name, _ in found]

    def prepare(self) -> None:
        """Reads the published files that a topic's first answers need; by default there are none.

        A page asks for it while it is likely to have a network, and keeps what was fetched.
        """

    def answering(self, name: str, arguments: Mapping[str, Any]) -> Steps:
        """Returns the steps of an answer; a short method has none between its begin and its end.

        Raises:
            ValueError: Nothing of that name can be asked, or an argument is missing or wrong.
        """
        if name not in self.names():
            raise ValueError(f"Nobody answers {name!r} here; ask for {', '.join(self.names())}.")
        method = getattr(self, name)
        outcome = method(**_checked(method, arguments))
        return (yield from outcome) if inspect.isgenerator(outcome) else outcome


def session_of(topic: str) -> Session:
    """Returns a new session of a topic: of the one class in its `live.py` that is a session.

    Args:
        topic: A topic, or one of `GENERAL`.

    Raises:
        ValueError: The topic has none.
    """
    if topic in GENERAL:
        module = import_module(f"misgen.live.{topic}")
    elif topic in (known := topics_with("live.py")):
        module = import_module(f"misgen.topics.{topic}.live")
    else:
        raise ValueError(f"The topic {topic!r} has no live.py; choose one of {', '.join(known)}.")
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Session)
        and kind.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        raise ValueError(f"{module.__name__} must hold one class of sessions, not {len(kinds)}.")
    return kinds[0]()


def _checked(method: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the arguments in the types that a method asks for."""
    try:
        inspect.signature(method).bind(**arguments)
    except TypeError as error:
        raise ValueError(f"{method.__name__} was asked wrongly: {error}.") from error
    kinds = typing.get_type_hints(method)
    return {name: _fitted(name, value, kinds[name]) for name, value in arguments.items()}


def _fitted(name: str, value: Any, kind: Any) -> Any:
    if get_origin(kind) in (types.UnionType, typing.Union):
        if value is None and types.NoneType in get_args(kind):
            return None
        kind = next(each for each in get_args(kind) if each is not types.NoneType)
    if not _fits(value, kind):
        raise ValueError(f"{name} must be {_words(kind)}, but is {value!r}.")
    return float(value) if kind is float else value


def _fits(value: Any, kind: Any) -> bool:
    origin = get_origin(kind) or kind
    if origin is Any:
        return True
    if origin is Literal:
        return value in get_args(kind)
    if origin is float:  # JSON writes 1.0 as 1
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if origin is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, origin)


def _words(kind: Any) -> str:
    origin = get_origin(kind) or kind
    if origin is Literal:
        return f"one of {', '.join(map(repr, get_args(kind)))}"
    named = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    named |= {list: "a list", dict: "an object", np.ndarray: "an array"}
    return named.get(origin, f"a {getattr(origin, '__name__', origin)}")
