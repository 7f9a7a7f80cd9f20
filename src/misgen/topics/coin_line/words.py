"""What the explorer of the coin line says, and the names of what it shows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from misgen.explore.base import Sentence
from misgen.topics.coin_line.scores import Walk

ENCODING_NAMES = {
    "position_and_coin": "1, place, coin",
    "difference": "1, coin − place",
    "one_hot": "one-hot place, one-hot coin",
    "table": "one-hot state (a table)",
}
"""What the policy sees, for a list of choices."""

NEITHER = "left, as neither rule"
"""No policy that starts from zero turns its back on a coin ahead, so legends leave it out."""

KINDS = (
    ("on the coin: no step", "", "coin"),
    ("logit exactly 0: a random step", "", "½"),
    ("right, as both rules", "line", "→"),
    ("right, as only always right", "proxy", "→"),
    ("left, as only go to the coin", "goal", "←"),
    (NEITHER, "dead", "←"),
)
"""Name, colour and glyph (or sprite) of each kind of decision; see `kind`."""

SENTENCES: dict[str, Sentence] = {
    "after": [("", "After step {steps} with {share} moved coins, the policy ")],
    "coin": [
        ("", "prefers left at the probe (logit {logit}) and "),
        ("goal", "takes the coin"),
        ("", ". "),
    ],
    "wall": [
        ("", "prefers right at the probe (logit {logit}) and "),
        ("proxy", "walks to the right end, away from the coin"),
        ("", ". "),
    ],
    "between": [
        ("", "prefers {way} at the probe (logit {logit}) and "),
        ("dead", "steps back and forth between places {low} and {high}"),
        ("", ". It never arrives. "),
    ],
    "random": [
        ("", "prefers {way} at the probe (logit {logit}), walks to place {last} and "),
        ("dead", "steps at random"),
        ("", " there: that logit is exactly 0. "),
    ],
    "undecided": [
        ("dead", "prefers nothing at the probe"),
        ("", ": the logit is exactly 0, so it steps at random. "),
    ],
    "score": [
        ("", "With the coin anywhere, the policy reaches it in "),
        ("goal", "{uniform}"),
        ("", " of episodes; “always right” does in {rule}. "),
    ],
    "flips": [("", "It first prefers left at the probe after step {flip}.")],
    "never": [("", "In {most} steps it never prefers left at the probe.")],
}
"""Templates; one of the five walks stands between `after` and `score`."""

_SMALLEST = 0.0005  # of a logit that three decimals can tell from 0


def kind(chance: float, place: int, coin: int) -> int:
    """Return the kind of a decision, an index into `KINDS`.

    >>> KINDS[kind(1.0, 4, 0)][0]
    'right, as only always right'
    """
    if place == coin:
        return 0
    if 0 < chance < 1:
        return 1
    if chance == 1:
        return 2 if coin > place else 3
    return 5 if coin > place else 4


def written_logit(logit: float) -> str:
    """Write a logit with its sign, in words where it is too small to be written.

    >>> written_logit(-0.4567), written_logit(0.0), written_logit(1e-5)
    ('−0.457', 'exactly 0', 'just above 0')
    """
    if logit == 0:
        return "exactly 0"
    if abs(logit) < _SMALLEST:
        return "just above 0" if logit > 0 else "just below 0"
    return f"{'+' if logit > 0 else '−'}{abs(logit):.3f}"


def written_share(share: float) -> str:
    """Write a share in whole percent, halves upwards.

    >>> written_share(0.5556), written_share(0.125)
    ('56 %', '13 %')
    """
    return f"{math.floor(100 * share + 0.5)} %"


def sentence_of(walked: Walk, logit: float, flip: float, words: Mapping[str, str]) -> Sentence:
    """Return what is said of a policy.

    Args:
        walked: Where it goes from the probe.
        logit: Its logit there.
        flip: The step after which it first prefers left there; nan: none.
        words: What fills the other gaps: share, steps, uniform, rule, most.
    """
    at_once = walked.end == "random" and len(walked.places) == 1
    last_two = walked.places[-2:]
    filling = {
        **words,
        "logit": written_logit(logit),
        "way": "right" if logit > 0 else "left",
        "low": str(min(last_two)),
        "high": str(max(last_two)),
        "last": str(walked.places[-1]),
        "flip": "" if math.isnan(flip) else f"{flip:,.0f}",
    }
    keys = (
        "after",
        "undecided" if at_once else walked.end,
        "score",
        "never" if math.isnan(flip) else "flips",
    )
    return [
        (tag, re.sub(r"\{([a-z]+)\}", lambda gap: filling[gap[1]], text))
        for key in keys
        for tag, text in SENTENCES[key]
    ]
