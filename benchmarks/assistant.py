"""How long the assistant of chapter 5 is trained, phase by phase.

    .venv/bin/python benchmarks/assistant.py              # some minutes
    .venv/bin/python benchmarks/assistant.py --seeds 2

All rows are measured in turns, seed after seed, on one thread. The last column is the ratio of the
medians to that of fine-tuning by labels, which is what a reader repeats most often.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy starts its threads

from world import table

from misgen.topics import assistant

REFERENCE = "fine-tuning by labels"


def phases(seed: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yields each phase and what runs it; those that follow use what the first one trained."""
    trained: dict[str, assistant.Assistant] = {}

    def pretrain() -> None:
        trained["mlp"] = assistant.pretrain(seed=seed)

    def finetune(**options: str) -> None:
        trained["agent"] = assistant.finetune(
            trained["mlp"], distinguishing=0.1, seed=seed, **options
        )

    yield "pre-training", pretrain
    yield (
        "pre-training, transformer",
        lambda: assistant.pretrain(seed=seed, architecture="transformer"),
    )
    yield "fine-tuning by REINFORCE", lambda: finetune(method="reinforce")
    yield "fine-tuning, whole network", lambda: finetune(trunk="trained")
    yield REFERENCE, finetune
    yield (
        "a test of 2,000 weeks",
        lambda: assistant.rates(trained["agent"], assistant.weeks_of("pandemic", seed=seed)),
    )


def measured(seeds: int) -> str:
    """Returns the table of all phases."""
    assistant.finetune(assistant.pretrain(seed=0), distinguishing=0.0, seed=0)  # torch loads late
    seconds: dict[str, list[float]] = {}
    for seed in range(seeds):
        for name, run in phases(seed):
            start = time.perf_counter()
            run()
            seconds.setdefault(name, []).append(time.perf_counter() - start)
    medians = {name: statistics.median(some) for name, some in seconds.items()}
    lines = [
        (name, f"{median:.3g}", f"{max(seconds[name]):.3g}", f"{median / medians[REFERENCE]:.3g}")
        for name, median in medians.items()
    ]
    return table(("phase", "seconds", "slowest", "times fine-tuning by labels"), lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    print(measured(parser.parse_args().seeds))


if __name__ == "__main__":
    main()
