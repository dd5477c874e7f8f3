"""What a text tells of a person beyond its purpose, and what it does not."""

import pytest

from models.events.health_words import ANYWHERE, AT_THE_START, WHOLE
from models.events.wariness import Concern, concerns_in

C = Concern
NAME = ("Amina Öberg-Warsame",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(
            (text, {C.IDENTITY_NUMBER})
            for text in ("19900102-9801", "9001029801", "900102 - 9801", "900162+9801", "900160-9801", "199000609801")
        ),
        *(
            (text, {C.IDENTITY_NUMBER})
            for text in (
                "1990-01-02-9801",
                "900102‑9801",
                "19900102  9801",
                "1990-01-02 9801",
                "900102-T981",
                "x_9001029801.pdf",
            )
        ),
        *((text, {C.PHONE}) for text in ("Ring 070-174 06 05", "+46 70 174 06 05", "tel 0910-123 45 67", "0739174060")),
        *((text, {C.HEALTH}) for text in ("Sjukskriven till maj", "Har panikångest.", "ADHD-utredning", "She is ill.")),
        *((text, {C.HEALTH}) for text in ("Ett alkoholmissbruk", "väntar på diagnosen", "on sick leave", "Är sjuk")),
        *(
            (text, {C.HEALTH})
            for text in ("Ont i ryggen och äter Citodon", "Har mycket ont i axeln", "Mår dåligt idag")
        ),
        *((text, {C.HEALTH}) for text in ("ryggvärk", "tar medicin på morgonen", "is in pain", "Tar Alvedon ibland")),
        *((text, {C.NAME}) for text in ("Amina ringde", "aminas mamma", "talade med WARSAME", "Öberg frågar")),
        ("Amina (19900102-9801) är deprimerad, depression, 070-1740605", set(C)),
    ],
)
def test_what_tells_more_than_it_needs_is_found(text: str, found: set[Concern]) -> None:
    assert set(concerns_in(text, NAME)) == found


@pytest.mark.parametrize(
    "text",
    [
        "Prefers mornings, from 2026-03-02 to 2026-05-29",
        "2026-03-02 – 2026-05-29, 2026-03-02-2026-05-29, 2026-03-02 1830, Frånvaro 1998-01-02 1999-03-04",
        "Praktik på sjukhuset, avdelning 52, 08:00-16:30",
        "Sjuksköterskan på psykiatrin handleder",
        "Ont om tid, kör medicinvagnen till medicinavdelningen",
        "Kontoret ligger mitt emot, montera om bordet i receptionen",
        "Decision KS 2026/001234, row 12, 2480-1234",
        "Will still fill the skill gap until April",
        "Beslut 20260302-0001 om 40 000 kronor",
        "Parental leave.",
        "Aminoacids",
        "",
    ],
)
def test_what_a_working_day_is_full_of_asks_nothing(text: str) -> None:
    assert concerns_in(text, NAME) == (() if "20260302-0001" not in text else (C.IDENTITY_NUMBER,))


def test_a_name_that_a_colleague_has_too_is_no_concern_and_the_rest_of_it_is() -> None:
    assert concerns_in("Anna ringde", ("Anna Lind",), staff=("Anna Berg",)) == ()
    assert concerns_in("Lind ringde", ("Anna Lind",), staff=("Anna Berg",)) == (C.NAME,)
    assert concerns_in("Bo ringde", ("Bo Ek",)) == ()  # two letters stand in too many words


def test_the_words_are_written_as_they_are_compared_and_none_stands_twice() -> None:
    words = (*ANYWHERE, *AT_THE_START, *WHOLE)
    assert all(word == word.casefold().strip() for word in words)
    assert len(set(words)) == len(words)
