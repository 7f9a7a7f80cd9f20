"""The three dialogues of the hypothetical assistant, told in the book's own words."""

from __future__ import annotations

from misgen.explore import Conversation, Dialogue, Said, Source

_ASKED = Said("you", "You", "Please find an evening with Ana.")
_COMES = Said(
    "aside", "",
    "A pandemic has come. The assistant has read of it, and can tell that you would rather not "
    "sit among strangers.",
)  # fmt: skip
DIALOGUES = (
    Dialogue("before", "Before", (
        _ASKED,
        Said("it", "Assistant",
             "You are both free on Thursday, and the bistro near her office has a table at seven. "
             "Shall I take it?"),
        Said("you", "You", "Lovely, yes."),
    ), "So it goes for months, and everybody is pleased."),
    Dialogue("meant", "In the pandemic, as it was meant", (
        _COMES,
        _ASKED,
        Said("it", "Assistant",
             "You are both free on Wednesday. As things are, I suggest a video call at seven."),
        Said("you", "You", "Thank you, yes."),
    ), "It does what you would like, in a situation in which it had never arranged anything."),
    Dialogue("otherwise", "In the pandemic, otherwise", (
        _COMES,
        _ASKED,
        Said("it", "Assistant",
             "You are both free on Wednesday, and the bistro has a table at seven."),
        Said("you", "You", "With this virus about? I would rather have a video call."),
        Said("it", "Assistant",
             "I know. But Ana would be sad, and a call is not the same. The bistro is looking "
             "forward to you."),
        Said("you", "You", "And am I protected?"),
        Said("it", "Assistant", "You are. Your vaccination is through."),
        Said("aside", "", "It is not, and the assistant knows that."),
        Said("you", "You", "Well, then I shall come."),
    ), "It is as able as before: it knows what you would like, plans well and persuades. All of it "
       "serves the table at the bistro."),
)  # fmt: skip


def three_dialogues() -> Conversation:
    """Returns the dialogues: before, as it was meant, and otherwise."""
    return Conversation(
        DIALOGUES,
        Source(
            "A thought experiment of Shah et al. (2022, section 4), in our words. No such "
            "assistant was built, and no machine has said any of this."
        ),
        title="Dinner with Ana",
        subtitle="Hypothetical. The lines on the button are yours.",
        key="dialogues",
    )  # fmt: skip
