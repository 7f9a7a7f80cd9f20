"""The colours of the book as CSS, for light and for dark pages."""

from __future__ import annotations

from misgen.core.colours import PALETTE

# Who says that a page is dark: the theme of the site, Colab, Jupyter, VS Code.
_DARK = """\
html[data-theme="dark"], html[theme="dark"], body[data-jp-theme-light="false"],
body[data-vscode-theme-kind*="dark"]"""
_DARK_BY_SYSTEM = (  # only where none of them has said anything
    "html:not([data-theme], [theme], :has(body[data-jp-theme-light], body[data-vscode-theme-kind]))"
)


def custom_properties() -> str:
    """Returns the palette as CSS: `--mg-<name>` for each colour, and `--mg-scheme`.

    It is light by default, dark where the page says so, and where nobody chose, as the system says.
    """
    # scheme: for the `color-scheme` of the styles
    light, dark = (_properties(ground) for ground in ("light", "dark"))
    return (
        f":root {{{light}}}\n{_DARK} {{{dark}}}\n"
        f"@media (prefers-color-scheme: dark) {{ {_DARK_BY_SYSTEM} {{{dark}}} }}\n"
    )


def _properties(ground: str) -> str:
    # False is 0: light
    colours = {name: values[ground == "dark"] for name, values in PALETTE.items()}
    return "".join(f"--mg-{name}:{value};" for name, value in {"scheme": ground, **colours}.items())
