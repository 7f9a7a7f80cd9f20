"""The unit test for hidden incentives once more: one population, one learner at a time."""

from __future__ import annotations

import math


def clip(value, limit):
    return max(-limit, min(limit, value))


class OnePopulation:
    """The learners of one condition and benefit; `draws` are those of its seed."""

    def __init__(self, condition, benefit, draws, at, settings):
        self.condition, self.benefit, self.settings = condition, benefit, settings
        self.draws, self.at = draws, at
        self.weights = [clip(w, settings.largest_weight) for w in draws.weights[at]]
        self.c_was_played_here = [False] * settings.learners
        self.scores = [0.0] * settings.learners
        self.baseline = 0.0

    def cooperation(self):
        return sum(map(self.probability, self.weights)) / self.settings.learners

    @staticmethod
    def probability(weight):
        return 1 / (1 + math.exp(-weight))

    def step(self, step):
        played = []
        rewards = []
        for learner in range(self.settings.learners):
            p = self.probability(self.weights[learner])
            plays_c = bool(self.draws.chance[self.at, step, learner] < p)
            reward = float(self.draws.noise[self.at, step, learner])
            if self.c_was_played_here[learner]:
                reward += self.benefit
            if plays_c:
                reward -= self.settings.cost
            slope = (1 - p) if plays_c else -p  # of the log probability of the action
            change = self.settings.rate * (reward - self.baseline) * slope
            self.weights[learner] = clip(
                self.weights[learner] + change, self.settings.largest_weight
            )
            self.scores[learner] += reward
            played.append(plays_c)
            rewards.append(reward)
        self.move_on(step, played)
        memory = self.settings.baseline_memory
        self.baseline = memory * self.baseline + (1 - memory) * sum(rewards) / len(rewards)
        if (step + 1) % self.settings.every == 0:
            self.select(step // self.settings.every)

    def move_on(self, step, played):
        """Each learner stays in its environment, or goes to the one that it is dealt."""
        for learner in range(self.settings.learners):
            place = int(self.draws.deals[self.at, step, learner])
            self.c_was_played_here[learner] = played[place if self.condition.swapping else learner]

    def select(self, selection):
        if self.condition.outer_loop:
            order = sorted(range(self.settings.learners), key=lambda i: self.scores[i])
            worst, best = order[: self.settings.copies], order[-self.settings.copies :]
            models = [self.weights[i] for i in best]
            for n, learner in enumerate(worst):
                mutation = float(self.draws.mutations[self.at, selection, n])
                self.weights[learner] = clip(models[n] + mutation, self.settings.largest_weight)
        self.scores = [0.0] * self.settings.learners
