"""What a dog is: two weights, one for the voice and one for the lips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from misgen.core.arrays import FloatArray, IntArray
from misgen.topics.dogs.streams import Draws, Numbers

SITUATIONS = {
    "as trained": (1.0, 1.0),
    "apart": (1.0, -1.0),
    "back turned": (1.0, 0.0),
    "lips alone": (0.0, 1.0),
}
"""Name of a test -> the voice and the lips where the first of them that is there says "sit"."""

RELIABLE = 0.9
"""A dog follows a cue if it does what the cue says at least this often."""

BOTH, VOICE, LIPS, NEITHER = range(4)
"""What a dog follows in a situation; both, where both say the same."""


@dataclass(frozen=True, eq=False)
class DogPolicy:
    """One dog, or an array of dogs: the probability to sit is logistic in the two cues.

    It is the smallest policy in which voice and lips can differ. The sum of the two weights says
    how surely a dog obeys where the cues agree; their difference says which it follows where they
    do not. There is no bias: both words are equally frequent, so that a habit would earn nothing.

    >>> dog = DogPolicy(np.array([3.0, 1.0]))
    >>> dog.sit_probability(np.array([[1, 1], [1, -1]], np.float32)).round(2).tolist()
    [0.98, 0.88]
    """

    weights: Numbers
    """Weight of the voice and weight of the lips, `(..., 2)`."""

    def sit_probability(self, obs: FloatArray) -> Numbers:
        """Returns the probability to sit, `(..., commands)`.

        Args:
            obs: What each dog hears and sees at each command, `(..., commands, 2)`.

        Raises:
            ValueError: If these are not the observations of dogs.
        """
        dogs = self.weights.shape[:-1]  # () is a single dog
        if obs.ndim != len(dogs) + 2 or (*obs.shape[:-2], obs.shape[-1]) != (*dogs, 2):
            wanted = ", ".join(map(str, (*dogs, "commands", 2)))
            raise ValueError(f"Give these dogs observations ({wanted}), not {obs.shape}.")
        voice, lips = self.weights[..., 0, None], self.weights[..., 1, None]  # (..., 1)
        return _logistic(voice * obs[..., 0] + lips * obs[..., 1])

    def act(self, obs: FloatArray, rng: Draws) -> IntArray:
        """Let each dog stand (0) or sit (1) at each command, `(..., commands)`.

        Args:
            obs: As in `sit_probability`.
            rng: Source of the dogs' random numbers.
        """
        sits = self.sit_probability(obs)
        return (rng.random(sits.shape) < sits).astype(np.int64)


def _logistic(x: Numbers) -> Numbers:
    # By tanh, which does not overflow.
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def follow_rates(
    policy: DogPolicy, situation: str, lips_clarity: float = 1.0
) -> tuple[Numbers, Numbers]:
    """Returns how often each dog does what the voice says, and what the lips say.

    The rates are exact: there are two commands, and a dog has no bias, so that it follows "sit" as
    often as "stand".

    Args:
        policy: The dogs.
        situation: One of `SITUATIONS`.
        lips_clarity: As in the environment.

    Returns:
        Two arrays `(...,)`; NaN for a cue that is not there.

    Raises:
        ValueError: If there is no such situation.

    >>> voice, lips = follow_rates(DogPolicy(np.array([3.0, 1.0])), "apart")
    >>> round(float(voice), 2), round(float(lips), 2)
    (0.88, 0.12)
    """
    if situation not in SITUATIONS:
        raise ValueError(f"situation must be one of {', '.join(SITUATIONS)}, not {situation!r}.")
    voice, lips = SITUATIONS[situation]
    shown = np.array([voice, lips_clarity * lips], np.float32)  # (cue,)
    each = np.broadcast_to(shown, (*policy.weights.shape[:-1], 1, 2))  # (..., command, cue)
    sits = policy.sit_probability(each)[..., 0]
    return _rate(sits, voice), _rate(sits, lips)


def _rate(sits: Numbers, cue: float) -> Numbers:
    if cue == 0:
        return np.full_like(sits, np.nan)  # no cue, so no rate
    return sits if cue > 0 else 1 - sits  # a cue of -1 says "stand"


def followed(policy: DogPolicy, situation: str, lips_clarity: float = 1.0) -> IntArray:
    """Returns what each dog follows in a situation: `BOTH`, `VOICE`, `LIPS` or `NEITHER`, `(...,)`.

    >>> int(followed(DogPolicy(np.array([5.0, 1.0])), "apart")) == VOICE
    True
    """
    voice, lips = follow_rates(policy, situation, lips_clarity)
    by_voice, by_lips = voice >= RELIABLE, lips >= RELIABLE  # a NaN never is
    # The first that holds counts, and "both" implies the other two.
    return np.select([by_voice & by_lips, by_voice, by_lips], [BOTH, VOICE, LIPS], NEITHER)
