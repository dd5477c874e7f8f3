"""Referring one person: checked as a row of an import file is, so that both say the same of the same slip."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from models.identifiers import Actor, CandidateNumber
from models.ledger.receipt import Receipt
from runtime.errors import Refused, UsageError
from services.application import Application
from services.identities.register import Person
from services.journeys import referral_with_id
from services.referrals.values import (
    BadValue,
    earlier_employments,
    email_address,
    full_name,
    identity_number,
    municipality_code,
    phone_number,
    short_name,
    told_of_employment,
)


async def refer_person(
    application: Application, actor: Actor, said: Mapping[str, Any]
) -> tuple[CandidateNumber, Receipt]:
    """Register a person and start their journey; returns their number and the receipt.

    Raises UsageError for a wrong value, Refused where they have such a journey already.
    """
    values = _checked(said, application.now().date())
    employment = _employment(application, values, said)
    rules = application.book.programme(values["programme"])
    person = Person(values["identity_number"], values["name"], values["email"], values["phone"])
    candidate = application.register.number_of(person, application.now())
    for line in application.lists.journeys(candidate=candidate, programme=rules.id):
        raise Refused(
            "referral.already",
            "This person is candidate {candidate} and already has a journey in {programme}, in the stage {stage}.",
            candidate=candidate,
            programme=rules.id,
            stage=line.stage,
        )
    referral = referral_with_id(
        candidate,
        rules.id,
        actor=actor,
        effective_on=said["referred_on"],
        **employment,
        **{name: values[name] for name in ("referring_partner", "site", "coordinator")},
    )
    receipt = await (await application.journeys()).refer(candidate, rules, referral)
    return candidate, receipt


def _employment(application: Application, values: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is told of earlier employment and of a near age limit. Of the date of birth nothing else goes on."""
    try:
        earlier = earlier_employments(",".join(said.get("earlier") or ()))
        return told_of_employment(application.book, values["identity_number"], said["referred_on"], earlier)
    except BadValue as fault:
        raise UsageError("referral.field", "{field}: {what}", field="earlier", what=fault.message) from fault


def _checked(said: Mapping[str, Any], today: date) -> dict[str, Any]:
    readers: dict[str, Callable[[str], Any]] = {
        "programme": short_name,
        "identity_number": partial(identity_number, today=today),
        "name": full_name,
        "email": email_address,
        "phone": phone_number,
        "referring_partner": short_name,
        "site": municipality_code,
        "coordinator": short_name,
    }
    values: dict[str, Any] = {}
    for name, read in readers.items():
        try:
            values[name] = read(said[name]) if said[name] else None
        except BadValue as fault:
            raise UsageError(
                "referral.field", "{field}: {what}", field=name.replace("_", " "), what=fault.message
            ) from fault
    return values
