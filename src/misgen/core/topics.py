"""The topics of the book, found by the files in their folders."""

from __future__ import annotations

from importlib import resources


def topics_with(file: str) -> list[str]:
    """Returns the topics whose folder has a file, sorted.

    A topic is a folder of `misgen.topics`. Nothing is imported.

    >>> "coinrun" in topics_with("env.py")
    True
    """
    folders = (resources.files("misgen") / "topics").iterdir()
    return sorted(folder.name for folder in folders if (folder / file).is_file())


def topic_text(topic: str, file: str) -> str:
    """Returns the text of a file of a topic.

    Raises:
        ValueError: The topic has no such file.
    """
    if topic not in (known := topics_with(file)):
        raise ValueError(
            f"There is no topic {topic!r} with a {file}; choose one of {', '.join(known)}."
        )
    return (resources.files("misgen") / "topics" / topic / file).read_text(encoding="utf-8")
