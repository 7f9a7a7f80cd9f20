"""Fine-tuning: the assistant books weeks of foodies, as the user likes them, before the pandemic.

No week of it has a pandemic. In a share `distinguishing` of the weeks something else happens that
makes the user want another place. By default the trunk stays as it is: both heads that book are
linear, and read the same state as the heads that know.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace

import numpy as np

from misgen.core.arguments import check_count, check_share
from misgen.learn.progress import Progress
from misgen.topics.assistant.booker import Booker
from misgen.topics.assistant.causes import chosen_causes
from misgen.topics.assistant.model import Assistant
from misgen.topics.assistant.settings import FINETUNING, FinetuneSettings, Method, Start, TrunkMode
from misgen.topics.assistant.weeks import BREAKS, Weeks, draw_weeks

_WEEKS_STREAM = 3  # 1: causes, 2: weeks of pre-training, 4 and 5: see `Booker`
"""Stream of random numbers of a seed."""


def finetune(
    assistant: Assistant,
    *,
    distinguishing: float,
    causes: int | Sequence[str] = len(BREAKS),
    seed: int,
    method: Method = "labels",
    trunk: TrunkMode = "frozen",
    start: Start = "zero",
    progress: bool = False,
    settings: FinetuneSettings | None = None,
) -> Assistant:
    """Trains the heads that book.

    Interrupting the training (Ctrl-C, or the stop button of a notebook) keeps what is learned.

    Args:
        assistant: A pre-trained assistant; it stays as it is.
        distinguishing: Probability in [0, 1] that a week has a break.
        causes: How many different causes these have, see `order_of_causes`; or their names.
        seed: Seed of the weeks, their order, and the order of the causes.
        method: "labels": told for each week what would have satisfied the user. "reinforce": books
            a place and a day, and gets reward 1 if the user is satisfied.
        trunk: "frozen", or "trained" together with all heads, with questions of pre-training
            replayed.
        start: "zero": the heads that book score everything alike. "aligned": they begin as copies
            of the heads that know.
        progress: Whether to show a progress bar.
        settings: How to train; by default as in the chapter.

    Raises:
        ValueError: If an argument is out of range.
    """
    _check_one_of("method", method, FINETUNING)
    settings = settings or FINETUNING[method]
    training = Booker(
        assistant, _weeks(distinguishing, causes, seed, settings), settings, method, seed,
        trained=_check_one_of("trunk", trunk, ("frozen", "trained")) == "trained",
        aligned=_check_one_of("start", start, ("zero", "aligned")) == "aligned",
    )  # fmt: skip
    interrupted = False
    with Progress(settings.steps, "step") if progress else nullcontext() as bar:
        try:
            training.run(settings.steps, bar)
        except KeyboardInterrupt:
            interrupted = True
            # Stack level 2 is the line that called `finetune`.
            warnings.warn(
                "Fine-tuning was interrupted; the assistant so far is returned.", stacklevel=2
            )
    notes = {
        **assistant.notes, "distinguishing": distinguishing,
        "causes": list(chosen_causes(causes, seed)), "break_weeks": training.break_weeks,
        "finetuning_seed": seed, "method": method, "trunk": trunk, "start": start,
        "finetuning": asdict(settings), "interrupted": interrupted,
    }  # fmt: skip
    return replace(training.assistant(), notes=notes)


def stages(
    assistant: Assistant,
    *,
    distinguishing: float,
    seed: int,
    marks: Sequence[int],
    start: Start = "zero",
    settings: FinetuneSettings | None = None,
) -> list[Assistant]:
    """Returns the assistant after several steps of one fine-tuning, by labels and all causes.

    Args:
        assistant: A pre-trained assistant.
        distinguishing: As in `finetune`.
        seed: As in `finetune`.
        marks: Numbers of steps, rising; 0 is before the first.
        start: As in `finetune`.
        settings: As in `finetune`; its number of steps does not matter.

    Raises:
        ValueError: If an argument is out of range.
    """
    if list(marks) != sorted(set(marks)) or not marks or marks[0] < 0:
        raise ValueError(f"marks must be rising numbers of steps, but are {tuple(marks)}.")
    # At least 1, as the settings refuse 0 steps.
    settings = replace(settings or FINETUNING["labels"], steps=max(1, marks[-1]))
    weeks = _weeks(distinguishing, len(BREAKS), seed, settings)
    training = Booker(
        assistant, weeks, settings, "labels", seed, trained=False,
        aligned=_check_one_of("start", start, ("zero", "aligned")) == "aligned",
    )  # fmt: skip
    return [training.run(mark).assistant() for mark in marks]  # each goes on from the one before


def _weeks(
    distinguishing: float, causes: int | Sequence[str], seed: int, settings: FinetuneSettings
) -> Weeks:
    check_share("distinguishing", distinguishing)
    rng = np.random.default_rng([check_count("seed", seed, minimum=0), _WEEKS_STREAM])
    chosen = chosen_causes(causes, seed)
    return draw_weeks(rng, settings.weeks, distinguishing=distinguishing, causes=chosen)


def _check_one_of(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    return value
