from __future__ import annotations

import json

import numpy as np
import pytest
from node import run_in_node

from misgen.explore.base import PACKAGE, text_of
from misgen.explore.pack import unpack
from misgen.topics.many_goals.explorers import (
    DISCOUNTS,
    NOWHERE,
    POTENTIAL_LABELS,
    ROOMS,
    Painter,
    policies_text,
    say,
)
from misgen.topics.many_goals.figures import value_text
from misgen.topics.many_goals.gallery import (
    LETTERS,
    NAMES,
    POTENTIALS,
    PRESETS,
    Rival,
    reward_of,
    rivals,
)
from misgen.topics.many_goals.gridworld import (
    CELLS,
    count_policies,
    named_room,
    optimal_actions,
    optimal_values,
)

# ----------------------------------------------------- the page computes what Python does

PAGE = """({ Rivals, roomOf, painterSentence, valueText }, { table, next, sweeps, cases }) => {
  const rooms = next.map((part) => roomOf(part.flat(), table.size ** 2));
  return cases.map(({ paint, discount, potential, wall }) => {
    const reward = [...paint].map((letter) => table.levels[table.letters.indexOf(letter)]);
    const shown = [rooms[0], rooms[Number(wall)]];
    const all = { reward, discount, sweeps: sweeps[discount], potential };
    const found = new Rivals(table, shown, all);
    return { best: found.best, values: found.values, here: found.here, before: found.before,
             said: painterSentence(table, found, wall), texts: found.values.map(valueText) };
  });
}"""


def painted(rng: np.random.Generator) -> str:
    """A word: every letter equally often, or a room in which few cells pay."""
    chances = [0.2] * 5 if rng.random() < 0.5 else [0.06, 0.04, 0.8, 0.04, 0.06]
    return "".join(rng.choice(list(LETTERS), CELLS, p=chances))


@pytest.fixture(scope="module")
def cases() -> list[dict]:
    rng = np.random.default_rng(0)
    words = [*PRESETS.values(), *(painted(rng) for _ in range(40))]
    return [
        {
            "paint": word,
            "discount": float(rng.choice(DISCOUNTS)),
            "potential": str(rng.choice([*POTENTIALS])),
            "wall": bool(k % 2),
        }
        for k, word in enumerate(words)
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory, cases) -> list[dict]:
    """What the module of the page makes of each case."""
    painter = Painter()
    arrays = unpack(painter.table["layout"], painter.data)
    given = {
        "table": painter.table,
        "next": arrays["next"].tolist(),
        "sweeps": dict(zip(map(str, DISCOUNTS), arrays["sweeps"].tolist(), strict=True)),
        "cases": cases,
    }
    return run_in_node(tmp_path_factory.mktemp("node"), "topics/many_goals/gridworld", PAGE, given)


@pytest.fixture(scope="module")
def gallery(cases) -> list[tuple]:
    """What Python makes of each case: other rewards here, and in the open room."""
    return [
        tuple(
            rivals(reward_of(case["paint"]), case["discount"], case["potential"], where)
            for where in (room_of(case), named_room(ROOMS[0]))
        )
        for case in cases
    ]


def room_of(case: dict):
    return named_room(ROOMS[case["wall"]])


def test_the_page_finds_the_same_best_moves_and_values(cases, page):
    for case, found in zip(cases, page, strict=True):
        reward = reward_of(case["paint"])
        best = optimal_actions(room_of(case), reward, case["discount"])
        assert found["best"] == best.tolist(), case
        values = optimal_values(room_of(case), reward, case["discount"])
        assert np.allclose(found["values"], values, rtol=0, atol=1e-9)
        assert found["texts"] == [value_text(v) for v in found["values"]]


def test_the_page_gives_the_same_verdicts_pictures_and_counts(cases, page, gallery):
    seen = set()
    for case, found, both in zip(cases, page, gallery, strict=True):
        for mine, expected in zip(("here", "before"), both, strict=True):
            told = [(r["name"], r["verdict"], r["policies"]) for r in found[mine]]
            assert told == [(r.name, r.verdict, r.policies) for r in expected], case
            pictures = [r["picture"] for r in found[mine]]
            assert np.allclose(pictures, [r.picture for r in expected], rtol=0, atol=1e-9)
            seen |= {(r.name, r.verdict) for r in expected}
    # The cases are no formality: every reward is told apart from the painted one in some of them,
    # except those that never are.
    never = {"Half of it, plus 0.3", "Nothing anywhere", "Shaped by a potential"}
    assert {name for name, verdict in seen if verdict == "other"} == set(NAMES) - never


def test_the_page_says_the_same(cases, page, gallery):
    for case, found, both in zip(cases, page, gallery, strict=True):
        best = optimal_actions(room_of(case), reward_of(case["paint"]), case["discount"])
        expected = say(count_policies(best), *both, case["wall"])
        assert [tuple(segment) for segment in found["said"]] == expected


def test_numbers_are_written_alike(tmp_path):
    values = [*np.arange(-2, 2, 0.05).tolist(), 0.25, -0.25, 9.95, 19.999, -1e-9]
    counts = [1, 2, 999, 1000, 16384, 999_999, 1_000_000, 2_654_208_000_000_000]
    told = run_in_node(
        tmp_path, "topics/many_goals/gridworld",
        "(m, { values, counts, table }) => "
        "[values.map(m.valueText), counts.map((n) => m.policiesText(n, table))]",
        {"values": values, "counts": counts, "table": Painter().table},
    )  # fmt: skip
    assert told == [[*map(value_text, values)], [*map(policies_text, counts)]]


def test_only_rewards_that_explained_the_open_room_are_counted_behind_the_wall(tmp_path):
    before, here = ["same", "other", "same"], ["other", "same", "among"]
    rooms = [[{"verdict": verdict} for verdict in room] for room in (before, here)]
    told = run_in_node(
        tmp_path, "topics/many_goals/gridworld",
        "(m, { table, rooms: [before, here] }) => "
        "m.painterSentence(table, { best: [[true, false]], here, before }, true)",
        {"table": Painter().table, "rooms": rooms},
    )  # fmt: skip
    rivals_of = [[Rival("", np.zeros(CELLS), v, 1) for v in room] for room in (here, before)]
    assert [tuple(segment) for segment in told] == say(1, *rivals_of, True)
    assert "Of the 2 rewards" in text_of(told)
    assert "room, 1 explain it here" in text_of(told)


def test_the_module_that_computes_touches_no_page():
    source = (PACKAGE / "topics/many_goals/gridworld.js").read_text(encoding="utf-8")
    assert "document" not in source.split("\n\n", 1)[1]
    assert "import" not in source


# ------------------------------------------------------------------------------ Python


def test_the_moves_travel_with_the_painter():
    arrays = unpack(Painter().table["layout"], Painter().data)
    for room, packed in zip(ROOMS, arrays["next"], strict=True):
        here = named_room(room)
        assert np.array_equal(packed != NOWHERE, here.available)
        assert np.array_equal(packed[here.available], here.successors[here.available])


def test_the_reader_can_be_sent_to_any_state():
    painter = Painter(paint="e" * CELLS, discount=0.5, potential="checks", wall=True)
    assert painter.state == {
        "paint": "e" * CELLS, "discount": 0.5, "potential": "checks", "wall": True,
    }  # fmt: skip
    assert painter.table["start"] == "e" * CELLS


def test_everything_travels_as_json():
    assert json.loads(json.dumps(Painter().table))["size"] == 5
    assert set(POTENTIAL_LABELS) == set(POTENTIALS)


def test_the_sentence_counts_what_explains_the_behaviour():
    said = Painter().sentence()
    assert "16,384 policies take one of them" in said
    assert "optimal under 6 of the 8 other rewards" in said
    assert "Under 5 of them" in said


def test_behind_the_wall_the_sentence_counts_what_still_does():
    said = Painter(wall=True).sentence()
    assert "Of the 6 rewards that explain the behaviour in the open room, 3 explain" in said


def test_one_policy_is_not_called_policies():
    best = optimal_actions(named_room(ROOMS[0]), np.zeros(CELLS), 0.9)
    here = rivals(np.zeros(CELLS), 0.9, "left", named_room(ROOMS[0]))
    assert "; 1 policy takes one of them" in text_of(say(1, here, here, False))
    assert "; over 10¹⁵ policies take" in text_of(say(count_policies(best), here, here, False))


def test_none_is_said_where_no_other_reward_is_kept():
    here = rivals(reward_of(PRESETS["goal and pit"]), 0.9, "left", named_room(ROOMS[0]))
    parted = [r for r in here if not r.explains]
    assert "none explain it here" in text_of(say(4, parted, parted, True))


def test_large_counts_are_told_by_their_power_of_ten():
    assert policies_text(999_999) == "999,999 policies"
    assert policies_text(1_000_000) == "over 10⁶ policies"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"paint": "abc"}, "25 of the letters"),
        ({"discount": 0.55}, "one of the discounts"),
        ({"potential": "up"}, "no potential 'up'"),
    ],
)
def test_a_choice_that_the_painter_does_not_offer_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Painter(**options)
