"""How each measure of an agent is drawn: the same colour, mark and dash on every page."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """The look of one measure."""

    colour: str
    """One of `panel_parts.INKS`."""
    mark: str
    """One of `panel_parts.MARKS`."""
    dash: bool = False
    """Whether it was measured in other episodes than goal and proxy."""


LOOKS = {
    "goal": Look("goal", "circle"),
    "proxy": Look("proxy", "square"),
    "capability": Look("capability", "triangle"),
    "ordinary": Look("second", "triangle", dash=True),
    "died": Look("dead", "triangle"),
    "accidental": Look("mute", "diamond", dash=True),
}
"""Measure -> its look; "ordinary" is the goal where the shift has not come."""
