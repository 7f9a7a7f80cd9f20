"""The panels of the dogs: what a hundred of them follow, and what a stricter trainer gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import over_seeds
from misgen.explore import Bars, Cells, Line, Lines, Panel
from misgen.explore.learning import Knob, Learning, pay, seeds, units
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, Words
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.live import Reader
from misgen.topics.dogs.policy import RELIABLE, SITUATIONS, DogPolicy, follow_rates, followed
from misgen.topics.dogs.sweeps import (
    KEPT,
    LEARNING_RATES,
    MUTATIONS,
    ROUNDS,
    SEEDS,
    SHARES,
    STRICT_SEEDS,
    STRICT_SHARES,
    WAYS,
    DogSweep,
    strictness_rates,
    sweep_shares,
)

Floats = NDArray[np.float64]

SHOWN_SEEDS = range(5)
THIN_LINES = 25
"""REINFORCE dogs of other seeds that are drawn as thin lines."""
POINTS = (0, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100)
"""Updates at which the lines of the REINFORCE dogs are drawn."""
PERCENT_TICKS = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
RULE = "A dog follows a cue if it does what the cue says in at least nine of ten commands"

_TESTS = {
    "trained": "voice and lips together, as trained",
    "apart": "voice against lips",
    "back": "voice alone: the owner's back is turned",
    "lips": "lips alone, without a sound",
}
"""Value of the control -> label; in the order of `SITUATIONS`."""
_KINDS = [
    ("obeys: both say the same", "line", "B"),
    ("follows the voice", "goal", "V"),
    ("follows the lips", "proxy", "L"),
    ("follows neither reliably", "", "–"),
]
"""In the order of BOTH, VOICE, LIPS, NEITHER."""
_EACH = ("distinguishing", "seed", "time", "test")


def hundred_dogs(*, seeds: int = SEEDS, progress: bool = False) -> Panel:
    """Returns the panel with 100 bred dogs and a REINFORCE dog; it takes some seconds at first.

    Args:
        seeds: Number of runs of each training.
        progress: Whether to show a progress bar.
    """
    sweep = sweep_shares(seeds=seeds, progress=progress)
    kinds, (voice, lips) = _kinds_of_dogs(sweep), _learning_rates(sweep)
    return Panel(
        title="Voice or lips: which do the dogs follow?",
        subtitle="Left, 100 dogs that were bred; each cell is a dog. Right, a dog that learned by "
        "REINFORCE, and others like it as thin lines.",
        controls=_controls(),
        parts=[_cells(kinds), _learning_dog(voice, lips), _all_runs(sweep)],
        readings=_readings(sweep, kinds, voice, lips),
        sentences=_SENTENCES,
        which=(np.arange(len(_TESTS)), ("test",)),
        source=Source(
            f"{seeds} runs of each training at each share, 95 % t-intervals over runs. A "
            "population has 100 dogs; the 20 that obeyed best are copied; mutation and learning "
            f"rate are 0.3. {RULE}.",
            reproduce="#reproduce",
        ),
        key="dogs",
        aliases={"share": "distinguishing"},
    )


def _controls() -> list[Control]:
    shares = tuple(round(100 * share, 3) for share in SHARES)
    seeds = tuple(SHOWN_SEEDS)
    return [
        Control("distinguishing", "Training commands in which voice and lips come apart", shares,
                tuple(f"{share:g} %" for share in shares)),
        Control("test", "Test", tuple(_TESTS), tuple(_TESTS.values()), "choice", start=1),
        Control("time", "Generation, or update", ROUNDS, tuple(map(str, ROUNDS)),
                start=len(ROUNDS) - 1, playable=True),
        Control("seed", "Seed", seeds, tuple(map(str, seeds))),
    ]  # fmt: skip


# ------------------------------------------------------------------------------- pictures


def _kinds_of_dogs(sweep: DogSweep) -> NDArray[np.uint8]:
    """Returns what each dog of each shown population follows, `(share, seed, time, test, dog)`."""
    shown = len(SHOWN_SEEDS)
    codes = [
        [
            [followed(DogPolicy(bred.dogs(after).weights[:shown]), test) for test in SITUATIONS]
            for after in ROUNDS
        ]
        for bred in sweep.trainings["breeding"]
    ]  # (share, time, test, seed, dog)
    return np.moveaxis(np.array(codes, np.uint8), 3, 1)


def _cells(kinds: NDArray[np.uint8]) -> Cells:
    # 100 dogs on the last axis become a square of 10 x 10 cells.
    return Cells(
        "100 bred dogs", values=kinds.reshape(*kinds.shape[:-1], 10, 10), over=_EACH, kinds=_KINDS,
        max_cell=36,
    )  # fmt: skip


def _learning_rates(sweep: DogSweep) -> Floats:
    """Returns how often the REINFORCE dogs follow each cue, `(cue, share, seed, test, point)`."""
    rates = []
    for training in sweep.trainings["REINFORCE"]:
        rows = [training.rounds.index(point) for point in POINTS]
        course = DogPolicy(training.weights[rows, :, 0].swapaxes(0, 1))  # (seed, point)
        rates.append([follow_rates(course, test) for test in SITUATIONS])
    return np.array(rates).transpose(2, 0, 3, 1, 4)  # from (share, test, cue, seed, point)


def _present(voice: Floats, lips: Floats) -> Floats:
    """Returns how often the voice is followed, or the lips where there is no voice."""
    return np.where(np.isnan(voice), lips, voice)


def _learning_dog(voice: Floats, lips: Floats) -> Lines:
    everyone, shown = _present(voice, lips), len(SHOWN_SEEDS)  # (share, seed, test, point)
    # (share, shown seed, test, point), the thin lines with an axis of seeds before the points
    median, thin = (
        np.repeat(rates[:, None], shown, axis=1)  # the same for every shown seed
        for rates in (np.median(everyone, axis=1), everyone[:, :THIN_LINES].swapaxes(1, 2))
    )
    return Lines(
        "The dog that learns by REINFORCE", x=POINTS, x_label="updates",
        x_ticks=[(0, "0"), (50, "50"), (100, "100")], y_label="does what the cue says",
        y_range=(0.0, 1.0), y_ticks=PERCENT_TICKS, over=("distinguishing", "seed", "test"),
        cursor="time", format="percent",
        lines=[
            Line(f"other seeds, median of {everyone.shape[1]}", "mute", median,
                 seeds=thin, dash=True),
            Line("the lips", "proxy", lips[:, :shown], mark="square"),
            Line("the voice", "goal", voice[:, :shown], mark="circle"),
        ],
    )  # fmt: skip


def _all_runs(sweep: DogSweep) -> Bars:
    rates = _rates_at_the_end(sweep)
    mean, low, high = over_runs(rates)
    return Bars(
        "Voice against lips, at the end of training, all seeds",
        names=["bred: the voice", "bred: the lips", "REINFORCE: the voice", "REINFORCE: the lips"],
        colours=["goal", "proxy"] * 2, values=mean, low=low, high=high, seeds=rates,
        over=("distinguishing",), format="percent",
    )  # fmt: skip


def _rates_at_the_end(sweep: DogSweep) -> Floats:
    """Returns how often each run follows each cue where they disagree, `(share, run, bar)`."""
    bars = [
        [rates("apart") for training in pair
         for rates in (training.voice_rates, training.lips_rates)]
        for pair in zip(*(sweep.trainings[way] for way in WAYS), strict=True)
    ]  # fmt: skip
    return np.array(bars).swapaxes(1, 2)  # from (share, bar, run)


def over_runs(rates: Floats) -> Floats:
    """Returns mean and interval over the last axis but one, with a new first axis of the three."""

    def ends(column: Floats) -> tuple[float, float, float]:
        estimate = over_seeds(column)
        return estimate.mean, estimate.low, estimate.high

    return np.moveaxis(np.apply_along_axis(ends, -2, rates), -2, 0)  # the three in front


# ------------------------------------------------------------------------------- in words

_BEFORE = "With {distinguishing} of the training commands apart, after round {time}, seed {seed}: "
_SENTENCES: list[list[tuple[str, str]]] = [
    [("", f"{_BEFORE}{{both}} of the 100 bred dogs do what voice and lips say together; the "
          "REINFORCE dog does so in {rate} commands. This cannot tell which cue they follow.")],
    [("", f"{_BEFORE}of the 100 bred dogs "), ("goal", "{voice} side with the voice"),
     ("", " and "), ("proxy", "{lips} with the lips"),
     ("", "; the REINFORCE dog does what the voice says in "), ("goal", "{rate}"),
     ("", " commands. At the end, {bred} populations and {learned} REINFORCE dogs follow the "
          "voice.")],
    [("", f"The owner's back is turned. {_BEFORE}"), ("goal", "{voice} of the 100 bred dogs"),
     ("", " obey the voice reliably; the REINFORCE dog obeys in "), ("goal", "{rate}"),
     ("", " commands.")],
    [("", f"The lips move without a sound. {_BEFORE}"), ("proxy", "{lips} of the 100 bred dogs"),
     ("", " do what the lips say; the REINFORCE dog does so in "), ("proxy", "{rate}"),
     ("", " commands.")],
]  # fmt: skip
"""In the order of `SITUATIONS`."""


def _readings(
    sweep: DogSweep, kinds: NDArray[np.uint8], voice: Floats, lips: Floats
) -> dict[str, Reading]:
    counts = {
        name: Reading((kinds == code).sum(axis=-1), _EACH, "int")  # of 100 dogs
        for code, name in enumerate(("both", "voice", "lips"))  # the codes BOTH, VOICE, LIPS
    }
    ends = {
        name: Reading([training.share_of_runs().mean for training in sweep.trainings[way]],
                      ("distinguishing",), "of100")
        for name, way in zip(("bred", "learned"), WAYS, strict=True)
    }  # fmt: skip
    points = [POINTS.index(time) for time in ROUNDS]
    rates = _present(voice, lips)[:, : len(SHOWN_SEEDS), :, points]  # (share, seed, test, time)
    # In the order of _EACH: the time before the test.
    return {**counts, **ends, "rate": Reading(rates.swapaxes(2, 3), _EACH, "of100")}


# --------------------------------------------------------------------------------------- strictness


def strict_trainer(*, seeds: int = STRICT_SEEDS, progress: bool = False) -> Panel:
    """Returns the panel on selection strength, mutation and learning rate; it takes some seconds.

    Args:
        seeds: Number of runs of each training.
        progress: Whether to show a progress bar.
    """
    bred, learned = strictness_rates(seeds=seeds, progress=progress)
    return Panel(
        title="Does a stricter trainer get more obedient dogs?",
        subtitle="Voice against lips, at the end of training. Each dot is a population or a dog.",
        controls=_strict_controls(),
        parts=[
            _chart("Bred dogs", bred, ("kept", "mutation")),
            _chart("REINFORCE dogs", learned, ("rate",)),
        ],
        readings={
            f"{name}_{amount}": Reading((rates[..., share] >= RELIABLE).mean(-1), over, "percent")
            for name, rates, over in (
                ("bred", bred, ("kept", "mutation")),
                ("learned", learned, ("rate",)),
            )
            for amount, share in (("few", 1), ("many", -1))  # places in STRICT_SHARES
        },
        sentences=[_SENTENCE],
        source=Source(
            f"{seeds} runs of each training; 95 % t-intervals over runs. {RULE}, and a population "
            "does if its dogs do on average.",
            reproduce="#reproduce",
        ),
        key="strictness",
    )


_SENTENCE: list[tuple[str, str]] = [
    ("", "If {kept} of 100 dogs are copied with mutations of {mutation}, "),
    ("goal", "{bred_few}"),
    ("", f" of the populations follow the voice where {100 * STRICT_SHARES[1]:g} % of the training "
         "commands tell voice and lips apart, and "),
    ("goal", "{bred_many}"),
    ("", f" where {100 * STRICT_SHARES[-1]:g} % do. With a learning rate of {{rate}} it is "),
    ("goal", "{learned_few}"),
    ("", " and "),
    ("goal", "{learned_many}"),
    ("", " of the REINFORCE dogs."),
]  # fmt: skip


def _strict_controls() -> list[Control]:
    kept = tuple(round(100 * share) for share in KEPT)
    # The sliders start at the settings of all other trainings.
    return [
        Control("kept", "Dogs of 100 that are copied", kept, tuple(map(str, kept)), start=1),
        Control("mutation", "Size of mutations", MUTATIONS, _labels(MUTATIONS), start=2),
        Control("rate", "Learning rate", LEARNING_RATES, _labels(LEARNING_RATES), start=1),
    ]


def _labels(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{value:g}" for value in values)


def _chart(label: str, rates: Floats, over: tuple[str, ...]) -> Lines:
    mean, low, high = over_runs(rates)  # rates are (..., run, share)
    shares = tuple(100 * share for share in STRICT_SHARES)
    return Lines(
        label, x=shares, x_label="training commands apart, in %",
        x_ticks=[(share, f"{share:g}") for share in shares], y_label="does what the voice says",
        y_range=(0.0, 1.0), y_ticks=PERCENT_TICKS, over=over, format="percent",
        lines=[Line("voice against lips", "goal", mean, low, high, rates)],
    )  # fmt: skip


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
    measures={"goal": "follows the voice", "proxy": "follows the lips"},
)
_CLARITIES = (0.0, 0.5, 1.0, 2.0, 4.0)


class _Learning(Learning):
    live: ClassVar[str] = "dogs"


def learning() -> Learning:
    """Returns a dog of the reader's own, which a network steers."""
    clarity = Control("lips_clarity", "How clear the lips are, the voice being 1", _CLARITIES,
                      _labels(_CLARITIES), start=_CLARITIES.index(1.0))  # fmt: skip
    knobs = [
        pay("voice", "Pay for doing what the voice says", "goal", most=1, start=1),
        pay("lips", "Pay for doing what the lips say", "proxy", most=1, start=0),
        Knob(clarity, ("options", "lips_clarity")),
        units(Dogs.ppo.hidden),
        seeds(),
    ]
    return _Learning(
        WORDS, SHARES, Reader, knobs, tests="commands whose lips say the other word",
        title="Train a dog here",
    )  # fmt: skip
