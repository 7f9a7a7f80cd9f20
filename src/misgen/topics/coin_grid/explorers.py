"""The panel on how far a shift moves an agent's visits, and a training of the reader's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.divergence import kl_divergence, total_variation
from misgen.explore import Bars, Cells, Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.learning import Knob, Learning, Published, bands_of, pay, seeds, units
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, Words, percent
from misgen.ledger.published import Results, published, results
from misgen.topics.coin_grid.env import CORNER, ENCODINGS, SIZE, CoinGrid, place
from misgen.topics.coin_grid.experiment import SEEDS, SETTINGS, SHIPPED_ENCODING, SHIPPED_SHARES
from misgen.topics.coin_grid.live import Reader
from misgen.topics.coin_grid.visits import action_probabilities, expected_visits, visit_distribution

Array = NDArray[np.float64]

SHARES = tuple(round(0.05 * k, 2) for k in range(21))
"""Values of `distinguishing` at test; those of the trainings are among them."""
FULL = 0.1
"""Share of its steps that an agent spends in a cell of the full colour."""
# y upwards, as in the environment
STATES = {
    "corner": ("in the middle, coin in the corner", (3, 3), (6, 6)),
    "left": ("in the middle, coin to its left", (3, 3), (1, 3)),
    "below": ("in the middle, coin below", (3, 3), (3, 1)),
    "opposite": ("in the middle, coin lower left", (3, 3), (0, 0)),
    "arrived": ("in the corner, coin lower left", (6, 6), (0, 0)),
}
"""Name of a state -> what it is, and where agent and coin are, `(x, y)`."""

_AGENT = ("distinguishing", "seed")
_AT_TEST = "Where it is at test"  # controls stand below it
_KINDS = (("", "haze", ""), ("corner", "haze", "corner"), ("coin", "haze", "coin"),
          ("agent", "haze", "agent"))  # fmt: skip


@dataclass(frozen=True)
class Visits:
    """What the agents do, and where they are; the first two axes are those of `_AGENT`."""

    actions: Array
    """pi(a|s) in each of `STATES`, `(trained, seeds, states, actions)`."""
    in_training: Array
    """Visits of each state in training, `(trained, seeds, coin, agent)`."""
    at_test: Array
    """The same at test, `(trained, seeds, shares, coin, agent)`."""


def visits_of_all() -> Visits:
    """Returns the exact visits of the published agents; takes about a second."""
    options = {"encoding": SHIPPED_ENCODING}
    agents = [
        [published("CoinGrid", distinguishing=share, seed=seed, options=options) for seed in SEEDS]
        for share in SHIPPED_SHARES
    ]
    # (trained, seeds, coin, agent, actions)
    tables = np.array([[action_probabilities(agent) for agent in row] for row in agents])
    # (coin's cell, agent's cell)
    states = [(SIZE * coin[1] + coin[0], SIZE * y + x) for _, (x, y), coin in STATES.values()]
    # (trained, seed, coin, agent)
    visits = [[expected_visits(table) for table in row] for row in tables]
    in_training = [
        [visit_distribution(each, share) for each in row]
        for row, share in zip(visits, SHIPPED_SHARES, strict=True)
    ]
    # (trained, seed, share, coin, agent)
    at_test = [[[visit_distribution(each, s) for s in SHARES] for each in row] for row in visits]
    # (trained, seed, state, action)
    actions = np.stack([tables[:, :, coin, agent] for coin, agent in states], axis=2)
    return Visits(actions, np.array(in_training), np.array(at_test))


_SENTENCE: Sentence = [
    (
        "",
        "With the coin elsewhere in {at_test} of the test levels, the states that this agent "
        "visits differ from those of its training by a total variation of ",
    ),
    ("first", "{whole}"),
    ("", ", and its places alone by "),
    ("second", "{places}"),
    (
        "",
        ". The KL divergence of test from training is {kl_of_test}, that of training from test "
        "{kl_of_training}. In the state shown, it most likely goes {action} ({probability}).",
    ),
]


def policy_shift() -> Panel:
    """Returns the panel, computed from the published agents."""
    visits = visits_of_all()
    whole, places, kl_of_test, kl_of_training = _shifts(visits)
    names, likely = CoinGrid.action_names, visits.actions.argmax(axis=-1)
    moving = (*_AGENT, "at_test")
    return Panel(
        title="How far does a shift move what an agent meets?",
        subtitle="One agent in the room: its policy in one state, and all the states that it "
        "visits.",
        controls=_controls(),
        parts=[
            _map("Where it is in training", visits.in_training, _AGENT),
            _map(_AT_TEST, visits.at_test, moving),
            _state_picture(),
            _distance_chart(whole, places),
            Bars("In the state shown: chance of each step",
                 names=[f"goes {name}" for name in names], colours=["mute"] * len(names),
                 values=visits.actions, over=(*_AGENT, "state"),
                 format="percent"),
        ],
        readings={
            "whole": Reading(whole, moving, "fixed2"),
            "places": Reading(places, moving, "fixed2"),
            "kl_of_test": Reading(kl_of_test, moving, "{:.2f} bits".format),
            "kl_of_training": Reading(kl_of_training, moving, "{:.2f} bits".format),
            "action": Reading(np.array(names)[likely], (*_AGENT, "state")),
            "probability": Reading(visits.actions.max(axis=-1), (*_AGENT, "state"), "percent"),
        },
        sentences=[_SENTENCE],
        source=Source(
            f"{len(SEEDS)} published agents for each training. Nothing is sampled: the "
            "probability of every state is computed step by step."
        ),
        key="policy-shift",
        aliases={"trained": "distinguishing", "share": "at_test"},
    )  # fmt: skip


def _shifts(visits: Visits) -> Array:
    """Returns how far visits at test are from those in training, `(4, trained, seeds, shares)`.

    These are the total variation of states, that of places alone, and the divergences of states,
    D(test || training) and D(training || test), in bits.
    """
    shifts = np.empty((4, *visits.at_test.shape[:3]))
    for agent_and_share in np.ndindex(shifts.shape[1:]):
        test, training = visits.at_test[agent_and_share], visits.in_training[agent_and_share[:2]]
        shifts[:, *agent_and_share] = (
            total_variation(test, training),
            # over the coin: the agent's place alone
            total_variation(test.sum(axis=0), training.sum(axis=0)),
            kl_divergence(test, training),
            kl_divergence(training, test),
        )
    return shifts


def _controls() -> list[Control]:
    return [
        Control("at_test", "Test levels with the coin elsewhere", SHARES,
                tuple(map(percent, SHARES)), playable=True, below=_AT_TEST),
        Control("state", "The state shown: agent", tuple(STATES),
                tuple(name for name, _, _ in STATES.values()), kind="choice"),
        Control("distinguishing", "Training levels with the coin elsewhere", SHIPPED_SHARES,
                tuple(map(percent, SHIPPED_SHARES)), kind="choice", below=_AT_TEST),
        Control("seed", "Training seed", SEEDS, tuple(map(str, SEEDS)), kind="choice",
                below=_AT_TEST),
    ]  # fmt: skip


def _map(label: str, visits: Array, over: tuple[str, ...]) -> Cells:
    """Returns shares of steps by place as colours, with the top row first."""
    places = visits.sum(axis=-2)  # over the coin's cells
    grid = places.reshape(*places.shape[:-1], SIZE, SIZE)[..., ::-1, :]  # (..., row, column)
    ends = ("never", f"{percent(FULL)} of its steps or more")
    return Cells(
        label, values=np.minimum(1.0, grid / FULL), over=over, ends=ends, scale="first", max_cell=26
    )


def _state_picture() -> Cells:
    grids = np.zeros((len(STATES), SIZE, SIZE), np.uint8)  # (state, row, column); 0: floor
    for grid, (_, agent, coin) in zip(grids, STATES.values(), strict=True):
        # An index of `_KINDS`; where two share a cell, the later one is shown.
        for code, (x, y) in enumerate((place(CORNER), coin, agent), start=1):
            grid[SIZE - 1 - y, x] = code  # the top row comes first
    return Cells("The state", values=grids, over=("state",), kinds=_KINDS, max_cell=26)


def _distance_chart(whole: Array, places: Array) -> Lines:
    whole, places = (np.minimum(1.0, each) for each in (whole, places))  # rounding may lead beyond
    # Behind each agent stand all seeds: (trained, seeds, seeds, shares).
    everyone = [np.repeat(each[:, None], len(SEEDS), axis=1) for each in (whole, places)]
    return Lines(
        "Distance between its visits at test and in training", x=SHARES,
        x_label="test levels with the coin elsewhere",
        x_ticks=[(x, percent(x)) for x in (0, 0.5, 1)],
        y_label="total variation", y_range=(0, 1), y_ticks=[(y, f"{y:g}") for y in (0, 0.5, 1)],
        lines=[
            Line("its place and the coin's", "first", whole, seeds=everyone[0]),
            Line("its place alone", "second", places, seeds=everyone[1]),
        ],
        over=_AGENT, cursor="at_test", format="fixed2",
    )  # fmt: skip


# ------------------------------------------------------------------------ a training

WORDS = Words(
    setting="Training levels with the coin elsewhere",
    goal="takes the coin",
    goals="take the coin",
    proxy="goes to the corner first",
    proxies="go to the corner first",
    failure="reaches neither",
    died="dies",
    timed_out="reaches neither",
    accidental="touches the erased coin by accident",
    target="the coin",
    target_label="Coin",
    usual="always in the corner",
    question="The coin has moved. What will the agent do?",
    dots="Each dot is one trained agent, tested on new levels with the coin elsewhere.",
    measures={"goal": "takes the coin", "proxy": "goes to the corner"},
)
_ENCODED = {
    "cell": "one unit for each cell",
    "row_column": "one for each row and column",
    "coordinates": "two numbers",
}
"""Each of `ENCODINGS` in words."""


class _Learning(Learning):
    live: ClassVar[str] = "coin_grid"


def learning() -> Learning:
    """Returns a training of the reader's own."""
    encodings = [(name, {"encoding": name}) for name in ENCODINGS]
    bands = [band for _, of in encodings for band in bands_of(_longest(), of, of)]
    return _Learning(WORDS, SETTINGS, Reader, _knobs(), Published(bands, len(SEEDS)))


def _knobs() -> list[Knob]:
    texts = tuple(_ENCODED[name] for name in ENCODINGS)
    encoding = Control("encoding", "It sees places as", ENCODINGS, texts, kind="choice")
    sees = Control("coin_visible", "The agent sees the coin", (False, True), kind="switch", start=1)
    return [
        pay("coin", "Pay for the coin", "goal", most=1, start=1),
        pay("corner", "Pay for each step in the corner", "proxy", most=1, start=0),
        Knob(encoding, ("options", "encoding")),
        Knob(sees, ("options", "coin_visible")),
        units(CoinGrid.ppo.hidden),
        seeds(),
    ]


def _longest() -> Results:
    """Returns the published agents that were trained as long as the reader's."""
    found = results("CoinGrid")
    return Results(found.env, tuple(t for t in found.trials if t.steps == CoinGrid.ppo.steps))
