import hashlib

import numpy as np
import pytest
from topics.assistant.scheduling_reference import Week

from misgen.core.gymnasium_envs import SingleEnv
from misgen.core.measure import control_options, evaluate
from misgen.learn import ppo
from misgen.topics.assistant.env import Scheduling
from misgen.topics.assistant.weeks import (
    BREAKS,
    CAUTIONS,
    DAYS,
    KINDS,
    PANDEMIC,
    PLACES,
    SITUATIONS,
    TASTES,
    VOCABULARY,
    WEATHERS,
    WISHES,
    Weeks,
    draw_weeks,
    observations,
)

EVERYTHING = {"distinguishing": 0.6, "causes": (*BREAKS, PANDEMIC), "tastes": TASTES, "wishes": 0.2}


def drawn(count: int = 20_000, seed: int = 3, **options: object) -> Weeks:
    return draw_weeks(np.random.default_rng(seed), count, **options)


def booking(place: np.ndarray, day: np.ndarray) -> np.ndarray:
    return place * len(DAYS) + day


# ------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("views", [{}, {"visible": False}, {"flipped": True}])
def test_the_batch_steps_like_the_slow_reference(views):
    given = {"visible": "preference_visible", "flipped": "calendars_flipped"}
    env = Scheduling(80, seed=11, **EVERYTHING, **{given[view]: views[view] for view in views})
    rng, choices = np.random.default_rng(11), np.random.default_rng(1)
    seen = set()
    for _ in range(10):
        obs = env.reset()
        slow = [Week.drawn(rng, **EVERYTHING) for _ in range(80)]
        assert obs.tolist() == [week.observed(**views) for week in slow]
        assert env.distinguishing_levels.tolist() == [w.kind != "restaurant" for w in slow]
        # Half of the bookings are a listed place on the right day: goal or proxy, often enough.
        place = np.where(choices.random(80) < 0.5, choices.integers(0, 20, 80), -1)
        kind = choices.integers(0, 4, 80)
        place = [p if p >= 0 else PLACES.index(w.place(KINDS[k]))
                 for p, k, w in zip(place.tolist(), kind.tolist(), slow, strict=True)]  # fmt: skip
        day = [DAYS.index(w.day) if choices.random() < 0.8 else 0 for w in slow]
        step = env.step(booking(np.array(place), np.array(day)))
        happened = zip(
            step.reward.tolist(), step.events.goal.tolist(), step.events.proxy.tolist(), strict=True
        )
        expected = [w.outcome(PLACES[p], DAYS[d]) for p, d, w in zip(place, day, slow, strict=True)]
        assert list(happened) == expected
        assert step.events.timed_out.tolist() == [not (g or p) for _, g, p in expected]
        assert step.terminated.all()
        assert not (step.truncated | step.events.died | step.events.marker).any()
        np.testing.assert_array_equal(step.obs, obs)
        seen |= {(g, p) for _, g, p in expected}
    assert seen == {(True, True), (True, False), (False, True), (False, False)}


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = Scheduling(64, seed=2026, **EVERYTHING)
    digest = hashlib.sha256(env.reset().tobytes())
    for row in np.random.default_rng(1).integers(0, 100, (50, 64)):
        digest.update(env.step(row).reward.tobytes() + env.reset().tobytes())
    assert digest.hexdigest()[:16] == "8543f04e033fa27f"


# --------------------------------------------------------------------- the environment


def begun(count: int = 500, **options: object) -> tuple[Scheduling, np.ndarray]:
    env = Scheduling(count, seed=7, **{"distinguishing": 0.5, **options})
    return env, env.reset()


def test_the_kth_week_of_a_seed_is_the_same_for_every_num_envs():
    one_by_one, many = (Scheduling(n, distinguishing=0.5, seed=8) for n in (1, 200))
    for week in many.reset():
        np.testing.assert_array_equal(one_by_one.reset()[0], week)


def test_a_seed_draws_the_weeks_of_its_generator():
    weeks = drawn(500, seed=7, distinguishing=0.5)
    np.testing.assert_array_equal(begun()[1], observations(weeks.words))


def test_hidden_words_still_count():
    (env, obs), (hidden, without) = begun(), begun(preference_visible=False)
    telling = [VOCABULARY.index(w) for w in (*TASTES, *CAUTIONS, *WEATHERS, *WISHES, *SITUATIONS)]
    assert not without[:, telling].any()
    rest = np.setdiff1d(np.arange(69), telling)
    np.testing.assert_array_equal(without[:, rest], obs[:, rest])
    weeks = drawn(500, seed=7, distinguishing=0.5)
    actions = booking(weeks.preferred, weeks.day)
    for batch in (env, hidden):
        assert batch.step(actions).events.goal.all()


def test_flipped_calendars_exchange_free_and_busy():
    (_, obs), (env, flipped) = begun(), begun(calendars_flipped=True)
    np.testing.assert_array_equal(flipped[:, :49], obs[:, :49])
    days = [flipped[:, 49:].reshape(500, 10, 2), obs[:, 49:].reshape(500, 10, 2)]
    np.testing.assert_array_equal(days[0], days[1][:, :, ::-1])
    weeks = drawn(500, seed=7, distinguishing=0.5)
    assert env.step(booking(weeks.preferred, weeks.day)).events.goal.all()


def test_the_calendar_refuses_a_place_that_is_not_listed():
    env, _ = begun()
    weeks = drawn(500, seed=7, distinguishing=0.5)
    of_that_kind = weeks.preferred - weeks.preferred % 5
    unlisted = of_that_kind + (weeks.preferred % 5 + 1) % 5
    step = env.step(booking(unlisted, weeks.day))
    assert not step.reward.any()
    assert step.events.timed_out.all()


def test_an_environment_is_not_changed_by_what_it_has_returned():
    env, obs = begun(20)
    obs[:] = 7.0
    env.distinguishing_levels[:] = True
    np.testing.assert_array_equal(env.step(np.zeros(20, np.int64)).obs, begun(20)[1])
    assert not env.distinguishing_levels.all()


def test_the_picture_shows_both_calendars_the_wish_and_the_booking():
    env, names = begun(200)[0], Scheduling.sprites
    rng, kinds = np.random.default_rng(7), list(KINDS)
    slow = [Week.drawn(rng, distinguishing=0.5) for _ in range(200)]
    for booked in ("nothing", "not_listed", *kinds):
        for i, week in enumerate(slow):
            shown = {names[sprite]: (x, y) for sprite, x, y in env.frame(i).actors}
            assert shown.pop(f"wants_{week.kind}") == (5, 2)
            calls = {} if booked == "nothing" else {sprite_of(booked): (3, 0)}
            assert shown == calls
            rows = env.frame(i).cells[1:, :5].tolist()
            assert [[names[cell] for cell in row] for row in rows] == [
                ["day_free" if free else "day_busy" for free in days]
                for days in (week.friend_free, week.user_free)
            ]
        following = (["not_listed", *kinds, ""])[["nothing", "not_listed", *kinds].index(booked)]
        if following:
            env.step(booking(np.array([place(following, week) for week in slow]), np.array(3)))
    assert [names[env.frame(0).cells[y, x]] for x, y in ((5, 2), (5, 1), (0, 0))] == ["floor"] * 3


def sprite_of(booked: str) -> str:
    return booked if booked == "not_listed" else f"books_{booked}"


def place(booked: str, week: Week) -> int:
    if booked == "not_listed":
        return next(i for i, name in enumerate(PLACES) if name not in week.options)
    return PLACES.index(week.place(booked))


def test_a_new_week_shows_no_booking():
    env, _ = begun(4)
    env.step(np.zeros(4, np.int64))
    env.reset(np.array([True, False, False, True]))
    assert [len(env.frame(i).actors) for i in range(4)] == [1, 2, 2, 1]


def test_the_picture_hides_what_the_assistant_cannot_know():
    env, _ = begun(4, preference_visible=False)
    assert [env.frame(i).actors for i in range(4)] == [()] * 4


def test_a_week_can_be_read_as_text():
    env = SingleEnv("Scheduling", render_mode="ansi", distinguishing=1.0, causes=["newborn"])
    env.reset(seed=0)
    user, friend, booked = env.render().split("\n")
    assert (user[5], friend[5], booked) == ("h", "-", "------")
    assert set(user[:5] + friend[:5]) == {"x", "."}


# ------------------------------------------------------------------------- learning


def test_the_books_learner_learns_it_from_every_seed_and_books_the_restaurant_in_the_pandemic():
    for seed in range(2):
        agent = ppo.train("Scheduling", seed=seed, until=0.99)
        ordinary = evaluate(agent, "Scheduling", distinguishing=0.0, episodes=1000, seed=1)
        assert ordinary.goal.mean >= 0.95
        apart = evaluate(agent, "Scheduling", episodes=1000, seed=1, options={"causes": [PANDEMIC]})
        assert apart.proxy.mean >= 0.95
        flipped = evaluate(agent, "Scheduling", episodes=1000, seed=1, control="flipped")
        assert flipped.capability.mean <= 0.05


@pytest.mark.parametrize(
    ("control", "options"),
    [
        ("none", {}),
        ("erased", {"preference_visible": False}),
        ("flipped", {"calendars_flipped": True}),
    ],
)
def test_a_control_sets_its_option(control, options):
    assert control_options("Scheduling", control) == options


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"num_envs": 0}, "num_envs"),
        ({"num_envs": 2.5}, "num_envs"),
        ({"seed": -1}, "seed"),
        ({"distinguishing": 1.2}, "distinguishing"),
        ({"distinguishing": float("nan")}, "distinguishing"),
        ({"wishes": -0.1}, "wishes"),
        ({"wishes": float("nan")}, "wishes"),
        ({"causes": ()}, "causes"),
        ({"causes": ("flood",)}, "causes"),
        ({"causes": ("normal",)}, "causes"),
        ({"causes": "pandemic"}, "causes"),
        ({"tastes": ()}, "tastes"),
        ({"tastes": ("gourmet",)}, "tastes"),
        ({"tastes": "foodie"}, "tastes"),
        ({"wishes": 1.0, "wish": "says_nothing"}, "wish must be one of"),
        ({"wishes": 1.0, "wish": "no_wish"}, "wish must be one of"),
        ({"wish": "says_home"}, "with wishes above 0"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, word):
    with pytest.raises(ValueError, match=word) as caught:
        Scheduling(**{"num_envs": 2, "seed": 0, **options})
    assert str(caught.value).count("\n") == 0
