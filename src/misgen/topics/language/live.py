"""A few prompts put to the model now, where it is installed; else what was recorded."""

from __future__ import annotations

from collections.abc import Sequence

from misgen.topics.language import expressions
from misgen.topics.language.expressions import Dialogue, Expression
from misgen.topics.language.interface import LanguageModel
from misgen.topics.language.models import INSTALL, available, open_lm
from misgen.topics.language.transcripts import Transcripts, first_of_each, of_dialogue

KINDS = (0, 1)
"""Numbers of unknowns that are asked about; the examples have two, or none."""


def try_live(
    *,
    shots_without_unknowns: int,
    prompts: int,
    seed: int = 0,
    model: LanguageModel | None = None,
    progress: bool = False,
) -> Transcripts:
    """Returns dialogues about expressions with no unknown and with one.

    Where the packages are missing, these are the recorded ones, and the heading says how to
    install them.

    Args:
        shots_without_unknowns: How many of the ten examples have no unknown.
        prompts: How many dialogues of each kind; about a second each.
        seed: Which draw of the examples.
        model: Who is asked; by default the model of the source "package".
        progress: Whether to show a progress bar.

    Raises:
        ValueError: If what is asked for was not recorded, and the packages are missing.
    """
    if model is None and not available():
        return _recorded(shots_without_unknowns, prompts, seed)
    model = open_lm("package") if model is None else model
    shown = expressions.shots(shots_without_unknowns, seed)
    wanted = [e for k in KINDS for e in expressions.questions(k, prompts, seed)]
    played = _played(model, shown, wanted, progress)
    redundant = sum(dialogue.asks for dialogue in played[:prompts])
    heading = (
        f"{model.name}, asked just now, with {shots_without_unknowns} of ten examples without "
        f"unknowns: it asks in {redundant} of {prompts} first turns although nothing is unknown."
    )
    return Transcripts(heading, tuple(map(of_dialogue, played)), shown)


def _played(
    model: LanguageModel, shown: str, wanted: Sequence[Expression], progress: bool
) -> list[Dialogue]:
    from misgen.learn.progress import Progress

    played: list[Dialogue] = []
    with Progress(len(wanted), "dialogue", shown=progress) as bar:
        for expression in wanted:
            played.append(expressions.play(model, shown, expression))
            bar.advance_to(len(played), f"{expression}: {played[-1].turns[0]}")
    return played


def _recorded(without: int, prompts: int, seed: int) -> Transcripts:
    kept = first_of_each(without, seed, prompts, KINDS)
    heading = (
        f"Recorded, since the model is not installed here (`{INSTALL}` does that): "
        f"{without} of ten examples without unknowns."
    )
    return Transcripts(heading, tuple(map(of_dialogue, kept)), expressions.shots(without, seed))
