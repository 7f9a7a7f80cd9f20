import subprocess
import sys

from book_explorers import explorers

from misgen.explore.base import PACKAGE


def test_the_package_is_light_until_an_explorer_is_wanted():
    heavy = "anywidget", "ipywidgets", "misgen.explore"
    code = f"import sys, misgen; print([m for m in {heavy} if m in sys.modules])"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


def test_every_explorer_has_its_module_in_the_room_of_its_class():
    found = explorers()
    assert {"predict", "quiz", "panel", "cases"} <= set(found)
    for name, kind in found.items():
        assert kind.module.rpartition("/")[2] == name
        assert (PACKAGE / f"{kind.module}.js").is_file()
        room = kind.__module__.split(".")[1:-1]
        assert kind.module.startswith("/".join(room)), name


def test_no_two_explorers_share_a_module():
    assert len({kind.module for kind in explorers().values()}) == len(explorers())
