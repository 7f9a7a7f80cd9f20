"""Importing this module registers the book's environments with gymnasium.

`import misgen` does not do so, because gymnasium cannot be imported in the page.

>>> import gymnasium, misgen.registration
>>> gymnasium.make("misgen/CoinRun-v0", distinguishing=0.1).action_space
Discrete(6)
"""

from __future__ import annotations

import gymnasium

from misgen.core.registry import ENVIRONMENTS

for _name in ENVIRONMENTS:
    gymnasium.register(
        id=f"misgen/{_name}-v0",
        entry_point="misgen.core.adapters:SingleEnv",
        vector_entry_point="misgen.core.adapters:VectorAdapter",
        kwargs={"name": _name},
    )
