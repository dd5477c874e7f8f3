"""What a referral tells of earlier employment, and of an age from which on the law no longer makes a role permanent."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from pydantic import ValidationError

from models.events.events import MOST_EARLIER_EMPLOYMENTS, EarlierEmployment
from models.message import msg
from runtime.rulebook.loader import RuleBook
from services.referrals.values import BadValue, birth_date

NEAR = relativedelta(years=10)
"""A journey is over long before; a birthday farther away would be a date of birth that nobody needs."""


def earlier_employments(text: str) -> tuple[EarlierEmployment, ...]:
    """`substitute:2024-01-01:2024-06-30, …` → the employments, in order. Raises BadValue."""
    found = tuple(_employment(part.strip()) for part in text.split(",") if part.strip())
    if len(found) > MOST_EARLIER_EMPLOYMENTS:
        raise BadValue(
            msg(
                "cell.employments_many",
                "At most {most} earlier employments can be given. Join those that follow directly on each other.",
                most=MOST_EARLIER_EMPLOYMENTS,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.starts_on, one.ends_on, one.form)))


def _employment(part: str) -> EarlierEmployment:
    form, _, days = part.partition(":")
    starts_on, _, ends_on = days.partition(":")
    try:
        return EarlierEmployment.model_validate({"form": form.strip(), "starts_on": starts_on, "ends_on": ends_on})
    except ValidationError:
        raise BadValue(
            msg(
                "cell.employment_format",
                "An earlier employment is written as form:first day:last day, such as"
                " substitute:2024-01-01:2024-06-30.",
            )
        ) from None


def told_of_employment(
    book: RuleBook, identity_number: str, referred_on: date, earlier: Iterable[EarlierEmployment]
) -> Mapping[str, Any]:
    """The fields of a referral that say so: none where there is nothing to say. Raises BadValue for an unknown form."""
    fields: dict[str, Any] = {"earlier_employment": tuple(earlier)}
    for one in fields["earlier_employment"]:
        if one.form not in book.forms:
            raise BadValue(
                msg("cell.employment_form", "Unknown employment form. Available: {known}.", known=", ".join(book.forms))
            )
    fields["age_limit_on"] = age_limit_on(identity_number, book.age_limits(), referred_on)
    return {name: value for name, value in fields.items() if value}


def age_limit_on(identity_number: str, ages: Iterable[int], referred_on: date) -> date | None:
    """The birthday of the lowest of these ages, from an identity number of 12 digits; None where it is not near.

    Of a birthday that has passed only that is told: it becomes the day of the referral.
    """
    born = birth_date(identity_number[:8])
    birthday = min((born + relativedelta(years=age) for age in ages), default=None)
    return max(birthday, referred_on) if birthday is not None and birthday <= referred_on + NEAR else None
