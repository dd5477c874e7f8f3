"""Texts that tell more than they need: asked about once, at every door, and refused where nobody can be asked."""

import pytest
from sqlalchemy import Engine

from models.message import Message
from runtime import asking
from runtime.errors import Refused
from services.journeys import Journeys
from services.recording.sureness import make_sure
from tests.support.authority import signature_of
from tests.support.desks import IdentityDesk
from tests.support.errors import raises
from tests.support.office import event
from tests.support.recording import rows_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NAMED, TOLD = "Påhittads mamma ringde", "Sjukskriven till maj"


@pytest.fixture
def desk(engine: Engine) -> IdentityDesk:
    desk = IdentityDesk(engine)
    desk.way.comes("referred")
    return desk


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What a person at a terminal was asked, who says yes each time."""
    told: list[Message] = []

    def confirm(about: Message) -> bool:
        told.append(about)
        return True

    monkeypatch.setattr(asking, "_confirmation", [confirm])
    return told


def concerns_of(about: Message) -> list[str]:
    """The ids of what is told to be wrong with a text."""
    told = about.values["what"]
    assert isinstance(told, tuple)
    return [one.id for one in told if isinstance(one, Message)]


def test_without_anybody_to_ask_a_text_is_refused_by_what_it_tells_and_not_by_its_words(desk: IdentityDesk) -> None:
    with raises(Refused, "text.unsure") as refused:
        make_sure(desk.office, [NAMED, None], desk.number)
    assert concerns_of(refused.value.message) == ["concern.name"]
    assert "hittad" not in str(refused.value.message)
    make_sure(desk.office, [NAMED])  # of nobody in particular it names nobody
    make_sure(desk.office, ["Ringde i dag", "Anna Berg tar över"], desk.number)


def test_whoever_says_yes_is_asked_once_a_text(desk: IdentityDesk, asked: list[Message]) -> None:
    for _ in range(2):
        make_sure(desk.office, [NAMED, TOLD, TOLD], desk.number)
    assert [concerns_of(about) for about in asked] == [["concern.name"], ["concern.health"]]


def test_an_event_is_not_signed_and_its_text_not_kept_before_that(desk: IdentityDesk, engine: Engine) -> None:
    office = desk.office

    def wary(_id: object, texts: object) -> None:
        make_sure(office, texts, desk.number)  # type: ignore[arg-type]

    journeys = Journeys(None, "nowhere", engine, signature_of, wary=wary)  # type: ignore[arg-type]
    for said in (event("note_added", text=TOLD), event("paused", reason=TOLD)):
        with raises(Refused, "text.unsure"):
            journeys.signed(desk.way.id, said)
    assert rows_of(engine, "texts") == []
    journeys.signed(desk.way.id, event("note_added", text="Ringde i dag"))
    assert len(rows_of(engine, "texts")) == 1


def test_why_somebody_reads_is_such_a_text_too(desk: IdentityDesk, asked: list[Message]) -> None:
    desk.way.comes("referral_accepted", "requirements_checked")
    desk.opens(because=TOLD)
    assert len(asked) == 1
    asking._confirmation.clear()
    with raises(Refused, "text.unsure"):
        desk.opens(because=NAMED)
    assert len(desk.rows()) == 1
