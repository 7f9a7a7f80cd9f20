"""What a kernel displays for an explorer: the widget, and what is saved of it."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
import small_panels

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def displayed(monkeypatch):
    """Takes this process for the kernel of a notebook; a list of what it displays and updates."""
    shown = []

    def display(data, **options):
        shown.append(data)
        return SimpleNamespace(update=lambda data, **_: shown.append(data))

    shell = SimpleNamespace(kernel="a kernel")
    modules = {
        "IPython": SimpleNamespace(get_ipython=lambda: shell),
        "IPython.display": SimpleNamespace(display=display),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delenv("MISGEN_BOOK", raising=False)
    return shown


def test_a_kernel_displays_the_widget_and_below_it_the_still(displayed):
    panel = small_panels.panel()
    panel._ipython_display_()
    widget, still = displayed
    assert widget[WIDGET]["model_id"] == panel.model_id
    assert "text/html" not in widget  # an untrusted notebook would show it, and the still as well
    assert still == panel.saved()


def test_the_still_gets_the_picture_once_the_front_end_has_sent_it(displayed):
    panel = small_panels.panel()
    panel._ipython_display_()
    panel.picture = "data:image/webp;base64,AAAA"
    *_, updated = displayed
    assert updated == panel.saved()
    assert "AAAA" in updated["text/html"]


@pytest.mark.parametrize("where", ["the book", "a terminal"])
def test_elsewhere_the_mime_bundle_is_taken(displayed, monkeypatch, where):
    if where == "the book":
        monkeypatch.setenv("MISGEN_BOOK", "1")
    else:
        monkeypatch.setattr(sys.modules["IPython"], "get_ipython", SimpleNamespace)
    with pytest.raises(NotImplementedError):
        small_panels.panel()._ipython_display_()
    assert displayed == []
