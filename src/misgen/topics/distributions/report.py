"""What the page computes for this topic, so that no ledger holds it."""

from __future__ import annotations

from misgen.ledger.report import Live

LIVE = (Live("distributions", "Core and spurious features", ("features(",), seeds="0 to 49"),)
