"""Charts and pictures of the chapters: each shows every seed, an interval, and its numbers."""

from __future__ import annotations

from misgen.figures.assistant import (
    assistant_causes,
    assistant_controls,
    assistant_course,
    assistant_shares,
)
from misgen.figures.base import (
    DEAD,
    GOAL,
    MUTE,
    PROXY,
    Curve,
    Figure,
    Numbers,
    Picture,
    Table,
    curves,
)
from misgen.figures.coin_grid import coin_grid_lengths, coin_grid_rates, coin_grid_unmet
from misgen.figures.coin_line import flip_law, flip_steps, walking_away
from misgen.figures.coinrun import (
    dose_response,
    level_diversity,
    plane_indices,
    reports,
    robustness_plane,
)
from misgen.figures.dogs import dog_lottery, dog_paths, dog_salience, dog_shares
from misgen.figures.forest import forest_run, forest_seeds
from misgen.figures.forest_agents import density_map, forest_ends, forest_phases
from misgen.figures.identifiability import ranges_left_open, reward_pictures, reward_ranges
from misgen.figures.induced_shift import hidden_incentives, recommender_measures
from misgen.figures.persuasion import (
    lies_by_audit,
    persuader_by_opinion,
    persuader_seeds,
)

__all__ = [
    "DEAD",
    "GOAL",
    "MUTE",
    "PROXY",
    "Curve",
    "Figure",
    "Numbers",
    "Picture",
    "Table",
    "assistant_causes",
    "assistant_controls",
    "assistant_course",
    "assistant_shares",
    "coin_grid_lengths",
    "coin_grid_rates",
    "coin_grid_unmet",
    "curves",
    "density_map",
    "dog_lottery",
    "dog_paths",
    "dog_salience",
    "dog_shares",
    "dose_response",
    "flip_law",
    "flip_steps",
    "forest_ends",
    "forest_phases",
    "forest_run",
    "forest_seeds",
    "hidden_incentives",
    "level_diversity",
    "lies_by_audit",
    "persuader_by_opinion",
    "persuader_seeds",
    "plane_indices",
    "ranges_left_open",
    "recommender_measures",
    "reports",
    "reward_pictures",
    "reward_ranges",
    "robustness_plane",
    "walking_away",
]
