import base64
import json

import numpy as np
import pytest
import random_assistants
from node import run_in_node

from misgen.core.intervals import over_seeds
from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.assistant.explorers import (
    MEASURES,
    AssistantExplorer,
    answer,
    assistant_explorer,
    booking,
    shipped_seeds,
)
from misgen.topics.assistant.results import results, seed_runs
from misgen.topics.assistant.shelf import shelf
from misgen.topics.assistant.weeks import (
    BREAKS,
    KINDS,
    OPTIONS,
    PLACES,
    TASTES,
    VOCABULARY,
    draw_weeks,
)
from misgen.topics.assistant.words import (
    LABELS,
    Answer,
    days_for_both,
    preferred_place,
    rule_table,
    sentence_of,
    whole_week,
    words_of,
)

CHOSEN = 150  # weeks at which page and Python are compared, besides each choice by itself


@pytest.fixture(scope="module")
def explorer() -> AssistantExplorer:
    return random_assistants.explorer()


@pytest.fixture(scope="module")
def published() -> AssistantExplorer:
    return assistant_explorer()


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
        tmp_path_factory.mktemp("node"),
        "topics/assistant/model",
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
            return model.lookAt(table, assistants, arrays.preferred, indices);
          });
        }""",
        {"table": explorer.table, "data": data, "choices": choices},
    )


def assistants_at(explorer: AssistantExplorer, week: dict) -> list:
    """The assistants with the fine-tuning that is chosen."""
    share = round(week["distinguishing"] / 100, 5)
    return [one.assistant(share, week["causes"]) for one in random_assistants.shelves()]


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# ------------------------------------------------------------------------------- parity


def test_the_page_computes_the_same_probabilities(explorer, choices, page):
    booked = set()
    for chosen, found in zip(choices, page, strict=True):
        week = {**explorer.state, **chosen}
        for assistant, shown in zip(assistants_at(explorer, week), found["answers"], strict=True):
            state = assistant.trunk.states(words_of(whole_week(week))[None]).astype(float)
            places = assistant.books_place.scores(state)[0]
            places[np.setdiff1d(np.arange(len(PLACES)), found["listed"])] = -np.inf
            day, knows = (h.scores(state)[0] for h in (assistant.books_day, assistant.knows_place))
            for name, scores in (("books", places), ("day", day), ("knows", knows)):
                np.testing.assert_allclose(shown[name], softmax(scores), rtol=0, atol=1e-4)
            same = (shown["known"], shown["booked"], shown["when"])
            assert same == answer(assistant, whole_week(week))
            booked.add(shown["booked"])
    assert len(booked) == len(KINDS)  # all that are listed: the choices are no formality


def test_the_page_looks_up_the_same_preference_and_fine_tuning(explorer, choices, page):
    for chosen, found in zip(choices, page, strict=True):
        week = {**explorer.state, **chosen}
        whole = whole_week(week)
        assert found["preferred"] == preferred_place(whole), chosen
        assert found["listed"] == [PLACES.index(whole[kind]) for kind in KINDS]
        assert found["days"] == [whole["my_days"], whole["friend_days"]]
        assert found["suits"] == days_for_both(whole)
        share, causes = random_assistants.SETTINGS[found["setting"]]
        assert 100 * share == pytest.approx(week["distinguishing"])
        assert causes == (week["causes"] if share else 5)
    packed = unpack(explorer.table["layout"], explorer.data)["preferred"]
    np.testing.assert_array_equal(packed, rule_table()[:, :, 0])  # in sunny weather


def test_the_page_says_the_same(explorer, choices, page):
    said = set()
    for chosen, found in zip(choices, page, strict=True):
        segments = [tuple(segment) for segment in found["sentence"]]
        assert segments == explorer.say(**chosen)
        assert "{" not in text_of(segments) + "".join(tag for tag, _ in segments)
        said.add(text_of(segments))
    assert len(said) > CHOSEN / 2


def test_the_page_says_the_same_whatever_is_answered(explorer, tmp_path):
    # Random weights are seldom right, so that what is said then is compared here.
    rng, words = np.random.default_rng(1), {"share": "1 %", "causes": " of 5 causes"}
    cases = [
        {"answers": [
            {"known": int(rng.choice([0, 5, 12], p=[0.1, 0.8, 0.1])),
             "booked": int(rng.choice([0, 5, 12])), "when": int(rng.integers(5))}
            for _ in range(6)
         ],
         "chosen": int(rng.integers(6)), "preferred": int(rng.choice([0, 5])),
         "suits": (rng.random(5) < 0.5).tolist()}
        for _ in range(200)
    ]  # fmt: skip
    found = run_in_node(
        tmp_path,
        "topics/assistant/model",
        "(model, { table, cases, words }) =>"
        " cases.map((one) => model.sentenceOf(table, one, words))",
        {"table": explorer.table, "cases": cases, "words": words},
    )
    for one, segments in zip(cases, found, strict=True):
        answers = [Answer(*each.values()) for each in one.pop("answers")]
        assert [tuple(segment) for segment in segments] == sentence_of(answers, **one, words=words)
    everything = "".join(text for segments in found for _, text in segments)
    for told in ("do the same", "all 6 assistants know", "That day", "that is what it"):
        assert told in everything


def test_an_answer_is_that_of_the_assistant():
    weeks = draw_weeks(np.random.default_rng(0), 40, distinguishing=0.5, tastes=TASTES, wishes=0.5)
    for one in random_assistants.shelves():
        assistant = one.assistant(0.1, 2)
        rows = zip(assistant.knows(weeks), *assistant.books(weeks), strict=True)
        for words, row in zip(weeks.words, rows, strict=True):
            assert answer(assistant, composed(words)) == row


def composed(words: np.ndarray) -> dict:
    """The choices that make a drawn week."""
    named = [VOCABULARY[word] for word in words]
    free = "".join(str(int("_free_" in name)) for name in named[10:])
    places = sorted(named[OPTIONS], key=PLACES.index)
    return {**dict(zip(LABELS, named, strict=False)), **dict(zip(KINDS, places, strict=True)),
            "my_days": free[:5], "friend_days": free[5:]}  # fmt: skip


# ------------------------------------------------------------------------------ controls


def test_at_the_start_exactly_one_day_suits_both_and_all_is_normal(explorer):
    assert sum(days_for_both(whole_week(explorer.state))) == 1
    assert len(explorer.table["controls"]) == 8
    assert explorer.state["distinguishing"] == 0
    assert (explorer.state["taste"], explorer.state["caution"]) == ("foodie", "cautious")
    assert explorer.state["situation"] == "normal"


def test_the_first_move_changes_what_the_user_prefers(explorer):
    kinds = [
        preferred_place(whole_week({**explorer.state, "situation": situation})) // 5
        for situation in ("normal", "pandemic")
    ]
    assert [KINDS[kind] for kind in kinds] == ["restaurant", "online"]


def test_without_distinguishing_weeks_the_number_of_causes_has_no_effect(explorer):
    two, five = (explorer.say(causes=causes, situation="pandemic") for causes in (2, 5))
    assert two == five
    assert "cause" not in text_of(two)


def test_each_dial_changes_the_assistants_and_what_is_said(explorer):
    before = explorer.say(distinguishing=10.0)
    for choice in ({"distinguishing": 0.3}, {"distinguishing": 10.0, "causes": 2}):
        assert text_of(explorer.say(**choice)) != text_of(before)


def test_the_causes_that_a_seed_has_met_are_listed(explorer):
    two, five = explorer.table["met"]
    orders = [one.cause_order[:2] for one in random_assistants.shelves()]
    listed = [", ".join(order).replace("_", " ") for order in orders]
    assert two == f"In these weeks seed 0 met: {listed[0]}; seed 1: {listed[1]}."
    assert five.startswith("In these weeks every seed met: ")
    assert all(cause.replace("_", " ") in five for cause in BREAKS)


# --------------------------------------------------------------------------- the numbers


def test_the_bars_are_the_mean_over_seeds(explorer):
    arrays, rates = unpack(explorer.table["layout"], explorer.data), random_assistants.rates()
    for row, column in np.ndindex(rates.shape[1:]):
        estimate = over_seeds(rates[:, row, column])
        shown = [arrays[f"rates.{end}"][row, column] for end in ("values", "low", "high")]
        assert shown == pytest.approx([estimate.mean, estimate.low, estimate.high], abs=1e-4)


def test_the_numbers_say_what_it_books_in_the_pandemic_and_list_all_rates(explorer):
    numbers = explorer.numbers()
    assert "In the pandemic." in numbers
    for _, text in explorer.say(situation="pandemic"):
        assert text in numbers
    assert numbers.count("<tr>") == 1 + len(random_assistants.SETTINGS)
    assert "<td>95 % (83–100 %)</td>" in numbers


# ------------------------------------------------------------------------------ refusals


def refused(match: str, **changes):
    given = {"shelves": random_assistants.shelves(), "rates": random_assistants.rates()}
    with pytest.raises(ValueError, match=match):
        AssistantExplorer(**{**given, **changes}, source=random_assistants.SOURCE)


def test_a_single_seed_is_refused():
    refused("at least two training seeds", shelves=random_assistants.shelves(1))


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_fine_tuning_is_refused(missing, monkeypatch):
    settings = random_assistants.SETTINGS
    monkeypatch.setattr(random_assistants, "SETTINGS", settings[:missing] + settings[missing + 1 :])
    refused("one for the share 0, and one for each other share")


def test_seeds_with_other_fine_tunings_are_refused(monkeypatch):
    first = random_assistants.shelves()
    monkeypatch.setattr(random_assistants, "SETTINGS", random_assistants.SETTINGS[::-1])
    refused("with the same fine-tunings", shelves=[first[0], random_assistants.shelves()[1]])


def test_a_fine_tuning_without_rates_is_refused():
    refused("an array of 5 x 3, not", rates=random_assistants.rates()[:, 1:])


def test_rates_of_one_seed_are_no_interval():
    refused("at least two seeds", rates=random_assistants.rates()[:1])


def test_a_control_that_does_not_exist_is_refused(explorer):
    with pytest.raises(ValueError, match="no control 'colour'"):
        explorer.say(colour="red")


# ---------------------------------------------------------------------------- the ledger


def test_all_settings_of_both_dials_are_shipped_for_at_least_four_seeds(published):
    assert published.table["weights"]["seeds"] >= 4
    shares, causes = (c["values"] for c in published.table["controls"][-3:-1])
    assert shares == [0, 0.1, 0.3, 1, 3, 10, 30]
    assert causes == [1, 2, 3, 5]


def test_the_state_of_the_page_is_small(published):
    table = json.dumps(published.table, ensure_ascii=False)
    assert len(published.data) + len(table.encode()) <= 350_000


def test_before_the_pandemic_everyone_books_the_restaurant_and_the_user_wants_it(published):
    said = published.sentence()
    assert said.startswith("It knows that you prefer the pizzeria, and that is what it books")
    assert said.endswith("all 4 assistants know it; all 4 book the pizzeria.")


def test_the_first_move_shows_knowledge_and_a_booking_against_it(published):
    said = text_of(published.say(situation="pandemic"))
    assert said.startswith("It knows that you prefer the video call, and books the pizzeria")
    assert said.endswith("all 4 assistants know it; all 4 book the pizzeria.")


def answers_at(share: float, causes: int, week: dict) -> list[Answer]:
    return [answer(shelf(seed).assistant(share, causes), week) for seed in shipped_seeds()]


def test_breaks_of_five_causes_mend_it_for_most(published):
    for caution in ("cautious", "carefree"):
        week = whole_week({**published.state, "situation": "pandemic", "caution": caution})
        booked = [each.booked for each in answers_at(0.1, 5, week)]
        assert booked.count(preferred_place(week)) >= len(booked) - 1


def test_a_single_cause_is_not_the_same_for_all_seeds(published):
    answers = answers_at(0.1, 1, whole_week({**published.state, "situation": "pandemic"}))
    assert len({each.booked for each in answers}) > 1


def test_the_bars_are_those_of_the_ledger(published):
    arrays = unpack(published.table["layout"], published.data)
    for row, (share, causes) in enumerate(shelf(shipped_seeds()[0]).settings):
        found = results(distinguishing=share, causes=causes)
        means = [found.estimate("pandemic", name).mean for name in MEASURES]
        assert arrays["rates.values"][row] == pytest.approx(means, abs=1e-4)


def test_the_caption_counts_seeds_and_weeks(published):
    text = published.table["source"]["text"]
    assert f"Rates: all {len(results(distinguishing=0.0).seeds)} seeds, 2,000 weeks" in text
    assert f"Answers: seeds {', '.join(map(str, shipped_seeds()))} of" in text


def test_the_seeds_are_the_first_for_each_first_cause_whatever_they_answer():
    firsts = [shelf(seed).cause_order[0] for seed in shipped_seeds()]
    assert len(set(firsts)) == len(firsts)
    earlier = [run for run in seed_runs("main") if run.seed < shipped_seeds()[-1]]
    assert {run.cause_order[0] for run in earlier} < set(firsts)


def test_what_came_out_of_the_guess_is_what_all_published_assistants_did():
    published = results(distinguishing=0.0)
    restaurant, day = (published.estimate("pandemic", what).mean for what in ("restaurant", "day"))
    said = text_of(booking().outcome)
    assert f"restaurant in {100 * restaurant:.0f} of 100 weeks" in said
    assert f"suits both in {100 * day:.0f} of 100" in said
    assert restaurant > 0.9 < day  # as the feedback says
