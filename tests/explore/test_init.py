import subprocess
import sys

import pytest

from misgen import explore


def test_the_package_is_light_until_an_explorer_is_wanted():
    heavy = "anywidget", "ipywidgets", "misgen.explore"
    code = (
        f"import sys, misgen, misgen.explore.draw; print([m for m in {heavy} if m in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


def test_every_explorer_is_known_by_the_name_of_its_module():
    for name, explorer in explore.EXPLORERS.items():
        assert explorer.module == name
        assert (explore.base.MODULES / f"{name}.js").is_file()


def test_an_unknown_explorer_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="choose one of dial, predict, duel, quiz"):
        explore.build("dice", "CoinRun")


def test_a_panel_is_not_built_from_the_ledger_of_an_environment():
    with pytest.raises(ValueError, match="call the function of the chapter's module"):
        explore.build("panel", "CoinRun")
    with pytest.raises(ValueError, match="call the function of the chapter's module"):
        explore.Panel.for_env("CoinRun")
