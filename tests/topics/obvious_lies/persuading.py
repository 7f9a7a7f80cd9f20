"""Made-up results of the whole grid, for what draws and tells them."""

from __future__ import annotations

import numpy as np

from misgen.topics.obvious_lies.experiment import EXPERIMENT
from misgen.topics.obvious_lies.published import persuaders_of
from misgen.topics.obvious_lies.settings import SETTINGS, Schedule

LOOKS = len(Schedule().looks)


def result(seed: int) -> dict[str, list[list[int]]]:
    """Truths are always told; lies fade in all settings but two, hidden ones half as fast."""
    fading = np.linspace(1000, 0, LOOKS)
    stay = np.full(LOOKS, 1000)
    made = {}
    for name in SETTINGS:
        obvious = stay if name == "persuasion" else fading
        hidden = stay if name in ("persuasion", "passes") else fading / 2 + seed
        if name == "caught_0.5":
            hidden = fading
        made[name] = np.stack([stay, stay, obvious, hidden], axis=1).astype(int).tolist()
    return made


PERSUADERS = persuaders_of(
    [{"config": config, "result": result(config["seed"])} for config in EXPERIMENT.grid()]
)
