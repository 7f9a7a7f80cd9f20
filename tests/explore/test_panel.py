import base64
import itertools
import json
import shutil
import subprocess

import numpy as np
import pytest
from small_panels import (
    NAMED,
    READINGS,
    SENTENCES,
    SHARES,
    STEPS,
    bars,
    chart,
    flipped,
    heat,
    named_by_place,
    panel,
    place,
    share,
    steps,
    world,
)
from small_replays import pass_by, take

from misgen.explore import Line, Lines, Reading
from misgen.explore.base import PACKAGE, text_of
from misgen.explore.pack import unpack
from misgen.explore.panel_parts import Replays

READ = """
import { readFileSync } from "node:fs";
import { readArrays } from "./shared.js";
import { View } from "./view.js";
const { table, data, states } = JSON.parse(readFileSync(0, "utf8"));
const values = { table, data: new Uint8Array(Buffer.from(data, "base64")) };
const arrays = readArrays({ get: (name) => values[name] });
"""
SAY = """
const said = states.map((indices) => {
  const view = new View(table, arrays, { indices });
  const pictures = table.parts.filter(({ kind }) => kind !== "bars");
  return [view.sentence(), ...pictures.map((part) => view.description(part))];
});
console.log(JSON.stringify(said));
"""
LIST = """
const listed = Object.entries(arrays).map(([name, array]) => [name, [...array]]);
console.log(JSON.stringify(Object.fromEntries(listed)));
"""
TELL = """
const view = new View(table, arrays, { indices: states[0] });
console.log(JSON.stringify(table.parts.map((part) => view.replay(part).story)));
"""
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")


def told_by_the_page(script, made, folder, states=()):
    """What the ES modules make of the panel's table and bytes."""
    shutil.copytree(PACKAGE / "explore" / "js", folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "script.js").write_text(READ + script)
    data = base64.b64encode(made.data).decode()
    given = json.dumps({"table": made.table, "data": data, "states": list(states)})
    done = subprocess.run(
        ["node", "script.js"], cwd=folder, input=given, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def every_state(made):
    values = [control.values for control in made._controls.values()]
    return [dict(zip(made._controls, choice, strict=True)) for choice in itertools.product(*values)]


@needs_node
def test_the_page_reads_the_arrays_that_python_packed(tmp_path):
    made = panel()
    read = told_by_the_page(LIST, made, tmp_path)
    for name, array in unpack(made.table["layout"], made.data).items():
        numbers = np.array(read[name], float)  # JSON has null for NaN
        assert np.allclose(numbers, array.ravel(), atol=1e-6, equal_nan=True), name
    assert np.isnan(np.array(read["part2.0.values"], float)).sum() == 2


@needs_node
def test_python_and_the_page_say_the_same_in_every_state(tmp_path):
    made = panel(parts=[heat(), world(), chart(), chart(cursor=None), bars()])
    states = every_state(made)
    told = told_by_the_page(SAY, made, tmp_path, [made.indices(**state) for state in states])
    expected = [list(map(list, made.say(**state))) for state in states]
    assert [sentence for sentence, *_ in told] == expected
    assert len({json.dumps(one) for one in told}) > len(SHARES) * len(STEPS)


@needs_node
def test_the_page_describes_each_picture_for_those_who_do_not_see_it(tmp_path):
    made = panel()
    _, heat_map, _, lines = told_by_the_page(SAY, made, tmp_path, [made.indices()])[0][:4]
    assert heat_map.startswith(made.table["parts"][0]["label"])
    assert "rows" in heat_map
    assert lines.startswith(f"Chart. {made.table['parts'][2]['label']}.")
    assert "1,000" in lines


def test_the_sentence_names_readings_and_the_labels_of_controls():
    assert panel().sentence() == (
        "After 1,000 steps with 1 % it gets the coin on the left in 54 of 100 levels."
    )
    assert ("goal", "30 of 100") in panel().say(steps=250)


def test_which_chooses_the_sentence():
    assert text_of(panel().say(steps=0, place="right")) == "Untrained, it walks."


def test_a_missing_run_is_said_to_be_missing():
    assert "an unknown number" in text_of(panel().say(share=10))


def test_braces_that_name_nothing_stay():
    said = [[("", "The set {1, 2} and {place}.")]]
    assert panel(sentences=said, which=None).sentence() == "The set {1, 2} and on the left."


def test_the_state_holds_the_value_of_each_control_at_the_start():
    assert panel().state == {"share": 1, "steps": 1000, "place": "left", "flipped": False}


def test_a_state_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no control 'noise'; choose from share, steps"):
        panel().say(noise=1)
    with pytest.raises(ValueError, match="'steps' has no value 300"):
        panel().say(steps=300)


@pytest.mark.parametrize(
    ("parts", "below"),
    [
        ([heat(), world(), chart(), bars()], {"share": None, "steps": 2, "place": 1, "flipped": 2}),
        ([chart(), chart(), bars(), world()], {"share": None, "steps": None, "place": 3}),
        ([chart(), world()], {"share": 0, "steps": 0, "place": 1, "flipped": 0}),
    ],
)
def test_a_control_stands_below_the_chart_of_its_cursor_or_all_that_it_changes(parts, below):
    controls = panel(parts=parts).table["controls"]
    found = {control["name"]: control["below"] for control in controls}
    assert found == {"flipped": None, **below}


def test_a_control_stands_below_the_part_that_it_names_and_is_no_axis_there():
    parts = [world(), chart(even_x=True), bars()]
    for below, place_of, is_axis in (("", 1, True), ("On new levels", 2, False)):
        made = panel(controls=[share(), steps(below=below), place(), flipped()], parts=parts).table
        assert {c["name"]: c["below"] for c in made["controls"]}["steps"] == place_of
        assert made["parts"][1]["aligned"] == is_axis


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"controls": []}, "at least one control and one part"),
        ({"parts": []}, "at least one control and one part"),
        ({"controls": [share(), share(), steps(), place(), flipped()]}, "a name of its own"),
        ({"parts": [heat(), chart(), bars()]}, "control 'place' changes no picture"),
        ({"controls": [share(), steps(below="Far"), place(), flipped()]}, "no part 'Far' for"),
        ({"readings": {**READINGS, "share": Reading(1.0)}}, "'share' is that of a control"),
        ({"readings": {**READINGS, "a b": Reading(1.0)}}, "Name a reading by small letters"),
        ({"readings": {**READINGS, "far": Reading([1.0], ("share",))}}, "'far' as an array"),
        ({"readings": {**READINGS, "far": Reading(1.0, ("noise",))}}, "no control 'noise'"),
        ({"readings": {}}, "sentence names 'rate', which is no reading and no control"),
        ({"sentences": []}, "one sentence, or several and `which`"),
        ({"which": None}, "one sentence, or several and `which`"),
        ({"sentences": SENTENCES[:1]}, "indices of the 1 sentences"),
        ({"which": (np.zeros(4), ("steps",))}, "indices of the 2 sentences"),
        ({"which": (np.zeros(3, int), ("steps",))}, "`which` as an array of 4"),
    ],
)  # fmt: skip
def test_a_panel_that_cannot_work_is_refused_in_one_sentence(options, message):
    with pytest.raises(ValueError, match=message):
        panel(**options)


def test_two_sliders_that_play_are_refused():
    both = [steps(playable=True), share()]
    object.__setattr__(both[1], "playable", True)
    with pytest.raises(ValueError, match="at most one control of a panel playable"):
        panel(controls=[*both, place(), flipped()])


def test_a_panel_too_heavy_for_a_page_is_refused():
    x = tuple(range(40_000))
    long = Lines("Long", x=x, x_label="", x_ticks=[], y_label="", y_range=(0, 1), y_ticks=[],
                 lines=[Line("a", "goal", np.zeros((5, len(x))))], over=("share",))  # fmt: skip
    with pytest.raises(ValueError, match="holds 400 kB; leave out seeds"):
        panel(controls=[share()], parts=[long], readings={}, sentences=[[("", "a")]], which=None)


# ------------------------------------------------------------------------------ replays


def of_replays(*lists):
    parts = [Replays("", replays=of, over=("place",), badges={}) for of in lists]
    words = {"readings": {}, "sentences": [[("", "{place}")]], "which": None}
    return panel(controls=[place(start=1)], parts=parts, **words)


@needs_node
def test_each_part_shows_the_replays_of_its_own_list(tmp_path):
    made = of_replays([take(1), take(2)], [pass_by(1), pass_by(2)])
    first, second = told_by_the_page(TELL, made, tmp_path, [{"place": 1}])
    assert "takes the coin" in first
    assert "stops at the end wall" in second
    assert len(unpack(made.table["layout"], made.data)["replays.frames"]) == 4


def test_a_list_that_parts_share_is_stored_once():
    shared = [take(1), pass_by(2)]
    made = of_replays(shared, [pass_by(1), take(2)], shared)
    assert [part["first"] for part in made.table["parts"]] == [0, 2, 0]
    assert len(unpack(made.table["layout"], made.data)["replays.frames"]) == 4


@pytest.mark.parametrize("by", [("places", NAMED), ("place", NAMED[:1]), ("steps", ())])
def test_labels_for_other_values_than_another_control_has_are_refused(by):
    with pytest.raises(ValueError, match="'share' labels for each value of another control"):
        named_by_place(by)
