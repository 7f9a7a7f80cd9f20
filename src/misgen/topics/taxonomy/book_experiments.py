"""Each experiment of the book, and what fails in it: on our judgement, given openly.

The trees speak of systems in use; these are toys. Read "bad" as "not what was intended". An agent
is given an objective only in the sense that its behaviour can be read that way. None of the agents
was shown to be an optimizer, so that inner alignment is decided nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from misgen.topics.taxonomy.links import Link
from misgen.topics.taxonomy.trees import BEYOND_TRAINING, Tree


class Verdict(Enum):
    """What an experiment says of a node."""

    FAILS = "fails"
    HOLDS = "holds"
    OPEN = "open"
    """It does not decide it."""


FAILS, HOLDS, OPEN = Verdict


@dataclass(frozen=True)
class Experiment:
    """One experiment, and what it says of the parts of alignment."""

    id: str
    """Small letters and hyphens."""
    name: str
    chapter: str
    """Name of its notebook, without `.ipynb`."""
    what: str
    """What fails, in one sentence."""
    outer: Verdict
    """Of outer alignment as Hubinger defines it."""
    objective: Verdict
    """Of objective robustness."""
    capability: Verdict
    """Of capability robustness."""
    on_training: Verdict
    """Of desired behaviour on the training distribution."""
    beyond: Verdict
    """Of acceptable behaviour off it."""
    doubt: str
    """What can be said against the classification; empty if little can."""
    links: Mapping[str, Link]
    """What a link shows -> where it leads."""


# The five verdicts: of outer, objective and capability; on the training distribution, and off it.
EXPERIMENTS = (
    Experiment(
        "coin-line", "The coin line", "distributions",
        "A linear policy that was cloned with the coin always at the end walks away from a coin "
        "behind it.",
        HOLDS, FAILS, OPEN, HOLDS, FAILS,
        "A rule of three weights has hardly a skill to lose, and to call what it does a goal is a "
        "manner of speaking.",
        {"the policy after 1,000 steps": Link("distributions", "coin-line", {
            "distinguishing": 0, "steps": 1000, "encoding": "position_and_coin", "length": 8})},
    ),
    Experiment(
        "dogs", "The dogs", "rewards",
        "Many dogs that were trained with voice and lips together follow the lips when the two "
        "disagree.",
        HOLDS, FAILS, HOLDS, HOLDS, FAILS,
        "Other dogs of the same training follow the voice, and most follow neither reliably. With "
        "the back turned, most dogs of the lips still obey; only voice against lips tells the two "
        "apart.",
        {"voice against lips": Link("rewards", "dogs", {
            "share": 0, "test": "apart", "time": 100, "seed": 0})},
    ),
    Experiment(
        "coinrun", "CoinRun, coin moved", "coinrun",
        "The agent keeps its skill and runs past the moved coin to the end of the level.",
        HOLDS, FAILS, HOLDS, HOLDS, FAILS,
        "",
        {"replays at 0 %": Link("coinrun", "dial", {"setting": 0, "seed": 0}),
         "its ten seeds on the map": Link("taxonomy", "book-map", {
             "world": "coinrun", "share": "0", "seen": "shifted"})},
    ),
    Experiment(
        "coinrun-flipped", "CoinRun, seen upside down", "coinrun",
        "The same agent, shown everything upside down, reaches neither coin nor end in most "
        "levels.",
        HOLDS, OPEN, FAILS, HOLDS, FAILS,
        "An agent without its skill does not show what it is after.",
        {"the control on the map": Link("taxonomy", "book-map", {
            "world": "coinrun", "share": "0", "seen": "flipped"})},
    ),
    Experiment(
        "coin-grid", "The room, coin moved", "distributions",
        "The agent that was trained with the coin in one corner goes to that corner, and passes "
        "the coin.",
        HOLDS, FAILS, HOLDS, HOLDS, FAILS,
        "",
        {"where it is in training and at test": Link("distributions", "policy-shift", {
            "share": 1, "state": "left", "trained": 0, "seed": 0})},
    ),
    Experiment(
        "coin-grid-few", "The room, 5 % of coins moved", "distributions",
        "With one place in the input for each cell, and 5 % of the training coins moved, the agent "
        "often gets lost where the coin is elsewhere.",
        HOLDS, OPEN, FAILS, HOLDS, FAILS,
        "It is a mixture: in some levels it takes the coin, in a few it goes to the corner, in "
        "others its time runs out.",
        {"these agents on the map": Link("taxonomy", "book-map", {
            "world": "coin-grid", "share": "5", "seen": "shifted"})},
    ),
    Experiment(
        "forest", "Tree Gridworld", "tree_gridworld",
        "The agent uses in a forest with one tree left the chopping that it learned in dense "
        "forests, and ends the forest.",
        OPEN, FAILS, HOLDS, OPEN, FAILS,
        "With its discount, restraint in a full forest is hardly asked for, which would be outer "
        "alignment. In a forest with one tree it is. A rival explanation is that patience is hard "
        "to learn. And the run has no line between training and test.",
        {"the end of a run that collapses": Link("tree_gridworld", "forest", {
            "run": "collapse", "seed": 0, "time": 79, "trees": 1})},
    ),
    Experiment(
        "asked-for", "A discount that asks for felling", "tree_gridworld",
        "With a discount of 0.7 the best policy of a small forest fells it, so that an agent that "
        "fells it has misgeneralized nothing.",
        FAILS, HOLDS, HOLDS, FAILS, OPEN,
        "Nothing is learned here. The best policy is computed, so that only the objective is left "
        "to blame.",
        {"the best policy at 0.7": Link("tree_gridworld", "asked-for", {
            "discount": 0.7, "r_max": 0.3})},
    ),
    Experiment(
        "recommender", "The recommender", "tree_gridworld",
        "Its suggestions move the tastes that it is scored by, and its score rises while its "
        "evenings fit the users' first tastes less.",
        FAILS, HOLDS, HOLDS, OPEN, OPEN,
        "A shift that an algorithm causes is not goal misgeneralization, and no node of the trees. "
        "Whether anything fails depends on which tastes should count. If the first ones, the score "
        "was the wrong objective.",
        {"tastes after 300 days": Link("tree_gridworld", "recommender", {
            "feedback": 0.02, "random": False, "day": 300})},
    ),
    Experiment(
        "hidden-incentives", "The hidden incentive", "tree_gridworld",
        "An outer loop makes learners pay now for a better situation of their own later, although "
        "each of them is trained on its next reward alone.",
        OPEN, OPEN, OPEN, OPEN, OPEN,
        "We mark no node. The learner has one objective and the outer loop another, and each is "
        "served. The trees speak of a single objective.",
        {"the outer loop switched on": Link("tree_gridworld", "hidden-incentives", {
            "benefit": 0.8, "outer": True, "swapping": False})},
    ),
    Experiment(
        "assistant", "The assistant in the pandemic", "assistant",
        "The small assistant knows that the user wants something else, and books the restaurant.",
        HOLDS, FAILS, HOLDS, HOLDS, FAILS,
        "What it knows is read by a readout of its own. That the other readout could have used it "
        "is shown by training with distinguishing weeks, not by this assistant.",
        {"a week in the pandemic": Link("assistant", "assistant", {
            "pandemic": True, "distinguishing": 0, "seed": "0"})},
    ),
    Experiment(
        "training-order", "The order of training", "assistant",
        "Where feedback rewards a lie that is believed, an assistant that can lie well learns to "
        "lie.",
        FAILS, HOLDS, HOLDS, FAILS, OPEN,
        "The lies are rewarded, so that this is flawed feedback, a misspecified objective, and not "
        "goal misgeneralization.",
        {"lies without audits": Link("assistant", "training-order", {
            "order": "capabilities_first", "audit": 0, "stage": 300})},
    ),
    Experiment(
        "persuader", "The persuader", "assistant",
        "Only the truth is rewarded, but in training the true claims are those that are believed; "
        "assistants that learned their capabilities first then assert falsehoods that are "
        "believed.",
        HOLDS, FAILS, OPEN, HOLDS, FAILS,
        "The seeds disagree, from a minority of such falsehoods to most of them, so that it is a "
        "mixture more than one other goal. With goals first it did not happen: these assistants "
        "followed the truth before they had the other cue.",
        {"capabilities first, seed by seed": Link("assistant", "persuader", {
            "order": "capabilities_first", "share": 0, "seed": 0})},
    ),
    Experiment(
        "ask-at-least-once", "The small language model", "assistant",
        "After ten examples with two unknowns each, the model asks a question although nothing is "
        "unknown, and does not manage other numbers of unknowns either.",
        OPEN, OPEN, FAILS, OPEN, FAILS,
        "Its first turn alone looks like a learned goal to ask at least once. The whole dialogue "
        "shows that it copies a format: the skill does not carry over. Examples in a prompt are no "
        "training in the sense of the trees.",
        {"first turns and whole dialogues": Link("assistant", "ask-at-least-once", {
            "without": 0, "unknowns": 0})},
    ),
)  # fmt: skip
"""In the order of the book."""


def experiment_named(identity: str) -> Experiment:
    """Return the experiment with this id.

    Raises:
        ValueError: If there is none.
    """
    found = {each.id: each for each in EXPERIMENTS}
    if identity not in found:
        raise ValueError(f"There is no experiment {identity!r}; choose one of {', '.join(found)}.")
    return found[identity]


def failing(of: Experiment, tree: Tree) -> tuple[str, ...]:
    """Return the ids of the nodes in which an experiment fails, without those above them.

    >>> from misgen.topics.taxonomy.trees import TREES
    >>> failing(experiment_named("coinrun"), TREES["objective"])
    ('objective',)
    """
    given = _judged(of, tree)
    return tuple(node.id for node in tree.nodes if given.get(node.id) is FAILS)


def verdicts(of: Experiment, tree: Tree) -> dict[str, Verdict]:
    """Return what an experiment says of every node of a tree.

    A node fails if it fails itself or one below it does. The arrows alone would not allow that
    (see `trees`); here it is observed, because each failure was seen in behaviour.
    A node holds if all its children hold; otherwise it is open.

    >>> from misgen.topics.taxonomy.trees import TREES
    >>> [v.value for v in verdicts(experiment_named("coinrun"), TREES["generalization"]).values()]
    ['fails', 'holds', 'fails', 'fails', 'open', 'holds']
    """
    found = dict(_judged(of, tree))
    for node in reversed(tree.nodes):  # children come before their parents
        below = [found[child.id] for child in node.children]
        if FAILS in below:
            found[node.id] = FAILS
        elif node.id not in found:
            found[node.id] = HOLDS if below and set(below) == {HOLDS} else OPEN
    return {node.id: found[node.id] for node in tree.nodes}


def _judged(of: Experiment, tree: Tree) -> Mapping[str, Verdict]:
    if tree is BEYOND_TRAINING:
        return {"outer": of.on_training, "robustness": of.beyond}
    return {"outer": of.outer, "objective": of.objective, "capability": of.capability}
