"""What a reader's page asks of the dogs: one of his own."""

from __future__ import annotations

from typing import ClassVar

from misgen.live.training import OfEpisodes


class Reader(OfEpisodes):
    """Trainings of a dog."""

    environment: ClassVar[str] = "Dogs"
    shown_level: ClassVar[int | None] = None  # of a dog that stands or sits the curve tells all
