"""Asking whoever writes a text of a person whether it shall stand: the one check of every door."""

from collections.abc import Iterable, Iterator, Sequence

from models.events.wariness import Concern, concerns_in
from models.message import Message, msg
from runtime.asking import confirmed
from runtime.errors import Refused
from services.application import Application


def make_sure(application: Application, texts: Iterable[str | None], candidate: str | None = None) -> None:
    """Ask whether texts that tell more of a person than they need shall be kept; once a text.

    At a terminal a person is asked, elsewhere it is said beforehand. Raises Refused where nobody says that it shall.
    """
    for text, doubt in _doubts(application, texts, candidate):
        if doubt is not None and not confirmed(doubt):
            raise Refused(doubt)
        application.sure_of.add(text)


def doubts(application: Application, texts: Iterable[str | None], candidate: str | None = None) -> dict[str, Message]:
    """What is to be asked of each text that tells more of a person than it needs: for a page that asks all at once."""
    return {text: doubt for text, doubt in _doubts(application, texts, candidate) if doubt is not None}


def _doubts(
    application: Application, texts: Iterable[str | None], candidate: str | None
) -> Iterator[tuple[str, Message | None]]:
    written = [text for text in dict.fromkeys(texts) if text and text not in application.sure_of]
    if not written:
        return
    names, people = _names_of(application, candidate), application.authority.people
    staff = {said.name for told in people.values() for said in told}
    for text in written:
        found = concerns_in(text, names, staff=staff)
        yield text, _said(found) if found else None


def own_words(application: Application, text: str) -> str:
    """A text that the product itself has worded, as it is: of such nobody is asked."""
    application.sure_of.add(text)
    return text


def _said(found: Sequence[Concern]) -> Message:
    *others, last = found
    what = (msg("concern.all", "{others} and {last}", others=others, last=last),) if others else (last,)
    return msg(
        "text.unsure",
        "The text seems to contain {what}, and it is kept where others read it. Write it without, or say that it shall"
        " stand.",
        what=what,
    )


def _names_of(application: Application, candidate: str | None) -> list[str]:
    """What a candidate is called, and was. Nothing of it is shown, so nothing is written down as read."""
    identity = application.register.identities([candidate]).get(candidate) if candidate else None
    if identity is None:
        return []
    earlier = identity.get("earlier") or ()
    return [identity["name"], *(one["value"] for one in earlier if one["field"] == "name")]
