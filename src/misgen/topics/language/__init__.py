"""A small language model, and two experiments with prompts.

    from misgen.topics import language

    lm = language.open_lm("package")
    language.try_live(shots_without_unknowns=0, prompts=3)
    language.recorded(0)

`expressions` is the experiment of Shah et al. (2022), section 3.3, `bookings` a lesson in controls.
Neither a model nor its packages are imported before they are asked for.
"""

from __future__ import annotations

from misgen.topics.language.interface import LanguageModel
from misgen.topics.language.models import (
    HUB_INSTALL,
    INSTALL,
    MissingPackageError,
    available,
    open_lm,
)
from misgen.topics.language.transcripts import Transcripts, recorded, recorded_bookings, try_live

__all__ = [
    "HUB_INSTALL",
    "INSTALL",
    "LanguageModel",
    "MissingPackageError",
    "Transcripts",
    "available",
    "open_lm",
    "recorded",
    "recorded_bookings",
    "try_live",
]
