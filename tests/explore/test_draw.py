import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_replays import HOPS, OBSTACLES, replay, take, walk

from misgen.explore.draw import (
    canvas_sprites,
    svg_sprite,
    svg_still,
    trail,
    transcript,
)
from misgen.topics.coinrun.levels import SPRITES as COINRUN_SPRITES

SVG = "{http://www.w3.org/2000/svg}"
coordinates = st.integers(0, 12)


def parsed(replay, **options):
    return ET.fromstring(svg_still(replay, **options))


def test_the_still_is_well_formed_and_has_the_size_of_the_level():
    picture = parsed(replay(walk(1, 9), picture=OBSTACLES, coin=(4, 2)))
    assert picture.get("viewBox") == "0 0 17 4"
    assert picture.get("role") == "img"


def test_the_alternative_text_of_the_still_is_the_transcript():
    run = replay(walk(1, 9), coin=(4, 2))
    assert parsed(run).get("aria-label") == transcript(run)


def test_the_label_of_the_still_is_escaped():
    picture = parsed(replay(walk(1, 9)), label='say "<&>"')
    assert picture.get("aria-label") == 'say "<&>"'


def test_every_colour_of_the_still_follows_the_theme_of_the_page():
    text = svg_still(replay(walk(1, 9), picture=OBSTACLES, coin=(4, 2)))
    painted = text.count("fill:") + text.count("stroke:")
    assert text.count("var(--mg-") == painted > 0


def test_the_trail_has_the_colour_of_the_outcome():
    for outcome, colour in [("goal", "goal"), ("proxy", "proxy"), ("died", "dead")]:
        way = parsed(replay(walk(1, 9), outcome=outcome)).find(f"{SVG}path")
        assert f"--mg-{colour}," in way.get("style")


def test_the_trail_ends_at_the_step_that_is_shown():
    def curves(step):
        way = parsed(replay(walk(1, 9)), step=step).find(f"{SVG}path")
        return 0 if way is None else way.get("d").count("C")

    assert [curves(0), curves(3), curves(-1)] == [0, 3, 8]
    assert parsed(replay(walk(1, 9)), path=False).find(f"{SVG}path") is None


def places_of(run, step=-1):
    return [group.get("transform") for group in parsed(run, step=step).findall(f"{SVG}g")]


def test_actors_stand_where_they_were_recorded():
    assert places_of(replay(walk(1, 9), coin=(4, 2)), step=2) == [
        "translate(4 0)", "translate(3 1)",
    ]  # fmt: skip


def test_the_agent_faces_its_direction():
    run = replay([(4, 1), (5, 1), (4, 1), (4, 1)])
    assert [places_of(run, step)[0].endswith("scale(-1 1)") for step in range(4)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_coin_that_was_taken_is_held_up():
    first, last = (places_of(take(1), step)[0] for step in (0, -1))
    assert (first, last) == ("translate(4 1)", "translate(4 0.08)")


def test_the_dead_agent_looks_different():
    alive, dead = (replay(walk(1, 9), outcome=outcome) for outcome in ("proxy", "died"))
    assert svg_still(alive, path=False, label="") != svg_still(dead, path=False, label="")


@pytest.mark.parametrize("step", [9, -10])
def test_a_step_that_does_not_exist_is_refused_in_one_sentence(step):
    with pytest.raises(ValueError, match=f"has the steps 0 to 8; step {step} does not exist"):
        svg_still(replay(walk(1, 9)), step=step)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=20))
def test_the_trail_passes_every_place_and_never_leaves_the_box_of_two_neighbours(way):
    numbers = np.array(trail(np.array(way, np.uint8), 12)).reshape(-1, 2)
    ends, controls = numbers[::3], np.delete(numbers, np.s_[::3], axis=0).reshape(-1, 2, 2)
    centres = np.array([(x + 0.5, 11.5 - y) for x, y in way])
    assert np.allclose(ends, centres, atol=1e-3)
    low, high = np.minimum(centres[:-1], centres[1:]), np.maximum(centres[:-1], centres[1:])
    assert (controls >= low[:, None] - 2e-3).all()
    assert (controls <= high[:, None] + 2e-3).all()


def test_the_sprites_for_the_canvas_are_json_with_poses_and_a_backdrop():
    sprites = json.loads(json.dumps(canvas_sprites(COINRUN_SPRITES)))
    assert set(COINRUN_SPRITES) | {"backdrop", "agent.air", "agent.dead"} <= set(sprites)


def test_the_wall_beyond_the_end_comes_with_the_end():
    assert "wall" in canvas_sprites(["end"])


def test_a_sprite_without_a_drawing_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="has no drawing"):
        canvas_sprites(["dragon"])


def test_a_hop_is_drawn_in_the_air():
    run = replay(HOPS)
    standing, hopping = (svg_still(run, step=step, path=False, label="") for step in (1, 2))
    assert standing.split("<g")[1] != hopping.split("<g")[1]


def test_one_sprite_is_drawn_by_its_instructions_in_tiles():
    assert svg_sprite("coin").count("<") == len(canvas_sprites(["coin"])["coin"][0])
    with pytest.raises(ValueError, match="Sprite 'dragon' has no drawing"):
        svg_sprite("dragon")
