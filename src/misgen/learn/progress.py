"""A progress bar that reads well in a terminal, in Jupyter and on the rendered page."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any


class Progress:
    """Shows how far a run is, what it earns, and the time left.

    In a terminal it is a tqdm bar. In a notebook it is one line of text that is written over,
    because tqdm's own notebook bar is a widget, which is dead on a page without a kernel.
    """

    _SECONDS_BETWEEN_UPDATES = 0.3

    def __init__(self, total: int, unit: str, *, shown: bool = True) -> None:
        """Starts a bar over `total` units; `shown=False` makes a silent one."""
        from tqdm import tqdm

        self._handle = _notebook_display() if shown else None
        self._bar = tqdm(
            total=total, unit=unit, unit_scale=True, leave=True, file=sys.stderr,
            disable=not shown or self._handle is not None,
        )  # fmt: skip
        self.total, self._unit = total, unit
        self._start = self._last = time.monotonic()
        self._done, self._remark = 0, ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
        if self._handle is not None:
            self._handle.update({"text/plain": self._closing_line()}, raw=True)

    def advance_to(self, done: int, remark: str) -> None:
        """Shows that `done` units are done, and a short `remark`."""
        self._bar.set_postfix_str(remark, refresh=False)
        self._bar.update(done - self._done)
        self._done, self._remark = done, remark
        if (
            self._handle is not None
            and time.monotonic() - self._last > self._SECONDS_BETWEEN_UPDATES
        ):
            self._last = time.monotonic()
            self._handle.update({"text/plain": self._line()}, raw=True)

    def _line(self) -> str:
        from tqdm import tqdm

        elapsed = time.monotonic() - self._start
        return str(
            tqdm.format_meter(
                self._done, self.total, elapsed, unit=self._unit, unit_scale=True,
                postfix=self._remark, ncols=90, ascii=" -",
            )
        )  # fmt: skip

    def _closing_line(self) -> str:
        seconds = time.monotonic() - self._start
        share = "" if self._done >= self.total else f" of {self.total:,} (stopped early)"
        return f"{self._done:,}{share} {self._unit}s in {seconds:.0f} s, {self._remark}"


def _notebook_display() -> Any:
    """Returns a handle on a line of output that can be written over, or None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display

    return display({"text/plain": "starting …"}, raw=True, display_id=True)
