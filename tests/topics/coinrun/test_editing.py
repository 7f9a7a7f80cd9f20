"""Levels that a reader changes can be played, undone, and sent as a link."""

from dataclasses import fields, replace

import numpy as np
import pytest

from misgen.topics.coinrun.editing import (
    LevelError,
    from_text,
    to_text,
    why_no_coin,
    with_coin,
    with_column,
    with_monster,
)
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import COLUMN_SPRITES, SPRITES, Levels, generate
from misgen.topics.coinrun.reachability import UNREACHABLE, fewest_steps


def some_levels(n: int, distinguishing: float = 0.5, seed: int = 0) -> list[Levels]:
    levels = generate(np.random.default_rng(seed), n, distinguishing=distinguishing)
    return [levels.take(np.array([i])) for i in range(n)]


def one_level(distinguishing: float = 0.0, seed: int = 3) -> Levels:
    return some_levels(1, distinguishing, seed)[0]


def same(a: Levels, b: Levels) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))


# ------------------------------------------------------------------------------- the coin


def test_a_coin_can_be_put_into_exactly_the_cells_that_an_agent_reaches():
    level = one_level()
    steps = fewest_steps(level)[0]
    for x, y in np.ndindex(steps.shape):
        assert bool(why_no_coin(level, x, y)) == (steps[x, y] == UNREACHABLE)
    for x, y in np.argwhere(steps == UNREACHABLE)[::20]:
        with pytest.raises(LevelError):
            with_coin(level, x, y)
    for x, y in np.argwhere(steps != UNREACHABLE)[::20]:
        assert with_coin(level, x, y).coin.tolist() == [[x, y]]


@pytest.mark.parametrize(
    ("sprite", "reason"),
    [("ground", "This cell is solid."), ("wall", "This cell is solid."),
     ("saw", "Whoever takes a coin here dies first."),
     ("lava", "Whoever takes a coin here dies first.")],
)  # fmt: skip
def test_a_cell_without_a_coin_says_why(sprite, reason):
    for level in some_levels(50):
        inside = COLUMN_SPRITES[level.columns[0, : level.length[0]]]
        for x, y in np.argwhere(inside == SPRITES.index(sprite)):
            assert why_no_coin(level, x, y) == reason


@pytest.mark.parametrize("cell", [(-1, 3), (31, 3), (4, -1), (4, 12)])
def test_a_cell_outside_of_the_level_says_so(cell):
    short = next(level for level in some_levels(50) if level.length[0] < 30)
    assert why_no_coin(short, *cell) == "This is outside of the level."


def test_the_sky_above_all_jumps_is_out_of_reach():
    assert why_no_coin(one_level(), 6, 11) == "No agent gets here alive before time runs out."


def test_a_moved_coin_keeps_true_what_the_level_says_of_itself():
    for level in some_levels(40, distinguishing=0.0):
        end, elsewhere = level.coin[0], level.marker[0]
        apart = with_coin(level, *elsewhere)
        assert apart.distinguishing.all()
        assert apart.marker[0].tolist() == end.tolist()
        assert same(with_coin(apart, *end), level)


def test_a_coin_put_where_the_game_would_put_it_gives_the_level_of_the_game():
    ordinary = generate(np.random.default_rng(9), 40, distinguishing=0.0)
    moved = generate(np.random.default_rng(9), 40, distinguishing=1.0)
    assert moved.on_ledge.any()
    for i in map(np.array, range(40)):
        by_hand = with_coin(ordinary.take(i[None]), *moved.coin[i])
        assert same(by_hand, moved.take(i[None]))


def test_an_edit_leaves_the_level_before_as_it_was():
    level = one_level(distinguishing=1.0)
    before = Levels(**{f.name: getattr(level, f.name).copy() for f in fields(level)})
    with_coin(level, *level.marker[0])
    with_column(level, 2, "crate")
    assert same(level, before)


# -------------------------------------------------------------------- columns and monsters


def sprites_at(level: Levels, x: int) -> list[str]:
    env = CoinRun(1, levels=level, seed=0)
    env.reset()
    return [SPRITES[code] for code in env.frame(0).cells[:, x]]


@pytest.mark.parametrize(
    ("kind", "on_ground"),
    [("flat", []), ("crate", ["crate"]), ("crates", ["crate"] * 2), ("wall", ["wall"] * 2),
     ("saw", ["saw"]), ("ledge", ["sky", "sky", "ledge"])],
)  # fmt: skip
def test_a_column_becomes_what_was_asked_for_on_ground_of_the_same_height(kind, on_ground):
    level = one_level()
    ground = sprites_at(level, 3)[: sprites_at(level, 3).index("grass") + 1]
    column = sprites_at(with_column(level, 3, kind), 3)
    assert column == [*ground, *on_ground, *["sky"] * (12 - len(ground) - len(on_ground))]


@pytest.mark.parametrize(("kind", "bottom"), [("lava", "lava"), ("saws", "saw")])
def test_a_pit_goes_down_to_the_bottom_and_can_be_filled_again(kind, bottom):
    level = one_level()
    pit = with_column(level, 3, kind)
    assert sprites_at(pit, 3) == [bottom, *["sky"] * 11]
    assert same(with_column(pit, 3, "flat"), level)


@pytest.mark.parametrize(
    ("x", "kind", "words"),
    [(5, "lava", "the agent starts here"), (-1, "flat", "the level ends here"),
     (31, "flat", "the level ends here"), (3, "tree", "A column is one of flat, lava,")],
)  # fmt: skip
def test_columns_that_cannot_be_changed_say_why(x, kind, words):
    with pytest.raises(LevelError, match=words):
        with_column(one_level(), x, kind)


def test_a_change_that_spoils_the_level_is_refused():
    level = next(x for x in some_levels(50, 0.0) if x.columns[0, 6:12].max() < 4)
    for x in (7, 8, 9):  # a pit of three columns can be jumped, one of five cannot
        level = with_column(level, x, "lava")
    level = with_coin(level, 6, int(level.spawn[0, 1]))
    with pytest.raises(LevelError, match="no agent would reach the end"):
        with_column(with_column(level, 10, "lava"), 11, "lava")


def test_a_change_that_buries_the_coin_is_refused():
    level = with_coin(one_level(), 3, int(one_level().spawn[0, 1]))
    with pytest.raises(LevelError, match=r"Move the coin first\. With this change: This cell"):
        with_column(level, 3, "crate")


def test_a_monster_walks_as_the_game_lets_it_walk():
    walked = [level for level in some_levels(200) if level.monster[0, 0] >= 0]
    assert len(walked) > 20
    for level in walked:
        x = int(level.monster[0, 0])
        without = with_monster(level, None)
        assert (without.monster == -1).all()
        assert same(with_monster(without, x), level)


def test_a_monster_is_refused_where_it_cannot_walk():
    level = one_level()
    for x in (-1, 5, 32):
        with pytest.raises(LevelError, match="needs two columns of flat, free ground"):
            with_monster(level, x)


def test_a_monster_turns_back_before_a_new_crate_and_leaves_a_new_pit():
    level = next(x for x in some_levels(200) if x.monster[0, 0] >= 0 and not x.distinguishing[0])
    x, low, high, y = level.monster[0].tolist()
    assert with_column(level, high, "crate").monster[0].tolist() == [x, low, high - 1, y]
    assert with_column(level, x, "crate").monster[0].tolist() == [-1] * 4


# ------------------------------------------------------------------------------- the link


def test_a_level_goes_through_a_link():
    for level in some_levels(30):
        text = to_text(level)
        assert text.replace("-", "").replace("_", "").isalnum()
        assert len(text) < 60
        assert same(from_text(text), level)


def test_an_edited_level_goes_through_a_link():
    level = with_coin(with_column(one_level(), 2, "ledge"), 1, int(one_level().spawn[0, 1]))
    assert same(from_text(to_text(level)), level)


@pytest.mark.parametrize("cut", range(0, 24, 6))
def test_a_damaged_link_is_refused_in_one_sentence(cut):
    text = to_text(one_level())
    other = "A" if text[cut] != "A" else "B"
    letter = text[:cut] + other + text[cut + 1 :]
    for damaged in (letter, text[:cut], text[:cut] + "é" + text[cut + 1 :], text + text, text[1:]):
        with pytest.raises(LevelError, match="This link does not hold a level"):
            from_text(damaged)


def test_a_whole_link_to_a_level_that_cannot_be_played_is_refused():
    level = one_level()
    out_of_reach = replace(level, coin=np.array([[6, 11]]))
    with pytest.raises(LevelError, match="No agent gets here alive"):
        from_text(to_text(out_of_reach))
    floating = replace(level, monster=np.array([[5, 5, 5, 9]]))
    with pytest.raises(LevelError, match="A monster needs"):
        from_text(to_text(floating))
    no_such_column = replace(level, columns=np.full_like(level.columns, 40))
    with pytest.raises(LevelError, match="does not hold a level"):
        from_text(to_text(no_such_column))
