"""The way as a Petri net, drawn from the table of moves: by what a stranger's program can hold an event log against it.

A place stands for each stage – for the closed one a place for each stage that it was closed from, since a journey is
reopened into that one – and two more say whether the journey is paused. A transition stands for a kind of event in a
stage; one without a name ends the trace, wherever it is: most journeys of a log are on their way.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from auditing.event_logs.elements import DECLARATION, Elements
from auditing.event_logs.traces import activity
from models.events.events import EVENT_CLASSES
from models.journey.transitions import ANY, Move, moves_of
from models.programme.way import USUAL, WayRule
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


def transitions(shape: WayRule = USUAL) -> tuple[Transition, ...]:
    """Every transition of the net of ways of a shape."""
    begins = Transition(BEGINS, (SOURCE,), (BEGUN, GOING, str(Stage.REFERRAL)))
    return tuple(dict.fromkeys((begins, *(one for move in moves_of(shape) for one in _of(move)), *_ends())))


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


def write_pnml(out: BinaryIO, shape: WayRule = USUAL) -> None:
    """Write the net of ways of a shape as PNML (ISO/IEC 15909-2), its names in the language that is spoken now."""
    every = transitions(shape)
    out.write(DECLARATION)
    xml = Elements(out)
    with xml.element("pnml", {"xmlns": NAMESPACE}), xml.element("net", {"id": "journey", "type": NET_TYPE}):
        _text(xml, "name", _("The way of a candidate"))
        with xml.element("page", {"id": "page"}):
            for place in dict.fromkeys(place for one in every for place in (*one.takes, *one.gives)):
                with xml.element("place", {"id": place}):
                    _text(xml, "name", place)
                    if place == SOURCE:
                        _text(xml, "initialMarking", "1")
            for number, one in enumerate(every, 1):
                _transition(xml, f"t{number}", one)
        # Where a trace may end, as ProM writes it; the standard has no element for it.
        with xml.element("finalmarkings"), xml.element("marking"), xml.element("place", {"idref": SINK}):
            xml.leaf("text", text="1")


def _transition(xml: Elements, id_: str, one: Transition) -> None:
    with xml.element("transition", {"id": id_}):
        _text(xml, "name", "end" if one.kind is None else activity(one.kind))
        if one.kind is None:
            xml.leaf("toolspecific", {"tool": "ProM", "version": "6.4", "activity": "$invisible$"})
    for number, place in enumerate(one.takes, 1):
        xml.leaf("arc", {"id": f"{id_}i{number}", "source": place, "target": id_})
    for number, place in enumerate(one.gives, 1):
        xml.leaf("arc", {"id": f"{id_}o{number}", "source": id_, "target": place})


def _text(xml: Elements, name: str, text: str) -> None:
    with xml.element(name):
        xml.leaf("text", text=text)
