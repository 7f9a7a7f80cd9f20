"""The exercises on the taxonomy: the three questions, a tree, and a failure of another class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

import numpy as np
from numpy.typing import NDArray

from misgen.core.feedback import (
    NOTHING_RETURNED,
    UNCHANGED,
    Feedback,
    Mistakes,
    described,
    raised,
    returns_nothing,
    verdict,
)
from misgen.core.measure import Report, evaluate
from misgen.core.policy import Policy

FAILURES = ("none", "specification", "capability", "goal")
Diagnose = Callable[[int, int, int, bool], str]
Tree = Mapping[str, Set[str]]
Guaranteed = Callable[[Tree, Set[str]], Set[str]]

# Of 100 episodes: goal, proxy, neither; and whether the specification was right. Clear cases, three
# of them again with a wrong specification, and two in which "neither" is first, but no majority.
_TESTS = [
    (90, 5, 5, True),
    (5, 90, 5, True),
    (3, 7, 90, True),
    (7, 3, 90, True),
    (90, 5, 5, False),
    (5, 90, 5, False),
    (3, 7, 90, False),
    (30, 25, 45, True),
    (25, 30, 45, True),
]
_OBJECTIVE: Tree = {
    "impact alignment": {"intent alignment", "capability robustness"},
    "intent alignment": {"outer alignment", "objective robustness"},
    "objective robustness": {"inner alignment"},
}
_GENERALIZATION: Tree = {
    "impact alignment": {"outer alignment", "robustness"},
    "robustness": {"objective robustness", "capability robustness"},
    "objective robustness": {"inner alignment"},
}
# a chain of four arrows, which a single step does not climb
_DEEP: Tree = {"a": {"b", "c"}, "b": {"d"}, "d": {"e"}, "e": {"f"}, "c": {"g", "h"}}
_HOLDING: list[tuple[Tree, Set[str]]] = [  # a tree, and the nodes that hold to begin with
    (_OBJECTIVE, {"outer alignment", "inner alignment", "capability robustness"}),
    (_OBJECTIVE, {"inner alignment", "capability robustness"}),
    (_OBJECTIVE, {"intent alignment"}),
    (_GENERALIZATION, {"objective robustness", "capability robustness"}),
    (_GENERALIZATION, {"inner alignment", "capability robustness", "outer alignment"}),
    (_GENERALIZATION, {"impact alignment"}),
    (_DEEP, {"f", "g"}),
    (_DEEP, {"f", "g", "h"}),
]


def check_diagnose(diagnose: Diagnose) -> Feedback:
    """Checks a function that names the failure of an agent.

    Args:
        diagnose: Takes how many test episodes reached the goal, the proxy and neither, and whether
            the specification was right; returns one of `FAILURES`.
    """
    try:
        given = [diagnose(*case) for case in _TESTS]
    except Exception as error:
        return raised(error)
    if returns_nothing(given):
        return NOTHING_RETURNED
    unknown = [name for name in given if not isinstance(name, str) or name not in FAILURES]
    if unknown:
        told = f"Return one of {', '.join(FAILURES)}, not {described(unknown[0])}."
        return Feedback(False, told, "unknown name")
    return verdict(
        [FAILURES.index(name) for name in given], _TESTS, _diagnose, MISDIAGNOSES,
        stub=lambda *_: 0, explain=lambda case: _misdiagnosed(given[case], *_TESTS[case]),
    )  # fmt: skip


def _misdiagnosed(given: str, goal: int, proxy: int, neither: int, specified_right: bool) -> str:
    right = FAILURES[_diagnose(goal, proxy, neither, specified_right)]
    return (
        f"With {goal} episodes at the goal, {proxy} at the proxy, {neither} at neither, and "
        f"specified_right = {specified_right}, your function gives {given!r}, but {right!r} is "
        "right."
    )


# Each asks one of the three questions, and returns a number in FAILURES; 0: go on to the next.


def _misspecified(specified_right: bool) -> int:
    return 0 if specified_right else 1


def _unable(goal: int, proxy: int, neither: int) -> int:
    return 2 if goal + proxy < neither else 0  # fewer than half are capable


def _astray(goal: int, proxy: int) -> int:
    return 3 if proxy > goal else 0


def _diagnose(goal: int, proxy: int, neither: int, specified_right: bool) -> int:
    return _misspecified(specified_right) or _unable(goal, proxy, neither) or _astray(goal, proxy)


MISDIAGNOSES: Mistakes = {
    "specification ignored": (
        lambda goal, proxy, neither, _: _unable(goal, proxy, neither) or _astray(goal, proxy),
        "Ask first whether the right thing was asked for: `specified_right` is not used.",
    ),
    "specification last": (
        lambda goal, proxy, neither, right: (
            _unable(goal, proxy, neither) or _astray(goal, proxy) or _misspecified(right)
        ),
        "Ask about the specification before all else: if it is wrong, the rest does not follow.",
    ),
    "capability before specification": (
        lambda goal, proxy, neither, right: (
            _unable(goal, proxy, neither) or _misspecified(right) or _astray(goal, proxy)
        ),
        "Ask about the specification before capability too: if it is wrong, the rest does not "
        "follow.",
    ),
    "capability ignored": (
        lambda goal, proxy, _, right: _misspecified(right) or _astray(goal, proxy),
        "An agent that reaches neither goal nor proxy shows no goal; test its capability first.",
    ),
    "goal before capability": (
        lambda goal, proxy, neither, right: (
            _misspecified(right) or _astray(goal, proxy) or _unable(goal, proxy, neither)
        ),
        "Ask about capability before the goal: few episodes of an unskilled agent show no goal.",
    ),
    "goal is capability": (
        lambda goal, proxy, neither, right: (
            _misspecified(right) or (2 if goal < neither else _astray(goal, proxy))
        ),
        "To reach the proxy takes skill too: capability is goal and proxy together.",
    ),
    "goal of all": (
        lambda goal, proxy, neither, right: (
            _misspecified(right)
            or _unable(goal, proxy, neither)
            or (3 if goal < proxy + neither else 0)
        ),
        "Compare goal and proxy among the capable episodes; those with neither tell no goal.",
    ),
}


def check_guaranteed(guaranteed: Guaranteed) -> Feedback:
    """Checks a function that says which nodes of a tree are sure to hold.

    Args:
        guaranteed: Takes a tree, from each node to the nodes that together imply it, and the set
            of nodes that hold; returns the set of all nodes that then hold.
    """
    try:
        # Copies, so that a function that changes its arguments changes nothing here.
        given = [
            guaranteed({node: set(parts) for node, parts in tree.items()}, set(holding))
            for tree, holding in _HOLDING
        ]
    except Exception as error:
        return raised(error)
    if returns_nothing(given):
        return NOTHING_RETURNED
    for found, (tree, _) in zip(given, _HOLDING, strict=True):
        if not isinstance(found, Set) or not found <= set(_nodes(tree)):
            return Feedback(False, f"Return a set of nodes of the tree, not {described(found)}.")
    answers = [_member(found, tree) for found, (tree, _) in zip(given, _HOLDING, strict=True)]
    return verdict(
        answers, _HOLDING, _guaranteed, MISREADINGS, stub=lambda tree, held: _member(held, tree),
        explain=lambda case: _explained(given[case], *_HOLDING[case]),
    )  # fmt: skip


def _explained(found: Set[str], tree: Tree, holding: Set[str]) -> str:
    """Names the first node that a set of nodes has too much or too little."""
    sure = _closed(holding, lambda closed: _completed(tree, closed))
    node = min(found ^ sure)  # in one of the two
    yours = f"has {node!r}, which is not" if node in found else f"lacks {node!r}, which is"
    return (
        f"In the tree {described(tree)}, where {described(holding)} hold, your set {yours} sure to "
        "hold."
    )


def _nodes(tree: Tree) -> list[str]:
    """Returns all nodes of a tree, sorted; leaves stand on the right-hand side only."""
    return sorted(set(tree).union(*tree.values()))


def _member(members: Set[str], tree: Tree) -> NDArray[np.float64]:
    """Returns 1 for each node of a tree that is in a set, in alphabetical order."""
    return np.array([float(node in members) for node in _nodes(tree)])


def _closed(holding: Set[str], implied: Callable[[Set[str]], Set[str]]) -> Set[str]:
    """Returns what holds in the end, if `implied` says what follows from what holds."""
    closed = set(holding)
    while added := implied(closed) - closed:  # ends, as a tree has finitely many nodes
        closed |= added
    return closed


def _completed(tree: Tree, holding: Set[str]) -> Set[str]:
    return {node for node, parts in tree.items() if parts <= holding}  # <=: is a subset of


def _guaranteed(tree: Tree, holding: Set[str]) -> NDArray[np.float64]:
    return _member(_closed(holding, lambda closed: _completed(tree, closed)), tree)


MISREADINGS: Mistakes = {
    "one layer": (
        lambda tree, holding: _member(holding | _completed(tree, holding), tree),
        "You climb one layer only; a node that was just found may complete the next one.",
    ),
    "any part": (
        lambda tree, holding: _member(
            _closed(holding, lambda closed: {node for node in tree if tree[node] & closed}), tree
        ),
        "One part is not enough: a node follows from all its parts together.",
    ),
    "downwards": (
        lambda tree, holding: _member(
            _closed(holding, lambda held: set().union(*(tree.get(n, set()) for n in held))), tree
        ),
        "The arrows point upwards: that a node holds does not tell that its parts do.",
    ),
    "without the given": (
        lambda tree, holding: _guaranteed(tree, holding) - _member(holding, tree),  # 1 - 1 = 0
        "The nodes that hold to begin with belong to the answer too.",
    ),
}


# ------------------------------- exercise 3: the behaviour of one class, and another class

Training = Callable[[int], Policy]
TRAINED_SEEDS = (0, 1, 2)
MET = 0.5
"""Share of distinguishing levels that each training must hold at least."""
MOSTLY = 0.8
"""Share of distinguishing test levels in which each agent must go to the corner."""
_TEST_SEED = 1_000_000  # of the levels: none of them is in a training


def check_paid_astray(train: Training) -> Feedback:
    """Trains agents in the room, and checks that they pass the coin although they met it elsewhere.

    The check measures the agents itself, stops at the first that fails, and prints what each does.

    Args:
        train: Takes a training seed, and returns an agent of `misgen.train`. It is called once for
            each of `TRAINED_SEEDS`.
    """
    seen: set[object] = set()  # the seeds that the agents were trained with
    for seed in TRAINED_SEEDS:
        try:
            agent = train(seed)
        except Exception as error:
            return raised(error)
        if returns_nothing([agent]):
            return NOTHING_RETURNED
        if isinstance(agent, Policy) and agent.notes.get("steps") == 0:
            return UNCHANGED
        if not isinstance(agent, Policy):
            return Feedback(False, f"Return what `misgen.train` returns, not {described(agent)}.")
        if agent.notes.get("env") != "CoinGrid":
            return Feedback(False, 'Train the agents in the room, which is called "CoinGrid".')
        report = evaluate(agent, "CoinGrid", episodes=1000, seed=_TEST_SEED)
        print(f"Seed {seed}: corner {report.proxy}, coin {report.goal}.", flush=True)
        if mistake := _astray_mistake(agent, report, seen):
            return Feedback(False, f"With seed {seed}: {ASTRAY_MISTAKES[mistake]}", mistake)
        seen.add(agent.notes["seed"])
    return Feedback(True, f"All {len(TRAINED_SEEDS)} agents do what they were paid for.")


def _astray_mistake(agent: Policy, report: Report, seen: Set[object]) -> str:
    found = {
        "ignores the seed": agent.notes["seed"] in seen,
        "few distinguishing levels": agent.notes["distinguishing"] < MET,
        "takes the coin": report.goal.mean > 0.5,
        "lost": report.capability.mean < MOSTLY,
        "half astray": report.proxy.mean < MOSTLY,
    }
    return next((name for name, made in found.items() if made), "")


ASTRAY_MISTAKES = {
    "ignores the seed": "this is the agent of the seed before: hand `seed` on to the training.",
    "few distinguishing levels": "it met too few levels with the coin elsewhere: if the coin was "
    "what paid, to pass it is the goal misgeneralization that you know already.",
    "takes the coin": "it takes the coin in most levels, as levels that tell coin and corner apart "
    "teach it if the coin is what pays: change what is asked for, and not the levels.",
    "lost": "it reaches neither coin nor corner often enough: pay for something that it can find, "
    "or train it for longer.",
    "half astray": "it goes to the corner in fewer than four fifths of the levels: either the coin "
    "still pays, or the corner does not pay enough.",
}
"""Name of a mistake with this training -> what the reader is told."""
