"""How a panel writes its numbers: every text is made here, and the page only shows it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.explore.study import of_100

Format = str | Callable[[float], str]
"""A name of `FORMATS`, or a function that writes a finite number."""

Texts = NDArray[np.str_]

UNKNOWN = "unknown"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNITS = (" of 100", " %", " times")  # written once in an interval, at its end


def _fixed(decimals: int) -> Callable[[float], str]:
    return lambda value: f"{value:,.{decimals}f}"


def _signed(value: float) -> str:
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text  # zero has no sign


def _power(value: float) -> str:
    """Writes a number as a power of ten with one digit before it.

    >>> _power(1e-4), _power(3e5), _power(0.0)
    ('10⁻⁴', '3 × 10⁵', '0')
    """
    if value == 0:
        return "0"
    digits, exponent = f"{value:.0e}".split("e")  # "3e+05": one digit, and the power of ten
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    return {"1": power, "-1": f"-{power}"}.get(digits, f"{digits} × {power}")


def _plain(value: float) -> str:
    """Writes a number with three digits, or with all those before the point.

    >>> _plain(0.12345), _plain(12345.6), _plain(2e-5)
    ('0.123', '12,346', '2 × 10⁻⁵')
    """
    if 0 < abs(value) < 0.001:
        return _power(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


FORMATS: dict[str, Callable[[float], str]] = {
    "percent": lambda value: f"{_fixed(0)(100 * value)} %",
    "percent1": lambda value: f"{_fixed(1)(100 * value)} %",
    "of100": of_100,
    "int": _fixed(0),
    "fixed1": _fixed(1),
    "fixed2": _fixed(2),
    "fixed3": _fixed(3),
    "signed2": _signed,
    "times": lambda value: f"{_plain(value)} times",
    "power": _power,
    "plain": _plain,
}
"""Name of a format -> what writes a number."""


def check_format(style: Format) -> None:
    """Checks that a format exists.

    Raises:
        ValueError: If it is a name of none.
    """
    if not callable(style) and style not in FORMATS:
        raise ValueError(f"There is no format {style!r}; choose one of {', '.join(FORMATS)}.")


def written(value: float, style: Format) -> str:
    """Writes one number; a missing or an infinite one is called that.

    >>> written(0.544, "percent"), written(0.544, "of100"), written(-0.2, "signed2")
    ('54 %', '54 of 100', '−0.20')
    >>> written(12345.6, "int"), written(2e-5, "power"), written(float("nan"), "percent")
    ('12,346', '2 × 10⁻⁵', 'unknown')
    """
    if math.isnan(value):
        return of_100(value) if style == "of100" else UNKNOWN
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    if callable(style):
        return style(value)
    return _without_negative_zero(FORMATS[style](value)).replace("-", "−")  # a real minus sign


def _without_negative_zero(text: str) -> str:
    return text[1:] if text.startswith("-") and not any(c in "123456789" for c in text) else text


def written_interval(low: float, high: float, style: Format) -> str:
    """Writes an interval, with its unit once; nothing if an end is missing.

    >>> written_interval(0.49, 0.58, "percent"), written_interval(-0.2, 0.3, "fixed1")
    ('49–58 %', '−0.2 to 0.3')
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    first, last = written(low, style), written(high, style)
    unit = next((u for u in _UNITS if first.endswith(u) and last.endswith(u)), "")
    # a dash beside a minus would read as two
    dash = " to " if "−" in first + last or callable(style) else "–"
    return f"{first.removesuffix(unit)}{dash}{last}"


def all_written(values: ArrayLike, style: Format) -> Texts:
    """Writes every number of an array, of any shape; words stay as they are.

    >>> all_written([[0.5, 1.0]], "percent").tolist()
    [['50 %', '100 %']]
    """
    array = np.asarray(values)
    if array.dtype.kind == "U":  # U: text, of any length
        return array
    texts = [written(value, style) for value in array.astype(float).ravel().tolist()]
    # dtype: an empty list would be of floats
    return np.array(texts, dtype=str).reshape(array.shape)


def all_intervals(low: ArrayLike, high: ArrayLike, style: Format) -> Texts:
    """Writes every interval of two arrays of the same shape."""
    lows, highs = np.asarray(low, float), np.asarray(high, float)
    pairs = zip(lows.ravel().tolist(), highs.ravel().tolist(), strict=True)
    texts = [written_interval(a, b, style) for a, b in pairs]
    return np.array(texts, dtype=str).reshape(lows.shape)
