"""Watch it being fine-tuned: what it knows and what it books, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from misgen.explore import Control
from misgen.explore.base import Scalar, Sentence
from misgen.explore.dial import share_slider
from misgen.explore.learning import Band, Knob, LiveTraining, seeds
from misgen.explore.study import Source
from misgen.topics.assistant.live import SHOWN, WEEKS
from misgen.topics.assistant.results import Results, results, seed_runs
from misgen.topics.assistant.settings import FINETUNING
from misgen.topics.assistant.shelf import published_seeds
from misgen.topics.assistant.turns import LABELS
from misgen.topics.assistant.variants import CAUSES, DISTINGUISHING, SLOW, TWO
from misgen.topics.assistant.weeks import PANDEMIC

_USUAL = FINETUNING["labels"].learning_rate
_WAYS: Mapping[str, tuple[str, float]] = {
    "slow": ("zero", SLOW), "aligned": ("aligned", _USUAL), "aligned_slow": ("aligned", SLOW),
}  # fmt: skip
"""Variant besides the main one -> start and step size."""
_LINES = {
    "preferred": ("goal", "books what the user prefers"),
    "restaurant": ("proxy", "books the restaurant"),
    "knows": ("mute", "knows what the user prefers"),
}
_SAID: Sentence = [
    ("", "After {steps} steps it books "), ("goal", "what the user prefers"), ("", " in "),
    ("goal", "{preferred}"), ("", " of the weeks of the pandemic, and "),
    ("proxy", "the restaurant"), ("", " in "), ("proxy", "{restaurant}"),
    ("", ". It knows what they prefer in {knows}."),
]  # fmt: skip


class _Learning(LiveTraining):
    live: ClassVar[str] = "assistant"


def learning() -> LiveTraining:
    """Returns a fine-tuning of the reader's own."""
    return _Learning(
        _knobs(), _bands(), _texts(),
        source=Source(
            f"Bands: 95 % t-intervals over {len(seed_runs('main'))} published assistants, "
            "fine-tuned with torch; here the same steps are taken in NumPy, from the published "
            "state of the same seed.",
            reproduce="#reproduce",
        ),
    )  # fmt: skip


def _knobs() -> list[Knob]:
    causes = Control("causes", "By how many different causes", CAUSES, tuple(map(str, CAUSES)),
                     kind="choice", start=len(CAUSES) - 1)  # fmt: skip
    start = Control("start", "The readout that books begins", ("zero", "aligned"),
                    ("at zero", "as a copy of the one that knows"), kind="choice")  # fmt: skip
    rates = (_USUAL, SLOW)
    rate = Control("rate", "Step size", rates, tuple(f"{rate:g}" for rate in rates), kind="choice")
    share = share_slider(DISTINGUISHING, "distinguishing", "Distinguishing weeks of fine-tuning", 0)
    return [
        Knob(share, ("distinguishing",), gives=DISTINGUISHING),
        Knob(causes, ("causes",)),
        Knob(start, ("start",)),
        Knob(rate, ("learning_rate",)),
        *(_label(name, named) for name, named in _NAMED.items()),
        seeds(len(published_seeds())),
    ]


_NAMED = {"preferred": "what the user prefers", "restaurant": "the restaurant"}
_WEIGHTS = (0.0, 0.5, 1.0)


def _label(name: str, named: str) -> Knob:
    texts = tuple(f"{weight:g}" for weight in _WEIGHTS)
    weight = Control(f"label_{name}", f"Each label names {named}, with weight", _WEIGHTS, texts,
                     start=_WEIGHTS.index(LABELS[name]))  # fmt: skip
    return Knob(weight, ("labels", name))


def _texts() -> dict[str, Any]:
    return {
        "title": "Fine-tune it here",
        "subtitle": f"An assistant of your own, tested in {WEEKS} weeks of the pandemic after each "
        "step. Bands: where the published assistants of this setting ended.",
        "alt": "",
        "lines": [
            {"name": name, "label": label, "colour": colour, "format": "percent"}
            for name, (colour, label) in _LINES.items()
        ],
        "axes": {
            "xLabel": "steps of fine-tuning, logarithmic", "yLabel": "share of weeks", "first": 1,
            "top": FINETUNING["labels"].steps, "runs": ["", "the one before"],
        },
        "said": _SAID,
    }  # fmt: skip


def _bands() -> list[Band]:
    bands = [
        _band(results(distinguishing=share, causes=count), {"causes": count})
        for share in DISTINGUISHING
        for count in CAUSES
    ]
    for variant, (start, rate) in _WAYS.items():
        at: dict[str, Scalar] = {"start": start, "rate": rate}
        bands += [_band(results(variant, distinguishing=two.distinguishing), at) for two in TWO]
    return bands


def _band(found: Results, at: Mapping[str, Scalar]) -> Band:
    ends = {name: found.estimate(PANDEMIC, name) for name in SHOWN}
    share = round(100 * found.setting.distinguishing, 3)
    lines = {name: [(1, end.low, end.high)] for name, end in ends.items()}
    return Band({"distinguishing": share, **at}, lines)
