import pytest

from deploy.tools import docs
from models.events.events import EVENT_CLASSES
from models.stages import Stage


def test_the_diagram_has_every_stage_and_the_table_every_event() -> None:
    assert all(stage.name in docs.diagram() for stage in Stage)
    assert all(f"| `{kind}` |" in docs.events_table() for kind in EVENT_CLASSES)


def test_drift_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(docs, "events_table", lambda: "something else")
    monkeypatch.setattr("sys.argv", ["docs", "--check"])
    assert docs.main() == 1
    assert "make docs" in capsys.readouterr().err
