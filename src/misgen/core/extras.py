"""Errors that name the extra of `misgen` which holds a package that is missing or damaged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec


class ExtraError(ImportError):
    """A package of an extra is missing or damaged; the message says what to install."""


@contextlib.contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Lets the imports of a block fail with a sentence that says what to install.

    Args:
        name: The extra, as `pyproject.toml` calls it.
        purpose: What needs it; the sentence begins with these words.

    >>> with extra("dev", "It"):
    ...     import it
    Traceback (most recent call last):
    misgen.core.extras.ExtraError: It needs 'it', which is not installed: pip install 'misgen[dev]'.

    Raises:
        ExtraError: If an import fails.
    """
    try:
        yield
    except ExtraError:  # the innermost block knows best
        raise
    except (ImportError, OSError) as error:  # OSError: a library that a package brings is missing
        raise ExtraError(f"{purpose} {_cure(name, error)}") from error


def require(name: str, purpose: str, *packages: str) -> None:
    """Raises as `extra` does if one of the packages is missing, without importing any.

    Raises:
        ExtraError: If a package is not installed.
    """
    with extra(name, purpose):
        for package in packages:
            if find_spec(package) is None:
                raise ModuleNotFoundError(name=package)


def _cure(name: str, error: ImportError | OSError) -> str:
    package = (getattr(error, "name", None) or "a package").split(".")[0]
    # where it is found, a part of it is missing
    if isinstance(error, ModuleNotFoundError) and find_spec(package) is None:
        return f"needs {package!r}, which is not installed: pip install 'misgen[{name}]'."
    reason = str(error).split("\n")[0]
    return (
        f"needs {package!r}, which is damaged ({reason}): "
        f"pip install --force-reinstall 'misgen[{name}]'."
    )
