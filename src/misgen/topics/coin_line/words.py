"""What the explorer of the coin line says, and the names of what it shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the exercises need these words in pages, which have no anywidget
    from misgen.explore.base import Sentence

ENCODING_NAMES = {
    "position_and_coin": "place and coin",
    "difference": "difference",
    "one_hot": "one-hot",
    "table": "table",
}
"""What the policy sees, by the names that the chapter gives it."""

NEITHER = "left, as neither rule"
"""No policy that starts from zero turns its back on a coin ahead, so legends leave it out."""

KINDS = (
    ("on the coin: no step", "", "coin"),
    ("undecided: a random step", "", "½"),
    ("right, as both rules", "line", "→"),
    ("right, as only always right", "proxy", "→"),
    ("left, as only go to the coin", "goal", "←"),
    (NEITHER, "dead", "←"),
)
"""Name, colour and glyph of each kind of decision; `kindOf` of model.js says which is which."""

ENDS = {
    "coin": ("goal", "takes the coin"),
    "wall": ("proxy", "away from the coin"),
    "between": ("dead", "back and forth"),
    "random": ("dead", "a random step"),
}
"""Colour and words of each end of a walk, for the picture of the line."""

DESCRIPTIONS = {
    "map": "Map of {decisions} decisions: {kinds}. {drawn} of the states occur in training.",
    "line": (
        "A line of {places} places with the coin at the left end. From the probe: {end}, "
        "places {path}."
    ),
    "chart": (
        "Chart. Chance of stepping right at the probe over the steps of training. Step {step}: "
        "{chance} %."
    ),
}
"""What the pictures show, for readers who do not see them."""

# {{logit}} stays a blank for the explorer
_AT_PROBE = {way: f"prefers {way} at the probe (logit {{logit}})" for way in ("left", "right")}
_WALKS: dict[tuple[str, str], Sentence] = {
    ("coin", "left"): [("", f"{_AT_PROBE['left']} and "), ("goal", "takes the coin"), ("", ". ")],
    ("wall", "right"): [
        ("", f"{_AT_PROBE['right']} and "),
        ("proxy", "walks to the right end, away from the coin"),
        ("", ". "),
    ],
    ("random", ""): [
        ("dead", "prefers nothing at the probe"),
        ("", ": the logit is exactly 0, so it steps at random. "),
    ],
}
for _way, _prefers in _AT_PROBE.items():
    _WALKS["between", _way] = [
        ("", f"{_prefers} and "),
        ("dead", "steps back and forth between places {where}"),
        ("", ". It never arrives. "),
    ]
    _WALKS["random", _way] = [
        ("", f"{_prefers}, walks to place {{where}} and "),
        ("dead", "steps at random"),
        ("", " there: that logit is exactly 0. "),
    ]

_LAST = {
    True: "It first prefers left at the probe after step {flip}.",
    False: "In {most} steps it never prefers left at the probe.",
}
SENTENCES: dict[tuple[str, str, bool], Sentence] = {
    (*key, flips): [
        ("", "After step {steps} with {distinguishing} moved coins, the policy "),
        *walk,
        ("", "With the coin anywhere, the policy reaches it in "),
        ("goal", "{uniform}"),
        ("", " of episodes; “always right” does in {rule}. "),
        ("", last),
    ]
    for key, walk in _WALKS.items()
    for flips, last in _LAST.items()
}
"""End of the walk, step preferred at the probe, whether it ever is left -> the sentence."""

_SMALLEST = 0.0005  # of a logit that three decimals can tell from 0


def written_logit(logit: float) -> str:
    """Returns a logit with its sign, in words where it is too small to be written.

    >>> written_logit(-0.4567), written_logit(0.0), written_logit(1e-5)
    ('−0.457', 'exactly 0', 'just above 0')
    """
    if logit == 0:
        return "exactly 0"
    if abs(logit) < _SMALLEST:  # "0.000" would hide which step is preferred
        return "just above 0" if logit > 0 else "just below 0"
    return f"{'+' if logit > 0 else '−'}{abs(logit):.3f}"


def written_share(share: float) -> str:
    """Returns a share in whole percent, halves upwards.

    >>> written_share(0.5556), written_share(0.125)
    ('56 %', '13 %')
    """
    return f"{math.floor(100 * share + 0.5)} %"  # round() would take halves to the even number
