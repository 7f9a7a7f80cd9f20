"""Submissions that want points without an answer, and some that want to do harm."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from grading_places import best, isolated, missing
from small_assignment import GOOD, handed_in, right, toy

from misgen.grading import memory, sandbox
from misgen.grading.grade import Grader, Times, config_of
from misgen.grading.notebooks import read
from misgen.grading.sandbox import Limits
from misgen.grading.student import StudentError, started

QUICK = Times(cell=6, total=60)


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    whole = toy(tmp_path_factory.mktemp("toy"))
    impatient = tuple(replace(part, seconds=2) for part in whole.parts)
    return replace(whole, parts=impatient)


def graded(assignment, content, isolation, student="eve", times=QUICK):
    """Returns the points of the two questions, and all that is said."""
    import json

    cells = read(json.dumps(content).encode()).cells
    grader = Grader(assignment, isolation, times=times)
    result = grader(config_of(assignment, student, cells)).result
    scores = tuple(test["score"] for test in result["tests"])
    return scores, [test["told"] for test in result["tests"]] + result["remarks"]


ALL, NOTHING, ONLY_MEAN = (4, 2), (0, 0), (0, 2)

DOES_HARM = {
    "kills its process": "import os\nos.kill(os.getpid(), 9)",
    "ends its process at once": "import os\nos._exit(0)",
    "kills all that it can": "import os\nos.kill(-1, 9)",
    "exits": "exit()",
    "raises SystemExit": "raise SystemExit(0)",
    "loops for ever": "while True: pass",
    "loops and swallows interruptions": (
        "while True:\n"
        "        try:\n"
        "            while True: pass\n"
        "        except BaseException: pass"
    ),
    "wants 8 GiB": "return bytearray(8 << 30)",
    "answers without an end": "return 'x' * (64 << 20)",
    "recurses": "return scaled(values)",
    "nests without an end": "x = []\n    x.append(x)\n    return x",
    "returns a huge number": "return 10 ** 100_000",
    "writes a large file": "open('x', 'wb').write(bytes(1 << 30))",
    "opens many files": "return [open('/dev/null').fileno() for _ in range(10_000)][0]",
}
"""What a function may do instead of returning an answer."""


@isolated()
@pytest.mark.parametrize("name", DOES_HARM)
def test_who_does_harm_has_no_points_for_it_and_keeps_the_others(assignment, isolation, name):
    if missing(sandbox.BUBBLEWRAP) == "" and isolation != sandbox.BUBBLEWRAP and "loops" in name:
        pytest.skip("the clock is the same in both")
    body = f"def scaled(values):\n    {DOES_HARM[name]}\n"
    scores, told = graded(assignment, right("eve", scaled=body), isolation)
    assert scores == ONLY_MEAN, told
    assert told[0]


LIES = {
    "is equal to everything": (
        "class Always(np.ndarray):\n"
        "    def __eq__(self, other): return np.True_\n"
        "    def __array_function__(self, *a): return True\n"
        "def scaled(values): return np.zeros(len(values)).view(Always)\n"
    ),
    "is an object": (
        "class Always:\n"
        "    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): raise SystemExit\n"
        "def scaled(values): return Always()\n"
    ),
    "is a number that lies": (
        "class F(float):\n"
        "    __eq__ = __ge__ = __le__ = lambda self, other: True\n"
        "    __hash__ = float.__hash__\n"
        "def scaled(values): return [F(0) for _ in values]\n"
    ),
    "patches NumPy": (
        "np.allclose = np.array_equal = lambda *a, **k: True\ndef scaled(values): return 0\n"
    ),
    "patches the grader's code": (
        "import misgen.grading.child as child, misgen.grading.codec as codec\n"
        "child.encode = codec.encode = lambda *a: {'array': ['|O', [1], 'AAAA']}\n"
        "def scaled(values): return 0\n"
    ),
    "pickles": (
        "import misgen.grading.child as child\n"
        "child.encode = lambda *a: {'policy': {'notes': 'cos'}}\n"
        "def scaled(values): return 0\n"
    ),
    "writes a result into every pipe": (
        "import os, json\n"
        "for fd in range(64):\n"
        "    for n in range(40):\n"
        "        line = json.dumps({'id': n, 'value': None, 'score': 4})\n"
        "        try: os.write(fd, line.encode() + b'\\n')\n"
        "        except OSError: pass\n"
        "def scaled(values): return 0\n"
    ),
    "writes what is no answer": (
        "import os\n"
        "def scaled(values):\n"
        "    for fd in range(3, 64):\n"
        "        try: os.write(fd, b'[[[\\n' * 100)\n"
        "        except OSError: pass\n"
    ),
    "raises what cannot be printed": (
        "class E(Exception):\n"
        "    def __str__(self): raise SystemExit\n"
        "def scaled(values): raise E\n"
    ),
    "replaces the factor and the assertion": (
        "factor = 0\nAssertionError = ValueError\n"
        "import builtins\nbuiltins.AssertionError = ValueError\n"
        "def scaled(values): return [0] * len(values)\n"
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_who_lies_has_no_points(assignment, name):
    scores, told = graded(assignment, right("eve", scaled=LIES[name]), best())
    assert scores[0] == 0, told


def test_edited_and_deleted_tests_change_nothing(assignment):
    content = handed_in("eve", test_scaled="pass", test_mean="assert True")
    assert graded(assignment, content, best())[0] == NOTHING
    content = right("eve")
    content["cells"] = [cell for cell in content["cells"] if "assert" not in str(cell["source"])]
    assert graded(assignment, content, best())[0] == ALL


def test_an_edited_set_up_changes_nothing(assignment):
    content = right("eve", setup="factor = 1\n")
    assert graded(assignment, content, best())[0] == ALL


def test_the_untouched_notebook_has_no_points(assignment):
    scores, told = graded(assignment, handed_in("eve"), best())
    assert scores == NOTHING
    assert "NotImplementedError" in told[0]


def test_the_answer_of_another_variant_has_no_points(assignment):
    scaled = "def scaled(values):\n    return {} * np.asarray(values)\n"
    space = {"student": "eve"}
    setup = next(part for part in assignment.parts if part.role == "setup")
    exec(setup.source, space)
    own, other = space["factor"], space["factor"] + 1
    assert graded(assignment, right("eve", scaled=scaled.format(own)), best())[0] == ALL
    assert graded(assignment, right("eve", scaled=scaled.format(other)), best())[0] == ONLY_MEAN


def test_a_loop_outside_of_all_functions_costs_its_cell_alone(assignment):
    scores, told = graded(assignment, right("eve", mean="while True: pass"), best())
    assert scores == (4, 0)
    assert (
        f"cell mean: it did not end within {QUICK.cell} seconds; the rest was graded without it"
        in told
    )


def test_a_notebook_full_of_loops_is_given_up(assignment):
    content = right("eve")
    loop = next(c for c in handed_in("eve", before="while True: pass")["cells"])
    content["cells"] = [dict(loop, id=f"loop{n}") for n in range(9)] + content["cells"]
    begun = time.monotonic()
    scores, told = graded(assignment, content, best(), times=Times(cell=1))
    assert scores == NOTHING
    assert "too many cells never end" in told[0]
    assert time.monotonic() - begun < 60


def test_a_gibibyte_of_output_is_not_kept(assignment):
    loud = "import sys\nfor _ in range(1024):\n    print('x' * (1 << 20))\n"
    content = right("eve", mean=loud + GOOD["mean"])
    # printing takes long on a busy machine
    assert graded(assignment, content, best(), times=Times())[0] == ALL


# ------------------------------------------------------------------- what it can reach


def answer(isolation, code):
    """Returns what a function `f` of hostile code says."""
    with started(isolation, Limits()) as student:
        student.run(code, 30)
        return student.function("f", 30)()


@isolated()
def test_nothing_of_the_grader_can_be_read(isolation, tmp_path, root):
    secret = tmp_path / "tests.json"
    secret.write_text("the hidden tests")
    secret.chmod(0o600)
    paths = [str(secret), f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/mem", "/etc/shadow"]
    code = f"""
def f():
    found = []
    for path in {paths!r}:
        try:
            open(path, "rb").read(1)
            found.append(path)
        except OSError:
            pass
    return found
"""
    assert answer(isolation, code) == []


@isolated(sandbox.BUBBLEWRAP)
def test_of_a_checkout_only_the_package_is_there(isolation, root):
    code = f"import os\ndef f(): return sorted(os.listdir({str(root)!r}))"
    assert set(answer(isolation, code)) <= {"src", "assets", ".venv"}


@isolated()
def test_no_variable_of_the_environment_is_handed_on(isolation, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "1")
    found = answer(isolation, "import os\ndef f(): return sorted(os.environ)")
    assert "SECRET_TOKEN" not in found


@isolated()
def test_there_is_no_network(isolation):
    code = """
import socket
def f():
    told = []
    for family in (socket.AF_INET, socket.AF_INET6, 16, 17):
        try:
            socket.socket(family, socket.SOCK_STREAM if family < 16 else socket.SOCK_RAW)
            told.append(int(family))
        except OSError:
            pass
    return told
"""
    assert answer(isolation, code) == []


@isolated()
def test_nothing_outside_can_be_written(isolation, root):
    code = f"""
import os
def f():
    told = []
    for folder in {[str(root), str(root / "src" / "misgen"), "/usr", "/etc", "/"]!r}:
        try:
            open(os.path.join(folder, "was-here"), "w").close()
            told.append(folder)
        except OSError:
            pass
    return told
"""
    assert answer(isolation, code) == []


BOMB = """
import os, time
def f():
    started = 0
    try:
        for _ in range(500):
            if os.fork() == 0:
                os.setsid()
                time.sleep(600)
                os._exit(0)
            started += 1
    except OSError:
        pass
    return started
"""


def processes_of(user):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found += [entry.name] if entry.stat().st_uid == user else []
            except OSError:
                continue
    return found


@isolated()
def test_a_fork_bomb_stays_small_and_leaves_nothing(isolation):
    if os.geteuid() != 0:
        pytest.skip("the kernel counts all processes of this user")
    with started(isolation, Limits()) as student:
        student.run(BOMB + "\ndef who(): return os.getuid()", 30)
        user = student.function("who", 30)()
        count = student.function("f", 30)()
        assert 0 < count < Limits().processes
        assert user != os.getuid()
    deadline = time.monotonic() + 60
    while processes_of(user) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(user) == []


@isolated(sandbox.USER)
def test_files_that_another_user_leaves_are_removed(isolation):
    code = """
import os, tempfile
def f():
    folder = tempfile.mkdtemp(dir="/tmp")
    open(folder + "/x", "w").close()
    return [folder, os.getcwd()]
"""
    places = answer(isolation, code)
    assert [place for place in places if Path(place).exists()] == []


@isolated()
def test_the_limits_cannot_be_raised(isolation):
    code = """
import resource
def f():
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))
    except (ValueError, OSError):
        return "refused"
    return "raised"
"""
    assert answer(isolation, code) == "refused"


MEGABYTES = 300
TAKES = {
    "in one mapping that it could share": """
import mmap, time
def f():
    taken = mmap.mmap(-1, 600 << 20)
    for _ in range(600):
        taken.write(bytes(1 << 20))
    time.sleep(600)
""",
    "in four parts of which the kernel does not say whose they are": """
import ctypes, os, time
def f():
    ctypes.CDLL(None).prctl(4, 0)  # PR_SET_DUMPABLE
    arrived, at_work = os.pipe()
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            taken = b"x" * (150 << 20)
            os.write(at_work, b"k")
            time.sleep(600)
    got = b""
    while len(got) < 4:
        got += os.read(arrived, 4)
    time.sleep(600)
""",
}
"""How 600 MB are taken past the kernel's limit on one process."""


@isolated()
@pytest.mark.parametrize("way", TAKES)
def test_memory_is_bounded_for_all_processes_together(isolation, way):
    with started(isolation, Limits(memory=MEGABYTES << 20)) as student:
        student.run(TAKES[way], 30)
        with pytest.raises(StudentError, match="f: it ended its own process, or ran out of memory"):
            student.function("f", 60)()


@isolated()
def test_what_processes_share_is_counted_once(isolation):
    code = """
import os, time
shared = b"x" * (150 << 20)
def f():
    for _ in range(4):
        if os.fork() == 0:
            time.sleep(600)
"""
    with started(isolation, Limits()) as student:
        student.run(code, 30)
        student.function("f", 30)()
        found = memory.processes_of(student.process.pid, None)
        try:
            Path(f"/proc/{found[-1]}/smaps_rollup").read_bytes()
        except OSError:
            pytest.skip("the kernel does not tell what is shared")
        held = sum(map(memory.held_by, found))
    assert len(found) >= 1 + 4
    assert 150 << 20 < held < 300 << 20


@isolated()
def test_memory_that_belongs_to_no_process_is_refused(isolation):
    code = """
import ctypes, os
def f():
    told = []
    try:
        os.memfd_create("x")
        told.append("a file without a name")
    except OSError:
        pass
    kept = ctypes.CDLL(None).shmget(0, 4096, 0o600)
    if kept != -1:
        ctypes.CDLL(None).shmctl(kept, 0, None)  # 0: removes it
        told.append("a segment")
    return told
"""
    assert answer(isolation, code) == []


@isolated()
def test_files_in_memory_are_bounded(isolation):
    if isolation != sandbox.BUBBLEWRAP:
        pytest.skip("without it each file is bounded, not all of them")
    code = """
def f():
    written = 0
    try:
        for n in range(20):
            with open(f"file{n}", "wb") as file:
                written += file.write(bytes(32 << 20))
    except OSError:
        pass
    return written
"""
    assert answer(isolation, code) <= Limits().box


def test_a_process_that_ended_is_told_and_not_waited_for():
    with started(best(), Limits()) as student:
        with pytest.raises(StudentError, match="ended its own process"):
            student.run("import os; os._exit(3)", 30)
        with pytest.raises(StudentError):
            student.run("1", 30)
