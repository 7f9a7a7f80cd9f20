"""Compares `constraints/colab.txt` with a list of Colab's packages, or renews it from one.

The weekly workflow says which commit of googlecolab/backend-info has a newer list; nothing of that
list is installed before a maintainer has read it, renewed ours and run `make lock`.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from misgen.core.atomic import write_text

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints" / "colab.txt"
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)  # up to a marker or a comment
WHEEL = re.compile(r"^([\w.-]+) @ \S+/[\w.]+-(\d[\d.]*)", re.MULTILINE)  # torch, from its own index
COMMIT = re.compile(r"(backend-info at )[0-9a-f]{40}")


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
    >>> pins("torch @ https://torch.example/cpu/torch-2.11.0%2Bcpu-cp313-cp313-linux.whl")
    {'torch': '2.11.0'}
    """
    found = [*PIN.findall(text), *WHEEL.findall(text)]
    return {normal(name): version for name, version in found}


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


def renewed(ours: str, colabs: str, commit: str) -> str:
    r"""Returns our list with Colab's versions at a commit, comments kept.

    >>> renewed("# why\nnumpy==2.1.3\n", "numpy==2.3.0", "0" * 40)
    '# why\nnumpy==2.3.0\n'
    """
    now = pins(colabs)
    # in place: comments and order stay
    ours = PIN.sub(lambda pin: f"{pin[1]}=={now.get(normal(pin[1]), pin[2])}", ours)
    return COMMIT.sub(rf"\g<1>{commit}", ours)


def main() -> int:
    """Prints what differs, or writes the renewed list; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("freeze", type=Path, help="Colab's pip-freeze.txt")
    parser.add_argument("--renew", metavar="COMMIT", help="write the list of this commit to ours")
    options = parser.parse_args()
    ours, colabs = (
        CONSTRAINTS.read_text(encoding="utf-8"),
        options.freeze.read_text(encoding="utf-8"),
    )
    if options.renew:
        write_text(CONSTRAINTS, renewed(ours, colabs, options.renew))
    else:
        print("\n".join(drift(ours, colabs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
