"""Finds the browsers of the page tests and of what else looks at pages, or installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHELL = "chromium-headless-shell"
"""Chromium without its windows, which opens pages faster; Debian packages it."""
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX = "firefox-esr"
"""The Firefox that Debian packages."""
FLAGS = [  # see `opened`: no background traffic
    "--no-sandbox",  # Chromium refuses to run as root with it, as in containers
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

NOTHING_COVERED = (
    'try { localStorage.setItem("misgen.covers", "false"); } catch { /* blank page */ }'
)
"""JavaScript for who looks at whole pages, to be run before the scripts of each; see `first.js`."""


def find_chromium() -> str | None:
    """Returns the path of a Chromium: MISGEN_CHROMIUM, an installed one, or Playwright's own."""
    named = os.environ.get("MISGEN_CHROMIUM")
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    return named or installed or _playwrights_own()  # its own last, as asking starts Playwright


def find_firefox() -> str | None:
    """Returns the path of a Firefox, for a few tests that are skipped without one."""
    return shutil.which(FIREFOX) or shutil.which("firefox")


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # where a browser is asked for: it takes time

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


@contextmanager
def opened() -> Iterator[Browser]:
    """Runs Chromium, without any background traffic of its own, while the block runs."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()  # before Playwright starts, which cannot run twice
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


def succeeds(*command: str) -> bool:
    """Runs a command; returns whether it went well."""
    return subprocess.run(command, check=False).returncode == 0


def install_by_apt(package: str) -> bool:
    """Installs a browser of Debian as root, where that can be; returns whether it went well."""
    if not shutil.which("apt-get"):
        return False
    root = os.geteuid() == 0
    if not root and not (shutil.which("sudo") and succeeds("sudo", "-n", "true")):  # -n: never ask
        return False
    apt = [*([] if root else ["sudo", "-n"]), "apt-get", "-qq"]
    return succeeds(*apt, "update") and succeeds(*apt, "install", "-y", package)


def is_enough() -> bool:
    """Tells whether nothing has to be installed: continuous integration wants the faster one."""
    wants_shell = os.environ.get("CI") and not os.environ.get("MISGEN_CHROMIUM")
    return bool(shutil.which(SHELL) if wants_shell else find_chromium())


def main() -> int:
    """Makes sure that there is a Chromium; returns the exit code."""
    if os.environ.get("CI") and not find_firefox():  # elsewhere its tests are skipped
        print("== installing Firefox for the page tests", flush=True)
        install_by_apt(FIREFOX)
    if is_enough():
        return 0
    print("== installing Chromium for the page tests", flush=True)
    by_playwright = (sys.executable, "-m", "playwright", "install", "chromium")
    # looked for again, whatever was reported
    if (install_by_apt(SHELL) or find_chromium() or succeeds(*by_playwright)) and find_chromium():
        return 0
    print(
        "Install Chromium, or name one by MISGEN_CHROMIUM=/path/to/chromium, and run this again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
