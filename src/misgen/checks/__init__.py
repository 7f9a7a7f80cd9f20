"""What the exercises test, with a sentence for each mistake that readers are known to make."""

from __future__ import annotations

from misgen.checks.assistant import check_break_even, check_knows_but_books
from misgen.checks.assistant_control import check_control
from misgen.checks.base import Feedback
from misgen.checks.coin_line import check_always_right, check_descent_step, check_encoding
from misgen.checks.coinrun import check_behind, check_capability, check_smallest_share
from misgen.checks.continuing import check_half_dead
from misgen.checks.dogs import check_breeder, check_reinforce_step, check_voice_share
from misgen.checks.forest import check_lumberjack, check_spawn
from misgen.checks.identifiability import check_condition, check_other_reward
from misgen.checks.induced_shift import check_split
from misgen.checks.shift import check_kl_divergence, check_total_variation
from misgen.checks.taxonomy import check_diagnose, check_guaranteed

__all__ = [
    "Feedback",
    "check_always_right",
    "check_behind",
    "check_break_even",
    "check_breeder",
    "check_capability",
    "check_condition",
    "check_control",
    "check_descent_step",
    "check_diagnose",
    "check_encoding",
    "check_guaranteed",
    "check_half_dead",
    "check_kl_divergence",
    "check_knows_but_books",
    "check_lumberjack",
    "check_other_reward",
    "check_reinforce_step",
    "check_smallest_share",
    "check_spawn",
    "check_split",
    "check_total_variation",
    "check_voice_share",
]
