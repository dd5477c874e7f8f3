"""How those who work here look in a terminal, and what one may do."""

from collections.abc import Mapping, Sequence

from interfaces.cli.output import show
from models.access.everywhere import EVERYWHERE
from models.access.permissions import ROLE_NAMES
from models.access.statements import Assignment, StaffEntered, Substitute
from runtime.i18n import _, translate
from services.handing_over_told import Called, stands_in
from services.machines import MachineKey
from services.staff import Member, action_in_words, relation_in_words


def members(lines: Sequence[Member]) -> None:
    rows = (
        (
            one.said.person,
            one.said.name,
            "; ".join(role_of(each) for each in one.said.assignments),
            one.said.email,
            one.said.phone,
            _("yes") if one.keys else _("no"),
            _leave(one.leave) if one.leave else "",
            "" if one.works_here else _("has left"),
        )
        for one in lines
    )
    columns = (_("person"), _("name"), _("roles"), _("e-mail"), _("telephone"), _("key"), _("stands in"), "")
    show.table("", columns, rows, _("The register of staff is empty."))


def workers(lines: Sequence[MachineKey]) -> None:
    """The keys of workers and servers, one a line."""
    rows = ((one.key, one.name, show.minute(one.since), show.minute(one.until) if one.until else "") for one in lines)
    show.table("", (_("key"), _("name"), _("counts from"), _("until")), rows, _("No worker has a key."))


def role_of(one: Assignment) -> str:
    """A role with where and until when it holds."""
    where = [part for part in (one.programme, one.town) if part != EVERYWHERE] or [_("everywhere")]
    last = _("until {day}", day=one.until_day) if one.until_day else ""
    return " ".join(filter(None, (translate(ROLE_NAMES[one.role]), *where, last)))


def whoami(person: StaffEntered, may: Sequence[tuple[Assignment, Mapping[str, str]]], *, has_key: bool) -> None:
    """Who somebody is, and a table of what each role lets them do."""
    show.tell(f"{person.person}, {person.name}")
    if not has_key:
        show.tell(_("Your key is not at this machine."))
    for one, actions in may:
        rows = (
            (translate(action_in_words(action)), translate(relation_in_words(relation)))
            for action, relation in actions.items()
        )
        show.table(role_of(one), (_("may"), _("for")), rows, _("nothing"))


def standing_in(person: str, leave: Substitute | None, others: Mapping[str, Substitute], called: Called) -> None:
    """Who stands in for somebody, and for whom they do, a line each."""
    for away, one in (({person: leave} if leave else {}) | dict(others)).items():
        show.tell(stands_in(away, one, called))


def _leave(one: Substitute) -> str:
    return _("{person} from {first} until {last}", person=one.person, first=one.from_day, last=one.until_day)
