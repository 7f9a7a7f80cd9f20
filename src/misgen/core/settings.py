"""The settings of the learner, one frozen dataclass; the values hold for every environment."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from misgen.core.arguments import check_count, check_number, check_positive, check_share

_COUNTS = {
    "steps": (0, 10**12),
    "num_envs": (1, 10**6),
    "rollout_steps": (1, 10**6),
    "batch_size": (2, 10**8),  # of one transition advantages have no spread
    "epochs": (1, 1000),
    "hidden": (1, 10**4),
}
"""Smallest and largest value of each count; the largest are far beyond what makes sense."""
_POSITIVE = {"learning_rate": 1.0, "clip": 1e3, "max_gradient_norm": 1e6, "reward_scale": 1e6}
"""Largest value of each number above 0; larger ones overflow 32 bits."""


@dataclass(frozen=True)
class PPOSettings:
    """Proximal policy optimization (Schulman et al., 2017), as used by both learners.

    >>> PPOSettings().steps
    500000
    """

    steps: int = 500_000
    """Environment steps in all; 95 % success comes after about a third of them."""
    num_envs: int = 128
    """Episodes that run side by side."""
    rollout_steps: int = 32
    """Steps of each environment between two updates; most episodes are shorter."""
    batch_size: int = 1024
    """Transitions in one gradient step."""
    epochs: int = 3
    """Passes over each rollout."""
    learning_rate: float = 2e-3
    """Step size of Adam."""
    discount: float = 0.95
    """How much a reward one step later counts; the coin is about 20 steps away."""
    gae_lambda: float = 0.9
    """Decay of generalized advantage estimation."""
    clip: float = 0.2
    """How far the probability of an action may move in one update."""
    entropy_weight: float = 0.01
    """Weight of the bonus for acting at random, which keeps the agent exploring."""
    value_weight: float = 0.5
    """Weight of the value loss."""
    max_gradient_norm: float = 0.5
    """Longer gradients are shortened to this length."""
    hidden: int = 64
    """Units of the one hidden layer, which policy and value share."""
    reward_scale: float = 0.1
    """Factor on the reward, so that the coin counts 1."""

    def __post_init__(self) -> None:
        """Refuses settings that cannot work.

        Raises:
            ValueError: If a number is too small, too large or not finite.
        """
        for name, (least, most) in _COUNTS.items():
            check_count(name, getattr(self, name), least, most)
        for name in ("discount", "gae_lambda"):
            check_share(name, getattr(self, name))
        for name, largest in _POSITIVE.items():
            check_positive(name, getattr(self, name), largest)
        for name in ("entropy_weight", "value_weight"):
            check_number(name, getattr(self, name), 0.0, 1e3)

    def to_json(self) -> dict[str, float]:
        """Returns the settings as a dictionary."""
        return asdict(self)
