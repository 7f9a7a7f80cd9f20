"""What the report on the order of training says of the published rates."""

from __future__ import annotations

from misgen.core.intervals import over_seeds
from misgen.ledger.markdown import rate
from misgen.topics.persuasion import report
from misgen.topics.persuasion.experiment import AUDITS, OTHER_ENTROPIES, SCHEDULES
from misgen.topics.persuasion.orders import ORDERS
from misgen.topics.persuasion.published import flawed_runs


def test_the_table_of_lies_has_both_lengths_and_the_other_entropies():
    rows = [line.strip("|").split("|") for line in report.lies().splitlines()[-6:]]
    assert len(rows) == len(ORDERS) * len(SCHEDULES)
    assert all(len(row) == 2 + len(AUDITS) + len(OTHER_ENTROPIES) for row in rows)
    runs = flawed_runs("goals_first", 600)
    order, first, none, *_, entropy = (cell.strip() for cell in rows[3])
    assert (order, first.replace("\xa0", " ")) == ("goals, then capabilities", "600 steps")
    assert none == rate(over_seeds(runs.lies[:, 0, -1]))
    assert entropy == rate(over_seeds(runs.other_entropies[:, 1, -1]))
