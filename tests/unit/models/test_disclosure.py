"""What each kind of partner may be told, and that nothing else gets into a notice."""

from datetime import UTC, date, datetime

import pytest

from models.canonical import digest_of
from models.ledger.entry import LedgerEntry, notices
from models.partners.notice import DISCLOSABLE, DISCLOSED_TO, TOLD, Notice, disclosed_to
from models.partners.partner import Channel, Partner, PartnerKind
from models.projections.status import Standing
from models.stages import Stage
from tests.support.programmes import RULES
from tests.support.values import numbered_id

DATES = {"starts_on", "ends_on", "effective_on", "due_on"}
EVENT = {name: f"{name} of the event" for name in TOLD}


def partner(kind: PartnerKind, discloses: tuple[str, ...] | None = None) -> Partner:
    return Partner(
        id="somebody", name="Somebody", kind=kind, channel=Channel.EMAIL, address="a@b.example", discloses=discloses
    )


def notice_to(somebody: Partner | None) -> Notice:
    entry = LedgerEntry(
        journey_id="journey/K7Q29FMXB/service_division",
        candidate="K7Q29FMXB",
        programme="service_division",
        event_id=numbered_id(1),
        kind="temporary_role_agreed",
        effective_on=date(2026, 3, 2),
        event=EVENT,
        digest=digest_of(EVENT),
        recorded_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        standing=Standing(
            candidate="K7Q29FMXB", programme="service_division", stage=Stage.CLOSED, waits_for="x", of_whom="y"
        ),
        recipients=("somebody",),
    )
    [notice] = notices(entry, lambda _: disclosed_to(somebody))
    return notice


def told(notice: Notice) -> set[str]:
    said = {"stage": notice.stage, "effective_on": notice.effective_on, **notice.details}
    return {name for name, value in said.items() if value is not None}


@pytest.mark.parametrize("kind", PartnerKind)
def test_a_notice_holds_what_fits_the_kind_of_partner_and_nothing_else(kind: PartnerKind) -> None:
    assert told(notice_to(partner(kind))) == DISCLOSED_TO[kind]


def test_every_kind_of_partner_has_a_default_of_fields_that_exist() -> None:
    assert set(DISCLOSED_TO) == set(PartnerKind)
    assert all(fields <= set(DISCLOSABLE) for fields in DISCLOSED_TO.values())


@pytest.mark.parametrize("kind", ["church", "civil_society", "talent_organisation"])
def test_who_only_helps_a_person_on_learns_no_day_no_position_and_no_form(kind: str) -> None:
    assert not DISCLOSED_TO[PartnerKind(kind)] & (DATES | {"position", "form"})


@pytest.mark.parametrize("kind", PartnerKind)
def test_whoever_may_be_reminded_is_told_of_what(kind: PartnerKind) -> None:
    assert {"deadline", "step"} <= DISCLOSED_TO[kind]


def test_a_partners_own_list_goes_before_that_of_its_kind() -> None:
    assert told(notice_to(partner(PartnerKind.CHURCH, ("ends_on",)))) == {"ends_on"}
    assert told(notice_to(partner(PartnerKind.AGENCY, ()))) == set()


def test_nobody_knows_what_a_stranger_may_be_told() -> None:
    assert told(notice_to(None)) == set()


def test_the_partners_in_the_files_name_fields_that_exist() -> None:
    assert all(set(partner.discloses or ()) <= set(DISCLOSABLE) for partner in RULES.partners)
