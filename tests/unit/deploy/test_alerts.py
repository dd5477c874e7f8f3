"""Alert rules: each fires on what it is for, keeps silent when all is well, and what it rests on is missed when gone.
And the dashboard, as far as it can be asked.

Prometheus's own promtool runs the rules, on series that are made up here.
"""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.containerfile import ROOT
from tests.support.debian import program
from tests.support.monitoring import ALERTS, DASHBOARD, expressions_of_the_dashboard, rules

RUNBOOK = ROOT / "deploy" / "runbook.md"

STEP = 5
"""Minutes between two scrapes."""

SOON, A_NIGHT, DAYS = 5 * 60, 30 * 60, 54 * 60
"""Minutes after which is looked: most alerts have waited long enough then, and some wait for a night or two."""

Series = Mapping[str, str]

BUILD = 'helavagen_build_info{build_id="a",database_form="0001"}'
POLLERS = 'temporal_num_pollers{poller_type="workflow_task"}'
ARCHIVE, RECONCILE = (
    f'helavagen_nightly_success_timestamp_seconds{{work="{work}"}}' for work in ("archive", "reconcile")
)
DELIVERED, FAILED = (
    f'helavagen_deliveries_total{{channel="email",outcome="{outcome}"}}' for outcome in ("delivered", "failed")
)
RECEIPTS = "helavagen_event_receipt_seconds"
OLDEST = "helavagen_notices_oldest_pending_timestamp_seconds"


def always(value: int) -> str:
    return f"{value}x{DAYS // STEP}"


def rising(each: int) -> str:
    return f"0+{each}x{DAYS // STEP}"


NOW_AND_THEN = rising(60 * STEP)
"""A moment that is always just now."""

SOUND: Series = {
    BUILD: always(1),
    POLLERS: always(2),
    "helavagen_database_up": always(1),
    "helavagen_nights_up": always(1),
    ARCHIVE: NOW_AND_THEN,
    RECONCILE: NOW_AND_THEN,
    "helavagen_runs_about_to_go": always(0),
    "helavagen_runs_unarchived": always(0),
    'helavagen_differences{kind="place_differs"}': always(0),
    "helavagen_differences_unlisted": always(0),
    "helavagen_notices_dead": always(0),
    OLDEST: always(0),
    DELIVERED: rising(10),
    FAILED: rising(1),
    f'{RECEIPTS}_bucket{{le="1"}}': rising(10),
    f'{RECEIPTS}_bucket{{le="10"}}': rising(10),
    f'{RECEIPTS}_bucket{{le="+Inf"}}': rising(10),
    f"{RECEIPTS}_count": rising(10),
    "helavagen_checkpoint_timestamp_seconds": NOW_AND_THEN,
}


class Case(NamedTuple):
    """What differs from what is sound when an alert fires, which alert fires where these series are gone, and when."""

    fires: Series
    gone: tuple[str, ...] = ()
    missed_by: str | None = None
    after: int = SOON


NEVER, MISSING, NIGHTS = "HelaVagenNightlyNeverRan", "HelaVagenFiguresMissing", "HelaVagenNightsUnknown"

CASES: dict[str, Case] = {
    "HelaVagenNoWorker": Case({BUILD: "1x10"}, (BUILD,), "HelaVagenNoWorker"),
    "HelaVagenNobodyPolls": Case({POLLERS: always(0)}, (POLLERS,), "HelaVagenNobodyPolls"),
    "HelaVagenDatabaseDown": Case(
        {"helavagen_database_up": always(0)}, ("helavagen_database_up",), "HelaVagenDatabaseDown"
    ),
    MISSING: Case({f"{RECEIPTS}_count": "1x10"}, ("helavagen_notices_dead",), MISSING),
    NIGHTS: Case({"helavagen_nights_up": always(0)}, ("helavagen_nights_up",), NIGHTS),
    "HelaVagenNightlyLate": Case({RECONCILE: always(60)}, (RECONCILE,), NEVER, A_NIGHT),
    NEVER: Case({ARCHIVE: "1x10"}, (ARCHIVE, RECONCILE), NEVER, A_NIGHT),
    "HelaVagenHistoriesAboutToGo": Case({"helavagen_runs_about_to_go": always(3)}, (ARCHIVE,), NEVER),
    "HelaVagenHistoriesUnarchived": Case({"helavagen_runs_unarchived": always(3)}, (ARCHIVE,), NEVER),
    "HelaVagenDifferences": Case({'helavagen_differences{kind="place_differs"}': always(1)}, (RECONCILE,), NEVER),
    "HelaVagenFilesSetAside": Case({'helavagen_files_set_aside{file="positions.toml"}': always(1)}, after=10),
    "HelaVagenNoticesDead": Case({"helavagen_notices_dead": always(1)}, ("helavagen_notices_dead",), MISSING),
    "HelaVagenNoticesWait": Case({OLDEST: always(3600)}, (OLDEST,), MISSING, A_NIGHT),
    "HelaVagenDeliveriesFail": Case({DELIVERED: always(7)}, (DELIVERED, FAILED, BUILD), "HelaVagenNoWorker"),
    "HelaVagenReceiptsSlow": Case({f'{RECEIPTS}_bucket{{le="1"}}': always(0)}, (f"{RECEIPTS}_count",), MISSING),
    "HelaVagenJourneysStandStill": Case(
        {"temporal_workflow_task_execution_failed": rising(1)}, (POLLERS,), "HelaVagenNobodyPolls"
    ),
    "HelaVagenCheckpointOverdue": Case({"helavagen_checkpoint_timestamp_seconds": always(0)}, after=DAYS),
    "HelaVagenSeveralBuilds": Case(
        {'helavagen_build_info{build_id="b",database_form="0001"}': always(1)}, (BUILD,), "HelaVagenNoWorker"
    ),
}
"""Where nobody says where checkpoints lie, none can be overdue: that figure alone may be gone."""


def promtool(*arguments: object) -> str:
    """What promtool says. Raises AssertionError where it finds fault."""
    tool = program("prometheus", "promtool")
    ended = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def expecting(series: Series, after: int, *alerts: str) -> dict[str, Any]:
    """A test in promtool's form: exactly these alerts fire in the end."""
    found = [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in sorted(alerts)]
    expression = 'group by (alertname) (ALERTS{alertstate="firing"})'
    return {
        "interval": f"{STEP}m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": expression, "eval_time": f"{after}m", "exp_samples": found}],
    }


def run_tests(folder: Path, tests: list[dict[str, Any]]) -> None:
    file = folder / "tests.json"
    file.write_text(json.dumps({"rule_files": [str(ALERTS)], "evaluation_interval": f"{STEP}m", "tests": tests}))
    promtool("test", "rules", file)


def test_every_question_of_the_dashboard_can_be_asked(tmp_path: Path) -> None:
    asked = [{"record": "asked", "expr": expression} for expression in expressions_of_the_dashboard()]
    assert len(asked) > 20
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": asked}]}))
    promtool("check", "rules", file)


def test_the_dashboard_asks_whichever_prometheus_is_chosen() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    [variable] = dashboard["templating"]["list"]
    assert (variable["name"], variable["type"]) == ("datasource", "datasource")
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {"${datasource}"}


def test_every_alert_has_its_case() -> None:
    assert {rule["alert"] for rule in rules()} == CASES.keys()


def test_nothing_fires_while_all_is_well(tmp_path: Path) -> None:
    run_tests(tmp_path, [expecting(SOUND, DAYS)])


def test_each_alert_fires_on_what_it_is_for_and_no_other_with_it(tmp_path: Path) -> None:
    run_tests(tmp_path, [expecting({**SOUND, **case.fires}, case.after, alert) for alert, case in CASES.items()])


def test_what_an_alert_rests_on_is_missed_when_it_is_gone(tmp_path: Path) -> None:
    gone = {(case.gone, case.missed_by) for case in CASES.values() if case.missed_by is not None}
    tests = []
    for names, alert in sorted(gone):
        left = {name: values for name, values in SOUND.items() if name not in names}
        tests.append(expecting(left, missed_after(alert), alert))
    run_tests(tmp_path, tests)


def missed_after(alert: str) -> int:
    return A_NIGHT if alert == NEVER else SOON


class Tenant(NamedTuple):
    """What comes from one tenant's workers, which alert fires of them alone, and when."""

    series: Series
    alert: str
    after: int


def run_beside_a_sound_one(folder: Path, tenants: Sequence[Tenant]) -> None:
    """Of each tenant exactly its alert fires, and none of a sound one: all that are looked at then stand together."""
    tests = []
    for after in {one.after for one in tenants}:
        looked_at = {f"tenant-{at}": one for at, one in enumerate(tenants) if one.after == after}
        together = of_tenant("sound", SOUND)
        for tenant, one in looked_at.items():
            together |= of_tenant(tenant, one.series)
        test = expecting(together, after)
        [asked] = test["promql_expr_test"]
        asked["expr"] = 'group by (alertname, tenant) (ALERTS{alertstate="firing"})'
        asked["exp_samples"] = [
            {"labels": f'{{alertname="{one.alert}",tenant="{tenant}"}}', "value": 1}
            for tenant, one in looked_at.items()
        ]
        tests.append(test)
    run_tests(folder, tests)


def of_tenant(tenant: str, series: Series) -> dict[str, str]:
    """The series as they come from one tenant's workers."""
    return {
        f'{name.removesuffix("}")}{"," if name.endswith("}") else "{"}tenant="{tenant}"}}': values
        for name, values in series.items()
    }


def test_a_sound_tenant_hides_none_that_is_not(tmp_path: Path) -> None:
    others = [Tenant({**SOUND, **case.fires}, alert, case.after) for alert, case in CASES.items()]
    run_beside_a_sound_one(tmp_path, others)


def test_what_is_gone_of_one_tenant_is_missed_though_another_has_it(tmp_path: Path) -> None:
    gone = {(case.gone, str(case.missed_by)) for case in CASES.values() if case.gone and BUILD not in case.gone}
    others = [
        Tenant({name: values for name, values in SOUND.items() if name not in names}, alert, missed_after(alert))
        for names, alert in sorted(gone)
    ]
    run_beside_a_sound_one(tmp_path, others)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_where_its_entry_stands(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert rule["annotations"]["summary"].endswith(".")
    file, anchor = rule["annotations"]["runbook_url"].split("#")
    assert ROOT / file == RUNBOOK
    assert anchor == rule["alert"].lower()
    entries = re.split(r"^### ", RUNBOOK.read_text(), flags=re.MULTILINE)
    [entry] = [one for one in entries if one.startswith(f"{rule['alert']}\n")]
    for part in ("**It means**", "**Look**", "**Do**", "**Do not**"):
        assert part in entry
