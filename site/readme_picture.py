"""Takes the README's picture from the built site: the explorer that a topic names for it.

.venv/bin/python site/readme_picture.py        # after `make site`
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from browser import FLAGS, find_chromium
from page_topics import constants
from playwright.sync_api import sync_playwright
from serve import HTML, server

from misgen.core.atomic import write_bytes

PICTURE = Path(__file__).resolve().parent.parent / "assets" / "figures" / "dial.png"


def take(address: str) -> bytes:
    """Returns the explorer at `address`, which ends with its id, as a PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000}, device_scale_factor=1.5)
        page.goto(address)
        explorer = page.locator(f"#{urlsplit(address).fragment}[data-mounted]")
        explorer.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        return explorer.screenshot()


def main() -> int:
    """Writes the picture; returns the exit code."""
    if not (HTML / "index.html").is_file():
        print("There is no site yet: run `make site` first.", file=sys.stderr)
        return 1
    (address,) = constants("README_PICTURE")
    with server(HTML, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        write_bytes(PICTURE, take(f"http://localhost:{running.server_port}/{address}"))
        running.shutdown()
    print(f"{PICTURE.name} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
