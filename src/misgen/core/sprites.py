"""The sprite table: what each thing in a level looks like, as data.

A sprite is a list of instructions in tile units: the tile is the unit square, x to the right,
y **down** from its upper left corner. An instruction is a flat list that starts with its name:

    rect     fill, x, y, width, height, corner radius
    circle   fill, x, y, radius
    ellipse  fill, x, y, x radius, y radius
    poly     fill, x0, y0, x1, y1, ...
    line     stroke, width, x0, y0, x1, y1, ...        (round caps and joins)
    ring     stroke, width, x, y, radius

`explore/js/stage.js` executes them on a canvas, `explore/js/cells.js` as SVG, `core/pictures.py` in
NumPy. Colours are names of `misgen.core.colours`.
"""

from __future__ import annotations

import math

Instruction = tuple[str | float, ...]
Drawing = tuple[Instruction, ...]

OUTCOME_COLOURS = {"goal": "goal", "proxy": "proxy", "died": "dead", "timed_out": "dead"}
"""Colour of the trail of an episode with this outcome."""


class _Letters(dict[str, str]):
    def __missing__(self, sprite: str) -> str:
        raise ValueError(f"The sprite {sprite!r} has no letter; add it to LETTERS in {__name__}.")


LETTERS = _Letters({
    "sky": " ", "ground": "#", "grass": "#", "crate": "X", "wall": "H", "ledge": "=", "lava": "~",
    "saw": "*", "end": "|", "coin": "o", "coin_erased": ".", "monster": "M", "agent": "@",
    "meadow": ",", "tree": "T", "floor": "-", "corner": "+",
    "voice_stand": "v", "voice_sit": "V", "lips_stand": "l", "lips_sit": "L",
    "dog_stands": "d", "dog_sits": "D", "day_busy": "x", "day_free": ".", "not_listed": "!",
    "wants_restaurant": "r", "wants_online": "n", "wants_outdoors": "u", "wants_home": "h",
    "books_restaurant": "R", "books_online": "N", "books_outdoors": "U", "books_home": "H",
})  # fmt: skip
"""How each sprite of an environment is written in text, one letter a tile."""

BACKDROP_COLUMNS, BACKDROP_ROWS = 33, 12  # tiles


def _each(kind: str, colour: str, *shapes: tuple[float, ...]) -> Drawing:
    """Returns instructions of one kind and colour, with the numbers of each shape."""
    return tuple((kind, colour, *shape) for shape in shapes)


def _on_circle(radius: float, turns: float) -> tuple[float, float]:
    """Returns the point so many turns around the middle of a tile."""
    angle = 2 * math.pi * turns  # radians, clockwise, as y points down
    # a thousandth of a tile is finer than a pixel
    return round(0.5 + radius * math.cos(angle), 3), round(0.5 + radius * math.sin(angle), 3)


def _ground(*pebbles: Instruction) -> Drawing:
    return (("rect", "ground", 0, 0, 1, 1, 0), *pebbles)


def _pebble(colour: str, x: float, y: float, width: float = 0.22) -> Instruction:
    return ("rect", colour, x, y, width, 0.12, 0.06)


def _grass(*blades: float) -> Drawing:
    """Returns earth under turf; a blade grows at each of the given places."""
    return (
        *_ground(_pebble("ground-dark", 0.58, 0.62)),
        ("rect", "grass", 0, 0, 1, 0.28, 0),
        *_each("circle", "grass", *((x, 0.27, 0.1) for x in (0.12, 0.4, 0.62, 0.9))),
        *_each("poly", "grass-light", *((x, 0.02, x + 0.05, -0.13, x + 0.1, 0.02) for x in blades)),
        ("rect", "grass-light", 0, 0, 1, 0.09, 0),
    )


def _masonry(joints: float) -> Drawing:
    """Returns two courses of stones; the upper joint is at `joints`, the lower half a stone on."""
    other = (joints + 0.5) % 1  # in tiles, wraps around
    return (
        ("rect", "stone", 0, 0, 1, 1, 0),
        *_each("rect", "stone-light", (0, 0.05, 1, 0.06, 0), (0, 0.55, 1, 0.06, 0)),
        *_each("rect", "stone-dark", (0, 0, 1, 0.05, 0), (0, 0.5, 1, 0.05, 0)),
        *_each("rect", "stone-dark", (joints, 0, 0.05, 0.5, 0), (other, 0.5, 0.05, 0.5, 0)),
    )


_CRATE: Drawing = (
    ("rect", "wood-dark", 0.01, 0.01, 0.98, 0.98, 0.08),
    ("rect", "wood", 0.08, 0.08, 0.84, 0.84, 0.03),
    *_each("line", "wood-dark", (0.05, 0.5, 0.1, 0.5, 0.9), (0.13, 0.17, 0.83, 0.83, 0.17)),
    ("line", "wood-light", 0.06, 0.16, 0.81, 0.81, 0.16),
    *_each("rect", "wood-light", (0.06, 0.05, 0.88, 0.12, 0.03), (0.06, 0.83, 0.88, 0.12, 0.03)),
    *_each("circle", "wood-dark", *((x, y, 0.025) for y in (0.11, 0.89) for x in (0.14, 0.86))),
)
_LEDGE: Drawing = (
    ("rect", "shade", 0.04, 0.34, 0.92, 0.14, 0.05),
    ("rect", "wood-dark", 0, 0, 1, 0.36, 0),
    ("rect", "wood", 0, 0, 1, 0.27, 0),
    ("rect", "wood-light", 0, 0, 1, 0.08, 0),
    *_each("line", "wood-dark", (0.025, 0.02, 0.05, 0.02, 0.3), (0.03, 0.3, 0.18, 0.62, 0.18)),
    *_each("circle", "wood-dark", (0.18, 0.17, 0.03), (0.8, 0.17, 0.03)),
)


def _lava(*bubbles: tuple[float, float, float]) -> Drawing:
    # a whole period, so that tiles join
    wave = [(x / 8, 0.2 - 0.06 * math.sin(x / 8 * 2 * math.pi)) for x in range(9)]
    crest = [round(v, 3) for point in wave for v in point]
    # backwards, to close the band
    foam = [round(v, 3) for x, y in reversed(wave) for v in (x, y + 0.16)]
    return (
        ("poly", "lava", *crest, 1, 1, 0, 1),
        ("rect", "lava-dark", 0, 0.78, 1, 0.22, 0),
        ("poly", "lava-light", *crest, *foam),
        *_each("circle", "lava-light", *bubbles),
    )


def _floor(*edges: tuple[float, ...]) -> Drawing:
    """Returns a tile of a room seen from above, with painted edges."""
    return (
        ("rect", "sky", 0, 0, 1, 1, 0),
        ("rect", "haze", 0.04, 0.04, 0.92, 0.92, 0.06),
        *_each("rect", "proxy", *edges),
    )


def _meadow(*tufts: tuple[float, float]) -> Drawing:
    """Returns grass seen from above; a tuft grows at each of the given places."""
    blades = ((0.045, x - 0.07, y - 0.09, x, y, x + 0.07, y - 0.1) for x, y in tufts)
    return (("rect", "hill-near", 0, 0, 1, 1, 0), *_each("line", "grass-light", *blades))


def _tree(crown: float) -> Drawing:
    """Returns a tree on a meadow; its crown leans to one side by `crown`."""
    x = 0.5 + crown  # only the top leans, the trunk stays in the middle
    return (
        *_meadow(),
        ("ellipse", "shade", 0.5, 0.9, 0.36, 0.08),
        ("rect", "wood-dark", 0.43, 0.56, 0.14, 0.36, 0.04),
        *_each("circle", "grass-dark", (0.29, 0.48, 0.21), (0.71, 0.48, 0.21), (x, 0.34, 0.28)),
        *_each("circle", "grass", (0.31, 0.44, 0.16), (0.68, 0.45, 0.17), (x, 0.32, 0.23)),
        *_each("ellipse", "grass-light", (x - 0.08, 0.2, 0.11, 0.06), (0.27, 0.38, 0.07, 0.04)),
    )


# radius and turns of a tip, then of the notch close behind it
_TEETH = [
    _on_circle(0.46, (k + 0.55) / 24) + _on_circle(0.35, (k + 1) / 24) for k in range(0, 24, 2)
]
_SAW: Drawing = (
    ("poly", "metal-dark", *(v for tooth in _TEETH for v in tooth)),
    ("circle", "metal", 0.5, 0.5, 0.34),
    ("ring", "metal-light", 0.04, 0.5, 0.5, 0.27),
    ("circle", "metal-dark", 0.5, 0.5, 0.11),
    ("circle", "metal-light", 0.5, 0.5, 0.045),
    *_each("line", "metal-dark", (0.035, 0.5, 0.26, 0.5, 0.33), (0.035, 0.5, 0.67, 0.5, 0.74)),
    *_each("line", "metal-dark", (0.035, 0.26, 0.5, 0.33, 0.5), (0.035, 0.67, 0.5, 0.74, 0.5)),
)
_COIN: Drawing = (
    ("circle", "coin-rim", 0.5, 0.5, 0.4),
    ("circle", "coin", 0.5, 0.5, 0.33),
    ("ring", "coin-light", 0.04, 0.5, 0.5, 0.265),
    ("rect", "coin-rim", 0.45, 0.33, 0.1, 0.34, 0.05),
    ("ellipse", "white", 0.37, 0.33, 0.07, 0.045),
)
_ERASED_COIN = _each("circle", "coin-rim", *((*_on_circle(0.36, k / 12), 0.05) for k in range(12)))
_MONSTER: Drawing = (
    ("ellipse", "shade", 0.5, 0.97, 0.4, 0.05),
    *_each("rect", "monster-dark", *((x, 0.82, 0.24, 0.16, 0.08) for x in (0.16, 0.62))),
    ("poly", "monster-dark", 0.2, 0.34, 0.25, 0.08, 0.42, 0.26),
    ("poly", "monster-dark", 0.58, 0.26, 0.75, 0.08, 0.8, 0.34),
    ("rect", "monster", 0.1, 0.2, 0.8, 0.68, 0.32),
    ("ellipse", "monster-light", 0.42, 0.34, 0.2, 0.08),
    *_each("circle", "white", (0.47, 0.48, 0.13), (0.73, 0.48, 0.12)),
    *_each("circle", "black", (0.52, 0.5, 0.06), (0.77, 0.5, 0.055)),
    *_each("line", "monster-dark", (0.05, 0.36, 0.33, 0.54, 0.39), (0.05, 0.68, 0.39, 0.84, 0.33)),
    ("rect", "monster-dark", 0.38, 0.68, 0.42, 0.1, 0.05),
    ("poly", "white", 0.45, 0.68, 0.54, 0.68, 0.495, 0.755),
    ("poly", "white", 0.64, 0.68, 0.73, 0.68, 0.685, 0.755),
)


def _agent(feet: Drawing, eye: Drawing) -> Drawing:
    """Returns the agent, facing right: a small robot with one large eye."""
    return (
        *feet,
        ("line", "agent", 0.05, 0.4, 0.14, 0.33, 0.03),
        ("circle", "agent", 0.32, 0.02, 0.06),
        ("rect", "agent", 0.16, 0.1, 0.68, 0.78, 0.28),
        ("rect", "agent-dark", 0.2, 0.62, 0.6, 0.22, 0.11),
        ("rect", "agent", 0.2, 0.55, 0.6, 0.22, 0.11),
        ("ellipse", "agent-light", 0.36, 0.19, 0.13, 0.045),
        ("circle", "eye", 0.6, 0.37, 0.19),
        *eye,
        ("rect", "agent-light", 0.28, 0.62, 0.18, 0.08, 0.04),
    )


def _foot(x: float, y: float = 0.84) -> Instruction:
    return ("rect", "agent-dark", x, y, 0.24, 0.15, 0.075)


_SHADOW: Instruction = ("ellipse", "shade", 0.5, 0.97, 0.36, 0.045)
_STANDING: Drawing = (_SHADOW, _foot(0.2), _foot(0.56))
_OPEN: Drawing = (("circle", "pupil", 0.67, 0.38, 0.1), ("circle", "eye", 0.7, 0.34, 0.03))
_CLOSED = _each("line", "pupil", (0.05, 0.53, 0.3, 0.68, 0.45), (0.05, 0.68, 0.3, 0.53, 0.45))


def _command(drawing: Drawing, word: str) -> Drawing:
    """Returns a cue with an arrow below it: up for "stand", down for "sit"."""
    tip, end = (0.66, 0.8) if word == "stand" else (0.96, 0.82)
    return (
        *drawing,
        *_each("line", "agent", (0.07, 0.5, 0.7, 0.5, 0.92), (0.07, 0.36, end, 0.5, tip)),
        ("line", "agent", 0.07, 0.64, end, 0.5, tip),
    )


_VOICE: Drawing = (  # a bubble with the waves of a sound
    ("rect", "mute", 0.1, 0.06, 0.8, 0.46, 0.16),
    ("poly", "mute", 0.2, 0.46, 0.4, 0.46, 0.2, 0.64),
    ("rect", "white", 0.14, 0.1, 0.72, 0.38, 0.13),
    ("poly", "white", 0.23, 0.44, 0.35, 0.44, 0.24, 0.56),
    *_each("line", "agent", *((0.05, x, 0.29 - h, x, 0.29 + h)
                              for x, h in ((0.3, 0.05), (0.43, 0.12), (0.57, 0.08), (0.7, 0.13)))),
)  # fmt: skip
_LIPS: Drawing = (
    ("ellipse", "lava-dark", 0.5, 0.36, 0.36, 0.2),
    *_each("ellipse", "lava-dark", (0.36, 0.24, 0.2, 0.12), (0.64, 0.24, 0.2, 0.12)),
    ("ellipse", "black", 0.5, 0.34, 0.26, 0.1),
    ("rect", "white", 0.34, 0.25, 0.32, 0.06, 0.02),
)
_DOG_HEAD: Drawing = (
    ("circle", "wood", 0.7, 0.3, 0.17),
    ("rect", "wood", 0.72, 0.28, 0.22, 0.16, 0.07),
    ("ellipse", "wood-dark", 0.58, 0.31, 0.07, 0.15),
    ("circle", "black", 0.92, 0.31, 0.035),
    ("circle", "black", 0.74, 0.26, 0.028),
)
_DOG_STANDS: Drawing = (
    ("ellipse", "shade", 0.5, 0.95, 0.4, 0.04),
    ("line", "wood", 0.08, 0.18, 0.5, 0.08, 0.34),
    *_each("rect", "wood-dark", *((x, 0.62, 0.1, 0.32, 0.04) for x in (0.2, 0.58))),
    *_each("rect", "wood", *((x, 0.62, 0.1, 0.32, 0.04) for x in (0.3, 0.68))),
    ("rect", "wood", 0.14, 0.42, 0.66, 0.3, 0.14),
    *_DOG_HEAD,
)
_DOG_SITS: Drawing = (
    ("ellipse", "shade", 0.5, 0.95, 0.4, 0.04),
    ("line", "wood", 0.08, 0.2, 0.86, 0.06, 0.78),
    ("ellipse", "wood-dark", 0.36, 0.82, 0.22, 0.12),
    ("poly", "wood", 0.2, 0.86, 0.58, 0.36, 0.8, 0.4, 0.76, 0.86),
    ("circle", "wood", 0.36, 0.76, 0.17),
    *_each("rect", "wood", (0.58, 0.6, 0.1, 0.34, 0.04), (0.68, 0.6, 0.1, 0.34, 0.04)),
    *_DOG_HEAD,
)

_DAY: Drawing = (
    ("rect", "line", 0.08, 0.1, 0.84, 0.82, 0.08),
    ("rect", "white", 0.12, 0.14, 0.76, 0.74, 0.05),
    ("rect", "mute", 0.08, 0.1, 0.84, 0.16, 0.06),
)
_PLACES: dict[str, Drawing] = {  # what stands for each kind of place, in the middle of a tile
    "restaurant": (
        ("line", "ink", 0.05, 0.38, 0.46, 0.38, 0.76),
        *_each("line", "ink", *((0.04, x, 0.26, x, 0.42) for x in (0.31, 0.38, 0.45))),
        ("line", "ink", 0.04, 0.31, 0.43, 0.45, 0.43),
        ("line", "ink", 0.05, 0.62, 0.48, 0.62, 0.76),
        ("ellipse", "ink", 0.62, 0.37, 0.06, 0.13),
    ),
    "online": (
        ("rect", "ink", 0.24, 0.28, 0.52, 0.34, 0.04),
        ("rect", "sky", 0.28, 0.32, 0.44, 0.26, 0.02),
        ("poly", "ink", 0.18, 0.74, 0.26, 0.64, 0.74, 0.64, 0.82, 0.74),
    ),
    "outdoors": (
        ("rect", "wood-dark", 0.46, 0.56, 0.08, 0.2, 0.02),
        *_each("circle", "grass-dark", (0.38, 0.5, 0.13), (0.62, 0.5, 0.13), (0.5, 0.38, 0.15)),
        ("circle", "grass", 0.5, 0.4, 0.11),
    ),
    "home": (
        ("rect", "wood", 0.3, 0.48, 0.4, 0.28, 0.01),
        ("poly", "wood-dark", 0.22, 0.5, 0.5, 0.24, 0.78, 0.5),
        ("rect", "wood-dark", 0.45, 0.58, 0.1, 0.18, 0.01),
    ),
}


def _wanted(place: Drawing) -> Drawing:
    """Returns a place in a bubble of thought."""
    return (
        *_each("circle", "mute", (0.5, 0.5, 0.42), (0.16, 0.88, 0.08), (0.05, 0.97, 0.04)),
        *_each("circle", "white", (0.5, 0.5, 0.38), (0.16, 0.88, 0.05)),
        *place,
    )


def _booked(place: Drawing) -> Drawing:
    """Returns a place on a day, with a tick."""
    tick = ("line", "good", 0.07, 0.6, 0.8, 0.7, 0.9, 0.9, 0.62)
    return (*_DAY, *place, tick)


def _cloud(x: float, y: float, size: float) -> Drawing:
    return (
        ("ellipse", "cloud", x, y, 1.5 * size, 0.34 * size),
        ("circle", "cloud", x - 0.5 * size, y - 0.2 * size, 0.42 * size),
        ("circle", "cloud", x + 0.3 * size, y - 0.3 * size, 0.55 * size),
    )


# The sky of a whole level, in tiles; its lower edge is that of the level.
_BACKDROP: Drawing = (
    ("rect", "sky", 0, 0, BACKDROP_COLUMNS, BACKDROP_ROWS, 0),
    ("ellipse", "haze", 16, 12.5, 22, 5.4),
    *_cloud(4.2, 1.7, 1.0),
    *_cloud(14.5, 1.2, 1.3),
    *_cloud(25.3, 2.1, 1.1),
    *_each("ellipse", "hill-far", (5, 12, 7, 5.2), (17, 12, 8, 4.4), (29, 12, 7, 5.6)),
    *_each("ellipse", "hill-near", (0, 12, 6, 3.6), (11, 12, 6, 3.2), (23, 12, 8, 3.9)),
)


SPRITES: dict[str, tuple[Drawing, ...]] = {
    "backdrop": (_BACKDROP,),
    "sky": ((),),  # nothing: the backdrop shines through
    "ground": (
        _ground(),
        _ground(_pebble("ground-dark", 0.16, 0.3)),
        _ground(_pebble("ground-light", 0.5, 0.58, 0.18)),
        _ground(),
        _ground(_pebble("ground-dark", 0.6, 0.7), _pebble("ground-light", 0.2, 0.24, 0.16)),
    ),
    "grass": (_grass(0.2), _grass(0.55, 0.68), _grass(), _grass(0.05, 0.75), _grass(0.4)),
    "crate": (_CRATE,),
    "wall": (_masonry(0.3), _masonry(0.1), _masonry(0.7)),
    "end": ((*_masonry(0.4), ("rect", "proxy", 0, 0, 0.1, 1, 0)),),
    "ledge": (_LEDGE,),
    "lava": (_lava((0.3, 0.58, 0.05), (0.7, 0.7, 0.035)), _lava((0.55, 0.52, 0.045))),
    "saw": (_SAW,),
    "floor": (_floor(),),
    "corner": (_floor((0, 0, 1, 0.1, 0), (0.9, 0, 0.1, 1, 0)),),
    "meadow": (
        _meadow(),
        _meadow((0.3, 0.66)),
        _meadow(),
        _meadow((0.68, 0.4), (0.56, 0.46)),
        _meadow(),
    ),
    "tree": (_tree(0.0), _tree(0.04), _tree(-0.04)),
    "coin": (_COIN,),
    "coin_erased": (_ERASED_COIN,),
    "monster": (_MONSTER,),
    "agent": (_agent(_STANDING, _OPEN),),
    "agent.walk": (_agent((_SHADOW, _foot(0.08), _foot(0.68)), _OPEN),),
    "agent.air": (_agent((_foot(0.1, 0.8), _foot(0.5, 0.86)), _OPEN),),
    "agent.dead": (_agent(_STANDING, _CLOSED),),
    **{f"{cue}_{word}": (_command(drawing, word),)
       for cue, drawing in (("voice", _VOICE), ("lips", _LIPS)) for word in ("stand", "sit")},
    "dog_stands": (_DOG_STANDS,),
    "dog_sits": (_DOG_SITS,),
    "day_busy": ((*_DAY, ("line", "bad", 0.09, 0.32, 0.4, 0.68, 0.76),
                  ("line", "bad", 0.09, 0.68, 0.4, 0.32, 0.76)),),
    "day_free": ((*_DAY, ("line", "good", 0.09, 0.3, 0.58, 0.44, 0.72, 0.7, 0.42)),),
    "not_listed": ((*_DAY, ("line", "bad", 0.11, 0.5, 0.38, 0.5, 0.6),
                    ("circle", "bad", 0.5, 0.76, 0.06)),),
    **{f"wants_{kind}": (_wanted(place),) for kind, place in _PLACES.items()},
    **{f"books_{kind}": (_booked(place),) for kind, place in _PLACES.items()},
}  # fmt: skip
"""Name of a sprite -> its variants; a cell takes one of them by its place in the level."""

POSES = ("walk", "air", "dead")
"""A sprite may have poses, as `agent.walk`; the sprite without a pose stands still."""

SPINNING = ("saw",)
"""Sprites that turn while a replay plays."""

LIFTED = ("coin",)
"""Sprites that the agent holds up when it has reached its goal, so that they stay in sight."""

LIFT = 0.92
"""By how many tiles."""

BEYOND = {"end": "wall"}
"""What a wide picture shows to the right of a level whose last column is the key."""


def variants(name: str) -> tuple[Drawing, ...]:
    """Returns the drawings of a sprite.

    Raises:
        ValueError: If it has none.
    """
    if name not in SPRITES:
        raise ValueError(f"Sprite {name!r} has no drawing; add it to misgen.core.sprites.SPRITES.")
    return SPRITES[name]


def variant(name: str, x: int, y: int) -> Drawing:
    """Returns the drawing of sprite `name` at tile (x, y).

    >>> variant("coin", 3, 4) == variant("coin", 5, 2)
    True
    """
    choices = variants(name)
    # fixed by the place: the same in every frame
    return choices[(3 * x + 2 * y) % len(choices)]
