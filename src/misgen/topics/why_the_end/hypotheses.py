"""What may make the end easier to learn than the coin, and which settings would show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Number = float | int | bool


@dataclass(frozen=True)
class Setting:
    """One change of CoinRun or of its learner."""

    label: str
    """What is changed to, as a tick of an axis."""
    options: Mapping[str, Number] = field(default_factory=dict)
    """Options of `ChangedCoinRun`, in training and in all tests."""
    learner: Mapping[str, Number] = field(default_factory=dict)
    """Fields of `PPOSettings`."""

    @property
    def training(self) -> dict[str, Number]:
        """All that differs from the training of the book, by name."""
        return {**self.options, **self.learner}


@dataclass(frozen=True)
class Hypothesis:
    """Something that may decide what is learned, and its settings in order."""

    name: str
    """What a reader chooses."""
    axis: str
    """What the settings are values of, with the unit."""
    settings: tuple[Setting, ...]
    """Those of the book are among them, once."""


def _book(label: str) -> Setting:
    return Setting(label)


HYPOTHESES = {
    "ahead": Hypothesis("How far it sees", "columns that it sees ahead", (
        Setting("2", {"ahead": 2}), _book("5"), Setting("10", {"ahead": 10}),
        Setting("20", {"ahead": 20}), Setting("whole level", {"ahead": 27}),
    )),
    "end": Hypothesis("Whether it sees the end", "the end wall", (
        Setting("hidden", {"end_visible": False}), _book("seen"),
    )),
    "length": Hypothesis("How long levels are", "columns of the levels", (
        Setting("14 to 18", {"longest": 18}), _book("14 to 32"),
    )),
    "units": Hypothesis("How large the network is", "hidden units", (
        Setting("16", learner={"hidden": 16}), _book("64"), Setting("256", learner={"hidden": 256}),
    )),
    "discount": Hypothesis("How much later rewards count", "discount", (
        Setting("0.9", learner={"discount": 0.9}), _book("0.95"),
        Setting("0.99", learner={"discount": 0.99}),
    )),
    "entropy": Hypothesis("How much it tries out", "weight of the entropy", (
        Setting("0", learner={"entropy_weight": 0.0}), _book("0.01"),
        Setting("0.05", learner={"entropy_weight": 0.05}),
    )),
    "signal": Hypothesis("How loud the coin is", "size of the coin in the observation", (
        Setting("1/3", {"coin_signal": 1 / 3}), _book("1"), Setting("3", {"coin_signal": 3.0}),
        Setting("10", {"coin_signal": 10.0}),
    )),
    "height": Hypothesis("How high the coin at the end lies", "tiles above the ground", (
        _book("1"), Setting("1 or 2", {"coin_high": 2}), Setting("1 to 3", {"coin_high": 3}),
        Setting("3", {"coin_low": 3, "coin_high": 3}),
    )),
}  # fmt: skip
"""Name of each, for the address of a choice, and what it is."""

BOOK = _book("as in the book")
MOST_SETTINGS = max(len(hypothesis.settings) for hypothesis in HYPOTHESES.values())


def all_settings() -> dict[str, Setting]:
    """Returns the settings of all hypotheses by a name, that of the book first and once.

    >>> list(all_settings())[:3]
    ['as in the book', 'columns that it sees ahead: 2', 'columns that it sees ahead: 10']
    """
    changed = {
        f"{hypothesis.axis}: {setting.label}": setting
        for hypothesis in HYPOTHESES.values()
        for setting in hypothesis.settings
        if setting.training
    }
    return {BOOK.label: BOOK, **changed}
