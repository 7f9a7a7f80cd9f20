"""What all predictions have in common: a name, a prompt, and what came out, shown afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.explore.base import Explorer, Scalar, Sentence, html_of

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_-]*")


class Prediction(Explorer):
    """A question that the reader answers, or passes over, before he sees what came out.

    The answer is locked, and kept in the reader's browser. On the site all that follows on the
    page stays covered until then (`site/covers.py`). In a notebook nothing can be covered around a
    cell: there the explorer covers its own outcome only.
    """

    def __init__(
        self,
        name: str,
        prompt: str,
        outcome: Sentence,
        *,
        table: Mapping[str, Any],
        arrays: Mapping[str, NDArray[np.generic]],
        state: Mapping[str, Scalar],
        key: str | None = None,
    ) -> None:
        """Creates a prediction.

        Args:
            name: Its topic and its name there, such as "coinrun.moved"; the answer is kept under
                it, in all editions.
            prompt: What is asked, as plain text.
            outcome: What came out.
            table: See `Explorer`.
            arrays: See `Explorer`.
            state: See `Explorer`.
            key: See `Explorer`.

        Raises:
            ValueError: If the name has another form, or nothing came out.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f'Name a prediction as "topic.name" in lower case, not {name!r}.')
        if not outcome:
            raise ValueError(f"Say what came out of the prediction {name!r}.")
        self.prediction, self.outcome = name, outcome
        own = {"prediction": name, "prompt": prompt, "outcome": outcome}
        super().__init__({**table, **own}, arrays, state, key)

    def marks(self) -> dict[str, str]:
        """Returns what the page is told of it, so that it covers what follows."""
        return {**super().marks(), "prediction": self.prediction}

    def outcome_html(self, details: str = "") -> str:
        """Returns what came out, and details of it, in an element that opens."""
        outcome = f"<p>{html_of(self.outcome)}</p>{details}"
        return f"<details><summary>What came out</summary>{outcome}</details>"
