"""What a reader's page asks of the coin grid: an agent of his own."""

from __future__ import annotations

from typing import ClassVar

from misgen.live.training import OfEpisodes


class Reader(OfEpisodes):
    """Trainings in the room."""

    environment: ClassVar[str] = "CoinGrid"
