"""The environments of the book, by name."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import signature
from typing import Any

from misgen.core.env import BatchedEnv
from misgen.core.topics import topic_text, topics_with

_CLASS = re.compile(r"^class (\w+)\(BatchedEnv\)", re.MULTILINE)

ENVIRONMENTS = {
    name: f"misgen.topics.{topic}.env"
    for topic in topics_with("env.py")
    # Read, not imported: a list of names must not cost the import of every environment.
    for name in _CLASS.findall(topic_text(topic, "env.py"))
}
"""Name of each environment and the module that holds the class of that name."""


def topic_of(name: str) -> str:
    """Returns the topic of an environment.

    >>> topic_of("CoinRun")
    'coinrun'

    Raises:
        ValueError: If there is no environment of that name.
    """
    return environment(name).__module__.split(".")[2]  # misgen.topics.<topic>.env


def environment(name: str) -> type[BatchedEnv]:
    """Returns the class of an environment.

    >>> environment("CoinRun").__name__
    'CoinRun'

    Raises:
        ValueError: If there is no environment of that name.
    """
    if not isinstance(name, str) or name not in ENVIRONMENTS:
        known = ", ".join(sorted(ENVIRONMENTS))
        raise ValueError(f"There is no environment {name!r}; the book has: {known}.")
    return getattr(import_module(ENVIRONMENTS[name]), name)


def make(name: str, num_envs: int, **options: Any) -> BatchedEnv:
    """Creates a batch of environments by name; `options` are those of its class.

    >>> make("CoinRun", 2, distinguishing=1.0, seed=0).reset().shape
    (2, 310)

    Raises:
        ValueError: If there is no environment of that name, or an option is out of range.
        TypeError: If there is no such option.
    """
    env_class: Any = environment(name)
    known = [option for option in signature(env_class.__init__).parameters if option != "self"]
    if unknown := options.keys() - known:
        raise TypeError(
            f"{name} has no option {', '.join(sorted(unknown))}; it has {', '.join(known)}."
        )
    return env_class(num_envs, **options)
