"""The settings of the learner, one frozen dataclass; the values hold for every environment."""

from __future__ import annotations

from dataclasses import asdict, dataclass


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
        """Refuse settings that cannot work.

        Raises:
            ValueError: If a count or a size is too small or a share lies outside [0, 1].
        """
        for name in ("num_envs", "rollout_steps", "batch_size", "epochs", "hidden"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, but is {getattr(self, name)}.")
        for name in ("discount", "gae_lambda"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie in [0, 1], but is {getattr(self, name)}.")
        for name in ("learning_rate", "clip", "max_gradient_norm", "reward_scale"):
            if not getattr(self, name) > 0.0:  # true for nan, too
                raise ValueError(f"{name} must be positive, but is {getattr(self, name)}.")
        if self.batch_size < 2:
            raise ValueError("batch_size must be at least 2, so that advantages have a spread.")
        if self.steps < 0:
            raise ValueError(f"steps must not be negative, but is {self.steps}.")

    def to_json(self) -> dict[str, float]:
        """Returns the settings as a dictionary."""
        return asdict(self)
