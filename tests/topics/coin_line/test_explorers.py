import base64
import itertools
import json
import re

import numpy as np
import pytest
from node import run_in_node

from misgen.explore.base import text_of
from misgen.topics.coin_line.clone import SHARES, CloningSettings, clone
from misgen.topics.coin_line.env import ENCODINGS, states
from misgen.topics.coin_line.explorers import LENGTHS, STEPS, CoinLineExplorer
from misgen.topics.coin_line.scores import decisions, rule, score
from misgen.topics.coin_line.still import map_svg
from misgen.topics.coin_line.words import (
    KINDS,
    NEITHER,
    kind,
    written_logit,
    written_share,
)

NAMES = ("distinguishing", "steps", "encoding", "length")


@pytest.fixture(scope="module")
def explorer() -> CoinLineExplorer:
    return CoinLineExplorer()


@pytest.fixture(scope="module")
def choices(explorer) -> list[dict]:
    """Every tenth of all that a reader can choose, and all of the first and last steps."""
    controls = explorer.table["controls"]
    everything = itertools.product(*(control["values"] for control in controls))
    ends = {0, 1, STEPS}
    return [
        dict(zip(NAMES, values, strict=True))
        for i, values in enumerate(everything)
        if i % 10 == 0 or values[1] in ends
    ]


@pytest.fixture(scope="module")
def page(explorer, choices, tmp_path_factory) -> list[dict]:
    """What the module of the page shows for each of the choices, from the packed bytes."""
    data = base64.b64encode(explorer.data).decode()
    return run_in_node(
        tmp_path_factory.mktemp("node"), "topics/coin_line/model",
        """(model, { table, data, choices }) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer;
          const read = (entry) => {
            const make = { uint8: Uint8Array, uint32: Uint32Array }[entry.dtype];
            const array = new make(bytes, entry.offset, entry.shape.reduce((a, b) => a * b, 1));
            array.shape = entry.shape;
            return [entry.name, array];
          };
          const arrays = Object.fromEntries(table.layout.map(read));
          return choices.map((values) => {
            const indices = Object.fromEntries(table.controls.map(
              (control) => [control.name, control.values.indexOf(values[control.name])]));
            const { logits, ...shown } = model.lookAt(table, arrays, indices);
            const chances = model.chancesAtProbe(table, arrays, indices);
            const chance = chances[indices.distinguishing][indices.steps];
            return { ...shown, logits: Array.from(logits), chance };
          });
        }""",
        {"table": explorer.table, "data": data, "choices": choices},
    )  # fmt: skip


# ------------------------------------------------------------------------------- parity


def test_the_page_computes_the_same_logits_decisions_and_walks(explorer, choices, page):
    ends = set()
    for chosen, found in zip(choices, page, strict=True):
        look = explorer.look(**chosen)
        np.testing.assert_allclose(found["logits"], look.logits.ravel(), rtol=0, atol=1e-12)
        assert found["kinds"] == look.kinds.ravel().tolist(), chosen
        assert found["walked"] == {"places": list(look.walk.places), "end": look.walk.end}
        ends.add(look.walk.end)
    assert ends == {"coin", "wall", "between", "random"}  # the choices are no formality


def test_the_page_computes_the_same_scores(explorer, choices, page):
    for chosen, found in zip(choices, page, strict=True):
        assert found["scores"] == pytest.approx(explorer.look(**chosen).scores, abs=1e-12)


def test_the_page_says_the_same(explorer, choices, page):
    for chosen, found in zip(choices, page, strict=True):
        said = [tuple(segment) for segment in found["sentence"]]
        assert said == [tuple(segment) for segment in explorer.look(**chosen).sentence]
        assert "{" not in text_of(said)


def test_the_chart_of_the_page_shows_the_chance_of_the_logit_at_the_probe(page):
    for found in page:
        place, coin = -(-found["length"] // 2), 0
        logit = found["logits"][coin * (found["length"] + 1) + place]
        assert found["chance"] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-12)


# ------------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_shown_is_what_was_cloned(explorer, encoding):
    cloned = clone(encoding, settings=CloningSettings(steps=STEPS))
    for i, share in enumerate(SHARES):
        for row, step in list(enumerate(cloned.steps))[::6]:
            look = explorer.look(
                distinguishing=round(100 * share, 3), steps=step, encoding=encoding
            )
            np.testing.assert_allclose(look.logits, cloned.logits[i, row], rtol=1e-5, atol=1e-6)
            right = decisions(cloned.logits[i, row])
            assert look.scores["uniform"] == pytest.approx(float(score(right, "uniform")))
        np.testing.assert_array_equal(look.flip, cloned.flip_steps[i])


def test_the_rules_are_those_of_the_theorem(explorer):
    for line, length in zip(explorer.table["lines"], LENGTHS, strict=True):
        assert line["rules"]["right"]["uniform"] == pytest.approx((length + 2) / (2 * (length + 1)))
        assert line["rules"]["coin"] == {"ambiguous": 1.0, "uniform": 1.0}


def test_the_marked_states_are_those_that_occur_in_training(explorer):
    for line in explorer.table["lines"]:
        place, coin = states(line["length"])
        ordinary = np.flatnonzero((coin == line["length"]) & (place != coin))
        moved = np.flatnonzero((coin > 0) & (place != coin))
        assert line["drawn"] == {"ordinary": ordinary.tolist(), "moved": moved.tolist()}


def test_no_policy_turns_its_back_on_a_coin_ahead(explorer):
    # So the legend leaves that kind out.
    values = [control["values"] for control in explorer.table["controls"]]
    for share, step, encoding, length in itertools.product(values[0], values[1][::4], *values[2:]):
        look = explorer.look(distinguishing=share, steps=step, encoding=encoding, length=length)
        assert (look.kinds != 5).all()
    listed = [k["label"] for k in explorer.table["kinds"] if k["listed"]]
    assert listed == [label for label, _, _ in KINDS if label != NEITHER]


def test_the_kinds_of_the_two_rules_are_told_apart():
    place, coin = (array.tolist() for array in states(4))
    for name, expected in (("right", {0, 2, 3}), ("coin", {0, 2, 4})):
        right = rule(name, 4).ravel().tolist()
        kinds = {kind(*of) for of in zip(right, place, coin, strict=True) if of[1] != of[2]} | {0}
        assert kinds == expected


def test_each_slider_moved_by_one_step_from_its_start_changes_the_sentence(explorer):
    before = explorer.sentence()
    for control in explorer.table["controls"][:2]:
        for i in (control["start"] - 1, control["start"] + 1):
            if 0 <= i < len(control["values"]):
                look = explorer.look(**{control["name"]: control["values"][i]})
                assert text_of(look.sentence) != before


def test_equal_weights_are_stored_once(explorer):
    assert len(explorer.data) < 120_000
    shapes = {entry["name"]: entry["shape"] for entry in explorer.table["layout"]}
    assert shapes["weights.table.8"][-1] == 2  # the coin at the end, or elsewhere
    assert shapes["columns.table.8"] == [81]


# ---------------------------------------------------------------------------- sentences


def said(explorer: CoinLineExplorer, **chosen: object) -> str:
    return text_of(explorer.look(**chosen).sentence)


def test_before_training_it_prefers_nothing(explorer):
    assert "prefers nothing at the probe: the logit is exactly 0" in said(explorer, steps=0)


def test_at_0_percent_it_walks_away_and_at_2_percent_it_takes_the_coin(explorer):
    assert "walks to the right end, away from the coin" in said(explorer)
    assert "In 10,000 steps it never prefers left at the probe." in said(explorer)
    moved = said(explorer, distinguishing=2.0)
    assert "takes the coin" in moved
    assert "after step 147." in moved


def test_a_policy_that_sets_out_for_the_coin_and_never_arrives_is_told(explorer):
    told = said(explorer, distinguishing=2.0, steps=160)
    assert "prefers left at the probe" in told
    assert "steps back and forth between places 1 and 2. It never arrives." in told


def test_a_place_at_which_it_knows_nothing_is_told(explorer):
    assert "walks to place 8 and steps at random there" in said(explorer, encoding="one_hot")


@pytest.mark.parametrize(
    ("logit", "text"),
    [(0.0, "exactly 0"), (-0.0, "exactly 0"), (4e-4, "just above 0"), (-4e-4, "just below 0"),
     (5e-4, "+0.001"), (-12.3456, "−12.346")],
)  # fmt: skip
def test_a_logit_too_small_for_its_digits_is_written_in_words(logit, text):
    assert written_logit(logit) == text


def test_halves_of_a_percent_go_up_as_on_the_page():
    assert [written_share(x) for x in (0.005, 0.015, 0.025, 0.555, 1.0)] == [
        "1 %", "2 %", "3 %", "56 %", "100 %",
    ]  # fmt: skip


# ------------------------------------------------------------------- start, still, refusals


def test_the_reader_can_be_sent_to_any_state():
    sent = CoinLineExplorer(
        distinguishing=0.001, steps=100, encoding="one_hot", length=6, key="another"
    )
    assert sent.state == {"distinguishing": 0.1, "steps": 100, "encoding": "one_hot", "length": 6}
    assert sent.sentence() == text_of(sent.look(**sent.state).sentence)


def test_the_still_shows_the_map_and_when_each_encoding_flips(explorer):
    still = explorer.still()
    svg = re.search(r"<svg.*?</svg>", still, re.S)[0]
    assert svg.count("→") == 72
    assert "Map of 72 decisions: 36 right, as both rules; 36 right, as only always right." in svg
    assert still.count("<tr>") == 1 + len(SHARES)
    assert "3,791" in still
    assert "not within 10,000" in still


def test_the_map_has_the_coin_at_place_0_at_the_bottom():
    kinds = np.full((5, 5), 2, np.uint8)
    kinds[0, 1] = 4
    rows = re.findall(r'y="([\d.]+)"[^>]*>(→|←)', map_svg(kinds))
    (left,) = (float(y) for y, glyph in rows if glyph == "←")
    assert left == max(float(y) for y, _ in rows)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"distinguishing": 0.5}, "distinguishing must be one of 0.0, 0.1"),
        ({"steps": 7}, "steps must be one of 0, 1, 2"),
        ({"encoding": "pixels"}, "encoding must be one of position_and_coin"),
        ({"length": 7}, "length must be one of 6, 8, 12"),
    ],
)
def test_a_start_that_is_not_there_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        CoinLineExplorer(**wrong)


def test_an_unknown_control_is_refused(explorer):
    with pytest.raises(ValueError, match="no control 'moonlight'"):
        explorer.look(moonlight=1)


def test_the_table_is_plain_json(explorer):
    assert json.loads(json.dumps(explorer.table, allow_nan=False)) == json.loads(
        json.dumps(explorer.table)
    )
