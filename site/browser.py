"""Finds the Chromium of the page tests, or installs one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Returns the path of a Chromium: MISGEN_CHROMIUM, an installed one, or Playwright's own."""
    named = os.environ.get("MISGEN_CHROMIUM")
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    return named or installed or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.is_file() else None


def _privileged() -> list[str] | None:
    """Returns what to write before a command to run it as root, or None where that cannot be."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _install_by_apt() -> bool:
    prefix = _privileged()
    if prefix is None or not shutil.which("apt-get"):
        return False
    apt = [*prefix, "apt-get", "-qq"]
    return _succeeds([*apt, "update"]) and _succeeds([*apt, "install", "-y", "chromium"])


def _install_by_playwright() -> bool:
    return _succeeds([sys.executable, "-m", "playwright", "install", "chromium"])


def main() -> int:
    """Makes sure that there is a Chromium; returns the exit code."""
    if find_chromium():
        return 0
    print("== installing Chromium for the page tests", flush=True)
    if (_install_by_apt() or _install_by_playwright()) and find_chromium():
        return 0
    print(
        "Install Chromium, or name one by MISGEN_CHROMIUM=/path/to/chromium, and run this again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
