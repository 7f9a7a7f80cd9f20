import base64
import itertools
import json

import numpy as np
import pytest
from node import run_in_node

from misgen.explore.base import text_of
from misgen.topics.coin_line.clone import SHARES, logits
from misgen.topics.coin_line.env import ENCODINGS, probe, states
from misgen.topics.coin_line.explorers import LENGTHS, STEPS, CoinLineExplorer, cloned
from misgen.topics.coin_line.scores import decisions, score, walk
from misgen.topics.coin_line.words import KINDS, NEITHER, written_logit, written_share

NAMES = ("distinguishing", "steps", "encoding", "length")
READ = """({ table, data }) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer;
  const read = ({ name, dtype, shape, offset }) => {
    const make = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array }[dtype];
    const array = new make(bytes, offset, shape.reduce((a, b) => a * b, 1));
    return [name, Object.assign(array, { shape })];
  };
  return Object.fromEntries(table.layout.map(read));
}"""
INDICES = """({ controls }, values) => Object.fromEntries(
  controls.map(({ name, values: all }) => [name, all.indexOf(values[name])]))"""


@pytest.fixture(scope="module")
def explorer() -> CoinLineExplorer:
    return CoinLineExplorer()


@pytest.fixture(scope="module")
def choices(explorer) -> list[dict]:
    """Some of all that a reader can choose, and all of the first and last steps."""
    controls = explorer.table["controls"]
    everything = itertools.product(*(control["values"] for control in controls))
    ends = {0, 1, STEPS}
    return [
        dict(zip(NAMES, values, strict=True))
        for i, values in enumerate(everything)
        if i % 37 == 0 or values[1] in ends
    ]


def grid_of(distinguishing, steps, encoding, length) -> np.ndarray:
    """The logits of all states of a choice, `(coins, places)`, from weights of 32 bits."""
    policies = cloned(encoding, length, STEPS)
    share = [round(100 * share, 3) for share in SHARES].index(distinguishing)
    weights = policies.weights[share, policies.steps.index(steps)]
    return logits(weights.astype(np.float32).astype(float), encoding, length)


def kinds_of(grid: np.ndarray) -> list[int]:
    """Which of `KINDS` the decision in each state is."""
    (place, coin), logit = states(len(grid) - 1), grid.ravel()
    right, ahead = logit > 0, coin > place
    cases = [place == coin, logit == 0, right & ahead, right, ahead]
    return np.select(cases, [0, 1, 2, 3, 5], 4).tolist()


# ------------------------------------------------------------------------------- parity


@pytest.fixture(scope="module")
def given(explorer, choices) -> dict:
    data = base64.b64encode(explorer.data).decode()
    return {"table": explorer.table, "data": data, "choices": choices}


@pytest.fixture(scope="module")
def page(given, tmp_path_factory) -> list[dict]:
    """What the module of the page shows for each of the choices, from the packed bytes."""
    return run_in_node(
        tmp_path_factory.mktemp("node"), "topics/coin_line/model",
        f"""(model, given) => {{
          const [{{ table }}, arrays] = [given, ({READ})(given)];
          const known = {{}};
          return given.choices.map((values) => {{
            const indices = ({INDICES})(table, values);
            const key = `${{values.encoding}}.${{values.length}}`;
            known[key] ??= model.chancesAtProbe(table, arrays, indices);
            const chance = known[key][indices.distinguishing][indices.steps];
            return {{ ...model.decisionsOf(table, arrays, indices), chance }};
          }});
        }}""",
        given,
    )  # fmt: skip


def test_the_page_computes_the_same_logits_and_decisions(choices, page):
    for chosen, shown in zip(choices, page, strict=True):
        grid, (place, coin) = grid_of(**chosen), probe(chosen["length"])
        np.testing.assert_allclose(shown["logits"], grid.ravel(), rtol=0, atol=1e-12)
        assert shown["kinds"] == kinds_of(grid), chosen
        chance = 1 / (1 + np.exp(-grid[coin, place]))
        assert shown["chance"] == pytest.approx(chance, abs=1e-12)


def test_the_page_says_the_same_and_walks_where_the_policy_does(explorer, given, tmp_path):
    told = run_in_node(
        tmp_path, "explore/js/view",
        f"""({{ View }}, given) => {{
          const [{{ table }}, arrays] = [given, ({READ})(given)];
          return given.choices.map((values) => {{
            const view = new View(table, arrays, {{ indices: ({INDICES})(table, values) }});
            const at = view.offset(table.which);
            const path = table.texts[arrays["reading.path"][at]];
            return [view.sentence(), table.ends[arrays.which[at]][0], path];
          }});
        }}""",
        given,
    )  # fmt: skip
    for chosen, (sentence, end, path) in zip(given["choices"], told, strict=True):
        assert [tuple(segment) for segment in sentence] == explorer.say(**chosen)
        walked = walk(decisions(grid_of(**chosen)), *probe(chosen["length"]))
        assert (end, path) == (walked.end, ", ".join(map(str, walked.places))), chosen
    assert {end for _, end, _ in told} == {"coin", "wall", "between", "random"}  # no formality


# ------------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_scores_that_are_shown_are_those_of_what_was_cloned(explorer, encoding):
    policies = cloned(encoding, 8, STEPS)
    for i, share in enumerate(SHARES):
        for row, step in list(enumerate(policies.steps))[::6]:
            told = said(
                explorer, distinguishing=round(100 * share, 3), steps=step, encoding=encoding
            )
            taken = float(score(decisions(policies.logits[i, row]), "uniform"))
            assert f"reaches it in {written_share(taken)} of episodes" in told


def test_the_rules_are_those_of_the_theorem(explorer):
    for line, length in zip(explorer.table["lines"], LENGTHS, strict=True):
        by_theorem = written_share((length + 2) / (2 * (length + 1)))
        assert line["rules"] == {"right": ["100 %", by_theorem], "coin": ["100 %", "100 %"]}
        assert f"“always right” does in {by_theorem}." in said(explorer, length=length)


def test_the_marked_states_are_those_that_occur_in_training(explorer):
    for line in explorer.table["lines"]:
        place, coin = states(line["length"])
        ordinary = np.flatnonzero((coin == line["length"]) & (place != coin))
        moved = np.flatnonzero((coin > 0) & (place != coin))
        assert line["drawn"] == {"ordinary": ordinary.tolist(), "moved": moved.tolist()}


def test_no_policy_turns_its_back_on_a_coin_ahead(explorer):
    # So the legend leaves that kind out.
    for encoding, length in itertools.product(ENCODINGS, LENGTHS):
        ahead = np.subtract.outer(np.arange(length + 1), np.arange(length + 1)) > 0  # (coin, place)
        assert (cloned(encoding, length, STEPS).logits[..., ahead] >= 0).all()
    listed = [k["label"] for k in explorer.table["kinds"] if k["listed"]]
    assert listed == [label for label, _, _ in KINDS if label != NEITHER]


def test_each_slider_moved_by_one_step_from_its_start_changes_the_sentence(explorer):
    before = explorer.sentence()
    for control in explorer.table["controls"][:2]:
        for i in (control["start"] - 1, control["start"] + 1):
            if 0 <= i < len(control["values"]):
                assert said(explorer, **{control["name"]: control["values"][i]}) != before


def test_equal_weights_are_stored_once(explorer):
    assert len(explorer.data) < 140_000
    shapes = {entry["name"]: entry["shape"] for entry in explorer.table["layout"]}
    assert shapes["weights.table.8"][-1] == 2  # the coin at the end, or elsewhere
    assert shapes["columns.table.8"] == [81]


# ---------------------------------------------------------------------------- sentences


def said(explorer: CoinLineExplorer, **chosen: object) -> str:
    return text_of(explorer.say(**chosen))


def test_before_training_it_prefers_nothing(explorer):
    assert "prefers nothing at the probe: the logit is exactly 0" in said(explorer, steps=0)


def test_at_0_percent_it_walks_away_and_at_2_percent_it_takes_the_coin(explorer):
    assert "walks to the right end, away from the coin" in said(explorer)
    assert "In 10,000 updates it never prefers left at the probe." in said(explorer)
    moved = said(explorer, distinguishing=2.0)
    assert "takes the coin" in moved
    assert "after update 147." in moved


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


# ------------------------------------------------------------------- start, numbers, refusals


def test_the_reader_can_be_sent_to_any_state():
    sent = CoinLineExplorer(
        distinguishing=0.001, steps=100, encoding="one_hot", length=6, key="another"
    )
    assert sent.state == {"distinguishing": 0.1, "steps": 100, "encoding": "one_hot", "length": 6}
    assert sent.sentence() == text_of(sent.say(**sent.state))


def test_the_numbers_tell_when_each_encoding_flips(explorer):
    numbers = explorer.numbers()
    assert numbers.count("<tr>") == 1 + len(SHARES)
    assert "3,791" in numbers
    assert "not within 10,000" in numbers


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"distinguishing": 0.5}, "'distinguishing' has no value 50.0; choose one of 0.0, 0.1"),
        ({"steps": 7}, "'steps' has no value 7; choose one of 0, 1, 2"),
        ({"encoding": "pixels"}, "'encoding' has no value 'pixels'; choose one of position_and"),
        ({"length": 7}, "'length' has no value 7; choose one of 6, 8, 12"),
    ],
)
def test_a_start_that_is_not_there_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        CoinLineExplorer(**wrong)


def test_an_unknown_control_is_refused(explorer):
    with pytest.raises(ValueError, match="no control 'moonlight'"):
        explorer.say(moonlight=1)


def test_the_table_is_plain_json(explorer):
    assert json.loads(json.dumps(explorer.table, allow_nan=False)) == json.loads(
        json.dumps(explorer.table)
    )
