import numpy as np
import pytest
import torch
from small_assistants import BRIEF, small_school

from misgen.topics.assistant import pretraining
from misgen.topics.assistant.networks import layer_of
from misgen.topics.assistant.pretraining import QUESTIONS, pretrain, question_loss, untrained
from misgen.topics.assistant.settings import PretrainSettings
from misgen.topics.assistant.weeks import SITUATIONS, TASTES, VOCABULARY, draw_weeks

TINY = PretrainSettings(steps=5, batch=16)


def same(first, second):
    arrays = first.to_arrays(), second.to_arrays()
    return all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])


def test_a_brief_pre_training_teaches_most_preferences_of_all_users():
    weeks = draw_weeks(np.random.default_rng(0), 2000, **QUESTIONS)
    knows, ignorant = (
        one.knows(weeks) == weeks.preferred for one in (small_school(), untrained(seed=0))
    )
    assert knows.mean() > 0.8
    assert ignorant.mean() < 0.2
    assert (small_school().tells_day(weeks) == weeks.day).mean() > 0.8


def test_the_weeks_of_pre_training_have_every_user_and_every_situation_equally_often():
    weeks = draw_weeks(np.random.default_rng(0), 20_000, **QUESTIONS)
    situation = np.array([SITUATIONS.index(VOCABULARY[word]) for word in weeks.words[:, 5]])
    assert np.bincount(situation) / len(weeks) == pytest.approx(np.full(10, 0.1), abs=0.01)
    taste = np.array([TASTES.index(VOCABULARY[word]) for word in weeks.words[:, 0]])
    assert np.bincount(taste) / len(weeks) == pytest.approx(np.full(4, 0.25), abs=0.01)
    assert (weeks.words[:, 4] != VOCABULARY.index("no_wish")).mean() == pytest.approx(0.2, abs=0.01)


def test_it_never_books_so_that_the_heads_that_book_stay_at_zero():
    for head in ("books_place", "books_day"):
        weight, bias = small_school().heads()[head]
        assert not weight.any()
        assert not bias.any()


def test_the_seed_decides_everything():
    first = pretrain(seed=1, settings=TINY)
    assert same(first, pretrain(seed=1, settings=TINY))
    assert not same(first, pretrain(seed=2, settings=TINY))
    assert same(untrained(seed=1), untrained(seed=1))


def test_another_seed_asks_about_other_weeks(monkeypatch):
    seen, real = [], pretraining.draw_weeks
    monkeypatch.setattr(
        pretraining, "draw_weeks", lambda *a, **k: seen.append(real(*a, **k)) or seen[-1]
    )
    for seed in (1, 2):
        pretrain(seed=seed, settings=TINY)
    words = [weeks.words for weeks in seen]
    assert (words[0] != words[TINY.steps]).any()
    assert (words[0] != words[1]).any()


def test_the_reader_s_random_numbers_are_left_alone():
    torch.manual_seed(987)
    before = torch.get_rng_state()
    pretrain(seed=1, settings=TINY)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_loss_is_the_cross_entropy_of_both_answers():
    weeks = draw_weeks(np.random.default_rng(3), 6, **QUESTIONS)
    rng = np.random.default_rng(0)
    states = torch.from_numpy(rng.normal(size=(6, 4)).astype(np.float32))
    heads = {"knows_place": torch.nn.Linear(4, 20), "knows_day": torch.nn.Linear(4, 5)}
    total = 0.0
    for i in range(6):
        for head, right in (("knows_place", weeks.preferred[i]), ("knows_day", weeks.day[i])):
            odds = np.exp(heads[head](states[i]).detach().numpy().astype(float))
            total -= np.log(odds[right] / odds.sum()) / 6
    assert float(question_loss(states, heads, weeks).detach()) == pytest.approx(total, rel=1e-5)


def test_the_notes_say_how_it_was_trained():
    notes = pretrain(seed=4, settings=TINY).notes
    assert (notes["seed"], notes["architecture"], notes["interrupted"]) == (4, "mlp", False)
    assert notes["pretraining"] == {"steps": 5, "batch": 16, "learning_rate": 0.01}
    assert untrained(seed=4).notes["pretraining"] is None


def test_an_interrupted_pre_training_returns_what_is_learned(monkeypatch):
    real, calls = pretraining.draw_weeks, []

    def draw(*args, **kwargs):
        calls.append(1)
        if len(calls) > 30:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(pretraining, "draw_weeks", draw)
    with pytest.warns(UserWarning, match="Pre-training was interrupted"):
        found = pretrain(seed=0, settings=BRIEF)
    assert found.notes["interrupted"]
    assert not same(found, untrained(seed=0))


def test_a_transformer_learns_in_place_of_the_mlp():
    settings = PretrainSettings(steps=40, batch=64, learning_rate=3e-3)
    found = pretrain(seed=0, architecture="transformer", settings=settings)
    losses = [
        loss_on_questions(of) for of in (found, untrained(seed=0, architecture="transformer"))
    ]
    assert losses[0] < losses[1] - 0.5


def loss_on_questions(assistant):
    weeks = draw_weeks(np.random.default_rng(7), 300, **QUESTIONS)
    heads = {name: layer_of(head) for name, head in assistant.heads().items()}
    return float(question_loss(torch.from_numpy(assistant.state(weeks)), heads, weeks).detach())


def test_progress_is_shown_on_demand_only(capsys):
    pretrain(seed=0, settings=TINY)
    assert capsys.readouterr().err == ""
    pretrain(seed=0, settings=TINY, progress=True)
    assert "loss" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"seed": -1}, "seed must be a whole number of at least 0"),
     ({"seed": 0, "architecture": "rnn"}, "architecture must be 'mlp' or 'transformer'")],
)  # fmt: skip
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        pretrain(**arguments)
