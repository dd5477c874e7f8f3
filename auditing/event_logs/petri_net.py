"""The way as a Petri net, drawn from the table of moves: by what a stranger's program can hold an event log against it.

A place stands for each stage – for the closed one a place for each stage that it was closed from, since a journey is
reopened into that one – and two more say whether the journey is paused. A transition stands for a kind of event in a
stage; one without a name ends the trace, wherever it is: most journeys of a log are on their way.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import XMLGenerator

from auditing.event_logs.traces import activity
from models.events.events import EVENT_CLASSES
from models.journey.transitions import ANY, MOVES, Move
from models.stages import OPEN_STAGES, Stage
from runtime.i18n import _

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
NET_TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"

SOURCE, SINK, BEGUN, GOING, PAUSED = "source", "sink", "begun", "going", "paused"

CALENDAR = "deadline_passed"
"""The kind that some deadlines bring in a pause too, which the table leaves to its rules."""

BEGINS, PAUSES, GOES_ON, EXTENDS, REOPENS = "referred", "paused", "resumed", "pause_extended", "reopened"


class Transition(NamedTuple):
    """What happens: the kind of event, None where nothing is recorded, and the places it takes from and gives to."""

    kind: str | None
    takes: tuple[str, ...]
    gives: tuple[str, ...]


def closed_from(stage: Stage) -> str:
    """The place of a journey that was closed from a stage."""
    return f"closed_from_{stage}"


def places_of(stage: Stage) -> tuple[str, ...]:
    """The places that stand for a stage."""
    return tuple(map(closed_from, OPEN_STAGES)) if stage is Stage.CLOSED else (str(stage),)


def transitions() -> tuple[Transition, ...]:
    """Every transition of the net."""
    begins = Transition(BEGINS, (SOURCE,), (BEGUN, GOING, str(Stage.REFERRAL)))
    return tuple(dict.fromkeys((begins, *(one for move in MOVES for one in _of(move)), *_ends())))


def _of(move: Move) -> Iterator[Transition]:
    if move.to is None and move.sources == ANY:
        held = BEGUN if _in_a_pause(move.kind) else GOING
        yield Transition(move.kind, (held,), (held,))
        return
    for stage in move.sources:
        for place in places_of(stage):
            for to in _destinations(move, stage, place):
                for before, after in _flags(move):
                    yield Transition(move.kind, (place, *before), (to, *after))


def _in_a_pause(kind: str) -> bool:
    return kind == CALENDAR or EVENT_CLASSES[kind].while_paused


def _destinations(move: Move, stage: Stage, place: str) -> tuple[str, ...]:
    if move.kind == REOPENS:
        return (str(move.to),) if move.to is not None and place == closed_from(move.to) else ()
    if move.to is None:
        return (place,)
    return (closed_from(stage),) if move.to is Stage.CLOSED else (str(move.to),)


def _flags(move: Move) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """What the move asks of a pause, and what it makes of it: the end of the way is the end of a pause too."""
    if move.kind == PAUSES:
        return (((GOING,), (PAUSED,)),)
    if move.kind == GOES_ON:
        return (((PAUSED,), (GOING,)),)
    if move.kind == EXTENDS:
        return (((PAUSED,), (PAUSED,)),)
    if not _in_a_pause(move.kind):
        return (((GOING,), (GOING,)),)
    if move.to is Stage.CLOSED:
        return (((GOING,), (GOING,)), ((PAUSED,), (GOING,)))
    return (((), ()),)


def _ends() -> Iterator[Transition]:
    for stage in Stage:
        for place in places_of(stage):
            for flag in (GOING,) if stage is Stage.CLOSED else (GOING, PAUSED):
                yield Transition(None, (BEGUN, flag, place), (SINK,))


def write_pnml(out: BinaryIO) -> None:
    """Write the net as PNML (ISO/IEC 15909-2), its names in the language that is spoken now."""
    every = transitions()
    xml = XMLGenerator(out, "UTF-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("pnml", {"xmlns": NAMESPACE})
    xml.startElement("net", {"id": "journey", "type": NET_TYPE})
    _text(xml, "name", _("The way of a candidate"))
    xml.startElement("page", {"id": "page"})
    for place in dict.fromkeys(place for one in every for place in (*one.takes, *one.gives)):
        xml.startElement("place", {"id": place})
        _text(xml, "name", place)
        if place == SOURCE:
            _text(xml, "initialMarking", "1")
        xml.endElement("place")
        xml.ignorableWhitespace("\n")
    for number, one in enumerate(every, 1):
        _transition(xml, f"t{number}", one)
    xml.endElement("page")
    _final_marking(xml)
    xml.endElement("net")
    xml.endElement("pnml")
    xml.endDocument()


def _transition(xml: XMLGenerator, id_: str, one: Transition) -> None:
    xml.startElement("transition", {"id": id_})
    _text(xml, "name", "end" if one.kind is None else activity(one.kind))
    if one.kind is None:
        invisible = {"tool": "ProM", "version": "6.4", "activity": "$invisible$"}
        xml.startElement("toolspecific", invisible)
        xml.endElement("toolspecific")
    xml.endElement("transition")
    for number, place in enumerate(one.takes, 1):
        _arc(xml, f"{id_}i{number}", place, id_)
    for number, place in enumerate(one.gives, 1):
        _arc(xml, f"{id_}o{number}", id_, place)
    xml.ignorableWhitespace("\n")


def _arc(xml: XMLGenerator, id_: str, source: str, target: str) -> None:
    xml.startElement("arc", {"id": id_, "source": source, "target": target})
    xml.endElement("arc")


def _final_marking(xml: XMLGenerator) -> None:
    """Where a trace may end, as ProM writes it, which the standard has no element for."""
    xml.startElement("finalmarkings", {})
    xml.startElement("marking", {})
    xml.startElement("place", {"idref": SINK})
    _text(xml, "text", "1", wrapped=False)
    xml.endElement("place")
    xml.endElement("marking")
    xml.endElement("finalmarkings")


def _text(xml: XMLGenerator, name: str, text: str, *, wrapped: bool = True) -> None:
    xml.startElement(name, {})
    if wrapped:
        xml.startElement("text", {})
    xml.characters(text)
    if wrapped:
        xml.endElement("text")
    xml.endElement(name)
