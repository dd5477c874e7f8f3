"""The head of an audit: what it was of and against what, in both languages."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditing.bundle.layout import MANIFEST
from auditing.evidence.findings import Verdict, Verification, finding_of, refused_by, row_of
from auditing.population.population import Counts
from auditing.population.scope import EVERYTHING, Scope
from auditing.verification.about import About, BundleHeld, CheckpointHeld, about_told
from auditing.verification.results import Totals
from auditing.verification.told import told_of, verdict_told
from runtime.i18n import using_language
from tests.support.checkpoints import PUBLIC, read_back

NOW = datetime(2026, 7, 1, 10, 0, 5, tzinfo=UTC)


def told(**more: Any) -> list[str]:
    head: dict[str, Any] = {"at": NOW, "version": "1", "build": "b", "source": "s", "scope": EVERYTHING, "wanted": 1}
    return list(about_told(About(**head | more)))


def test_without_a_checkpoint_it_says_what_does_not_show() -> None:
    [said] = [line for line in told() if "checkpoint" in line]
    assert said.startswith("Held against no checkpoint, so what was removed at the end")
    with using_language("sv"):
        assert told()[0] == "Granskning 2026-07-01 12:00:05 svensk tid, med version b."
        assert "1 väg skulle kontrolleras." in told()


def test_a_checkpoint_is_told_with_its_moment_what_it_covers_and_whether_its_key_was_named(tmp_path: Path) -> None:
    checkpoint = read_back(tmp_path)
    for key, said in ((PUBLIC, "the key that was named"), (None, "compare that with the key")):
        held = CheckpointHeld.of(checkpoint, key)
        assert held is not None
        assert (held.journeys, held.rows) == (checkpoint.statement.journeys, checkpoint.statement.rows)
        since = held.model_copy(update={"journeys_since": 2, "rows_since": 7})
        lines = told(checkpoint=since)
        assert any(said in line and held.public_key in line for line in lines)
        assert "What came after it is held by no checkpoint: 2 journeys, 7 ledger rows." in lines
    assert CheckpointHeld.of(None, None) is None


def test_a_scope_is_told_with_the_population_and_all_there_is() -> None:
    counts = Counts.of(["on_the_way", "referral_refused"], hidden=1)
    lines = told(scope=Scope(town="2480"), population=counts, in_ledger=9, beside=1)
    assert lines[1:6] == [
        "Journeys in the town 2480.",
        f"In the ledger: {counts.told()}",
        "The ledger has 9 journeys in all.",
        "1 journey was to be verified.",
        "Of 1 of them the ledger has no row: a list, the archive, the server or the checkpoint names it.",
    ]
    assert "Not among them: 1 journey of a protected person" in counts.told()


def test_a_bundle_is_told_with_its_manifest() -> None:
    bundle = {
        "name": "b.zip",
        "manifest": "ab",
        "at": "2026-07-01T10:00:00Z",
        "journeys": 2,
        "protected": 1,
        "scope": EVERYTHING,
    }
    lines = told(bundle=BundleHeld(**bundle, manifest_named=False))
    assert "The bundle b.zip of 2026-07-01 12:00:00, Swedish time, has 2 journeys. Its manifest is ab." in lines
    compare = "Compare the manifest with the one that came apart from the file, or name that one."
    assert compare in lines
    assert compare not in told(bundle=BundleHeld(**bundle, manifest_named=True))
    assert any("Held against no checkpoint" in line for line in lines)


def test_a_finding_on_the_manifest_itself_names_it_once() -> None:
    finding = finding_of("finding.journey_count", "the number of journeys differs from the manifest", MANIFEST, 2, 1)
    [line] = verdict_told(Verification(journey_id=MANIFEST, verdict=Verdict.DIFFERS, findings=(finding,)))
    assert line.startswith("manifest.json: the number of journeys differs")


def test_a_bundle_with_proofs_is_held_against_the_checkpoint_that_they_are_from() -> None:
    bundle = {"name": "b.zip", "manifest": "ab", "at": "2026-07-01T10:00:00Z", "journeys": 2, "protected": 0}
    proven = {"scope": Scope(programme="easy_jobs"), "proofs_root": "cd", "proofs_key": PUBLIC}
    for key_named, said in ((True, "the key that was named"), (False, "compare that with the key")):
        lines = told(bundle=BundleHeld(**bundle, **proven, manifest_named=True, key_named=key_named))
        assert "Exported: Journeys in the programme easy_jobs." in lines
        assert "Held against the proofs in the bundle, from the checkpoint with root cd." in lines
        assert any(said in line and PUBLIC in line for line in lines)
        assert not any("no checkpoint" in line for line in lines)


def test_a_finding_is_told_by_the_swedish_clock_and_by_what_a_rule_says() -> None:
    sent, rule = "2026-07-01T10:00:00.000006+00:00", refused_by("the_supervisor_is_trained")
    finding = finding_of("finding.delivery_differs", "delivery differs", "row 3", sent, rule)
    with using_language("sv"):
        [line] = verdict_told(Verification(journey_id="a", verdict=Verdict.DIFFERS, findings=(finding,)))
    assert "2026-07-01 12:00:00.000006, svensk tid" in line
    assert re.search(r"avböjd enligt regeln ”[^”_]+” \(the_supervisor_is_trained\)", line)


def test_what_many_journeys_share_is_said_once_and_counted_in_each() -> None:
    rules = ("finding.rules_not_registered", "the rules were never put in force")
    shared, own = (finding_of(*rules, row_of(1), "rules that are in force", digest) for digest in ("abc", "def"))
    again = shared.model_copy(update={"where": row_of(2)})
    found = [
        Verification(journey_id=f"journey/{number}/x", verdict=Verdict.DIFFERS, findings=(shared, again))
        for number in range(5)
    ]
    found[4] = found[4].model_copy(update={"findings": (shared, own), "noted": (shared,)})
    totals = Totals()
    lines = list(told_of(lambda: found, totals))
    assert lines[0].endswith(
        "found abc, 9 times in 5 journeys: journey/0/x (row 1), journey/1/x (row 1), journey/2/x (row 1) and 2 others"
    )
    assert [line.partition(",")[0] for line in lines[1:]] == ["journey/4/x", "To be noted: journey/4/x"]
    assert (totals.findings, totals.are_sound) == (10, False)
    assert len(list(told_of(lambda: found[:3], Totals()))) == 6  # each of so few is named
