"""The bench of costs goes without what it measures: whatever it puts something in the place of must be there still."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import worker
from activities.seals import Seal
from tests.bench.cost import WITHOUT
from tests.bench.kept import keep
from tests.bench.memory import peaks


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


def test_what_was_measured_is_kept_with_the_code_it_was_measured_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "results.jsonl"
    for rate in (0.5, 0.6):
        keep("journeys", {"rounds": [rate]}, {"rate": rate}, kept)
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [line["figures"]["rate"] for line in lines] == [0.5, 0.6]
    assert set(lines[0]) == {"bench", "at", "code", "python", "cores", "load", "figures"}
    assert json.loads((tmp_path / "bench-journeys.json").read_text()) == {"rounds": [0.6]}
