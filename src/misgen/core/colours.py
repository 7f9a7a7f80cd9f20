"""The colours of the book, on light and on dark ground: one source for all that is drawn.

The colour of the goal means the goal everywhere and nothing else, and so do those of the proxy
and of capability. What is none of them takes `first`, `second`, `mute` or `control`. All differ for
colour-blind readers, and no picture relies on colour alone. `misgen.explore.palette` makes CSS of
them.
"""

from __future__ import annotations

PALETTE: dict[str, tuple[str, str]] = {
    # --- what the book is about
    "goal": ("#b7791f", "#f6c744"),
    "goal-text": ("#8a5a10", "#f6c744"),
    "goal-soft": ("#f6c74433", "#f6c74429"),
    "proxy": ("#1f6feb", "#6cb0ff"),
    "proxy-text": ("#1a62d3", "#6cb0ff"),
    "proxy-soft": ("#1f6feb1f", "#6cb0ff29"),
    "capability": ("#a3142b", "#ff7b72"),
    "dead": ("#5f6975", "#98a3af"),
    "dead-soft": ("#5f69751f", "#98a3af26"),
    # --- series that are neither goal, proxy nor capability
    "first": ("#0d9488", "#7df0dc"),
    "first-text": ("#0f766e", "#7df0dc"),
    "second": ("#8250a8", "#c3a0e2"),
    "second-soft": ("#8250a81f", "#c3a0e229"),
    # --- the page around the pictures
    "ink": ("#1b1f24", "#e8eaed"),
    "mute": ("#5a636e", "#a3adb8"),
    "line": ("#dde2e8", "#2e353d"),
    "card": ("#fafbfc", "#181c20"),
    "bg": ("#ffffff", "#101316"),
    "hover": ("#f0f3f6", "#22282e"),
    "control": ("#7b8694", "#7d8996"),
    "good": ("#1a7f37", "#4cc26b"),
    "bad": ("#5f6975", "#98a3af"),
    "focus": ("#1b1f24", "#e8eaed"),
    "accent": ("#3d4653", "#c2cad3"),
    "accent-soft": ("#3d46531a", "#c2cad326"),
    # --- sprites
    "sky": ("#dfedfa", "#17212d"),
    "haze": ("#eef6fd", "#1b2735"),
    "cloud": ("#ffffff", "#202e3d"),
    "hill-far": ("#c9deee", "#1e2c3a"),
    "hill-near": ("#b7d4cd", "#20332f"),
    "ground": ("#9b7358", "#6b503f"),
    "ground-light": ("#ad8669", "#7a5d4b"),
    "ground-dark": ("#87614a", "#5b4334"),
    "grass": ("#6aa84f", "#4f8a3f"),
    "grass-light": ("#8fca6c", "#68a855"),
    "grass-dark": ("#4f8a3b", "#3b6d30"),
    "wood": ("#cf9a5b", "#a87a45"),
    "wood-light": ("#e3b87f", "#c2935a"),
    "wood-dark": ("#94642f", "#6f4a22"),
    "stone": ("#8d95a3", "#596270"),
    "stone-light": ("#a8afbb", "#6d7786"),
    "stone-dark": ("#6f7886", "#434b57"),
    "lava": ("#d8482b", "#c8412a"),
    "lava-light": ("#ffb23e", "#ffae3b"),
    "lava-dark": ("#a83220", "#8f2b1d"),
    "metal": ("#b9c1cc", "#a3acb9"),
    "metal-light": ("#e3e8ee", "#d3dae3"),
    "metal-dark": ("#5d6673", "#4c5560"),
    "monster": ("#9061b8", "#a478cb"),
    "monster-light": ("#b38bd6", "#c3a0e2"),
    "monster-dark": ("#643f88", "#6d4691"),
    "agent": ("#2f3b4a", "#eef2f6"),
    "agent-light": ("#4a596c", "#ffffff"),
    "agent-dark": ("#1c2530", "#b9c4d0"),
    "eye": ("#ffffff", "#232c37"),
    "pupil": ("#1b2430", "#ffffff"),
    "white": ("#ffffff", "#ffffff"),
    "black": ("#1b1f24", "#14181d"),
    "coin": ("#f6c744", "#f6c744"),
    "coin-light": ("#ffe89c", "#ffe89c"),
    "coin-rim": ("#b7791f", "#b98a22"),
    "shade": ("#1b1f2426", "#00000059"),
}
"""Name of a colour -> its value on light ground, on dark ground."""
