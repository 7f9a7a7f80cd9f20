"""Importing this module registers the book's environments with gymnasium.

`import misgen` does not do so, because gymnasium cannot be imported in the page.

>>> import gymnasium, misgen.registration
>>> gymnasium.make("misgen/CoinRun-v0", distinguishing=0.1).action_space
Discrete(6)
"""

from __future__ import annotations

from misgen.core.extras import extra
from misgen.core.registry import ENVIRONMENTS

with extra("train", "The registration of the environments"):
    import gymnasium

for _name in ENVIRONMENTS:
    gymnasium.register(
        id=f"misgen/{_name}-v0",
        entry_point="misgen.core.gymnasium_envs:SingleEnv",
        vector_entry_point="misgen.core.gymnasium_envs:VectorAdapter",
        kwargs={"name": _name},
    )
