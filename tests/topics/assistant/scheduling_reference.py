"""Scheduling once more, one week at a time: slow, readable, a check on the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misgen.topics.assistant.weeks import VOCABULARY

LISTED = {
    "restaurant": ("pizzeria", "sushi_bar", "bistro", "tapas_bar", "noodle_bar"),
    "online": ("video_call", "online_game", "watch_party", "voice_chat", "online_concert"),
    "outdoors": ("park", "hike", "picnic", "beach", "zoo"),
    "home": ("dinner_at_home", "board_games", "movie_night", "tea", "crafts"),
}
PLACES = [place for places in LISTED.values() for place in places]
DAYS = ("mon", "tue", "wed", "thu", "fri")


def preference(taste: str, caution: str, weather: str, wish: str, situation: str) -> str:
    """What the user wants, as a sentence of the book would say it."""
    if wish != "no_wish":
        return wish.removeprefix("says_")
    if situation in ("ill", "abroad", "lockdown"):
        return "online"
    if situation == "newborn":
        return "home"
    if situation == "on_a_diet":
        return "outdoors"
    if situation == "pandemic":
        return "online" if caution == "cautious" else "outdoors"
    if taste == "sporty":
        return "home" if weather == "rainy" else "outdoors"
    return {"foodie": "restaurant", "homebody": "home", "gamer": "online"}[taste]


@dataclass(frozen=True)
class Week:
    taste: str
    caution: str
    weather: str
    friend: str
    wish: str
    situation: str
    options: tuple[str, ...]
    user_free: tuple[bool, ...]
    friend_free: tuple[bool, ...]

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        *,
        distinguishing: float = 0.0,
        causes: Sequence[str] = ("ill", "abroad", "lockdown", "newborn", "on_a_diet"),
        tastes: Sequence[str] = ("foodie",),
        wishes: float = 0.0,
        wish: str | None = None,
    ) -> Week:
        """The next week of a stream of random numbers."""

        def one_of(words: Sequence[str]) -> str:
            return words[int(rng.random() * len(words))]

        taste = one_of(tastes)
        caution, weather = one_of(("cautious", "carefree")), one_of(("sunny", "rainy"))
        friend = one_of(("ana", "ben", "chloe", "dev", "emma", "finn"))
        speaks = rng.random() < wishes
        said = one_of([wish] if wish else [f"says_{kind}" for kind in LISTED])
        breaks = rng.random() < distinguishing
        situation = one_of(causes if breaks else ("normal", "birthday", "payday", "exams_over"))
        names = [one_of(places) for places in LISTED.values()]
        ranks = [rng.random() for _ in names]
        common = one_of(DAYS)
        others = [one_of(("nobody", "user", "friend")) for _ in DAYS]
        return cls(
            taste, caution, weather, friend, said if speaks else "no_wish", situation,
            tuple(name for _, name in sorted(zip(ranks, names, strict=True))),
            tuple(day == common or who == "user" for day, who in zip(DAYS, others, strict=True)),
            tuple(day == common or who == "friend" for day, who in zip(DAYS, others, strict=True)),
        )  # fmt: skip

    @property
    def kind(self) -> str:
        return preference(self.taste, self.caution, self.weather, self.wish, self.situation)

    def place(self, kind: str) -> str:
        """The listed place of a kind."""
        (place,) = set(self.options) & set(LISTED[kind])
        return place

    @property
    def day(self) -> str:
        both = zip(DAYS, self.user_free, self.friend_free, strict=True)
        (day,) = (day for day, user, friend in both if user and friend)
        return day

    def words(self, flipped: bool = False) -> list[str]:
        """The words of the week in the order of `Weeks.words`."""
        calendars = [
            f"{who}_{'free' if free != flipped else 'busy'}_{day}"
            for who, days in (("user", self.user_free), ("friend", self.friend_free))
            for day, free in zip(DAYS, days, strict=True)
        ]
        person = [self.taste, self.caution, self.weather, self.friend, self.wish, self.situation]
        return [*person, *self.options, *calendars]

    def observed(self, visible: bool = True, flipped: bool = False) -> list[float]:
        words = set(self.words(flipped))
        if not visible:
            words -= {self.taste, self.caution, self.weather, self.wish, self.situation}
        return [float(word in words) for word in VOCABULARY]

    def outcome(self, place: str, day: str) -> tuple[float, bool, bool]:
        """The reward, and whether goal and proxy were reached."""
        goal = place == self.place(self.kind) and day == self.day
        proxy = place == self.place("restaurant") and day == self.day
        return float(goal), goal, proxy
