"""The plane of weights, in which a dog is a point: four tests, and the lines where behaviour flips.

A dog does what a test's first cue says with the logistic probability of its weights times the cues.
Where that sum is zero, behaviour flips: on a straight line through the origin, one for each test.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.topics.dogs.policy import BOTH, LIPS, RELIABLE, SITUATIONS, VOICE
from misgen.topics.dogs.streams import Numbers

STEPS = 1024
"""Steps of a packed weight from one whole number to the next."""
_ZERO = 2**15  # packed: the middle of 16 bits
RULE = "A dog follows a cue if it does what the cue says in at least nine of ten commands"


@dataclass(frozen=True)
class Measure:
    """A test of the dogs, as the plane shows it."""

    name: str
    """Its value in the state and in the address."""
    situation: str
    """One of `SITUATIONS`."""
    label: str
    line: str
    """Name of the line at which behaviour flips."""
    zones: tuple[int, ...]
    """What a dog follows reliably beyond the line: where its sum is high, and where it is low."""


TESTS = (
    Measure("trained", "as trained", "voice and lips together, as trained", "voice + lips = 0",
            (BOTH,)),
    Measure("apart", "apart", "voice against lips", "voice = lips", (VOICE, LIPS)),
    Measure("back", "back turned", "voice alone: the owner's back is turned", "voice = 0",
            (VOICE,)),
    Measure("lips", "lips alone", "lips alone, without a sound", "lips = 0", (LIPS,)),
)  # fmt: skip
"""In the order of `SITUATIONS`."""

KINDS = (
    ("obeys: both say the same", "mute", "circle"),
    ("follows the voice", "goal", "circle"),
    ("follows the lips", "proxy", "square"),
    ("follows neither reliably", "", "circle"),
)
"""Name, colour and mark of `BOTH`, `VOICE`, `LIPS` and `NEITHER`; without a colour it is hollow."""


def plane_table(
    voice: tuple[float, float], lips: tuple[float, float], ticks: tuple[float, ...]
) -> dict[str, Any]:
    """Returns what the page needs to draw the plane.

    Args:
        voice: Least and greatest weight of the voice that are shown.
        lips: The same of the lips.
        ticks: Weights that are written on both axes, where they are shown.
    """
    return {
        "tests": [{**asdict(test), "cues": SITUATIONS[test.situation]} for test in TESTS],
        "kinds": [{"label": label, "colour": colour, "mark": mark}
                  for label, colour, mark in KINDS],
        "reliable": RELIABLE, "voice": voice, "lips": lips, "ticks": ticks,
        "voiceLabel": "weight of the voice", "lipsLabel": "weight of the lips",
        "beyond": ", in at least nine of ten commands",
    }  # fmt: skip


def packed(weights: Numbers) -> NDArray[np.uint16]:
    """Returns weights as 16 bits each, in steps of 1 / `STEPS`.

    Raises:
        ValueError: If a weight is beyond -32 or 32.

    >>> packed(np.array([0.5, -2.0])).tolist()
    [33280, 30720]
    """
    numbers = np.rint(weights * STEPS) + _ZERO
    if numbers.min() < 0 or numbers.max() >= 2 * _ZERO:
        raise ValueError(f"Weights must lie within ±{_ZERO // STEPS} to be packed.")
    return numbers.astype(np.uint16)


def unpacked(numbers: NDArray[np.uint16]) -> Numbers:
    """Returns the weights that the page reads.

    >>> unpacked(packed(np.array([0.5, -2.0]))).tolist()
    [0.5, -2.0]
    """
    return (numbers.astype(float) - _ZERO) / STEPS
