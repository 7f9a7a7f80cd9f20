"""The recommender and its users once more: one group, one user, one day at a time."""

from __future__ import annotations

import numpy as np


class OneGroup:
    """A group of users under one feedback; `draws` are those of its seed."""

    def __init__(self, feedback, policy, draws, at, settings):
        self.feedback, self.policy, self.settings = feedback, policy, settings
        self.original = [list(taste) for taste in draws.tastes[at]]
        self.tastes = [list(taste) for taste in draws.tastes[at]]
        self.draws, self.at = draws, at
        users, kinds = settings.users, settings.kinds
        self.shown = [[1.0] * kinds for _ in range(users)]
        self.accepted = [[1.0 / kinds] * kinds for _ in range(users)]

    def day(self, day):
        """One evening of every user; returns (kind, accepted, original taste, drift) of each."""
        return [self.evening(user, day) for user in range(self.settings.users)]

    def evening(self, user, day):
        taste, original = self.tastes[user], self.original[user]
        drift = 0.5 * sum(abs(a - b) for a, b in zip(taste, original, strict=True))
        largest = max(taste)
        kind = self.suggestion(user, day)
        accepted = bool(self.draws.accepts[self.at, day, user] < taste[kind])
        self.remember(user, kind, accepted)
        if accepted:
            for k in range(self.settings.kinds):
                taste[k] *= 1 - self.feedback
            taste[kind] += self.feedback
        return kind, accepted, original[kind], kind == int(np.argmax(original)), drift, largest

    def suggestion(self, user, day):
        at_random = int(self.draws.any_kind[self.at, day, user])
        if self.policy == "random":
            return at_random
        if self.draws.explores[self.at, day, user] < self.settings.epsilon:
            return at_random
        ties = self.draws.ties[self.at, user]
        rates = [
            accepted / shown + 1e-6 * tie
            for accepted, shown, tie in zip(
                self.accepted[user], self.shown[user], ties, strict=True
            )
        ]
        return int(np.argmax(rates))

    def remember(self, user, kind, accepted):
        self.shown[user][kind] += 1
        self.accepted[user][kind] += accepted
        for k in range(self.settings.kinds):
            self.shown[user][k] *= self.settings.memory
            self.accepted[user][k] *= self.settings.memory
