"""The dogs that the reader trains: commands, chance and words for the page, which does the rest.

The first one is a dog as one meets it; the other has its weights in view.

The page takes the steps of `reinforce.Reinforcer` itself, since a dog has to answer at once, and
since no table holds what a reader may praise. A test in Node holds it to Python.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import BatchedEnv
from misgen.explore.base import Explorer, Scalar, Sentence, text_of
from misgen.explore.panel_controls import Control
from misgen.explore.replays import canvas_sprites
from misgen.explore.study import Source, percent
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.plane import plane_table
from misgen.topics.dogs.policy import DogPolicy, follow_rates, followed
from misgen.topics.dogs.reinforce import ReinforceSettings
from misgen.topics.dogs.streams import Numbers, Streams
from misgen.topics.dogs.sweeps import SHARES

SEEDS = range(6)
"""Each is a dog with weights, commands and chance of its own."""
COMMANDS = 400
"""How many commands a dog hears at most."""
SETTINGS = ReinforceSettings(updates=COMMANDS, commands=1)
"""Those of the chapter, but for a step after every command."""
RANGE = (-6.0, 6.0)
"""Weights that the plane shows."""

FIRST_TITLE = "Train a dog"
FIRST_SUBTITLE = (
    "You speak, and the dog does one thing or the other, at first by chance. Say “good dog”, or "
    "say nothing. Keys: G, and space. The trainer goes on for you, and praises what you said."
)
FIRST_SOURCE = Source(
    f"Commands and chance come from the seeds 0 to {SEEDS[-1]}. The learning is computed in the "
    "page; what it does follows below.",
    reproduce="#reproduce",
)
SHOWN = 20
"""Of how many commands the first dog's answers are shown."""
TALLY: dict[str, Sentence] = {
    "none": [("", "The dog has heard one command, and has not been praised.")],
    "some": [
        ("", "Commands: {count}, praised: {praised}. Of the last {last} the dog did as told in "),
        ("first", "{obeyed}"), ("", "."),
    ],
}  # fmt: skip
MARKS = "Filled: it did as told. Hollow: it did the other thing. The latest is on the right."

TITLE = "Train a dog with its weights in view"
SUBTITLE = (
    "After each command its two weights take one step: up the gradient if you say “good dog”. The "
    "trainer praises what was said. Keys: G, and space."
)
HELP = (
    "Training. G or arrow up says good dog; space or arrow right says nothing. The next command "
    "follows at once."
)
SOURCE = Source(
    f"Weights, commands and chance come from the seeds 0 to {SEEDS[-1]}; the steps are computed in "
    f"the page, with a learning rate of {SETTINGS.learning_rate:g}, and a baseline of memory "
    f"{SETTINGS.baseline_memory:g} that starts at 0.",
    reproduce="#reproduce",
)
SENTENCE: Sentence = [
    ("", "With your back turned, this dog does what you say in "), ("goal", "{back} of 100"),
    ("", " commands. Where your lips move without a sound, it does what they say in "),
    ("proxy", "{lips} of 100"), ("", ". Voice against lips, it sides with the voice in "),
    ("goal", "{voice} of 100"), ("", " and with the lips in "), ("proxy", "{against} of 100"),
    ("", ": {verdict}.{untold}"),
]  # fmt: skip
VERDICTS = (
    "", "it follows the voice", "it follows the lips", "it follows neither reliably",
)  # fmt: skip
"""What is said of a dog that follows `BOTH`, `VOICE`, `LIPS` or `NEITHER` of two that disagree."""
UNTOLD = (
    " None of its commands has told the two apart, and so nothing that you praised has moved it "
    "towards either."
)
_WORDS = {
    "words": {"sit": "sit", "stand": "stand"},
    "does": ["stands", "sits"],
    "scene": "You say “{voice}”, and your lips say “{lips}”. The dog {does}.",
    "over": f"The dog has heard all {COMMANDS} commands: start over, or take another dog.",
    "buttons": {
        "g": "Good dog", "n": "Say nothing", "trainer": "Trainer: {count} more",
        "again": "Start over", "other": "Another dog",
    },
    "paces": [10, 100],
    "help": HELP,
}  # fmt: skip
"""What is said of every dog in the reader's hands."""
_WORDS_OF_WEIGHTS = {
    "counted": "Commands: {count} · praised: {praised} · voice and lips apart: {apart}",
    "before": "Its weights change with your first “good dog”.",
    "step": (
        "Last step: {rate} × (reward {reward} − usual {usual}) × ({action} − chance to sit "
        "{sits}) × the cues is {voice} for the voice and {lips} for the lips."
    ),
    "pictured": (
        "Plane of weights: voice to the right, lips upwards. After {count} commands the dog is at "
        "voice {voice}, lips {lips}."
    ),
    "listed": [
        {"shape": "dog", "words": "your dog, and its way from the ring"},
        {"shape": "push", "words": "where praise for what you said moves it, on average"},
    ],
}  # fmt: skip


class FirstDog(Explorer):
    """A dog in the reader's hands, as one meets it: one sees what it does, and no more."""

    module: ClassVar[str] = "topics/dogs/first-dog"

    def __init__(
        self, *, title: str = FIRST_TITLE, source: Source = FIRST_SOURCE, key: str | None = None
    ) -> None:
        """Creates the explorer.

        Args:
            title: Heading.
            source: What the caption says.
            key: See `Explorer`.
        """
        table = {
            **_table(title, FIRST_SUBTITLE, source),
            "tally": TALLY, "shown": SHOWN, "marks": MARKS,
        }  # fmt: skip
        super().__init__(
            table=table, arrays=_chance(), state={"seed": SEEDS[0], "praise": ""}, key=key
        )

    def sentence(self) -> str:
        """Returns what is said before the first praise."""
        return text_of(TALLY["none"])


def _table(title: str, subtitle: str, source: Source) -> dict[str, Any]:
    """Returns what the page needs of every dog in the reader's hands."""
    return {
        "title": title, "subtitle": subtitle, "source": asdict(source), "seeds": [*SEEDS],
        "commands": COMMANDS, "first": first_weights().tolist(), "sprites": _sprites(),
        "settings": {"rate": SETTINGS.learning_rate, "memory": SETTINGS.baseline_memory}, **_WORDS,
    }  # fmt: skip


class TrainDog(Explorer):
    """A dog in the reader's hands, with its two weights in view."""

    module: ClassVar[str] = "topics/dogs/train-dog"

    def __init__(
        self, *, title: str = TITLE, source: Source = SOURCE, key: str | None = None
    ) -> None:
        """Creates the explorer.

        Args:
            title: Heading.
            source: What the caption says.
            key: See `Explorer`.
        """
        shares = tuple(round(100 * share, 3) for share in SHARES)
        control = Control("distinguishing", "Commands in which voice and lips come apart", shares,
                          tuple(map(percent, SHARES)))  # fmt: skip
        table = {
            **_table(title, SUBTITLE, source), "control": control.to_json(),
            "plane": plane_table(RANGE, RANGE, (-6, -4, -2, 0, 2, 4, 6)),
            "sentence": SENTENCE, "verdicts": VERDICTS, "untold": UNTOLD, **_WORDS_OF_WEIGHTS,
        }  # fmt: skip
        state: dict[str, Scalar] = {"distinguishing": shares[0], "seed": SEEDS[0], "praise": ""}
        super().__init__(table=table, arrays=_chance(), state=state, key=key)

    def sentence(self) -> str:
        """Returns what the first dog does before its training."""
        return text_of(summary(DogPolicy(first_weights()[0]), untold=False))


def summary(dog: DogPolicy, *, untold: bool) -> Sentence:
    """Returns what a dog does in the three tests.

    Args:
        dog: A single one.
        untold: Whether it was trained, and no command told voice and lips apart.

    >>> print(text_of(summary(DogPolicy(np.array([3.0, 1.0])), untold=False))[:78])
    With your back turned, this dog does what you say in 95 of 100 commands. Where
    """
    back, _ = follow_rates(dog, "back turned")
    _, lips = follow_rates(dog, "lips alone")
    voice = round(100 * float(follow_rates(dog, "apart")[0]))
    words = {
        "back": round(100 * float(back)), "lips": round(100 * float(lips)),
        "voice": voice, "against": 100 - voice,
        "verdict": VERDICTS[int(followed(dog, "apart"))], "untold": UNTOLD if untold else "",
    }  # fmt: skip
    return [(tag, text.format(**words)) for tag, text in SENTENCE]


def first_weights() -> Numbers:
    """Returns the weights of each seed's dog before training, `(seeds, 2)`."""
    return SETTINGS.first_spread * _streams().normal((len(SEEDS), 1, 2))[:, 0]


def _streams() -> Streams:
    return Streams(SEEDS, purpose=1)  # as `training.train` has them


@lru_cache(maxsize=1)
def _chance() -> dict[str, NDArray[np.generic]]:
    """Returns commands and random numbers as `train` draws them, each `(seeds, commands)`.

    "voice" is 1 for "sit"; "together" is the number of `SHARES` at which the lips say the same;
    "draws" are the dog's numbers in [0, 1), as 32 bits.
    """
    obs = np.array([_commands(share) for share in SHARES])  # (share, seed, command, cue)
    streams = _streams()
    streams.normal((len(SEEDS), 1, 2))  # the weights come first
    draws = streams.random((len(SEEDS), COMMANDS))
    return {
        "voice": (obs[0, ..., 0] > 0).astype(np.uint8),
        # a larger share parts all that a smaller one does
        "together": (obs[..., 0] == obs[..., 1]).sum(axis=0).astype(np.uint8),
        "draws": (draws * 2**32).astype(np.uint32),
    }


def _commands(share: float) -> Numbers:
    """Returns what each dog hears and sees, `(seeds, commands, 2)`."""
    env: BatchedEnv = Dogs(len(SEEDS), distinguishing=share, seed=list(SEEDS))
    return np.stack([env.reset() for _ in range(COMMANDS)], axis=1).astype(float)


def _sprites() -> dict[str, Any]:
    names = {"stand": "dog_stands", "sit": "dog_sits"}
    return {word: canvas_sprites([name])[name][0] for word, name in names.items()}
