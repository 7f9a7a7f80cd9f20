from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import misgen
from misgen.core.measure import OUTCOMES
from misgen.core.replay import Replay
from misgen.ledger import published as module
from misgen.ledger.published import folder_of
from misgen.ledger.publishing import publish, publish_table
from misgen.ledger.recording import REPLAY_KINDS, REPLAY_LEVELS, Recording
from misgen.ledger.runs import Run
from misgen.topics.assistant.shelf import shelf
from misgen.topics.four_scenarios.recordings import recordings
from misgen.topics.tree_gridworld import published as forests

SHARES, SEEDS, EPISODES = (0.0, 0.02), (0, 1), 200


def _agent(share: float, seed: int) -> misgen.Policy:
    return misgen.Policy.random(obs_size=310, num_actions=6, hidden=4, seed=int(100 * share) + seed)


def _run(share: float, seed: int, steps: int = 1000, **options: object) -> Run:
    config = {"distinguishing": share, "seed": seed, "steps": steps, "options": options}
    goal = int(EPISODES * (0.1 + 20 * share)) + seed
    counts = {"shifted": [goal, EPISODES - goal - 7, 4, 3], "erased": [20, 173, 4, 3]}
    return Run(
        experiment="toy", config=config, code="0" * 16,
        result={"episodes": EPISODES, "counts": counts},
        arrays=_agent(share, seed).to_arrays(np.float16),
        versions={}, platform="none", seconds=1.0,
    )  # fmt: skip


RUNS = [
    *(_run(share, seed) for share in SHARES for seed in SEEDS),
    *(_run(1.0, seed, placement="right_fifth") for seed in SEEDS),
    *(_run(0.0, seed, levels=10) for seed in SEEDS),
    *(_run(0.0, seed, steps=0) for seed in SEEDS),
]


def _is_shipped(config) -> bool:
    return config["steps"] > 0 and "levels" not in config["options"]


RECORDING = Recording(
    agents=lambda config: config["steps"] > 0 and not config["options"],
    levels=range(1, 1 + REPLAY_LEVELS),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("coinrun")
    publish("CoinRun", RUNS, folder, _is_shipped, RECORDING)
    return folder


@pytest.fixture
def folder(written, monkeypatch) -> Path:
    """The published files, where the package looks for them."""
    return _look_in(written, monkeypatch)


@pytest.fixture
def own_folder(written, monkeypatch, tmp_path) -> Path:
    """A copy of them to damage."""
    for file in written.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return _look_in(tmp_path, monkeypatch)


def _look_in(folder: Path, monkeypatch) -> Path:
    monkeypatch.setattr(module, "folder_of", lambda name: folder)
    return folder


# ----------------------------------------------------------------- round trips


def test_results_are_those_of_the_runs(folder):
    trials = misgen.results("CoinRun").trials
    assert len(trials) == len(RUNS)
    for trial, run in zip(trials, RUNS, strict=True):
        for field, value in run.config.items():
            assert getattr(trial, field) == value
        assert dict(trial.counts) == run.result["counts"]


def test_rates_are_counts_over_episodes_in_the_order_of_the_seeds(folder):
    dial = misgen.results("CoinRun").where(0.02)
    assert dial.seeds == list(SEEDS)
    assert dial.rates("shifted", "goal").tolist() == [(100 + seed) / 200 for seed in SEEDS]
    capability = dial.rates("shifted", "capability")
    assert capability.tolist() == [193 / 200] * len(SEEDS)
    assert dial.estimate("erased", "goal").mean == pytest.approx(0.1)
    total = sum(dial.rates("shifted", outcome) for outcome in OUTCOMES)
    np.testing.assert_allclose(total, 1.0)


def test_where_tells_options_and_untrained_agents_apart(folder):
    results = misgen.results("CoinRun")
    assert len(results.where(0.0).trials) == len(SEEDS)
    assert len(results.where(0.0, steps=0).trials) == len(SEEDS)
    assert len(results.where(0.0, options={"levels": 10}).trials) == len(SEEDS)
    assert len(results.where(options={"placement": "right_fifth"}).trials) == len(SEEDS)
    assert len(results.where().trials) == len(SHARES) * len(SEEDS)


def test_a_published_agent_is_the_agent_of_the_run(folder):
    agent = misgen.published("CoinRun", distinguishing=0.02, seed=1)
    for weights, again in zip(_agent(0.02, 1).rounded().weights, agent.weights, strict=True):
        np.testing.assert_array_equal(weights, again)
    other = misgen.published(
        "CoinRun", distinguishing=1.0, seed=1, options={"placement": "right_fifth"}
    )
    assert other.hidden_weight.tobytes() != agent.hidden_weight.tobytes()


@pytest.mark.parametrize("kind", REPLAY_KINDS)
def test_there_is_a_replay_for_each_published_agent_of_the_dial_and_level(folder, kind):
    replays = misgen.replays("CoinRun", kind)
    levels = {level for _, _, level in replays}
    assert levels == set(RECORDING.levels)
    assert set(replays) == {(d, s, level) for d in SHARES for s in SEEDS for level in levels}
    assert all(isinstance(replay, Replay) for replay in replays.values())
    assert {replay.erased for replay in replays.values()} == {kind == "erased"}


def test_a_level_is_the_same_for_all_agents(folder):
    replays = misgen.replays("CoinRun", "shifted")
    for level in {level for _, _, level in replays}:
        first, *others = [r for (_, _, number), r in replays.items() if number == level]
        for other in others:
            np.testing.assert_array_equal(first.cells, other.cells)
            np.testing.assert_array_equal(first.positions[0], other.positions[0])


def test_publishing_twice_gives_the_same_bytes(written, tmp_path):
    publish("CoinRun", RUNS, tmp_path, _is_shipped, RECORDING)
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {
        f.name: f.read_bytes() for f in written.iterdir()
    }


def test_only_the_agents_that_are_shipped_have_a_file(written):
    assert len(list(written.glob("distinguishing-*.npz"))) == (len(SHARES) + 1) * len(SEEDS)


def test_results_can_be_published_without_agents_and_without_replays(tmp_path):
    publish("CoinRun", RUNS, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]
    trials = json.loads((tmp_path / "results.json").read_text())["trials"]
    assert {trial["agent"] for trial in trials} == {None}


def test_two_agents_with_one_name_are_refused_before_anything_is_written(tmp_path):
    longer = _run(0.02, 1, steps=2000)
    with pytest.raises(ValueError, match=r"Two agents would be distinguishing-0\.02-seed-1") as c:
        publish("CoinRun", [*RUNS, longer], tmp_path, _is_shipped)
    _one_sentence(c)
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------- experiments that are no trials


@pytest.fixture
def agents(tmp_path, monkeypatch) -> Path:
    """An empty folder of published experiments, where the package looks for them."""
    file = tmp_path / "src" / "misgen" / "ledger" / "published.py"
    monkeypatch.setattr(module, "__file__", str(file))
    folder = tmp_path / "assets" / "agents"
    folder.mkdir(parents=True)
    return folder


def test_a_table_is_read_as_it_was_published(agents):
    publish_table(RUNS, agents / "toy")
    table = misgen.table("toy")
    assert table["experiment"] == "toy"
    assert [run["config"] for run in table["runs"]] == [run.config for run in RUNS]
    assert [run["result"] for run in table["runs"]] == [run.result for run in RUNS]


def test_a_table_that_nobody_published_is_refused_with_those_that_are_there(agents):
    publish_table(RUNS, agents / "toy")
    with pytest.raises(ValueError, match="experiment 'moon' is published; choose one of toy") as c:
        misgen.table("moon")
    _one_sentence(c)


def test_trials_are_not_read_as_a_table(agents):
    publish("CoinRun", RUNS, agents / "coinrun")
    with pytest.raises(ValueError, match=r"'coinrun' published trials; read them by") as caught:
        misgen.table("coinrun")
    _one_sentence(caught)


# ------------------------------------------------------------------ refusals


def _one_sentence(caught: pytest.ExceptionInfo[BaseException]) -> str:
    message = str(caught.value)
    assert message.endswith((".", "]", "`."))
    assert "\n" not in message
    return message


def test_a_setting_that_is_not_published_is_refused_with_those_that_are(folder):
    with pytest.raises(ValueError, match=r"published shares are \[0.0, 0.02\]") as caught:
        misgen.results("CoinRun").where(0.04)
    _one_sentence(caught)


def test_options_that_are_not_published_are_refused_with_those_that_are(folder):
    with pytest.raises(ValueError, match=r"published options are \{\}, .*'levels': 10") as caught:
        misgen.results("CoinRun").where(0.0, options={"levels": 11})
    _one_sentence(caught)


def test_a_seed_that_is_not_published_is_refused_with_those_that_are(folder):
    with pytest.raises(ValueError, match=r"Seed 9 is not published .* seeds: \[0, 1\]"):
        misgen.published("CoinRun", distinguishing=0.02, seed=9)


@pytest.mark.parametrize("seed", [True, 1.0, "1", None, np.float64(1)])
def test_a_seed_that_is_no_whole_number_is_no_agent(folder, seed):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0, but is"):
        misgen.published("CoinRun", distinguishing=0.02, seed=seed)


@pytest.mark.parametrize("options", [5, "levels", [("levels", 1)]])
def test_options_that_are_none_are_refused_wherever_they_are_given(folder, options):
    asked = (
        lambda: misgen.published("CoinRun", distinguishing=0.02, seed=0, options=options),
        lambda: misgen.results("CoinRun").where(0.02, options=options),
        lambda: misgen.replays("CoinRun", "shifted", options),
    )
    for ask in asked:
        with pytest.raises(ValueError, match="options must be a dictionary"):
            ask()


def test_an_agent_that_was_measured_but_not_shipped_is_refused(folder):
    with pytest.raises(ValueError, match="Seed 0 is not published for this setting"):
        misgen.published("CoinRun", distinguishing=0.0, seed=0, options={"levels": 10})


@pytest.mark.parametrize(("test", "what"), [("moon", "goal"), ("shifted", "glory")])
def test_an_unknown_rate_is_refused_with_those_there_are(folder, test, what):
    with pytest.raises(ValueError, match="tests are shifted, erased, rates are goal, proxy") as c:
        misgen.results("CoinRun").rates(test, what)
    _one_sentence(c)


def test_an_unknown_kind_of_replay_is_refused_with_those_there_are(folder):
    with pytest.raises(ValueError, match="one of shifted, erased, ordinary, not 'moon'"):
        misgen.replays("CoinRun", "moon")


def test_replays_of_agents_that_were_not_recorded_are_refused(folder):
    with pytest.raises(ValueError, match=r"with options .*'levels': 10.* are recorded; add") as c:
        misgen.replays("CoinRun", "shifted", {"levels": 10})
    _one_sentence(c)


@pytest.mark.parametrize("ask", [misgen.results, lambda name: misgen.replays(name, "shifted")])
def test_an_unknown_environment_is_refused(ask):
    with pytest.raises(
        ValueError, match=r"There is no environment 'Moon'; the book has: .*CoinRun"
    ):
        ask("Moon")


def test_an_environment_without_published_agents_is_refused_with_those_that_have_some(agents):
    publish("CoinRun", RUNS, agents / "coinrun")
    publish_table(RUNS, agents / "coin_grid")
    publish_table(RUNS, agents / "tree_gridworld")
    for name in ("CoinGrid", "TreeGridworld", "CoinLine"):
        with pytest.raises(
            ValueError, match=f"No agents of {name} .* choose one of CoinRun, or r"
        ) as c:
            folder_of(name)
        _one_sentence(c)
    assert folder_of("CoinRun") == agents / "coinrun"
    assert module.with_trials() == ["CoinRun"]


def test_a_damaged_table_of_trials_is_told_from_a_table_of_an_experiment(agents):
    publish("CoinRun", RUNS, agents / "coinrun")
    _overwrite(agents / "coinrun" / "results.json", None)
    with pytest.raises(ValueError, match=r"results.json is missing or damaged; restore it"):
        misgen.results("CoinRun")


TABLES = {
    "nothing": None,
    "an empty file": b"",
    "half a table": b'{"trials": [{"distinguishing": 0.0, "se',
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "another table": json.dumps({"rows": []}).encode(),
    "trials that are a number": json.dumps({"trials": 3}).encode(),
    "a trial with a foreign field": json.dumps({"trials": [{"moon": 1}]}).encode(),
    "a trial without counts": json.dumps({"trials": [{"distinguishing": 0, "seed": 0}]}).encode(),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_damaged_or_foreign_table_is_refused_in_one_sentence(own_folder, what):
    _overwrite(own_folder / "results.json", TABLES[what])
    with pytest.raises(ValueError, match=r"results.json is missing or damaged; restore it") as c:
        misgen.results("CoinRun")
    _one_sentence(c)


@pytest.mark.parametrize("what", ["nothing", "half a table", "a list", "another table", "rows"])
def test_a_damaged_table_of_an_experiment_is_refused_in_one_sentence(agents, what):
    publish_table(RUNS, agents / "toy")
    rows = json.dumps({"runs": [{"config": {}}]}).encode()
    _overwrite(agents / "toy" / "results.json", {**TABLES, "rows": rows}[what])
    with pytest.raises(ValueError, match=r"results.json is missing or damaged; restore it") as c:
        misgen.table("toy")
    _one_sentence(c)


def _overwrite(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)


@pytest.mark.parametrize("what", ["nothing", "half", "text", "one array", "foreign", "flipped"])
def test_damaged_or_foreign_replays_are_refused_in_one_sentence(own_folder, what):
    path = own_folder / "replays.npz"
    data = bytearray(path.read_bytes())
    if what == "one array":
        np.save(path.with_suffix(".npy"), np.zeros(3))
        path.with_suffix(".npy").replace(path)
    elif what == "foreign":
        np.savez(path, weights=np.zeros(3))
    elif what == "flipped":
        data[len(data) // 2] ^= 16
        _overwrite(path, data)
    else:
        _overwrite(path, {"nothing": None, "half": data[: len(data) // 2], "text": b"Hm"}[what])
    with pytest.raises(ValueError, match=r"replays.npz is missing or damaged; restore it") as c:
        misgen.replays("CoinRun", "shifted")
    _one_sentence(c)


@pytest.mark.parametrize("what", ["nothing", "half"])
def test_a_missing_or_damaged_agent_is_refused_in_one_sentence(own_folder, what):
    path = own_folder / "distinguishing-0.02-seed-1.npz"
    _overwrite(path, None if what == "nothing" else path.read_bytes()[:200])
    with pytest.raises(
        ValueError, match=f"{path.name} is missing or damaged; restore it"
    ) as caught:
        misgen.published("CoinRun", distinguishing=0.02, seed=1)
    _one_sentence(caught)


def _agents_of_a_forest() -> object:
    run = forests.all_runs()[0]
    return forests.frozen_agents.__wrapped__(run.setting, run.seed)


ARCHIVES = {
    "an agent": lambda: misgen.published("CoinRun", distinguishing=0.02, seed=1),
    "replays": lambda: misgen.replays("CoinRun", "shifted"),
    "assistants": lambda: shelf.__wrapped__(0),
    "agents of a forest": _agents_of_a_forest,
    "films of forests": forests.films.__wrapped__,
    "recordings of scenarios": recordings.__wrapped__,
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_a_page_that_cannot_fetch_an_archive_does_not_call_it_damaged(what, monkeypatch):
    usual = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.suffix == ".npz":
            raise OSError(29, "I/O error")  # as Pyodide has it where there is no network
        return usual(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="emscripten"))
    with pytest.raises(ValueError, match=r"^Published .* could not be: check your connection"):
        ARCHIVES[what]()


@pytest.mark.parametrize("kind", ["shifted", "ordinary", "erased"])
def test_episodes_that_were_never_recorded_are_not_called_damaged(kind):
    with pytest.raises(ValueError, match="No episodes of CoinGrid agents are recorded; choose one"):
        misgen.replays("CoinGrid", kind)


@pytest.mark.parametrize("share", [None, "0.02", float("nan"), 2, True])
def test_a_share_that_is_none_finds_no_agent(share):
    with pytest.raises(ValueError, match="distinguishing must lie between 0 and 1"):
        misgen.published("CoinRun", distinguishing=share, seed=1)
    if share is not None:  # there it is any
        with pytest.raises(ValueError, match="distinguishing must lie between 0 and 1"):
            misgen.results("CoinRun").where(share)


@pytest.mark.parametrize("steps", [-1, 1.5, "0", np.array([0, 1])])
def test_steps_that_are_no_count_find_no_agent(steps):
    with pytest.raises(ValueError, match="steps must be a whole number of at least 0, but is"):
        misgen.results("CoinRun").where(0.02, steps=steps)


@pytest.mark.parametrize("word", [["goal"], {"goal": 1}, np.array(["a", "b"]), None, 3])
def test_what_is_no_word_names_nothing(word):
    trials = misgen.results("CoinRun").where(0.02)
    for ask, words in (
        (misgen.results, "There is no environment"),
        (misgen.table, "Nothing of an experiment"),
        (lambda kind: misgen.replays("CoinRun", kind), "kind must be one of"),
        (lambda test: trials.estimate(test, "goal"), "There is no rate"),
        (lambda what: trials.estimate("shifted", what), "There is no rate"),
    ):
        with pytest.raises(ValueError, match=f"^{words}"):
            ask(word)


# ------------------------------------------------------------- what a notebook shows


@pytest.mark.parametrize(
    "shown",
    [
        lambda: misgen.results("CoinRun"),
        lambda: misgen.replays("CoinRun", "shifted"),
        lambda: misgen.table("tree_gridworld"),
    ],
    ids=["results", "replays", "table"],
)
def test_what_is_published_is_shown_as_one_line_that_says_what_it_is(shown):
    line = repr(shown())
    assert "\n" not in line
    assert len(line) < 250
    assert re.search(r"CoinRun|tree_gridworld", line)
