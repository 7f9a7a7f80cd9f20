"""The explorers of the dogs: two that the reader trains, a guess, a hundred, and a network."""

from __future__ import annotations

from typing import ClassVar

from misgen.explore import Guess
from misgen.explore.base import Sentence
from misgen.explore.learning import Knob, Learning, Published, bands_of, pay, seeds, units
from misgen.explore.panel_controls import Control
from misgen.explore.study import Words
from misgen.ledger.published import results
from misgen.topics.dogs import experiment
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.hand_explorer import FirstDog, TrainDog
from misgen.topics.dogs.live import Reader
from misgen.topics.dogs.plane_explorer import HundredDogs
from misgen.topics.dogs.sweeps import SEEDS, SHARES, DogSweep, by_followed, train_dogs


def first_dog() -> FirstDog:
    """Returns the dog of the first picture, which the reader trains without seeing inside."""
    return FirstDog()


def against(*, runs: int = SEEDS) -> Guess:
    """Returns the guess about voice against lips, with what trained dogs follow.

    Args:
        runs: Number of dogs that are counted.
    """
    training = train_dogs("REINFORCE", 0.0, seeds=runs)
    groups = by_followed(training, training.voice_rates("apart"))
    lips, neither, voice = (len(rates) for rates in groups.values())  # in the order of FOLLOWED
    outcome: Sentence = [
        ("", f"It depends on the run. Of {runs} dogs that were praised for what was said, "),
        ("goal", f"{voice} follow the voice"), ("", ", "), ("proxy", f"{lips} follow the lips"),
        ("", f", and {neither} follow neither reliably: they do what either cue says in less than "
             "nine of ten such commands. They lean to one side or the other, as chance had it."),
    ]  # fmt: skip
    return Guess.of("dogs", outcome=outcome)


def train_by_hand() -> TrainDog:
    """Returns the dog that the reader trains with its weights in view."""
    return TrainDog()


def hundred_dogs(sweep: DogSweep) -> HundredDogs:
    """Returns 100 bred dogs and a REINFORCE dog in the plane, of the trainings of a sweep."""
    return HundredDogs(sweep)


# ------------------------------------------------------------------------------- a training

WORDS = Words(
    setting="Training commands in which voice and lips come apart",
    goal="follows the voice",
    goals="follow the voice",
    proxy="follows the lips",
    proxies="follow the lips",
    failure="follows neither",
    died="dies",
    timed_out="follows neither",
    accidental="does what the voice says by accident",
    target="the lips",
    target_label="Lips",
    usual="as the voice",
    question="The lips say the other word. What will the dog do?",
    dots="Each dot is one trained dog, tested on commands whose lips say the other word.",
    measures={
        "goal": "follows the voice",
        "proxy": "follows the lips",
        "success": "does what was said",
    },
)
_CLARITIES = (0.0, 0.5, 1.0, 2.0, 4.0)


class _Learning(Learning):
    live: ClassVar[str] = "dogs"


def learning() -> Learning:
    """Returns a dog of the reader's own, which a network steers."""
    clarity = Control("lips_clarity", "How clear the lips are, the voice being 1", _CLARITIES,
                      tuple(f"{value:g}" for value in _CLARITIES),
                      start=_CLARITIES.index(1.0))  # fmt: skip
    knobs = [
        pay("voice", "Pay for doing what the voice says", "goal", most=1, start=1),
        pay("lips", "Pay for doing what the lips say", "proxy", most=1, start=0),
        Knob(clarity, ("options", "lips_clarity")),
        units(Dogs.ppo.hidden),
        seeds(),
    ]
    found = results("Dogs")
    bands = bands_of(found, {}, {})
    for value in experiment.CLARITIES:
        bands += bands_of(found, {"lips_clarity": value}, {"lips_clarity": value})
    return _Learning(
        WORDS, SHARES, Reader, knobs, Published(bands, len(experiment.SEEDS)),
        tests="commands whose lips say the other word", title="Train a dog here",
    )  # fmt: skip
