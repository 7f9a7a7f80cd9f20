"""The exercises on the taxonomy: the three questions as code, and what a tree guarantees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import Feedback, raised, verdict

FAILURES = ("none", "specification", "capability", "goal")
Diagnose = Callable[[int, int, int, bool], str]
Tree = Mapping[str, Set[str]]
Guaranteed = Callable[[Tree, Set[str]], Set[str]]

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
_DEEP: Tree = {"a": {"b", "c"}, "b": {"d"}, "d": {"e"}, "e": {"f"}, "c": {"g", "h"}}
_HOLDING: list[tuple[Tree, Set[str]]] = [
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
    """Check a function that names the failure of an agent.

    Args:
        diagnose: Takes how many test episodes reached the goal, the proxy and neither, and whether
            the specification was right; returns one of `FAILURES`.
    """
    try:
        given = [diagnose(*case) for case in _TESTS]
    except Exception as error:
        return raised(error)
    unknown = [name for name in given if name not in FAILURES]
    if unknown:
        return Feedback(
            False, f"Return one of {', '.join(FAILURES)}, not {unknown[0]!r}.", "unknown name"
        )
    answers = [np.float64(FAILURES.index(name)) for name in given]
    return verdict(answers, _TESTS, _diagnose, _MISDIAGNOSES)


def _diagnose(goal: int, proxy: int, neither: int, specified_right: bool) -> int:
    return _misspecified(specified_right) or _unable(goal, proxy, neither) or _astray(goal, proxy)


def _misspecified(specified_right: bool) -> int:
    return 0 if specified_right else 1


def _unable(goal: int, proxy: int, neither: int) -> int:
    return 2 if goal + proxy < neither else 0


def _astray(goal: int, proxy: int) -> int:
    return 3 if proxy > goal else 0


def _specification_ignored(goal: int, proxy: int, neither: int, _right: bool = True) -> int:
    return _unable(goal, proxy, neither) or _astray(goal, proxy)


def _specification_last(goal: int, proxy: int, neither: int, specified_right: bool) -> int:
    return _specification_ignored(goal, proxy, neither) or _misspecified(specified_right)


def _capability_ignored(goal: int, proxy: int, _neither: int, specified_right: bool) -> int:
    return _misspecified(specified_right) or _astray(goal, proxy)


def _goal_before_capability(goal: int, proxy: int, neither: int, specified_right: bool) -> int:
    return _misspecified(specified_right) or _astray(goal, proxy) or _unable(goal, proxy, neither)


def _goal_is_capability(goal: int, proxy: int, neither: int, specified_right: bool) -> int:
    lacking = 2 if goal < neither else 0
    return _misspecified(specified_right) or lacking or _astray(goal, proxy)


def _goal_of_all(goal: int, proxy: int, neither: int, specified_right: bool) -> int:
    astray = 3 if goal < proxy + neither else 0
    return _misspecified(specified_right) or _unable(goal, proxy, neither) or astray


_MISDIAGNOSES: Mapping[str, tuple[Callable[..., ArrayLike], str]] = {
    "specification ignored": (
        _specification_ignored,
        "Ask first whether the right thing was asked for: `specified_right` is not used.",
    ),
    "specification last": (
        _specification_last,
        "Ask about the specification before all else: if it is wrong, the rest does not follow.",
    ),
    "capability ignored": (
        _capability_ignored,
        "An agent that reaches neither goal nor proxy shows no goal; test its capability first.",
    ),
    "goal before capability": (
        _goal_before_capability,
        "Ask about capability before the goal: few episodes of an unskilled agent show no goal.",
    ),
    "goal is capability": (
        _goal_is_capability,
        "To reach the proxy takes skill too: capability is goal and proxy together.",
    ),
    "goal of all": (
        _goal_of_all,
        "Compare goal and proxy among the capable episodes; those with neither tell no goal.",
    ),
}


def check_guaranteed(guaranteed: Guaranteed) -> Feedback:
    """Check a function that says which nodes of a tree are sure to hold.

    Args:
        guaranteed: Takes a tree, from each node to the nodes that together imply it, and the set
            of nodes that hold; returns the set of all nodes that then hold.
    """
    try:
        given = [set(guaranteed(_copy(tree), set(holding))) for tree, holding in _HOLDING]
    except Exception as error:
        return raised(error)
    answers = [_member(found, tree) for found, (tree, _) in zip(given, _HOLDING, strict=True)]
    return verdict(answers, _HOLDING, _guaranteed, _MISREADINGS)


def _copy(tree: Tree) -> Tree:
    return {node: set(parts) for node, parts in tree.items()}


def _member(found: Set[str], tree: Tree) -> NDArray[np.float64]:
    """Return 1 for each node of a tree that is in a set, in alphabetical order."""
    nodes = sorted(set(tree).union(*tree.values()))
    return np.array([float(node in found) for node in nodes])


def _guaranteed(tree: Tree, holding: Set[str]) -> ArrayLike:
    found = set(holding)
    while added := {node for node, parts in tree.items() if parts <= found} - found:
        found |= added
    return _member(found, tree)


def _one_layer(tree: Tree, holding: Set[str]) -> ArrayLike:
    return _member(holding | {node for node, parts in tree.items() if parts <= holding}, tree)


def _any_part(tree: Tree, holding: Set[str]) -> ArrayLike:
    found = set(holding)
    while added := {node for node, parts in tree.items() if parts & found} - found:
        found |= added
    return _member(found, tree)


def _downwards(tree: Tree, holding: Set[str]) -> ArrayLike:
    found = set(holding)
    while added := set().union(*(tree.get(node, set()) for node in found)) - found:
        found |= added
    return _member(found, tree)


def _without_given(tree: Tree, holding: Set[str]) -> ArrayLike:
    return np.asarray(_guaranteed(tree, holding)) - _member(holding, tree)


_MISREADINGS: Mapping[str, tuple[Callable[..., ArrayLike], str]] = {
    "one layer": (
        _one_layer,
        "You climb one layer only; a node that was just found may complete the next one.",
    ),
    "any part": (_any_part, "One part is not enough: a node follows from all its parts together."),
    "downwards": (
        _downwards,
        "The arrows point upwards: that a node holds does not tell that its parts do.",
    ),
    "without the given": (
        _without_given,
        "The nodes that hold to begin with belong to the answer too.",
    ),
}
