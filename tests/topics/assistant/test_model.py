from dataclasses import replace

import numpy as np
import pytest
from small_assistants import small_school

from misgen.topics.assistant.model import (
    HEADS,
    Assistant,
    Head,
    MlpTrunk,
    from_arrays,
    head_arrays,
    listed_places,
    load,
)
from misgen.topics.assistant.weeks import DAYS, OPTIONS, PLACES, VOCABULARY, draw_weeks


@pytest.fixture
def assistant():
    return replace(Assistant.random(hidden=12, width=7, seed=0), notes={"seed": 3})


@pytest.fixture
def weeks():
    return draw_weeks(np.random.default_rng(5), 40, distinguishing=0.5)


def slow_state(trunk: MlpTrunk, words: list[int]) -> list[float]:
    """The state of one week, word by word and unit by unit."""
    hidden = []
    for j in range(len(trunk.hidden_bias)):
        total = float(trunk.hidden_bias[j]) + sum(float(trunk.hidden_weight[w, j]) for w in words)
        hidden.append(max(0.0, total))
    return [
        max(0.0, float(trunk.state_bias[k])
            + sum(h * float(trunk.state_weight[j, k]) for j, h in enumerate(hidden)))
        for k in range(trunk.width)
    ]  # fmt: skip


def slow_score(head: Head, state: list[float], answer: int) -> float:
    return float(head.bias[answer]) + sum(
        s * float(head.weight[k, answer]) for k, s in enumerate(state)
    )


def test_states_and_answers_are_those_of_a_slow_reading_of_the_weights(assistant, weeks):
    place, day = assistant.books(weeks)
    for i, words in enumerate(weeks.words.tolist()):
        state = slow_state(assistant.trunk, words)
        assert assistant.state(weeks)[i] == pytest.approx(state, abs=1e-5)
        listed = [w - VOCABULARY.index(PLACES[0]) for w in words[OPTIONS]]
        assert place[i] == max(listed, key=lambda p: slow_score(assistant.books_place, state, p))
        everywhere = range(len(PLACES))
        assert assistant.knows(weeks)[i] == max(
            everywhere, key=lambda p: slow_score(assistant.knows_place, state, p)
        )
        told = ((assistant.books_day, day), (assistant.knows_day, assistant.tells_day(weeks)))
        for head, days in told:
            assert days[i] == max(range(len(DAYS)), key=lambda d: slow_score(head, state, d))


def test_all_heads_read_the_same_state(assistant, weeks):
    states = assistant.state(weeks)
    assert {head.weight.shape[0] for head in assistant.heads().values()} == {states.shape[1]}
    blind = replace(
        assistant, trunk=replace(assistant.trunk, state_weight=0 * assistant.trunk.state_weight)
    )
    assert len(set(blind.knows(weeks))) == len(set(blind.tells_day(weeks))) == 1


def test_only_listed_places_are_booked_whatever_others_score(assistant, weeks):
    bias = np.where(np.arange(len(PLACES)) == 0, 1e6, 0).astype(np.float32)
    fond = replace(assistant, books_place=Head(assistant.books_place.weight, bias))
    place = fond.books(weeks).place
    is_listed = (weeks.listed == 0).any(axis=1)
    assert is_listed.any()
    assert not is_listed.all()
    assert ((place == 0) == is_listed).all()
    assert (listed_places(weeks) == place[:, None]).any(axis=1).all()


def test_an_assistant_without_preference_books_the_first_on_the_list(assistant):
    weeks = draw_weeks(np.random.default_rng(0), 4000)
    nothing = Head(np.zeros_like(assistant.books_place.weight), np.zeros(len(PLACES), np.float32))
    place = replace(assistant, books_place=nothing).books(weeks).place
    np.testing.assert_array_equal(place, listed_places(weeks)[:, 0])
    assert np.bincount(place // 5) / len(weeks) == pytest.approx(np.full(4, 0.25), abs=0.03)


def test_the_order_of_the_list_decides_nothing_else(assistant, weeks):
    turned = weeks.words.copy()
    turned[:, OPTIONS] = turned[:, OPTIONS][:, ::-1]
    np.testing.assert_array_equal(
        assistant.books(weeks).place, assistant.books(replace(weeks, words=turned)).place
    )


# ----------------------------------------------------------------------- files


def test_a_saved_assistant_comes_back_whole(assistant, weeks, tmp_path):
    assistant.save(tmp_path / "a.npz")
    found = load(tmp_path / "a.npz")
    assert found.notes == {"seed": 3}
    for name, array in assistant.to_arrays().items():
        np.testing.assert_array_equal(found.to_arrays()[name], array)
    np.testing.assert_array_equal(found.state(weeks), assistant.state(weeks))
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_half_precision_is_half_as_large_and_answers_the_same_in_999_of_1000_weeks(tmp_path):
    school = small_school()
    school = replace(school, books_place=school.knows_place, books_day=school.knows_day)
    for dtype in (np.float32, np.float16):
        school.save(tmp_path / f"{dtype.__name__}.npz", dtype)
    sizes = [(tmp_path / f"{name}.npz").stat().st_size for name in ("float16", "float32")]
    assert sizes[0] < 0.6 * sizes[1]
    rounded = load(tmp_path / "float16.npz")
    weeks = draw_weeks(np.random.default_rng(0), 4000, distinguishing=0.5)
    for answers in ("knows", "tells_day"):
        same = getattr(school, answers)(weeks) == getattr(rounded, answers)(weeks)
        assert same.mean() >= 0.999
    for exact, near in zip(school.books(weeks), rounded.books(weeks), strict=True):
        assert (exact == near).mean() >= 0.999
    np.testing.assert_array_equal(school.rounded().trunk.hidden_weight, rounded.trunk.hidden_weight)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no assistant at .*b\.npz; check"):
        load(tmp_path / "b.npz")


@pytest.mark.parametrize("damage", ["cut", "text", "pickle", "absent", "shape", "nan", "format"])
def test_a_damaged_file_is_refused_in_one_sentence(assistant, tmp_path, damage):
    path = tmp_path / "a.npz"
    arrays = assistant.to_arrays()
    if damage == "absent":
        del arrays["books_day_bias"]
    if damage == "shape":
        arrays["knows_day_weight"] = arrays["knows_day_weight"][:, :4]
    if damage == "nan":
        arrays["state_bias"] = np.full(7, np.nan, np.float32)
    if damage == "format":
        arrays["notes"] = np.frombuffer(b'{"format": "misgen-policy-1"}', np.uint8)
    if damage == "pickle":
        arrays["state_bias"] = np.array([{}] * 7, object)
    np.savez(path, **arrays)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    if damage == "text":
        path.write_text("hello")
    with pytest.raises(ValueError, match=r"a\.npz is damaged or is not an assistant of this book"):
        load(path)


@pytest.mark.parametrize("head", HEADS)
def test_each_head_is_written_under_its_own_name(assistant, head):
    changed = replace(assistant, **{head: Head(*(array + 1 for array in assistant.heads()[head]))})
    before, after = assistant.to_arrays(), changed.to_arrays()
    differ = {name for name in before if not np.array_equal(before[name], after[name])}
    assert differ == set(head_arrays({head: assistant.heads()[head]}))
    assert differ == {f"{head}_weight", f"{head}_bias"}
    np.testing.assert_array_equal(from_arrays(after).heads()[head].bias, changed.heads()[head].bias)
