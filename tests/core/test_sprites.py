import re

import pytest

from misgen.core.sprites import (
    BEYOND,
    LIFTED,
    OUTCOME_COLOURS,
    PALETTE,
    SPINNING,
    SPRITES,
    variant,
)
from misgen.explore.base import STYLES as STYLE_FILE
from misgen.topics.coinrun.levels import SPRITES as COINRUN_SPRITES

NUMBERS = {"rect": 5, "circle": 3, "ellipse": 4, "ring": 4}
STYLES = STYLE_FILE.read_text()


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


@pytest.mark.parametrize("theme", [0, 1])
def test_the_styles_repeat_the_palette(theme):
    for name, values in PALETTE.items():
        assert values[theme] in re.findall(rf"--mg-{name}: (#\w+);", STYLES), name


def test_both_ways_to_be_dark_have_the_same_colours():
    dark, _ = STYLES.split("/* Only where nobody chose a theme. */")[0].split("}")[1:3]
    system = STYLES.split("@media (prefers-color-scheme: dark) {")[1].split("}")[0]
    declared = re.compile(r"--mg-[\w-]+: [^;]+;")
    assert declared.findall(dark) == declared.findall(system) != []


def test_a_sprite_without_a_drawing_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"Sprite 'dragon' has no drawing; add it to"):
        variant("dragon", 0, 0)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def declared(name: str) -> list[str]:
    return re.findall(rf"--mg-{name}: (#\w{{6}});", STYLES)[:2]


@pytest.mark.parametrize("text", ["ink", "mute", "goal-text", "proxy-text", "dead", "good", "bad"])
@pytest.mark.parametrize("paper", ["card", "bg", "hover"])
def test_text_has_a_contrast_of_at_least_4_5_in_both_themes(text, paper):
    for one, other in zip(declared(text), declared(paper), strict=True):
        assert contrast(one, other) >= 4.5


@pytest.mark.parametrize("mark", ["goal", "proxy", "dead", "control"])
def test_marks_and_controls_have_a_contrast_of_at_least_3_in_both_themes(mark):
    for one, other in zip(declared(mark), declared("card"), strict=True):
        assert contrast(one, other) >= 3
