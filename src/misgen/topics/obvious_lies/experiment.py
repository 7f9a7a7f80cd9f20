"""Obvious lies: what feedback on lies that can be checked teaches about those that cannot.

All settings but one were decided before the first run of the ledger, and none was changed
afterwards; learner and entropy are those of the persuader (`misgen.topics.persuasion`). The last
one, `fresh_cue_2`, came later: with the louder sign (`cue_2`) most hidden lies had stayed. That it
was added as a control, to show whether they stay without persuasion that was paid before, is
inferred from what it changes; no note of that time says so. A single trial, with seed 1000, showed
that the seeds may disagree, so that there are twenty. One run is one seed: assistants of all
settings, side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.obvious_lies.settings import SETTINGS

SEEDS = tuple(range(20))


class ObviousLiesExperiment:
    """All settings."""

    name = "obvious_lies"
    packages = ("numpy", "torch")

    def grid(self) -> list[Config]:
        """All runs, seed by seed."""
        return [{"seed": seed} for seed in SEEDS]

    def run(self, config: Config) -> Outcome:
        """Trains the assistants of one seed."""
        from misgen.topics.obvious_lies.training import train

        rates = train(list(SETTINGS.values()), seed=config["seed"])
        per_mille = np.rint(1000 * rates).astype(int).tolist()  # (setting, look, kind)
        return Outcome(dict(zip(SETTINGS, per_mille, strict=True)))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the results."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


EXPERIMENT = ObviousLiesExperiment()
