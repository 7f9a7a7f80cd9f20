"""Parts of the tables that several explorers share."""

from __future__ import annotations

from misgen.explore.study import Source


def source_table(source: Source) -> dict[str, str]:
    """Return the caption's parts."""
    return {"text": source.text, "reproduce": source.reproduce, "colab": source.colab}
