"""The bench of costs goes without what it measures: whatever it puts something in the place of must be there still."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import worker
from activities.seals import Seal
from tests.bench.__main__ import BENCHES, USUAL, main
from tests.bench.cost import WITHOUT
from tests.bench.disk import one_block, tps
from tests.bench.figures import beside, flat
from tests.bench.kept import keep, last_runs
from tests.bench.memory import peaks
from tests.bench.quiet import share, wait_until_quiet
from tests.bench.rates import ONE_COMMITS, SUBJECTS, summary
from tests.bench.targets import TARGETS, Target


def test_without_sealing_what_is_sealed_stands_there_as_it_is() -> None:
    with WITHOUT["sealing"]():
        assert Seal.of_nobody().seal("anywhere", b"said") == b"said"
    assert b"said" not in Seal.of_nobody().seal("anywhere", b"said")


def test_without_signing_a_worker_signs_nothing() -> None:
    with WITHOUT["signing"]():
        authority: Any = worker._authority  # what stands in its place asks nothing
        assert set(authority(None, None).signature_of("hash").values()) == {None}


def test_a_peak_is_that_of_the_process_itself_and_of_those_it_began() -> None:
    begun_with_much = "x = bytearray(80 * 2**20); del x"
    small = "from tests.bench.memory import peaks\nwith peaks() as used: pass\nprint(used.highest)"
    begins = f"import subprocess, sys; {begun_with_much}; subprocess.run([sys.executable, '-c', {small!r}])"
    told = subprocess.run([sys.executable, "-c", begins], check=True, capture_output=True, text=True)
    assert float(told.stdout) < 60

    waits = f"{begun_with_much}; print('there', flush=True); input()"
    with (
        peaks() as used,
        subprocess.Popen(
            [sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child,
    ):
        assert child.stdout is not None
        child.stdout.readline()
        used.look()
        child.communicate("\n")
    assert used.by_process[child.pid] > 80


def test_a_peak_that_cannot_be_true_is_no_figure() -> None:
    with peaks() as used:
        pass
    used.by_process = dict.fromkeys(used.by_process, 0.5)
    with pytest.raises(ValueError, match="cannot be true"):
        _ = used.highest


def test_what_was_measured_is_kept_with_the_code_it_was_measured_on_and_whether_the_machine_was_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "results.jsonl"
    for rate, in_use in ((0.5, 0.02), (0.6, 0.9)):
        keep("journeys", {"rounds": [rate]}, {"rate": rate}, kept, lambda in_use=in_use: in_use)  # type: ignore[misc]
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [(line["figures"]["rate"], line["quiet"]) for line in lines] == [(0.5, True), (0.6, False)]
    assert set(lines[0]) == {"bench", "at", "code", "python", "cores", "load", "busy", "quiet", "figures"}
    assert json.loads((tmp_path / "bench-journeys.json").read_text()) == {"rounds": [0.6]}


def test_only_the_last_runs_of_each_bench_are_shown() -> None:
    lines = [
        {"bench": "disk", "at": 1},
        {"bench": "nth", "at": 2},
        {"bench": "disk", "at": 3},
        {"bench": "disk", "at": 4},
    ]
    assert [[line["at"] for line in runs] for runs in last_runs(lines, 2).values()] == [[3, 4], [2]]


def test_ratios_are_those_of_the_rounds_so_that_a_slow_minute_slows_both() -> None:
    rounds = [
        {"bare": {"rate": 10.0, "events": 100.0}, "whole": {"rate": 9.0, "events": 60.0}, "rival": {"rate": 5.0}},
        {"bare": {"rate": 2.0, "events": 100.0}, "whole": {"rate": 1.6, "events": 60.0}, "rival": {"rate": 1.0}},
        {"bare": {"rate": 8.0, "events": 100.0}, "whole": {"rate": 8.0, "events": 60.0}, "rival": {"rate": 4.0}},
    ]
    found = beside(rounds, "bare")
    assert (found["rate"]["bare"], found["rate"]["whole"]) == (8.0, 8.0)
    assert found["rate"]["whole / bare"] == {"median": 0.9, "min": 0.8, "max": 1.0}
    assert found["rate"]["rival / bare"] == {"median": 0.5, "min": 0.5, "max": 0.5}
    assert set(found["events"]) == {"bare", "whole", "whole / bare"}


def test_there_is_no_ratio_to_a_baseline_without_the_figure() -> None:
    rounds = [
        {"bare": {"rate": 1.0}, "rival": {"rate": 2.0, "flushes": 3.0}},
        {"bare": {"rate": 0.0}, "rival": {"rate": 1.0, "flushes": 3.0}},
    ]
    assert beside(rounds, "bare") == {"rate": {"bare": 0.5, "rival": 1.5}, "flushes": {"rival": 3.0}}


def test_figures_are_told_by_the_names_that_lead_to_them() -> None:
    figures = {"rate": {"bare": 2, "ratio": {"median": 0.5}}, "quiet": True, "plan": "Seq Scan", "commits": 300.0}
    assert dict(flat(figures)) == {"rate: bare": 2.0, "rate: ratio: median": 0.5, "commits": 300.0}


def test_waiting_for_a_disk_is_use_of_no_processor() -> None:
    before, after = (10, 0, 10, 100, 0, 0, 0, 0), (20, 5, 15, 160, 20, 0, 0, 0)
    assert share(before, after) == pytest.approx(0.2)
    assert share(before, before) == 0.0


def test_a_bench_begins_as_soon_as_the_machine_is_quiet() -> None:
    seen = iter((0.9, 0.4, 0.05, 0.9))
    assert wait_until_quiet(60, lambda: next(seen)) == 0.05
    assert wait_until_quiet(0, lambda: 0.7) == 0.7


def test_a_bench_of_an_unknown_name_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "journeys" in capsys.readouterr().err


def test_every_bench_can_be_found() -> None:
    assert all(find_spec(module) for module, *_ in BENCHES.values())
    assert set(USUAL) <= set(BENCHES)


def test_every_aim_is_of_a_bench() -> None:
    assert {bench for bench, _ in TARGETS} <= set(BENCHES)
    assert TARGETS["journeys", "journeys_per_second: whole / bare: median"].told(0.8) == "≥ 0.9 MISSED"
    assert Target(1.2).told(1.1) == "≤ 1.2 met"


def test_aims_of_journeys_are_of_figures_that_are_kept() -> None:
    names = ("journeys_per_second", "processor_seconds", "flushes", "p50", "p99", "history_events")
    figures = dict.fromkeys(names, 2.0)
    rounds = [{subject: {"figures": figures, "types": {}} for subject in SUBJECTS}]
    kept = dict(flat(summary(rounds, {ONE_COMMITS: 400.0}, 8)["figures"]))
    assert {name for bench, name in TARGETS if bench == "journeys"} <= set(kept)
    assert kept["share_of_disk: whole"] == pytest.approx(0.01)
    assert kept["whole / faster rival"] == 1.0


def test_what_programs_of_postgresql_say_is_read() -> None:
    assert tps("latency average = 3.1 ms\ntps = 318.123856 (without initial connection time)\n") == 318.123856
    fsync = """
Compare file sync methods using one 8kB write:
(in "wal_sync_method" preference order)
        open_datasync                       310.1 ops/sec    3224 usecs/op
        fsync_writethrough                              n/a
Compare file sync methods using two 8kB writes:
        open_datasync                       150.0 ops/sec    6600 usecs/op
"""
    assert one_block(fsync) == {"open_datasync": 310.1}
