"""What the painter says. `js/painter.js` says the same; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from misgen.explore.base import Sentence
from misgen.topics.many_goals.gallery import OTHER, SAME, Rival

MOST_COUNTED = 999_999
"""Larger counts are told by their power of ten."""
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

VERDICTS = {
    "same": ("✓", "the same moves"),
    "among": ("✓", "these and more"),
    "other": ("✗", "other moves"),
}
"""Verdict -> its mark and its words."""

_MOVES: Sentence = [
    ("", "The arrows are all the best moves; "), ("goal", "{policies}"),
    ("", " {take} one of them in each cell. "),
]  # fmt: skip
_OPEN: Sentence = [
    *_MOVES,
    ("", "This behaviour is optimal under "), ("goal", "{explain} of the {all}"),
    ("", " other rewards, too. Under {same} of them its moves are the only best ones."),
]  # fmt: skip
_WALL: Sentence = [
    ("", "A wall stands in the way. "),
    *_MOVES,
    ("", "Of the {before} rewards that explain the behaviour in the open room, "),
    ("goal", "{kept}"), ("", " explain it here, too."),
]  # fmt: skip
TEMPLATES: Mapping[str, Sentence] = {"open": _OPEN, "wall": _WALL}
"""The sentence without and with the wall; words in braces are filled in."""


def count_text(count: int) -> str:
    """Write a number of policies.

    >>> count_text(1), count_text(4096), count_text(2_654_208_000_000_000)
    ('1', '4,096', 'over 10¹⁵')
    """
    if count <= MOST_COUNTED:
        return f"{count:,}"
    return f"over 10{str(len(str(count)) - 1).translate(_SUPERSCRIPTS)}"


def policies_text(count: int) -> str:
    """Write how many policies are optimal.

    >>> policies_text(1), policies_text(4)
    ('1 policy', '4 policies')
    """
    return f"{count_text(count)} {'policy' if count == 1 else 'policies'}"


def say(policies: int, here: Sequence[Rival], before: Sequence[Rival], wall: bool) -> Sentence:
    """Return the painter's sentence.

    Args:
        policies: Number of policies that are optimal under the painted reward.
        here: The other rewards, judged in the room that is shown.
        before: The same, judged in the open room.
        wall: Whether the wall stands.
    """
    explained = [rival.verdict != OTHER for rival in before]
    kept = [was and rival.verdict != OTHER for was, rival in zip(explained, here, strict=True)]
    words = {
        "policies": policies_text(policies),
        "take": "takes" if policies == 1 else "take",
        "explain": sum(rival.verdict != OTHER for rival in here),
        "same": sum(rival.verdict == SAME for rival in here),
        "all": len(here),
        "before": sum(explained),
        "kept": sum(kept) or "none",
    }
    template = TEMPLATES["wall" if wall else "open"]
    return [(tag, text.format(**words)) for tag, text in template]
