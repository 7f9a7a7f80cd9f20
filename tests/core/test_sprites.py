import pytest

from misgen.core.colours import PALETTE
from misgen.core.sprites import BEYOND, LETTERS, LIFTED, OUTCOME_COLOURS, SPINNING, SPRITES, variant
from misgen.topics.coinrun.levels import SPRITES as COINRUN_SPRITES

NUMBERS = {"rect": 5, "circle": 3, "ellipse": 4, "ring": 4}


def instructions():
    return [op for variants in SPRITES.values() for drawing in variants for op in drawing]


def test_every_sprite_of_coinrun_has_a_drawing():
    assert set(COINRUN_SPRITES) <= set(SPRITES)


def test_every_instruction_uses_a_colour_of_the_palette():
    assert {op[1] for op in instructions()} <= set(PALETTE)
    assert set(OUTCOME_COLOURS.values()) <= set(PALETTE)


def test_every_instruction_has_the_numbers_that_its_name_asks_for():
    for kind, _, *numbers in instructions():
        if kind in NUMBERS:
            assert len(numbers) == NUMBERS[kind]
        else:
            points = numbers[1:] if kind == "line" else numbers
            assert kind in ("line", "poly")
            assert len(points) >= 4
            assert len(points) % 2 == 0


def test_what_spins_is_lifted_or_stands_beyond_the_end_is_a_sprite():
    assert {*SPINNING, *LIFTED, *BEYOND, *BEYOND.values()} <= set(SPRITES)


def test_a_sprite_without_a_drawing_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"Sprite 'dragon' has no drawing; add it to"):
        variant("dragon", 0, 0)


def test_a_sprite_without_a_letter_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"'dragon' has no letter; add it to LETTERS"):
        LETTERS["dragon"]
