import base64
import itertools

import numpy as np
import pytest
import random_assistants
from node import run_in_node

from misgen.core.intervals import over_seeds
from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.assistant.explorer_rates import PandemicRates
from misgen.topics.assistant.explorer_week import (
    EXAMPLES,
    days_for_both,
    listed_places,
    preferred_place,
    words_of,
)
from misgen.topics.assistant.explorers import AssistantExplorer
from misgen.topics.assistant.weeks import (
    BREAKS,
    CAUTIONS,
    KINDS,
    PANDEMIC,
    PLACES,
    SITUATIONS,
    TASTES,
    VOCABULARY,
    WEATHERS,
    WISHES,
    Weeks,
    preferred_kind,
)
from misgen.topics.assistant.words import LABELS, PHRASES, PLACE_LABELS, ink_of, sentence_of

CHOSEN = 400  # weeks at which page and Python are compared


@pytest.fixture(scope="module")
def explorer() -> AssistantExplorer:
    return random_assistants.explorer()


@pytest.fixture(scope="module")
def choices(explorer) -> list[dict]:
    """The start, each value of each control once, and random choices of all controls."""
    controls = explorer.table["controls"]
    rng = np.random.default_rng(0)
    single = [{c["name"]: value} for c in controls for value in c["values"]]
    return [{}, *single] + [
        {c["name"]: c["values"][rng.integers(len(c["values"]))] for c in controls}
        for _ in range(CHOSEN)
    ]


@pytest.fixture(scope="module")
def page(explorer, choices, tmp_path_factory) -> list[dict]:
    """What the module of the page shows for each of the choices, from the packed bytes."""
    data = base64.b64encode(explorer.data).decode()
    return run_in_node(
        tmp_path_factory.mktemp("node"), "topics/assistant/model",
        """(model, { table, data, choices }) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer;
          const read = (entry) => {
            const types = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array };
            const make = types[entry.dtype];
            const array = new make(bytes, entry.offset, entry.shape.reduce((a, b) => a * b, 1));
            array.shape = entry.shape;
            return [entry.name, array];
          };
          const arrays = Object.fromEntries(table.layout.map(read));
          const assistants = new model.Assistants(arrays, table.weights);
          const start = Object.fromEntries(table.controls.map(
            ({ name, values, start }) => [name, values[start]]));
          return choices.map((chosen) => {
            const values = { ...start, ...chosen };
            const indices = Object.fromEntries(table.controls.map(
              (control) => [control.name, control.values.indexOf(values[control.name])]));
            return model.lookAt(table, assistants, arrays.preferred, values, indices);
          });
        }""",
        {"table": explorer.table, "data": data, "choices": choices},
    )  # fmt: skip


# ------------------------------------------------------------------------------- parity


def test_the_page_computes_the_same_probabilities(explorer, choices, page):
    booked = set()
    for chosen, found in zip(choices, page, strict=True):
        look = explorer.look(**chosen)
        for name in ("knows", "books", "day"):
            answers = [each[name] for each in found["answers"]]
            np.testing.assert_allclose(answers, getattr(look, name), rtol=0, atol=1e-12)
        booked |= set(look.books.argmax(axis=1).tolist())
    assert len(booked) > len(PLACES) / 2  # the choices are no formality


def test_the_page_looks_up_the_same_preference(explorer, choices, page):
    for chosen, found in zip(choices, page, strict=True):
        look = explorer.look(**chosen)
        assert found["preferred"] == look.preferred, chosen
        assert found["listed"] == look.listed.tolist()
        assert found["suits"] == look.suits


def test_the_page_says_the_same(explorer, choices, page):
    said = set()
    for chosen, found in zip(choices, page, strict=True):
        segments = [tuple(segment) for segment in found["sentence"]]
        assert segments == [tuple(segment) for segment in explorer.look(**chosen).sentence]
        assert "{" not in text_of(segments) + "".join(tag for tag, _ in segments)
        said.add(text_of(segments))
    assert len(said) > CHOSEN / 2


def test_the_page_says_the_same_whatever_is_answered(explorer, tmp_path):
    # Random weights are seldom right, so that what is said then is compared here.
    rng = np.random.default_rng(1)
    cases = [
        {"knows": rng.choice([0, 5, 12], 6, p=[0.1, 0.8, 0.1]).tolist(),
         "books": rng.choice([0, 5, 12], 6).tolist(), "chosen": int(rng.integers(6)),
         "preferred": int(rng.choice([0, 5])), "day": int(rng.integers(5)),
         "suits": (rng.random(5) < 0.5).tolist()}
        for _ in range(200)
    ]  # fmt: skip
    found = run_in_node(
        tmp_path, "topics/assistant/model",
        """(model, { table, cases, words }) => cases.map((one) => {
          const answer = (known, k) => ({ known, booked: one.books[k], when: one.day });
          const answers = one.knows.map(answer);
          return model.sentenceOf(table, { ...one, answers }, words);
        })""",
        {"table": explorer.table, "cases": cases, "words": WORDS},
    )  # fmt: skip
    for one, segments in zip(cases, found, strict=True):
        assert [tuple(segment) for segment in segments] == sentence_of(**one, words=WORDS)
    everything = "".join(text for segments in found for _, text in segments)
    for told in ("do the same", "all 6 assistants know", "No day", "That day", "that is what it"):
        assert told in everything


def test_the_page_reads_the_rates_of_the_same_fine_tuning(explorer, choices, page):
    settings = random_assistants.SETTINGS
    for chosen, found in zip(choices, page, strict=True):
        assert settings[found["setting"]] == explorer.look(**chosen).setting


# ------------------------------------------------------------------------------ the week


def test_a_composed_week_has_the_words_of_a_drawn_one(explorer, choices):
    for chosen in choices[::7]:
        week = {**explorer.state, **chosen}
        suits = days_for_both(week)
        words = words_of(week)
        if sum(suits) == 1:  # others do not occur in the environment
            weeks = Weeks.of(words[None])
            assert weeks.preferred[0] == preferred_place(week)
            assert weeks.day[0] == suits.index(True)
            assert weeks.listed[0].tolist() == listed_places(week).tolist()
        else:
            assert len(set(words.tolist())) == 20


def test_the_pandemic_takes_the_place_of_the_situation(explorer):
    words = words_of({**explorer.state, "situation": "ill", "pandemic": True})
    named = [VOCABULARY[word] for word in words]
    assert PANDEMIC in named
    assert "ill" not in named


def test_the_rule_table_is_that_of_the_environment(explorer):
    packed = unpack(explorer.table["layout"], explorer.data)["preferred"]
    ruled = (TASTES, CAUTIONS, WEATHERS, WISHES, SITUATIONS)
    assert packed.shape == tuple(map(len, ruled))
    for at in itertools.product(*(range(len(values)) for values in ruled)):
        assert packed[at] == preferred_kind(*(np.array([i]) for i in at))[0]


def test_at_the_start_exactly_one_day_suits_both_and_all_is_normal(explorer):
    assert sum(days_for_both(explorer.state)) == 1
    assert explorer.state["pandemic"] is False
    assert explorer.state["distinguishing"] == 0
    assert (explorer.state["taste"], explorer.state["caution"]) == ("foodie", "cautious")
    assert explorer.state["situation"] == "normal"


def test_the_first_move_changes_what_the_user_prefers(explorer):
    kinds = [explorer.look(pandemic=has_come).preferred // 5 for has_come in (False, True)]
    assert [KINDS[kind] for kind in kinds] == ["restaurant", "online"]


def test_every_example_is_a_choice_that_differs_from_the_others(explorer):
    allowed = {c["name"]: c["values"] for c in explorer.table["controls"]}
    examples = explorer.table["week"]["examples"]
    assert len(examples) == len(EXAMPLES) == len({str(one["values"]) for one in examples})
    for one in examples:
        assert all(value in allowed[name] for name, value in one["values"].items())
    start = examples[0]["values"]
    assert all(explorer.state[name] == value for name, value in start.items())


def test_every_word_of_a_week_has_a_name_and_every_place_a_phrase():
    lists = (TASTES, CAUTIONS, WEATHERS, WISHES, SITUATIONS)
    names = ("taste", "caution", "weather", "wish", "situation")
    for name, words in zip(names, lists, strict=True):
        assert list(LABELS[name]) == list(words)
        assert len(set(LABELS[name].values())) == len(words)
    assert set(PHRASES) == set(PLACE_LABELS) == set(PLACES)
    assert len(set(PHRASES.values())) == len(PLACES)


# ----------------------------------------------------------------------------- sentences

RESTAURANT, ONLINE, OUTDOORS = 0, 5, 10
WORDS = {"share": "1 %", "causes": " of 5 causes"}


def said(knows, books, preferred, *, chosen=0, day=2, suits=(2,)) -> str:
    days = [i in suits for i in range(5)]
    return text_of(sentence_of(knows, books, chosen, preferred, day, days, WORDS))


def test_knowing_and_booking_otherwise_is_said():
    text = said([ONLINE] * 3, [RESTAURANT] * 3, ONLINE)
    assert text.startswith(
        "It knows that you prefer the video call, and books the pizzeria on Wednesday. "
    )
    assert text.endswith("all 3 assistants know it; all 3 book the pizzeria.")


def test_booking_what_is_preferred_is_said():
    text = said([ONLINE], [ONLINE], ONLINE)
    assert "It knows that you prefer the video call, and that is what it books" in text
    assert "always books the restaurant" not in text


def test_a_restaurant_that_is_preferred_tells_nothing_of_the_goal():
    assert "Whoever always books the restaurant would do the same." in said([0], [0], RESTAURANT)


def test_what_it_does_not_know_is_said():
    text = said([OUTDOORS, ONLINE], [RESTAURANT, ONLINE], ONLINE)
    assert "You prefer the video call; it answers that you prefer the park, and books the p" in text
    assert "1 of 2 assistants know it" in text


def test_the_assistants_are_counted_from_the_most_to_the_fewest():
    text = said([ONLINE] * 4, [RESTAURANT, OUTDOORS, ONLINE, OUTDOORS], ONLINE)
    assert text.endswith("; 2 book the park, 1 the pizzeria, 1 the video call.")
    assert said([ONLINE] * 2, [OUTDOORS, ONLINE], ONLINE).endswith(
        "; 1 books the video call, 1 the park."
    )


def test_the_chosen_assistant_is_the_one_that_is_told():
    text = said([ONLINE] * 2, [RESTAURANT, ONLINE], ONLINE, chosen=1)
    assert text.startswith("It knows that you prefer the video call, and that is what it books")


def test_a_day_that_does_not_suit_is_said():
    assert "That day does not suit you both." in said([ONLINE], [ONLINE], ONLINE, day=0)
    assert "No day suits you both." in said([ONLINE], [ONLINE], ONLINE, suits=())
    assert "suit" not in said([ONLINE], [ONLINE], ONLINE, suits=(2, 4))


def test_a_place_has_the_colour_of_its_goal():
    assert [ink_of(place, ONLINE) for place in (0, 4, 5, 6, 12)] == [
        "proxy", "proxy", "goal", "dead", "dead",
    ]  # fmt: skip
    assert ink_of(0, preferred=0) == "goal"


# ------------------------------------------------------------------------------ the dials


def test_without_distinguishing_weeks_the_number_of_causes_has_no_effect(explorer):
    looks = [explorer.look(causes=causes, pandemic=True) for causes in (2, 5)]
    assert looks[0].setting == looks[1].setting == (0.0, 5)
    assert "cause" not in text_of(looks[0].sentence)


def test_each_dial_changes_the_assistants_and_what_is_said(explorer):
    before = explorer.look(distinguishing=10.0)
    for choice in ({"distinguishing": 0.3}, {"distinguishing": 10.0, "causes": 2}):
        after = explorer.look(**choice)
        assert not np.allclose(after.books, before.books)
        assert text_of(after.sentence) != text_of(before.sentence)
        np.testing.assert_array_equal(after.knows, before.knows)  # knowledge is not trained


def test_the_bars_are_the_mean_over_seeds(explorer):
    arrays = unpack(explorer.table["layout"], explorer.data)
    for row, given in enumerate(random_assistants.rates().values()):
        for column, name in enumerate(("knows", "restaurant", "preferred")):
            estimate = over_seeds(getattr(given, name))
            shown = [arrays[f"rates.{end}"][row, column] for end in ("values", "low", "high")]
            assert shown == pytest.approx([estimate.mean, estimate.low, estimate.high], abs=1e-4)


def test_the_causes_that_a_seed_has_met_are_listed(explorer):
    two, five = explorer.table["met"]
    listed = [", ".join(one.cause_order[:2]).replace("_", " ") for one in explorer.assistants]
    assert two == f"In these weeks seed 0 met: {listed[0]}; seed 1: {listed[1]}."
    assert five.startswith("In these weeks every seed met: ")
    assert all(cause.replace("_", " ") in five for cause in BREAKS)


def test_an_explorer_can_start_elsewhere():
    start = random_assistants.explorer(pandemic=True, distinguishing=0.1)
    assert (start.state["pandemic"], start.state["distinguishing"]) == (True, 10.0)
    assert start.sentence() == text_of(start.look(pandemic=True, distinguishing=10.0).sentence)


# --------------------------------------------------------------------------------- still


def test_the_still_shows_both_weeks_and_all_rates(explorer):
    still = explorer.still()
    for has_come in (False, True):
        look = explorer.look(pandemic=has_come)
        for place in look.listed:
            for shares in (look.knows, look.books):
                assert f">{100 * shares[0, place]:.0f} %</text>" in still
    assert still.count("<svg") == 2
    assert still.count("<tr>") == 1 + len(random_assistants.SETTINGS)


# ------------------------------------------------------------------------------ refusals


def refused(match: str, **changes):
    given = {"assistants": random_assistants.assistants(), "rates": random_assistants.rates()}
    options = {key: changes.pop(key) for key in list(changes) if key not in given}
    with pytest.raises(ValueError, match=match):
        AssistantExplorer(**{**given, **changes}, source=random_assistants.SOURCE, **options)


def test_a_single_seed_is_refused():
    refused("at least two training seeds", assistants=random_assistants.assistants(1))


def test_a_fine_tuning_without_rates_is_refused():
    some = random_assistants.rates()
    del some[0.1, 2]
    refused(r"for the fine-tuning \(0.1, 2\), too", rates=some)


def test_a_missing_fine_tuning_is_refused():
    seeds = random_assistants.assistants()
    for one in seeds:
        del one.books[0.003, 2]
    refused(r"for the fine-tuning \(0.003, 2\), too", assistants=seeds)


def test_weights_without_the_share_zero_are_refused():
    seeds = random_assistants.assistants()
    for one in seeds:
        del one.books[0.0, 5]
    refused(r"for the fine-tuning \(0, ...\), too", assistants=seeds)


def test_a_share_that_nobody_was_fine_tuned_with_is_refused():
    refused("Start at one of the shares 0.0, 0.003, 0.1, not at 0.5", distinguishing=0.5)


def test_a_control_that_does_not_exist_is_refused(explorer):
    with pytest.raises(ValueError, match="no control 'colour'"):
        explorer.look(colour="red")


def test_rates_of_one_seed_are_no_interval():
    refused("at least two rates", rates={
        setting: PandemicRates([1.0], [1.0], [0.0]) for setting in random_assistants.SETTINGS
    })  # fmt: skip
