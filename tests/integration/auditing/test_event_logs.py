"""Event logs and the net of the way, as a stranger's program of process mining reads them."""

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis.internal.conjecture.data import ConjectureData

from auditing.event_logs.petri_net import write_pnml
from auditing.event_logs.traces import Lifecycle, Trace, trace_of
from auditing.event_logs.views import View
from auditing.event_logs.writing import LogForm
from deploy.tools.docs import NETS, ROOT
from models.identifiers import CandidateNumber, JourneyId
from models.journey.journey import Journey
from models.ledger.receipt import Receipt
from models.rules.decision import Proposal
from models.stages import Stage
from services.queries.lines import LedgerLine
from tests.support.event_logs import golden_journeys, line_of, written
from tests.support.programmes import SERVICE
from tests.support.strategies import event_for
from tests.support.violations import LEGAL, VIOLATIONS, trace

pytestmark = pytest.mark.filterwarnings(
    "ignore:the matrix subclass:PendingDeprecationWarning", "ignore:Install the optional requirement:UserWarning"
)

Fitness = Mapping[str, float]


@pytest.fixture(scope="module")
def pm4py() -> Any:
    """Imported where it is needed alone: it takes seconds."""
    import pm4py

    pm4py.util.constants.SHOW_PROGRESS_BAR = False
    return pm4py


@pytest.fixture(scope="module")
async def golden() -> dict[str, list[LedgerLine]]:
    return await golden_journeys()


class Miner:
    """Somebody who has the net and the logs, and nothing else of ours."""

    def __init__(self, pm4py: Any, folder: Path) -> None:
        self._pm4py = pm4py
        self._folder = folder
        with open(folder / "journey.pnml", "wb") as out:
            write_pnml(out)
        self._net = pm4py.read_pnml(str(folder / "journey.pnml"))

    def xes(self, traces: Iterable[Trace], view: View = View.IN_EFFECT) -> Any:
        file = self._folder / "log.xes"
        file.write_bytes(written(LogForm.XES, traces, view))
        return self._pm4py.read_xes(str(file))

    def ocel(self, form: LogForm, traces: Iterable[Trace]) -> Any:
        file = self._folder / ("log.jsonocel" if form is LogForm.OCEL_JSON else "log.xmlocel")
        file.write_bytes(written(form, traces))
        return self._pm4py.read_ocel2(str(file))

    def fitness(self, traces: Mapping[str, Trace]) -> Fitness:
        """How well each trace fits the net, by its name: 1 where the net can take just this way."""
        log = self.xes(traces.values())
        told = self._pm4py.conformance_diagnostics_alignments(log, *self._net, return_diagnostics_dataframe=True)
        fitness = dict(zip(told["case_id"], told["fitness"], strict=True))
        return {name: fitness[trace.journey_id] for name, trace in traces.items()}


@pytest.fixture(scope="module")
def miner(pm4py: Any, tmp_path_factory: pytest.TempPathFactory) -> Miner:
    return Miner(pm4py, tmp_path_factory.mktemp("mining"))


def traces_of(journeys: Mapping[str, Sequence[LedgerLine]], view: View) -> dict[str, Trace]:
    found = {name: trace_of(JourneyId.parse(lines[0].journey_id), lines, view) for name, lines in journeys.items()}
    return {name: one for name, one in found.items() if one is not None}


def test_every_golden_journey_takes_a_way_of_the_net(miner: Miner, golden: dict[str, list[LedgerLine]]) -> None:
    traces = traces_of(golden, View.IN_EFFECT)
    assert traces.keys() == golden.keys()
    assert miner.fitness(traces) == dict.fromkeys(golden, 1.0)


@pytest.fixture(scope="module")
def fitness(miner: Miner) -> Fitness:
    """Of all ways of the tables, reckoned at once."""
    ways = {**LEGAL, **VIOLATIONS}
    return miner.fitness({name: trace(number, kinds) for number, (name, kinds) in enumerate(ways.items())})


@pytest.mark.parametrize("name", LEGAL)
def test_a_legal_way_fits(fitness: Fitness, name: str) -> None:
    assert fitness[name] == 1


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_does_not_fit(fitness: Fitness, name: str) -> None:
    assert 0 < fitness[name] < 1


def _stage(journey: Journey) -> Stage | None:
    return journey.state.stage if journey.state else None


def played(seed: int) -> list[LedgerLine]:
    """A journey of events drawn at random, as they were answered, with corrections among them."""
    random = Random(seed)
    journey_id = JourneyId.of(CandidateNumber.draw(random), SERVICE.id)
    journey, now = Journey(SERVICE, journey_id=journey_id), datetime(2026, 3, 2, 9, tzinfo=UTC)
    lines: list[LedgerLine] = []
    for _ in range(40):
        now += timedelta(days=random.choice((0, 0, 1, 3, 10)), seconds=1)
        event = ConjectureData(random=random).draw(event_for(journey, now))
        if any(str(event.event_id) == line.event_id for line in lines):
            continue
        before, answer = _stage(journey), journey.propose(event, now)
        accepted = isinstance(answer, Proposal)
        if isinstance(answer, Proposal):
            journey.commit(answer)
        said = {"event_id": event.event_id, "kind": event.kind, "accepted": accepted, "recorded_at": now}
        receipt = Receipt(row=len(lines) + 1, stage=_stage(journey), message="", **said)
        lines.append(line_of(journey_id, receipt, event, before))
    return lines


def test_whatever_is_accepted_takes_a_way_of_the_net(miner: Miner) -> None:
    journeys = {str(seed): played(seed) for seed in range(12)}
    accepted = [line for lines in journeys.values() for line in lines if line.accepted]
    assert len({line.kind for line in accepted}) >= 20
    assert sum(line.kind == "corrected" for line in accepted) >= 3
    traces = traces_of(journeys, View.IN_EFFECT)
    assert miner.fitness(traces) == dict.fromkeys(traces, 1.0)


def test_what_is_read_of_xes_is_what_was_written(miner: Miner, golden: dict[str, list[LedgerLine]]) -> None:
    traces = traces_of(golden, View.RECORDED)
    log = miner.xes(traces.values(), View.RECORDED)
    read = list(
        zip(
            log["case:concept:name"],
            log["row"],
            log["kind"],
            log["concept:name"],
            log["lifecycle:transition"],
            log["identity:id"],
            (moment.to_pydatetime() for moment in log["time:timestamp"]),
            strict=True,
        )
    )
    assert read == [
        (trace.journey_id, one.row, one.kind, one.activity, one.lifecycle, one.event_id, one.recorded_at)
        for trace in traces.values()
        for one in trace.events
    ]
    refused = log[log["lifecycle:transition"] == Lifecycle.REFUSED]
    assert len(refused) == sum(not line.accepted for lines in golden.values() for line in lines) > 0
    assert not refused["in_effect"].any()


@pytest.mark.parametrize("form", [LogForm.OCEL_JSON, LogForm.OCEL_XML])
def test_what_is_read_of_ocel_is_what_was_written(
    miner: Miner, golden: dict[str, list[LedgerLine]], form: LogForm
) -> None:
    traces = traces_of(golden, View.RECORDED)
    log = miner.ocel(form, traces.values())
    events = [one for trace in traces.values() for one in trace.events]
    assert sorted(zip(log.events["event_id"], log.events["ocel:activity"], strict=True)) == sorted(
        (one.event_id, one.activity) for one in events
    )
    types = log.objects["ocel:type"].value_counts()
    assert types["journey"] == types["candidate"] == len(traces)
    related = set(zip(log.relations["ocel:eid"], log.relations["ocel:oid"], strict=True))
    assert {
        (f"{one.journey_id}#{event.row:05}", one.journey_id) for one in traces.values() for event in one.events
    } <= (related)
    assert {"position:lasarettet_tray_kitchen", "union:kommunal", "partner:arbetsformedlingen"} <= {
        name for _, name in related
    }
    journey = next(JourneyId(one.journey_id) for one in traces.values() if one.journey_id.endswith(SERVICE.id))
    of_journeys = log.o2o[log.o2o["ocel:oid"] == journey]
    assert dict(zip(of_journeys["ocel:oid_2"], of_journeys["ocel:qualifier"], strict=True)) == {
        f"candidate:{journey.candidate}": "of",
        "partner:arbetsformedlingen": "referred by",
    }


PAGE = ROOT / "deploy" / "event-logs.md"


def test_the_examples_of_the_page_run_as_they_stand(
    miner: Miner,
    golden: dict[str, list[LedgerLine]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    traces = list(traces_of(golden, View.IN_EFFECT).values())
    off_the_way = trace(1, VIOLATIONS["hired without an internship"])
    (tmp_path / "log.xes").write_bytes(written(LogForm.XES, [*traces, off_the_way]))
    (tmp_path / "log.jsonocel").write_bytes(written(LogForm.OCEL_JSON, traces))
    shutil.copy(NETS["en"], tmp_path)
    monkeypatch.chdir(tmp_path)
    assert miner
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(example, {})
    told = capsys.readouterr().out
    assert f"{len(traces) + 1} journeys, 1 of them off the way" in told
    assert off_the_way.journey_id in told
    assert "'journey'" in told
