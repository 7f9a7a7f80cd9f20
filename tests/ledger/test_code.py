"""The hash of code sees the code that decides a result, and nothing else."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import textwrap
from collections import Counter

import pytest

from misgen.ledger import code, sweep
from misgen.ledger.code import code_hash, code_of, modules_of, names_bound, source_of, statements
from misgen.ledger.runs import SweepError

SOURCE = '''"""A module."""

# a comment
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Settings."""

    rate: float = 0.5
    """How fast."""


c = ""


async def act(x, *, y=None, **rest):
    """Acts."""
    match x:
        case {"a": [1, *others]} if (n := len(others)) > 1:
            return f"{n!r:>{y}} and" " more"
    return lambda z: {**rest, "z": not z}
'''
HARMLESS = [
    ('"""A module."""', '"""Another docstring,\n\nlonger."""'),
    ('"""A module."""', ""),
    ("# a comment", ""),
    ('    """Settings."""', '    """Other words."""'),
    ('    """How fast."""\n', ""),
    ('    """Acts."""\n', "    # acts\n"),
    ('"z": not z', "'z' : (not z),"),
    ("    return lambda", "\n\n    return lambda"),
    ('"z": not z', 'u"z": not z'),
    ("from dataclasses", "from __future__ import annotations\nfrom dataclasses"),
]
HARMFUL = [
    ("0.5", "0.25"),
    ("0.5", "5"),
    ("frozen=True", "frozen=1"),
    ("y=None", "y=0"),
    ("> 1", ">= 1"),
    ('" more"', '" less"'),
    ('    """Acts."""\n', "    pass\n"),
    ("not z", "z"),
    ("!r", "!s"),
    ('c = ""', 'c = "c"'),
    ("rate", "speed"),
]


PLACES = ["{0}\n\ndef f():\n    return 1", "def f():\n    {0}\n    return 1"]
"""Where an import may stand."""


@pytest.fixture
def hashed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)

    def write_and_hash(source, name="module"):
        (tmp_path / f"{name}.py").write_text(source)
        return code_hash(statements([name]))

    return write_and_hash


def test_the_hash_is_the_same_on_every_python(hashed):
    assert hashed(SOURCE) == "a0c78deeddac09c2"


@pytest.mark.parametrize(("old", "new"), HARMLESS)
def test_prose_and_layout_do_not_change_the_hash(hashed, old, new):
    assert old in SOURCE
    assert hashed(SOURCE.replace(old, new)) == hashed(SOURCE)


@pytest.mark.parametrize(("old", "new"), HARMFUL)
def test_code_changes_the_hash(hashed, old, new):
    assert old in SOURCE
    assert hashed(SOURCE.replace(old, new)) != hashed(SOURCE)


def test_every_module_counts_and_their_order_does_not(hashed):
    first, second = hashed("x = 1", "first"), hashed("x = 2", "second")
    both = code_hash(statements(["first", "second"]))
    assert both == code_hash(statements(["second", "first"]))
    assert len({first, second, both}) == 3
    hashed("x = 3", "second")
    assert code_hash(statements(["first", "second"])) != both


def test_a_module_that_moves_keeps_its_hash(hashed):
    assert hashed(SOURCE, "first") == hashed(SOURCE, "second")


def test_a_module_that_is_split_in_two_or_merged_keeps_its_hash(hashed):
    whole = hashed(SOURCE)
    cut = SOURCE.index("async def")
    hashed(SOURCE[:cut], "first")
    hashed("from misgen.first import Settings, c\n" + SOURCE[cut:], "second")
    assert code_hash(statements(["first", "second"])) == whole
    assert code_hash(statements(["first"])) != whole


@pytest.mark.parametrize("place", PLACES)
def test_the_spelling_of_our_own_imports_does_not_matter(hashed, place):
    spelled = [
        "from misgen.core import env",
        "import misgen.core.env as env",
        "from misgen.core.measure import evaluate as env",
        "",
    ]
    assert len({hashed(place.format(line)) for line in spelled}) == 1


@pytest.mark.parametrize("place", PLACES)
def test_the_imports_of_others_are_code(hashed, place):
    lines = ["import random", "import misgenerous", "from secrets import choice", ""]
    assert len({hashed(place.format(line)) for line in lines}) == len(lines)


@pytest.mark.parametrize("place", PLACES)
def test_a_block_that_names_an_extra_is_the_imports_in_it(hashed, place):
    imports = "import random; from secrets import choice"
    plain = hashed(place.format(imports))
    assert hashed(place.format(f"with extra('train', 'It'): {imports}")) == plain
    assert hashed(place.format("with extra('train', 'It'): import random")) != plain
    assert hashed(place.format(f"with suppress(ImportError): {imports}")) != plain
    assert hashed(place.format(f"with extra('train', 'It'): {imports}; x = 1")) != plain


@pytest.mark.parametrize("line", ["from misgen.core import env", "import random"])
def test_what_types_alone_need_is_no_code(hashed, line):
    typed = f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {line}\nx = 1"
    assert hashed(typed) == hashed("from typing import TYPE_CHECKING\nx = 1")


def test_what_runs_because_types_are_not_checked_is_code(hashed):
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    x = 1\nelse:\n    x = 2"
    assert hashed(typed) != hashed(typed.replace("2", "3"))


def test_hashing_imports_neither_the_module_nor_its_package(tmp_path, monkeypatch):
    package = tmp_path / "heavy" / "inner"
    package.mkdir(parents=True)
    for file in ("heavy/__init__.py", "heavy/inner/__init__.py", "heavy/inner/module.py"):
        (tmp_path / file).write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert len(statements(["heavy.inner.module", "heavy.inner"])) == 1
    assert not [name for name in sys.modules if name.startswith("heavy")]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.module", "json.nowhere", "math", "sys"])
def test_a_module_without_source_is_one_sentence(name):
    with pytest.raises(SweepError, match=f"no Python source of the module {name!r}: correct"):
        statements([name])


def test_a_package_without_source_of_its_own_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "bare").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SweepError, match="no Python source of the module 'bare'"):
        statements(["bare"])


# ------------------------------------------------------------------- experiments

FILES = {
    "toybook/__init__.py": "",
    "toybook/experiment.py": """
        from far import unrelated

        from toybook.near import train

        SEEDS = range(10)
        STEPS = [1, 2]
        UNUSED = 0


        class Toy:
            name = "toy"
            words = "some"

            def grid(self):
                return [{"seed": seed} for seed in SEEDS]

            def run(self, config):
                from toybook.late import measure

                return measure(train(_helped(config)))

            def collect(self, runs, folder):
                from toybook.tables import publish

                publish(runs, folder, unrelated)


        def _helped(config):
            return STEPS[0] * config["seed"]


        def _unused():
            return 0


        EXPERIMENT = Toy()
        """,
    "far.py": "from toybook.behind import x\nunrelated = x",
    "toybook/near.py": """
        from typing import TYPE_CHECKING

        from toybook import next as further
        from toybook.ledger.published import table

        if TYPE_CHECKING:
            from toybook.typed import Kind


        def train(x):
            return further.deep(x)
        """,
    "toybook/next.py": """
        def deep(x):
            import toybook.deepest as deepest

            return deepest.bottom(x)
        """,
    "toybook/deepest.py": "bottom = int",
    "toybook/late.py": "measure = float",
    "toybook/other.py": "measure = float\ntrain = str",
    "toybook/tables.py": "publish = print",
    "toybook/typed.py": "Kind = int",
    "toybook/behind.py": "x = 1",
    "toybook/world.py": "class World: pass",
    "toybook/ledger/__init__.py": "",
    "toybook/ledger/published.py": "from toybook.tables import publish\ntable = 1",
}
"""A small book with an experiment."""
OWN = "toybook/experiment.py"
CHANGES_NOTHING = {
    "grid": (OWN, 'for seed in SEEDS]', 'for seed in SEEDS if seed]'),
    "a constant of the grid": (OWN, "range(10)", "range(20)"),
    "collect": (OWN, "publish(runs, folder, unrelated)", "publish(folder, runs)"),
    "an import of collect": (OWN, "from far import", "from elsewhere import"),
    "an attribute": (OWN, '"some"', '"other"'),
    "what nothing uses": (OWN, "UNUSED = 0", "UNUSED = 1"),
    "a function that nothing uses": (OWN, "return 0", "return 1"),
    "prose in run": (OWN, "def run(self, config):", 'def run(self, config):\n        """Runs."""'),
    "an import that moves up": (
        OWN, "from toybook.near", "from toybook.late import measure\nfrom toybook.near",
    ),
    "what collect imports": ("toybook/tables.py", "print", "repr"),
    "what another book holds": ("far.py", "= x", "= x + 1"),
    "what types need": ("toybook/typed.py", "int", "str"),
    "an import for types": ("toybook/near.py", "from toybook.typed import Kind", "import decimal"),
    "the ledger": ("toybook/ledger/published.py", "table = 1", "table = 2"),
}  # fmt: skip
CHANGES_THE_CODE = {
    "run": (OWN, "return measure(train", "return train(measure"),
    "a helper": (OWN, 'config["seed"]\n', 'config["seed"] + 1\n'),
    "a constant of a helper": (OWN, "STEPS = [1, 2]", "STEPS = [3, 2]"),
    "a change of that constant": (OWN, "UNUSED = 0", "UNUSED = 0\nSTEPS[0] = 3"),
    "another change of it": (OWN, "UNUSED = 0", "UNUSED = 0\nSTEPS.insert(0, 3)"),
    "a third": (OWN, "UNUSED = 0", "UNUSED = 0\nSTEPS += [3]"),
    "a fourth": (OWN, "UNUSED = 0", "for i in (0, 1):\n    STEPS[i] = 3"),
    "a function that takes the place of a helper": (OWN, "def _unused", "def _helped"),
    "an imported module": ("toybook/near.py", "deep(x)", "deep(-x)"),
    "a module imported by run": ("toybook/late.py", "float", "int"),
    "a module further away": ("toybook/next.py", "bottom(x)", "bottom(-x)"),
    "a module imported in a function there": ("toybook/deepest.py", "int", "abs"),
    "another module": (OWN, "from toybook.near import", "from toybook.other import"),
    "another module in run": (OWN, "from toybook.late import", "from toybook.other import"),
    "another module in a function": ("toybook/next.py", "toybook.deepest", "toybook.late"),
    "an attribute that run uses": (OWN, "_helped(config)))", "_helped(config)), self.words)"),
}  # fmt: skip


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Returns the code of the experiment after some replacements (file, old, new)."""
    monkeypatch.setattr(code, "PACKAGE", "toybook")
    monkeypatch.setattr(code, "DECIDES_NOTHING", ("toybook.ledger",))
    monkeypatch.setattr(code, "ENVIRONMENTS", {"World": "toybook.world"})
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda *changes, **fields: code_of(written(tmp_path, changes, fields))
    for name in [name for name in sys.modules if name.partition(".")[0] in ("toybook", "far")]:
        del sys.modules[name]


def written(folder, changes, fields):
    """Writes the book with some changes; the class stays the one that was imported first."""
    for file, text in FILES.items():
        new = textwrap.dedent(text)
        for _, old, replacement in (change for change in changes if change[0] == file):
            assert old in new
            new = new.replace(old, replacement)
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(new)
    importlib.invalidate_caches()
    kind = importlib.import_module("toybook.experiment").Toy
    return type("Toy", (kind,), {"__module__": kind.__module__, **fields}) if fields else kind


@pytest.mark.parametrize("what", CHANGES_NOTHING)
def test_what_decides_no_result_does_not_change_the_code_of_an_experiment(book, what):
    assert book() == book(CHANGES_NOTHING[what])


@pytest.mark.parametrize("what", CHANGES_THE_CODE)
def test_what_decides_a_result_changes_the_code_of_an_experiment(book, what):
    assert book() != book(CHANGES_THE_CODE[what])


SELF = (OWN, "_helped(config)))", "_helped(config)), self.words)")
SUPER = (OWN, "_helped(config)))", "_helped(config)), super())")
BASE = (OWN, "class Toy:", "class Base:\n    size = 1\n\nclass Toy(Base):")
INHERITED = (OWN, "def run(", "def run_one(")


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ([SELF], (OWN, '"some"', '"other"')),
        ([SELF], (OWN, "EXPERIMENT = Toy()", "EXPERIMENT = Toy(1)")),
        ([BASE, SUPER], (OWN, "size = 1", "size = 2")),
        ([BASE, INHERITED], (OWN, "size = 1", "size = 2")),
    ],
)
def test_an_object_that_is_looked_at_counts_with_its_class(book, before, change):
    assert book(*before) != book(*before, change)


NAMED = (OWN, "measure(train(", 'measure("World", train(')
BY_CONSTANT = [
    (OWN, "measure(train(", "measure(UNUSED, train("),
    (OWN, "UNUSED = 0", 'UNUSED = "World"'),
]
FURTHER = ("toybook/next.py", "bottom(x)", 'bottom(x, "World")')
WORLD = ("toybook/world.py", "pass", "size = 1")


@pytest.mark.parametrize("named", [[NAMED], BY_CONSTANT, [FURTHER]])
def test_an_environment_that_is_named_counts(book, named):
    assert book() == book(WORLD)
    assert book(*named) != book(*named, WORLD)


@pytest.mark.parametrize("change", [("far.py", "= x", "= x + 1"), ("toybook/behind.py", "1", "2")])
def test_a_module_outside_of_the_book_counts_if_the_experiment_depends_on_it(book, change):
    assert book() == book(change)
    assert book(depends=("far",)) != book(change, depends=("far",))


def test_a_module_that_is_missing_is_one_sentence(book):
    with pytest.raises(SweepError, match=r"source of the module 'toybook\.gone': correct .+\.$"):
        book(("toybook/next.py", "import toybook.deepest", "import toybook.gone"))


def test_a_class_that_is_in_no_file_is_one_sentence(squares):
    class Local(type(squares)):
        pass

    for kind in (Local, type("Typed", (), {"__module__": "builtins"})):
        with pytest.raises(SweepError, match=f"no class '{kind.__name__}' at the top of a Pyth"):
            code_of(kind)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            "with extra('train', 'It'):\n    import torch.nn\n    from x import y as z",
            ["torch", "z"],
        ),
        ("with extra('train', 'It'):\n    import torch\n    SHARES.append(1)", ["extra", "SHARES"]),
    ],
)
def test_an_import_in_a_block_that_names_its_extra_gives_a_name_as_any_import(source, names):
    assert set(names_bound(ast.parse(source).body[0])) == set(names)


# ------------------------------------------------------------------- the book

LISTED = {
    "assistant": (
        "topics.assistant.booker topics.assistant.causes topics.assistant.finetuning "
        "topics.assistant.measures topics.assistant.model topics.assistant.networks "
        "topics.assistant.pretraining topics.assistant.settings topics.assistant.trial "
        "topics.assistant.variants topics.assistant.weeks"
    ),
    "coin_grid": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.randomness learn.sb3 learn.trial "
        "topics.coin_grid.env topics.coin_grid.evaluations"
    ),
    "coinrun": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.randomness learn.sb3 learn.trial "
        "topics.coinrun.env topics.coinrun.evaluations topics.coinrun.levels"
    ),
    "dogs": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.randomness learn.sb3 learn.trial topics.dogs.env"
    ),
    "four_scenarios": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.moments learn.randomness learn.sb3 learn.trial "
        "topics.coinrun.env topics.coinrun.levels topics.four_scenarios.env "
        "topics.four_scenarios.trial"
    ),
    "language": (
        "topics.language.bookings topics.language.expressions topics.language.models "
        "topics.language.package topics.language.trial"
    ),
    "mitigations": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.moments learn.randomness learn.sb3 learn.trial "
        "topics.coin_grid.env topics.coinrun.env topics.coinrun.levels "
        "topics.mitigations.ensemble topics.mitigations.env topics.mitigations.heads "
        "topics.mitigations.regret topics.mitigations.trial"
    ),
    "obvious_lies": (
        "core.arrays topics.obvious_lies.settings topics.obvious_lies.training "
        "topics.persuasion.listeners topics.persuasion.networks"
    ),
    "persuasion": (
        "core.arrays topics.persuasion.claims topics.persuasion.feedback topics.persuasion.flawed "
        "topics.persuasion.listeners topics.persuasion.networks topics.persuasion.orders "
        "topics.persuasion.strict"
    ),
    "shared_budget": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.randomness learn.sb3 learn.trial "
        "topics.coin_grid.env topics.coinrun.env topics.coinrun.levels "
        "topics.mitigations.ensemble topics.mitigations.trial"
    ),
    "through_time": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.moments learn.randomness learn.sb3 "
        "topics.coinrun.env topics.coinrun.levels"
    ),
    "tree_gridworld": (
        "core.arrays core.env core.policy core.sb3_vec_env core.settings learn.continuing "
        "learn.history learn.randomness learn.sb3 "
        "topics.tree_gridworld.env topics.tree_gridworld.film topics.tree_gridworld.frozen "
        "topics.tree_gridworld.runs topics.tree_gridworld.trial "
        "topics.tree_gridworld.watch"
    ),
    "why_the_end": (
        "core.actors core.arrays core.env core.measure core.policy core.sb3_vec_env "
        "core.settings learn.moments learn.randomness learn.sb3 "
        "topics.coinrun.env topics.coinrun.levels topics.why_the_end.env topics.why_the_end.trial"
    ),
}
"""Modules of which somebody decided that they decide the results of an experiment."""


@pytest.mark.parametrize("name", sweep.names())
def test_the_modules_that_decide_a_result_are_found(name):
    listed = {f"misgen.{module}" for module in LISTED.get(name, "").split()}
    assert listed <= set(modules_of(type(sweep.find(name))))


TWICE = {
    "language": {"TASK"},
    # what both worlds have
    "mitigations": {"COIN_REWARD", "TIME_LIMIT", "coin_reward"},
    "persuasion": {"train"},
    "shared_budget": {"COIN_REWARD", "EPISODES", "TIME_LIMIT", "coin_reward"},
}
"""Public names that two modules of an experiment give to different things."""


@pytest.mark.parametrize("name", sweep.names())
def test_a_name_means_one_thing_in_the_code_of_an_experiment(name):
    # Which module a name is imported from is not hashed. So it must not matter, or be known.
    modules = modules_of(type(sweep.find(name)))
    given = Counter(word for module in modules for word in names_given_by(module))
    assert {n for n, count in given.items() if count > 1} == TWICE.get(name, set())


def test_modules_of_the_book_are_imported_by_their_full_names(root):
    # Other spellings would not be followed.
    for path in (root / "src" / "misgen").rglob("*.py"):
        assert not re.search(r"^\s*from \.", path.read_text(), re.MULTILINE), path


def names_given_by(module):
    tree = ast.parse(source_of(module))
    imports = (ast.Import, ast.ImportFrom, ast.With)  # with: see misgen.core.extras
    own = [node for node in tree.body if not isinstance(node, imports)]
    return {n for node in own for n in names_bound(node) if not n.startswith("_")}
