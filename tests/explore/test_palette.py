import itertools
import re

import numpy as np
import pytest

from misgen.core.colours import PALETTE
from misgen.explore.base import PACKAGE, styles
from misgen.explore.palette import custom_properties
from misgen.explore.panel_parts import INKS

COLOUR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?\b")
SERIES = ("goal", "proxy", "capability", "first", "second", "mute")
# Machado, Oliveira and Fernandes (2009), table 1, severity 1: matrices on linear sRGB.
DEFICIENCIES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
}  # fmt: skip


def test_every_colour_of_the_palette_is_a_custom_property_in_both_themes():
    light, dark, by_system = re.findall(r"\{(--mg-scheme[^}]+)\}", custom_properties())
    assert dark == by_system
    for theme, properties in enumerate((light, dark)):
        for name, values in PALETTE.items():
            assert f";--mg-{name}:{values[theme]};" in properties


def test_the_styles_name_no_colour_that_the_palette_has_not():
    named = set(re.findall(r"var\(--mg-([a-z][\w-]*?)(?=[,)])", styles()))
    set_there = set(re.findall(r"--mg-([\w-]+)\s*:", styles()))
    set_by_scripts = {"share", "mean", "low", "high", "filled", "at", "plot-left"}
    assert named <= set_there | set_by_scripts


@pytest.mark.parametrize("suffix", ["py", "js", "css"])
def test_no_other_file_of_the_package_writes_a_colour(suffix):
    palette = PACKAGE / "core" / "colours.py"
    files = [file for file in PACKAGE.rglob(f"*.{suffix}") if file != palette]
    assert {f.name for f in files if COLOUR.search(f.read_text(encoding="utf-8"))} == set()


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ (0.2126, 0.7152, 0.0722))


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* of linear sRGB under D65."""
    to_xyz = [(0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)]
    x, y, z = np.cbrt(np.clip(to_xyz @ rgb, 0.0089, None) / (0.9505, 1.0, 1.089))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("pair", [*itertools.combinations(SERIES, 2)], ids="-".join)
def test_two_series_differ_for_a_colour_blind_reader(pair, deficiency, theme):
    one, other = (lab(np.array(DEFICIENCIES[deficiency]) @ linear(PALETTE[n][theme])) for n in pair)
    assert np.linalg.norm(one - other) >= 12


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


TEXTS = ["ink", "mute", "goal-text", "proxy-text", "capability", "first-text", "second", "dead",
         "good", "bad"]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("paper", ["card", "bg", "hover"])
def test_text_has_a_contrast_of_at_least_4_5_in_both_themes(text, paper):
    for one, other in zip(PALETTE[text], PALETTE[paper], strict=True):
        assert contrast(one, other) >= 4.5


@pytest.mark.parametrize("ink", [ink for ink in INKS if ink != "mute"])  # said in ink
def test_what_a_sentence_says_of_a_series_has_the_colour_of_text_that_is_its_own(ink):
    (colour,) = re.findall(
        rf"^\.mg-{ink} {{ color: var\(--mg-([a-z-]+)\); }}", styles(), re.MULTILINE
    )
    assert colour in (ink, f"{ink}-text")
    assert colour in TEXTS


@pytest.mark.parametrize(
    "mark", ["goal", "proxy", "capability", "dead", "first", "second", "control", "accent", "focus"]
)
def test_marks_and_controls_have_a_contrast_of_at_least_3_in_both_themes(mark):
    for one, other in zip(PALETTE[mark], PALETTE["card"], strict=True):
        assert contrast(one, other) >= 3
