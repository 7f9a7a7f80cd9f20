"""A progress bar that reads well in a terminal, in Jupyter and on the rendered page."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from typing import Any, TextIO

from misgen.core.extras import extra
from misgen.core.interrupts import hear, held
from misgen.core.notebook import in_notebook, in_page


class Progress:
    """Shows how far a run is, what it earns, and the time left.

    In a terminal it is a tqdm bar. In a notebook it is one line of text that is written over,
    because tqdm's own notebook bar is a widget, which is dead on a page without a kernel. In a page
    that runs Python itself, where there is no tqdm, it is a line for each tenth.

    While it is open, an interruption waits for the next `advance_to`, which raises it: so it comes
    between two steps of the run, never within one.
    """

    def __init__(self, total: int, unit: str, *, shown: bool = True) -> None:
        """Starts a bar over `total` units; `shown=False` makes a silent one."""
        bar = _bar_type(shown)
        self._handle = None if bar is _Tenths else _notebook_display()
        look: dict[str, Any] = {"file": sys.stderr}
        if self._handle is not None:
            look = {"file": _Line(self._handle), "ncols": 90, "ascii": " -", "mininterval": 0.3}
        self._bar = bar(total=total, unit=unit, unit_scale=True, disable=not shown, **look)
        self.total = total

    def __enter__(self) -> Progress:
        self._held = held()
        self._held.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.close()
        if self._handle is not None:
            bar = self._bar.format_dict
            share = "" if bar["n"] >= self.total else f" of {self.total:,} (stopped early)"
            summary = f"{bar['n']:,}{share} {bar['unit']}s in {bar['elapsed']:.0f} s"
            self._handle.update({"text/plain": f"{summary}, {bar['postfix'] or ''}"}, raw=True)
        self._held.__exit__(*error)

    def advance_to(self, done: int, remark: str) -> None:
        """Shows that `done` units are done, and a short `remark`.

        Raises:
            KeyboardInterrupt: The run was interrupted in the meantime.
        """
        self._bar.set_postfix_str(remark, refresh=False)
        self._bar.update(done - self._bar.n)  # tqdm counts what is new
        hear()


def _bar_type(shown: bool) -> Any:
    """Returns tqdm's bar, or what stands in for it in a page and where nothing is shown."""
    if not shown or (in_page() and find_spec("tqdm") is None):
        return _Tenths
    with extra("train", "A progress bar"):
        from tqdm import tqdm  # here, as importing misgen takes NumPy alone
    return tqdm


class _Tenths:
    """A line for each tenth of a run, with the time left, and one for its end, in place of tqdm."""

    def __init__(
        self, *, total: int, unit: str, unit_scale: bool, disable: bool, file: TextIO
    ) -> None:
        self._total, self._unit, self._shown, self._file = max(1, total), unit, not disable, file
        self._remark, self._began = "", time.monotonic()
        self.n = 0

    def set_postfix_str(self, remark: str, *, refresh: bool) -> None:
        self._remark = remark

    def update(self, more: int) -> None:
        before, self.n = self.n, self.n + more
        if before * 10 // self._total < self.n * 10 // self._total < 10:  # another tenth, not all
            left = self._seconds() / self.n * (self._total - self.n)
            self._tell(f"about {left:.0f} s left")

    def close(self) -> None:
        """Tells how far the run came."""
        if self.n > 0:
            self._tell(f"{self._seconds():.0f} s")

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _tell(self, when: str) -> None:
        if self._shown:
            done = f"{self.n:,} of {self._total:,} {self._unit}s"
            print(", ".join(filter(None, [done, self._remark, when])), file=self._file)


class _Line:
    """A line of output in a notebook, as the file that tqdm writes to."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def write(self, text: str) -> None:
        if line := text.strip():
            self._handle.update({"text/plain": line}, raw=True)

    def flush(self) -> None:
        """Does nothing: a line is shown at once."""


def _notebook_display() -> Any:
    """Returns a handle on a line of output that can be written over, or None outside a notebook."""
    if not in_notebook():
        return None
    from IPython.display import display

    return display({"text/plain": "starting …"}, raw=True, display_id=True)
