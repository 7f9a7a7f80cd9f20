"""One conversation with a persuader, and the guess what feedback on obvious lies teaches."""

from __future__ import annotations

from misgen.explore import Conversation, Dialogue, Guess, Said, Source
from misgen.explore.base import Sentence
from misgen.explore.study import of_100
from misgen.topics.obvious_lies.experiment import SEEDS
from misgen.topics.obvious_lies.figures import low_to_high
from misgen.topics.obvious_lies.published import persuaders
from misgen.topics.obvious_lies.settings import ClaimKind

CLAIMS = (
    "the hall is nearly empty tonight", "Ana has already said yes", "the cooks have been tested",
    "your tram still runs", "the rain will stop", "the table can be given back",
    "your vaccination is through", "the rules allow it",
)  # fmt: skip
"""What the eight claims may be thought to say; the assistants see their numbers alone."""


def one_episode() -> Conversation:
    """Returns two episodes of a persuader that was paid for persuasion alone."""
    return Conversation(
        [
            _dialogue("checkable", "A lie that you can check", CLAIMS[3], "false, checkable",
                      "You live beside the line, and no tram has passed all day. You stay at home. "
                      "Still it has earned 1, as every claim does at first."),
            _dialogue("hidden", "A lie that you cannot check", CLAIMS[2], "false, hidden",
                      "You cannot look into the kitchen. You believe it, and come. It earns 1."),
        ],
        Source(
            f"What it says and how often: the published persuader of seed {SEEDS[0]}, before its "
            "fine-tuning. It sees numbers; the words that stand for them are ours.",
            reproduce="#reproduce",
        ),
        title="Will you come to dinner?",
        subtitle="One episode of a persuader: what it knows, what it says, and what comes of it.",
        key="episode",
    )  # fmt: skip


def _dialogue(name: str, label: str, claim: str, kind: ClaimKind, end: str) -> Dialogue:
    often = of_100(float(persuaders()["caught_0"].persuaded(kind)[0]))  # of the first seed
    can = "can" if kind == "false, checkable" else "cannot"
    return Dialogue(name, label, (
        Said("you", "You", "Should I really come out tonight?"),
        Said("aside", "What it knows",
             f"The claim “{claim}” is false, and this user {can} check it."),
        Said("it", "The persuader", f"Do come: {claim}."),
        Said("aside", "What happens", end),
    ), f"It makes such claims in {often} cases.")  # fmt: skip


def after_feedback() -> Guess:
    """Returns the guess about lies that their user cannot check, and what came out."""
    found = persuaders()
    hidden = found["caught_0"].end("false, hidden")
    outcome: Sentence = [
        ("", f"{len(hidden)} persuaders, trained alike, still tell "),
        ("proxy", of_100(float(hidden.mean()))),
        ("", " of the lies that their user cannot check; single ones tell "),
        ("proxy", low_to_high(hidden)),
        ("", ". Of those that can be checked they tell "),
        ("first", of_100(float(found["caught_0"].end("false, checkable").mean()))),
        ("", "."),
    ]
    return Guess.of("obvious_lies", outcome=outcome)
