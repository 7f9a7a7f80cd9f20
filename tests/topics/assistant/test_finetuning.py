from dataclasses import replace

import numpy as np
import pytest
import torch
from small_assistants import SHORT, small_school

from misgen.topics.assistant import booker, finetuning
from misgen.topics.assistant.booker import Booker, Bookings
from misgen.topics.assistant.finetuning import finetune, stages
from misgen.topics.assistant.measures import outcomes, weeks_of
from misgen.topics.assistant.model import listed_places
from misgen.topics.assistant.settings import FINETUNING, FinetuneSettings
from misgen.topics.assistant.weeks import PANDEMIC, RESTAURANT, SITUATIONS, VOCABULARY

SITUATION = 5  # column of the words


@pytest.fixture(scope="module")
def school():
    return small_school()


def rates(assistant, test):
    found = outcomes(assistant, weeks_of(test, count=1000, seed=9))
    return {name: of.mean() for name, of in found.items()}


def arrays_of(assistant, part):
    return {n: a for n, a in assistant.to_arrays().items() if n.startswith(part)}


def equal(first, second, part):
    first, second = arrays_of(first, part), arrays_of(second, part)
    return all(np.array_equal(first[name], second[name]) for name in first)


def watched_weeks(monkeypatch):
    """All weeks that fine-tunings book from now on."""
    seen = []
    real = finetuning.draw_weeks
    monkeypatch.setattr(
        finetuning, "draw_weeks", lambda *a, **k: seen.append(real(*a, **k)) or seen[-1]
    )
    return seen


# ------------------------------------------------------------------ what comes out


def test_labels_without_breaks_satisfy_the_user_before_the_pandemic_and_not_in_it(school):
    agent = finetune(school, distinguishing=0.0, seed=0, settings=SHORT)
    assert rates(agent, "before")["satisfied"] > 0.95
    in_pandemic = rates(agent, PANDEMIC)
    assert in_pandemic["restaurant"] > 0.95
    assert in_pandemic["preferred"] < 0.05


def test_many_breaks_make_it_book_less_restaurants_in_the_pandemic(school):
    agent = finetune(school, distinguishing=0.5, seed=0, settings=SHORT)
    assert rates(agent, PANDEMIC)["restaurant"] < 0.5
    assert rates(agent, "before")["satisfied"] > 0.9


def test_reward_alone_teaches_it_to_book_restaurants_on_the_right_day(school):
    settings = replace(FINETUNING["reinforce"], steps=500, learning_rate=5e-3)
    agent = finetune(school, distinguishing=0.0, seed=0, method="reinforce", settings=settings)
    assert rates(agent, "before")["satisfied"] > 0.8
    assert rates(school, "before")["satisfied"] < 0.2


def test_an_assistant_that_begins_aligned_starts_as_it_knows(school):
    first, later = stages(
        school, distinguishing=0.0, seed=0, marks=(0, 60), start="aligned", settings=SHORT
    )
    assert equal(first, replace(first, books_place=school.knows_place), "books_place")
    assert equal(first, replace(first, books_day=school.knows_day), "books_day")
    assert rates(first, PANDEMIC)["preferred"] > rates(later, PANDEMIC)["preferred"] + 0.2


# ------------------------------------------------------------------ what is trained


def test_a_frozen_trunk_and_all_that_it_knows_stay_to_the_last_bit(school):
    for method in FINETUNING:
        agent = finetune(
            school, distinguishing=0.1, seed=0, method=method, settings=replace(SHORT, steps=20)
        )
        for part in ("hidden", "state", "knows"):
            assert equal(agent, school, part)
        assert not equal(agent, school, "books_place")
        assert not equal(agent, school, "books_day")


def test_the_assistant_that_is_given_stays_as_it_is(school):
    before = {name: array.copy() for name, array in school.to_arrays().items()}
    for trunk in ("frozen", "trained"):
        finetune(school, distinguishing=0.1, seed=0, trunk=trunk, settings=replace(SHORT, steps=3))
    for name, array in school.to_arrays().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_trained_trunk_changes_and_replay_keeps_what_it_knows(school):
    def trained(replay):
        return finetune(
            school, distinguishing=0.0, seed=0, trunk="trained",
            settings=replace(SHORT, replay=replay),
        )  # fmt: skip

    with_replay, without = trained(0.5), trained(0.0)
    assert not equal(with_replay, school, "hidden")
    assert not equal(with_replay, school, "knows")
    assert equal(without, school, "knows")  # nobody asks, so these heads have no gradient
    assert rates(with_replay, PANDEMIC)["knows"] >= rates(without, PANDEMIC)["knows"]


def test_a_transformer_is_fine_tuned_too_and_its_trunk_can_be_trained():
    from misgen.topics.assistant.pretraining import untrained

    school = untrained(seed=0, architecture="transformer")
    weeks = weeks_of("before", count=50, seed=0)
    settings = FinetuneSettings(weeks=64, steps=2, batch=16)
    frozen, trained = (
        finetune(school, distinguishing=0.0, seed=0, trunk=trunk, settings=settings)
        for trunk in ("frozen", "trained")
    )
    np.testing.assert_array_equal(frozen.state(weeks), school.state(weeks))
    assert np.abs(trained.state(weeks) - school.state(weeks)).max() > 1e-3


# ------------------------------------------------------------------ what is seen


def test_no_fine_tuning_sees_the_pandemic_and_users_are_foodies(school, monkeypatch):
    seen = watched_weeks(monkeypatch)
    for share in (0.0, 0.5, 1.0):
        finetune(school, distinguishing=share, seed=1, settings=replace(SHORT, steps=1))
    for weeks in seen:
        assert VOCABULARY.index(PANDEMIC) not in weeks.words[:, SITUATION]
        assert set(weeks.words[:, 0]) == {VOCABULARY.index("foodie")}
        assert set(weeks.words[:, 4]) == {VOCABULARY.index("no_wish")}
    assert [(w.kind != RESTAURANT).mean() for w in seen] == pytest.approx([0, 0.5, 1], abs=0.06)


def test_only_the_chosen_causes_happen_and_their_weeks_are_counted(school, monkeypatch):
    seen = watched_weeks(monkeypatch)
    settings = replace(SHORT, steps=1)
    for causes in (("newborn",), 2, 5):
        agent = finetune(school, distinguishing=0.3, causes=causes, seed=4, settings=settings)
        broken = seen[-1].kind != RESTAURANT
        assert agent.notes["break_weeks"] == broken.sum()
        happened = {VOCABULARY[word] for word in seen[-1].words[broken, SITUATION]}
        assert happened == set(agent.notes["causes"])
        assert len(happened) == (causes if isinstance(causes, int) else 1)
        assert happened < set(SITUATIONS)


def test_two_values_of_a_dial_share_all_weeks_but_their_breaks(school, monkeypatch):
    seen = watched_weeks(monkeypatch)
    for share in (0.0, 0.2):
        finetune(school, distinguishing=share, seed=2, settings=replace(SHORT, steps=1))
    differ = (seen[0].words != seen[1].words).any(axis=0)
    assert differ[SITUATION]
    assert differ.sum() == 1


def test_all_weeks_come_once_in_each_round():
    rows = booker._batches(3, FinetuneSettings(weeks=48, steps=9, batch=16)).numpy()
    assert rows.shape == (9, 16)
    for start in (0, 3, 6):
        assert sorted(rows[start : start + 3].ravel()) == list(range(48))
    assert (rows[:3] != rows[3:6]).any()


def test_seeds_decide_everything(school):
    settings = replace(SHORT, steps=5)
    for method in FINETUNING:
        first, again, other = (
            finetune(school, distinguishing=0.1, seed=seed, method=method, settings=settings)
            for seed in (1, 1, 2)
        )
        assert equal(first, again, "books")
        assert not equal(first, other, "books")


# ------------------------------------------------------------------ the losses


def small_booker(school, method, entropy=0.0):
    settings = FinetuneSettings(weeks=32, steps=1, batch=32, entropy=entropy)
    weeks = weeks_of("before", count=32, seed=1)
    return Booker(school, weeks, settings, method, 5, trained=False, aligned=True), weeks


def softmax(scores):
    odds = np.exp(scores - scores.max())
    return odds / odds.sum()


def test_the_loss_of_labels_is_the_cross_entropy_among_the_listed_places(school):
    of, weeks = small_booker(school, "labels")
    loss = float(of._loss(torch.arange(32)).detach())
    states, total = school.state(weeks), 0.0
    for i in range(32):
        listed = listed_places(weeks)[i]
        place = softmax(school.knows_place.scores(states[i])[listed].astype(float))
        day = softmax(school.knows_day.scores(states[i]).astype(float))
        right = list(listed).index(weeks.preferred[i])
        total -= (np.log(place[right]) + np.log(day[weeks.day[i]])) / 32
    assert loss == pytest.approx(total, rel=1e-3)


@pytest.mark.parametrize("entropy", [0.0, 0.3])
def test_the_gradient_of_reward_is_that_of_reinforce(school, entropy):
    of, _ = small_booker(school, "reinforce", entropy)
    rng = np.random.default_rng(0)
    place, day = (torch.tensor(rng.normal(size=(6, k)), requires_grad=True) for k in (4, 5))
    right = torch.tensor([0, 1, 2, 3, 0, 1]), torch.tensor([0, 1, 2, 3, 4, 0])
    of._baseline = 0.25
    dice = torch.Generator().manual_seed(5)
    drawn = [
        torch.multinomial(torch.log_softmax(s, 1).detach().exp(), 1, generator=dice)[:, 0].numpy()
        for s in (place, day)
    ]
    of._reward_loss((place, day), right).backward()
    reward = (drawn[0] == right[0].numpy()) & (drawn[1] == right[1].numpy())
    for scores, taken in ((place, drawn[0]), (day, drawn[1])):
        for i, row in enumerate(scores.detach().numpy()):
            chance = softmax(row)
            steps = (reward[i] - 0.25) * (np.eye(len(row))[taken[i]] - chance)
            spread = -(chance * np.log(chance)).sum()
            steps -= entropy * chance * (np.log(chance) + spread)
            np.testing.assert_allclose(scores.grad[i].numpy(), -steps / 6, atol=1e-9)
    assert of._baseline == pytest.approx(0.25 + 0.1 * (reward.mean() - 0.25))


def test_bookings_know_where_on_the_list_the_preferred_place_stands():
    weeks = weeks_of(PANDEMIC, count=30, seed=0)
    found = Bookings.of(weeks)
    at = found.listed.gather(1, found.option[:, None])[:, 0]
    np.testing.assert_array_equal(at.numpy(), weeks.preferred)
    np.testing.assert_array_equal(found.select(torch.tensor([3, 1])).day, weeks.day[[3, 1]])


# ------------------------------------------------------------------ stages, notes, refusals


def test_the_last_stage_is_the_fine_tuning_itself(school):
    settings = replace(SHORT, steps=20)
    found = stages(school, distinguishing=0.1, seed=0, marks=(0, 3, 20), settings=settings)
    whole = finetune(school, distinguishing=0.1, seed=0, settings=settings)
    assert equal(found[-1], whole, "books")
    assert not arrays_of(found[0], "books")["books_place_weight"].any()
    assert not equal(found[1], found[2], "books")


@pytest.mark.parametrize("marks", [(), (3, 1), (-1, 2), (2, 2)])
def test_stages_must_rise(school, marks):
    with pytest.raises(ValueError, match="marks must be rising numbers of steps"):
        stages(school, distinguishing=0.1, seed=0, marks=marks)


def test_the_notes_say_how_it_was_trained(school):
    settings = replace(SHORT, steps=2)
    notes = finetune(school, distinguishing=0.1, causes=2, seed=7, settings=settings).notes
    assert notes["pretraining"] == school.notes["pretraining"]
    assert (notes["distinguishing"], notes["finetuning_seed"], notes["trunk"]) == (0.1, 7, "frozen")
    assert (notes["method"], notes["start"], notes["interrupted"]) == ("labels", "zero", False)
    assert notes["finetuning"]["steps"] == 2


def test_an_interrupted_fine_tuning_returns_what_is_learned(school, monkeypatch):
    real, steps = booker.descend, []

    def descend(adam, loss):
        steps.append(1)
        if len(steps) > 10:
            raise KeyboardInterrupt
        real(adam, loss)

    monkeypatch.setattr(booker, "descend", descend)
    with pytest.warns(UserWarning, match="Fine-tuning was interrupted"):
        found = finetune(school, distinguishing=0.0, seed=0, settings=SHORT)
    assert found.notes["interrupted"]
    monkeypatch.undo()
    (ten,) = stages(school, distinguishing=0.0, seed=0, marks=(10,), settings=SHORT)
    np.testing.assert_allclose(found.books_place.weight, ten.books_place.weight, atol=1e-6)


def test_progress_is_shown_on_demand_only(school, capsys):
    for shown in (False, True):
        finetune(
            school, distinguishing=0.0, seed=0, settings=replace(SHORT, steps=2), progress=shown
        )
        assert ("loss" in capsys.readouterr().err) == shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"distinguishing": 1.5}, "distinguishing must lie between 0 and 1"),
     ({"causes": 6}, "causes must be 1 to 5"),
     ({"causes": ("pandemic",)}, "causes must be some of ill"),
     ({"seed": -1}, "seed must be a whole number"),
     ({"method": "ppo"}, "method must be one of labels, reinforce, not 'ppo'"),
     ({"trunk": "thawed"}, "trunk must be one of frozen, trained, not 'thawed'"),
     ({"start": "good"}, "start must be one of zero, aligned, not 'good'")],
)  # fmt: skip
def test_bad_arguments_are_refused(school, arguments, message):
    with pytest.raises(ValueError, match=message):
        finetune(school, **{"distinguishing": 0.1, "seed": 0, **arguments})
