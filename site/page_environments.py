"""The appendix page on the environments, from the docstrings of their classes."""

from __future__ import annotations

import inspect
import re
import textwrap

from contents import ROOT
from page_text import PageError, cited, definitions, generated, one_line, paragraphs

from misgen.core.env import BatchedEnv
from misgen.core.registry import ENVIRONMENTS, environment

SECTIONS = (
    "Intended goal",
    "Proxy goal",
    "What shifts at test",
    "Observation",
    "Actions",
    "Rewards",
    "Termination",
    "Source",
)
"""What the docstring of each environment says, in this order."""


def environments_page() -> str:
    """Returns the page that describes each environment, from the docstrings."""
    return generated(
        "the docstring of the environment",
        "# Environments",
        "Each environment of the book has an [intended goal](glossary.md#intended-goal), a "
        "[proxy goal](glossary.md#proxy-goal), and one number, `distinguishing`: the share of "
        "episodes, or of endless runs, in which the two come apart. This page gives their rules, "
        "as they stand in the code.",
        *map(environment_section, sorted(ENVIRONMENTS)),
    )


def environment_section(name: str) -> str:
    """Returns what the page says of one environment."""
    env_class = environment(name)
    description, sections = read_docstring(env_class)
    bibliography = (ROOT / "references.bib").read_text(encoding="utf-8")
    # of all entries of the bibliography
    keys = frozenset(re.findall(r"^@\w+\{([\w:-]+),", bibliography, re.MULTILINE))
    endless = " It is one endless run: no step of it is terminated or truncated."
    return paragraphs(
        f"## {name}",
        cited(description, keys),
        definitions({term: cited(text, keys) for term, text in sections.items()}),
        f'**In code.** `misgen.make("{name}", num_envs, seed=0)` makes a batch of them. After '
        f"`import misgen.registration`, gymnasium knows the environment as "
        f"`misgen/{name}-v0`.{endless if env_class.continuing else ''} The options are:",
        definitions(options(env_class)),
    )


def read_docstring(env_class: type[BatchedEnv]) -> tuple[str, dict[str, str]]:
    """Reads the docstring of an environment.

    Args:
        env_class: Its class.

    Returns:
        The description, in paragraphs, and the text of each of `SECTIONS`.

    Raises:
        PageError: If a section is missing, is not known, or stands in another order.
    """
    docstring = inspect.getdoc(env_class) or ""
    # heads and texts in turn
    before, *parts = re.split(r"^\*\*([^*]+)\.\*\*\s+", docstring, flags=re.MULTILINE)
    sections = dict(zip(parts[::2], map(one_line, parts[1::2]), strict=True))
    if tuple(sections) != SECTIONS:  # also their order
        raise PageError(
            f"The docstring of {env_class.__name__} must have the sections {', '.join(SECTIONS)}, "
            f"in this order, but has {', '.join(sections)}."
        )
    return paragraphs(*map(one_line, before.split("\n\n"))), sections


def options(env_class: type[BatchedEnv]) -> dict[str, str]:
    """Returns the meaning of each option of an environment, by its name with its default."""
    parameters = list(inspect.signature(env_class).parameters.values())
    meanings = read_arguments(inspect.getdoc(env_class.__init__) or "")
    missing = [p.name for p in parameters if p.name not in meanings]
    if missing:
        raise PageError(f"{env_class.__name__}.__init__ does not explain {missing[0]}: add it.")
    return {f"`{p.name}` ({_default(p)})": meanings[p.name] for p in parameters}


def _default(parameter: inspect.Parameter) -> str:
    required = parameter.default is inspect.Parameter.empty  # None is a default
    return "required" if required else f"default `{parameter.default!r}`"


def read_arguments(docstring: str) -> dict[str, str]:
    r"""Reads the section "Args" of a Google-style docstring.

    >>> read_arguments("Do it.\n\nArgs:\n    a: First\n        of all.\n    b: Last.")
    {'a': 'First of all.', 'b': 'Last.'}
    """
    # up to the next line that is not indented
    section = re.search(r"^Args:\n(.*?)(?=^\S|\Z)", docstring, re.MULTILINE | re.DOTALL)
    text = textwrap.dedent(section[1]) if section else ""
    # a meaning may take several lines
    items = re.findall(r"^(\w+): (.*?)(?=^\w+: |\Z)", text, re.MULTILINE | re.DOTALL)
    return {name: one_line(meaning) for name, meaning in items}
