"""Takes the README's picture from the built site: the explorer that a topic names for it.

.venv/bin/python site/readme_picture.py        # after `make site`
"""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from browser import opened
from contents import ROOT, constants
from serve import HTML, served

from misgen.core.atomic import write_bytes

PICTURE = ROOT / "assets" / "figures" / "dial.png"


def take(address: str) -> bytes:
    """Returns the explorer at `address`, which ends with its id, as a PNG."""
    with opened() as browser:
        # CSS pixels, drawn 1.5 times as fine
        page = browser.new_page(viewport={"width": 1440, "height": 1000}, device_scale_factor=1.5)
        page.goto(address)
        # only once its script has drawn it
        explorer = page.locator(f"#{urlsplit(address).fragment}[data-mounted]")
        explorer.scroll_into_view_if_needed()
        page.wait_for_timeout(500)  # milliseconds, for what is still being drawn
        return explorer.screenshot()


def main() -> int:
    """Writes the picture; returns the exit code."""
    if not (HTML / "index.html").is_file():
        print("There is no site yet: run `make site` first.", file=sys.stderr)
        return 1
    (address,) = constants("README_PICTURE").values()
    with served(HTML) as base:
        write_bytes(PICTURE, take(f"{base}/{address}"))
    print(f"{PICTURE.name} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
