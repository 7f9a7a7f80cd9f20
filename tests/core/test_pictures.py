from __future__ import annotations

import numpy as np
import pytest

from misgen import ENVIRONMENTS, make
from misgen.core.colours import PALETTE
from misgen.core.pictures import TILE, picture, text
from misgen.core.registry import environment
from misgen.core.sprites import LETTERS, SPRITES


def _colour(name: str) -> list[int]:
    return [int(PALETTE[name][0][i : i + 2], 16) for i in (1, 3, 5)]


def _tile(env, i: int, x: int, y: int) -> np.ndarray:
    """Returns the pixels of the tile in column x and row y, counted from below."""
    rows = picture(env, i)[::-1]
    return rows[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE][::-1]


def _share(tile: np.ndarray, colour: str) -> float:
    return float((tile == _colour(colour)).all(axis=2).mean())


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_sprite_has_a_drawing_and_a_letter(name):
    for sprite in environment(name).sprites:
        assert sprite in SPRITES
        assert LETTERS[sprite]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_sprite_that_is_drawn_differs_from_every_other(name):
    env = make(name, 12, distinguishing=0.5, seed=0)
    env.reset()
    actors = {env.sprites[actor[0]] for i in range(12) for actor in env.frame(i).actors}
    seen = {}
    for i in range(12):
        for code, x, y in env.frame(i).actors[-1:]:  # the last is above all others
            seen.setdefault(env.sprites[code], _tile(env, i, x, y))
    assert set(seen) <= actors
    tiles = list(seen.values())
    assert all((a != b).any() for k, a in enumerate(tiles) for b in tiles[:k])


def test_things_are_where_the_level_has_them():
    env = make("CoinRun", 6, distinguishing=0.5, seed=3)
    env.reset()
    for i in range(6):
        frame = env.frame(i)
        places = {env.sprites[code]: (x, y) for code, x, y in frame.actors}
        assert _share(_tile(env, i, *places["coin"]), "coin") > 0.1
        assert _share(_tile(env, i, *places["agent"]), "agent") > 0.2
        for name, colour in (("crate", "wood"), ("wall", "stone"), ("lava", "lava")):
            for y, x in np.argwhere(frame.cells == env.sprites.index(name))[:2]:
                assert _share(_tile(env, i, x, y), colour) > 0.2


def test_levels_of_all_widths_give_pictures_of_one_size_with_wall_beyond_the_end():
    env = make("CoinRun", 6, seed=0)
    env.reset()
    widths = {env.frame(i).cells.shape[1] for i in range(6)}
    assert len(widths) > 2
    assert len({picture(env, i).shape for i in range(6)}) == 1
    short = next(i for i in range(6) if env.frame(i).cells.shape[1] == min(widths))
    assert _share(_tile(env, short, env.columns - 1, 6), "stone") > 0.5


def test_a_picture_follows_the_agent():
    env = make("TreeGridworld", 1, seed=0)
    env.reset()
    for action in (1, 1, 4, 4, 2, 3):
        env.step([action])
        _, x, y = env.frame(0).actors[0]
        assert _share(_tile(env, 0, x, y), "agent") > 0.2
        rows = text(env, 0).split("\n")[::-1]
        assert rows[y][x] == "@"


def test_a_picture_may_be_larger_or_smaller():
    env = make("CoinGrid", 1, seed=0)
    env.reset()
    assert picture(env, 0, tile=8).shape == (56, 56, 3)
    whole, fine = (picture(env, 0, tile=t).mean(axis=(0, 1)) for t in (16, 48))
    np.testing.assert_allclose(whole, fine, atol=3)  # the same picture, in more pixels


def test_what_a_picture_shows_is_not_written_to_by_the_next():
    env = make("CoinGrid", 1, seed=0)
    env.reset()
    first = picture(env, 0)
    kept = first.copy()
    env.step([0])
    picture(env, 0)[:] = 0
    np.testing.assert_array_equal(first, kept)
    assert picture(env, 0).any()
