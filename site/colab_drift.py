"""Compares `constraints/colab.txt` with Colab's present list of packages, or renews it."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints" / "colab.txt"
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)  # up to a marker or a comment


def normal(name: str) -> str:
    """Returns a package's name as registries compare it.

    >>> normal("Farama_Notifications")
    'farama-notifications'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    r"""Returns the version of each pinned package.

    >>> pins("# Colab\nnumpy==2.1.3\njedi==0.20.1  # a note")
    {'numpy': '2.1.3', 'jedi': '0.20.1'}
    """
    return {normal(name): version for name, version in PIN.findall(text)}


def drift(ours: str, colabs: str) -> list[str]:
    r"""Returns a sentence for each of our pins that Colab has at another version.

    >>> drift("numpy==2.1.3\nsix==1.17.0", "numpy==2.3.0\nsix==1.17.0")
    ['numpy: Colab has 2.3.0, the second stack has 2.1.3.']
    """
    now = pins(colabs)
    return [
        f"{name}: Colab has {now[name]}, the second stack has {version}."
        for name, version in pins(ours).items()
        if now.get(name, version) != version  # what Colab does not have cannot differ
    ]


def renewed(ours: str, colabs: str) -> str:
    r"""Returns our list with Colab's present versions, comments kept.

    >>> renewed("# why\nnumpy==2.1.3\n", "numpy==2.3.0")
    '# why\nnumpy==2.3.0\n'
    """
    now = pins(colabs)
    # in place: comments and order stay
    return PIN.sub(lambda pin: f"{pin[1]}=={now.get(normal(pin[1]), pin[2])}", ours)


def main() -> int:
    """Prints what differs, or writes the renewed list; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("freeze", type=Path, help="Colab's pip-freeze.txt")
    parser.add_argument("--renew", action="store_true", help="write Colab's versions to our list")
    options = parser.parse_args()
    ours, colabs = (
        CONSTRAINTS.read_text(encoding="utf-8"),
        options.freeze.read_text(encoding="utf-8"),
    )
    if options.renew:
        CONSTRAINTS.write_text(renewed(ours, colabs), encoding="utf-8")
    else:
        print("\n".join(drift(ours, colabs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
