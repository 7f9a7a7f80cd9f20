import re
from html import unescape

import node
import pytest

from misgen.explore import Conversation, Dialogue, Said, Source

SOURCE = Source("Nobody said this.")
SHORT = Dialogue("short", "Short", (Said("you", "You", "Hello?"), Said("it", "It", "Hello!")))
LONG = Dialogue(
    "long", "Long",
    (Said("aside", "", "It rains."), Said("it", "It", "Come in."), Said("you", "You", "I do.")),
    "It stopped later.",
)  # fmt: skip


def conversation(*dialogues):
    return Conversation(dialogues, SOURCE, title="A talk")


def test_it_begins_with_the_first_line_of_the_first_dialogue():
    talk = conversation(SHORT, LONG)
    assert talk.state == {"dialogue": "short", "line": 1}
    assert talk.sentence() == "You: Hello?"
    assert conversation(LONG, SHORT).sentence() == "It rains."


def test_there_are_as_many_lines_to_choose_as_the_longest_has():
    dialogue, line = conversation(SHORT, LONG).table["controls"]
    assert dialogue["values"] == ["short", "long"]
    assert line["values"] == [1, 2, 3]


def test_print_has_all_lines_and_notes_in_elements_that_open():
    html = conversation(SHORT, LONG).numbers()
    assert re.findall("<summary>(.*?)</summary>", html) == ["Short", "Long"]
    words = unescape(re.sub("<[^>]+>", " ", html))
    for text in ("You: Hello?", "It: Hello!", "It rains.", "You: I do.", "It stopped later."):
        assert text in words


def test_a_dialogue_needs_two_lines_and_a_conversation_two_dialogues():
    with pytest.raises(ValueError, match="two or more lines to the dialogue 'mono'"):
        Dialogue("mono", "Mono", SHORT.lines[:1])
    with pytest.raises(ValueError, match="two or more dialogues"):
        conversation(SHORT)


def test_the_module_is_one_of_the_kit():
    assert "conversation.js" in {path.name for path in node.modules()}
