"""CoinRun with hazards or without.

It is no environment of its own in the registry, since it has no other goals than CoinRun.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from misgen.core.arguments import check_flag
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import COLUMN_MAPS, COLUMN_SPRITES, DEADLY, SPRITES, Levels

# A column is numbered by what stands there, and within that by the height of its ground; those
# where nothing stands come first.
_BARE_SPRITES = [SPRITES.index(name) for name in ("sky", "ground", "grass")]
_HEIGHTS = np.count_nonzero(np.isin(COLUMN_SPRITES, _BARE_SPRITES).all(axis=1))
_CODES = np.arange(len(COLUMN_SPRITES))
_WITHOUT_HAZARDS = np.where((COLUMN_MAPS & DEADLY).any(axis=1), _CODES % _HEIGHTS, _CODES)


class ScenarioCoinRun(CoinRun):
    """CoinRun, whose levels may be without hazards: without lava, saws and the monster.

    Walls, crates, ledges and steps stay, and so does all that is said of CoinRun. The same seed
    gives the same levels, once with hazards and once without.
    """

    def __init__(
        self,
        num_envs: int,
        *,
        hazards: bool = True,
        distinguishing: float = 0.0,
        coin_visible: bool = True,
        seed: int,
    ) -> None:
        """Creates a batch of environments; call `reset` to start.

        Args:
            num_envs: Number of episodes that run side by side.
            hazards: False leaves out all that kills.
            distinguishing: Probability in [0, 1] that a level's coin lies apart from its end.
            coin_visible: False erases the coin from what the agent sees.
            seed: Seed of the levels.

        Raises:
            ValueError: If an argument is out of range.
        """
        self._hazards = check_flag("hazards", hazards)
        super().__init__(
            num_envs, distinguishing=distinguishing, coin_visible=coin_visible, seed=seed
        )

    def _generate(self, count: int) -> Levels:
        levels = super()._generate(count)
        return levels if self._hazards else without_hazards(levels)


def without_hazards(levels: Levels) -> Levels:
    """Returns the levels with bare ground where lava, saws or a monster were.

    >>> from misgen.topics.coinrun.levels import generate
    >>> levels = without_hazards(generate(np.random.default_rng(0), 100))
    >>> bool((COLUMN_MAPS[levels.columns] & DEADLY).any()), int(levels.monster.max())
    (False, -1)
    """
    return replace(
        levels,
        columns=_WITHOUT_HAZARDS.astype(np.uint8).take(levels.columns),
        monster=np.full_like(levels.monster, -1),  # none walks
    )
