"""`admin.py staff`: who works here in which role, whose key is whose, which rules are in force."""

from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Annotated, cast, get_args

from typer import Argument, Option, echo

from activities.language import said
from interfaces.cli.before_sending import Before, left
from interfaces.cli.commands.options import AsJson, DryRun, Yes
from interfaces.cli.output import show
from interfaces.cli.output import staff as screen
from interfaces.cli.parser import group
from interfaces.cli.passphrases import new_passphrase
from interfaces.cli.questions import confirm
from models.access.everywhere import EVERYWHERE
from models.access.permissions import ROLE_NAMES, Reading
from models.access.statements import Assignment, Substitute
from models.calendar.written_days import Towards
from models.identifiers import Role
from models.message import Message
from models.sign_ins import ServerKind
from runtime.errors import UsageError
from runtime.i18n import _
from services import handing_over_told
from services.application import Application
from services.days import day_of
from services.handing_over import called, refuse_stand_in, standing_in
from services.machines import Machines
from services.privacy.permits import permitted
from services.recording.sureness import make_sure
from services.staff import Change, Staff

app = group(name="staff", help="Who works here: roles by programme and town, keys, substitutes.")

Person = Annotated[str, Argument(help="The short name, such as anna.berg.")]
Actor = Annotated[str | None, Option(help="Who you are. Default: HELAVAGEN_ACTOR.")]
Because = Annotated[str, Option(help="Why. It is kept.")]
RoleName = Annotated[str, Option("--role", help="The role, such as coordinator.")]
InProgramme = Annotated[str, Option("--programme", help="In which programme. Default: in all.")]
InTown = Annotated[str, Option("--town", help="In which town, by its municipality code. Default: in all.")]
From = Annotated[str | None, Option("--from", help="First day. Default: today.")]
Until = Annotated[str | None, Option("--until", help="Last day. Default: until further notice.")]


GIVEN = frozenset(Role) - {Role.PARTNER, Role.SYSTEM}
"""Roles that people have."""


def staff_of(application: Application, actor: str | None) -> Staff:
    """The register, in the name of whoever acts."""
    by = application.person(actor)
    return Staff(application.statements, application.keyring, by, application.now())


def machines_of(application: Application, actor: str | None) -> Machines:
    """The keys of machines, in the name of whoever acts."""
    by = application.person(actor)
    return Machines(application.statements, application.keyring, by, application.now())


@app.command()
def found(person: Person, name: Annotated[str, Option(help="The name as the person writes it.")]) -> None:
    """Begin the register, as its first operator. Once, when the system is installed.

    Your key is made where you have none, protected by a passphrase.
    """
    application = Application()
    staff = Staff(application.statements, application.keyring, person, application.now())
    staff.refuse_begun()  # before a passphrase is thought out for nothing
    passphrase = None if person in application.keyring else new_passphrase(application)
    key = staff.found(name, passphrase)
    echo(
        _(
            "The register was begun by {person}. Note this key, on which all the rest rests: {key}",
            person=person,
            key=key,
        )
    )


@app.command()
def add(
    person: Person,
    name: Annotated[str, Option(help="The name as the person writes it.")],
    role: RoleName,
    programme: InProgramme = EVERYWHERE,
    town: InTown = EVERYWHERE,
    from_: From = None,
    until: Until = None,
    email: Annotated[str | None, Option(help="E-mail address.")] = None,
    phone: Annotated[str | None, Option(help="Telephone number.")] = None,
    actor: Actor = None,
) -> None:
    """Enter somebody who begins to work here, with one role. Then invite them."""
    application = Application()
    given = _assignment(application, role, programme, town, from_, until)
    staff_of(application, actor).add(person, name, given, email, phone)
    echo(_("{person} works here from {day}.", person=person, day=given.from_day))


@app.command()
def change(
    person: Person,
    name: Annotated[str | None, Option(help="The new name.")] = None,
    email: Annotated[str | None, Option(help="The new e-mail address.")] = None,
    phone: Annotated[str | None, Option(help="The new telephone number.")] = None,
    role: Annotated[str | None, Option("--role", help="A role to give, or with --end to take.")] = None,
    programme: InProgramme = EVERYWHERE,
    town: InTown = EVERYWHERE,
    from_: From = None,
    until: Until = None,
    end: Annotated[bool, Option("--end", help="The role ends with --until.")] = False,
    substitute: Annotated[str | None, Option(help="Who stands in from --from until --until.")] = None,
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Change a name, a way of contact or a role, or name a substitute. What is not given stays."""
    application = Application()
    given = _assignment(application, role, programme, town, from_, until) if role else None
    said = Change(
        name=name,
        email=email,
        phone=phone,
        more=None if end else given,
        without=given if end else None,
        substitute=_substitute(application, substitute, from_, until),
    )
    staff_of(application, actor).refuse_change(person, **said)
    if not _is_right(application, person, said["substitute"], actor, Before(dry_run, yes)):
        return 0 if dry_run else left()
    staff_of(application, actor).change(person, **said)
    echo(_("{person} was changed.", person=person))
    return 0


def _is_right(
    application: Application, person: str, substitute: Substitute | None, actor: str | None, before: Before
) -> bool:
    """Whether it shall be so. Who stands in is said first, and whom that replaces; at a terminal somebody says yes."""
    if substitute is not None:
        refuse_stand_in(application, person, substitute, application.actor(application.person(actor)))
        if (was := standing_in(application, person)) is not None:
            show.aside(handing_over_told.replaced(person, was, partial(called, application)))
        show.tell(handing_over_told.stands_in(person, substitute, partial(called, application)))
        if before.asks and not before.dry_run:
            return confirm(_("Is this right?"), default=True)
    return not before.dry_run


@app.command()
def end(
    person: Person,
    because: Because,
    on: Annotated[str | None, Option("--on", help="The last day. Default: today.")] = None,
    actor: Actor = None,
) -> None:
    """Somebody stops working here. What they have signed stays valid."""
    application = Application()
    day = _day(application, on) or application.today()
    make_sure(application, [because])
    staff_of(application, actor).end(person, day, because)
    echo(_("{person} works here until {day}.", person=person, day=day))


@app.command(name="list")
def list_(actor: Actor = None, as_json: AsJson = False) -> None:
    """Everybody who works here or has, with roles and keys."""
    application = Application()
    permitted(application, actor, Reading.STAFF)
    members = Staff(application.statements, application.keyring, "", application.now()).members()
    show.as_json([one.said for one in members]) if as_json else screen.members(members)


@app.command()
def invite(person: Person, actor: Actor = None) -> None:
    """A code with which somebody can make a key of their own, once."""
    code, until = staff_of(Application(), actor).invite(person)
    echo(_("Give {person} this code, in person or by telephone: {code}", person=person, code=code))
    echo(_("It is good for one key, until {until}.", until=show.minute(until)))


@app.command()
def revoke(person: Person, because: Because, actor: Actor = None) -> None:
    """All keys of somebody count no more from now on, as where one is lost."""
    make_sure(application := Application(), [because])
    count = staff_of(application, actor).revoke(person, because)
    echo(_("{count} keys of {person} count no more.", count=count, person=person))


@app.command()
def worker(actor: Actor = None) -> None:
    """Make and register the key with which the worker of this machine signs its rows. It is safe to repeat."""
    key = machines_of(Application(), actor).register_worker()
    echo(_("worker.pem is in the folder of keys, and registered: {key}", key=key))


@app.command()
def server(
    name: Annotated[str, Argument(help="What the server is called, such as desk.")],
    speaks_for: Annotated[
        str, Option("--speaks-for", help="staff, or partners and those whom a link is sent: partners.")
    ],
    actor: Actor = None,
) -> None:
    """Make and register the key with which a server signs for people who have signed in to it. It is safe to repeat."""
    if speaks_for not in get_args(ServerKind):
        raise UsageError("server.speaks_for", "A server speaks for staff or for partners.")
    key = machines_of(Application(), actor).register_server(name, cast("ServerKind", speaks_for))
    echo(_("{name}.pem is in the folder of keys, and registered: {key}", name=name, key=key))


@app.command()
def workers(actor: Actor = None, as_json: AsJson = False) -> None:
    """The keys of workers and servers: from when each counts, and until when."""
    application = Application()
    permitted(application, actor, Reading.STAFF)
    keys = Machines(application.statements, application.keyring, "", application.now()).keys()
    show.as_json([asdict(one) for one in keys]) if as_json else screen.workers(keys)


@app.command(name="revoke-worker")
def revoke_worker(
    key: Annotated[str, Argument(help="The public key, as staff workers shows it.")],
    because: Because,
    actor: Actor = None,
) -> None:
    """A key of a worker or server counts no more from now on, as where it was found out. Stop what has it first."""
    make_sure(application := Application(), [because])
    machines_of(application, actor).revoke(key, because)
    echo(_("The key counts no more. What it signed before stays valid."))


@app.command()
def rules(
    programme: Annotated[str | None, Argument(help="One programme. Default: all.")] = None, actor: Actor = None
) -> None:
    """Put programmes in force as their files say. Journeys begin and go on under such rules alone."""
    application = Application()
    book = application.book
    chosen = [book.programme(programme)] if programme else list(book.programmes.values())
    new = staff_of(application, actor).put_in_force(chosen)
    echo(_("in force: {programmes}", programmes=", ".join(new)) if new else _("nothing new"))


def _assignment(
    application: Application, role: str, programme: str, town: str, from_: str | None, until: str | None
) -> Assignment:
    today = application.today()
    roles = {name: one for one in Role if one in GIVEN for name in (one.value, *said_in_both(ROLE_NAMES[one]))}
    given = roles.get(role.lower())
    if given is None:
        names = [ROLE_NAMES[one] for one in Role if one in GIVEN]
        raise UsageError("staff.unknown_role", "Unknown role {role}. Available: {known}.", role=role, known=names)
    if programme != EVERYWHERE:
        application.book.programme(programme)
    if town != EVERYWHERE and town not in application.book.town_codes:
        known = sorted(application.book.town_codes)
        raise UsageError("staff.unknown_town", "Unknown town {town}. Available: {known}.", town=town, known=known)
    first, last = _day(application, from_) or today, _day(application, until)
    if last is not None and last < first:
        days = {"last": last, "first": first}
        raise UsageError("staff.period", "The last day {last} is before the first day {first}. Correct one.", **days)
    return Assignment(role=given, programme=programme, town=town, from_day=first, until_day=last)


def said_in_both(name: Message) -> tuple[str, str]:
    """A name in Swedish and in English."""
    return said(name, "sv"), said(name, "en")


def _substitute(
    application: Application, person: str | None, from_: str | None, until: str | None
) -> Substitute | None:
    if person is None:
        return None
    if until is None:
        raise UsageError("staff.substitute_until", "Say until which day {person} stands in.", person=person)
    first = _day(application, from_) or application.today()
    return Substitute(person=person, from_day=first, until_day=day_of(until, application.today(), Towards.PLANNED))


def _day(application: Application, given: str | None) -> date | None:
    return day_of(given, application.today(), Towards.PLANNED) if given else None
