"""`admin.py` rectify, join, protect, disclose: who a candidate is, who may read of them, all that is held of them."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer, echo

from interfaces.cli.asking_people import number_of
from interfaces.cli.before_sending import Before, left
from interfaces.cli.commands.options import Actor, AsJson, Candidate, DryRun, Whom, Yes
from interfaces.cli.output import joining as screen
from interfaces.cli.output import show
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from runtime.errors import UsageError
from runtime.i18n import _
from services import protection
from services.application import Application
from services.identities import joining, rectifying
from services.queries.titles import Titles

app = Typer()


@app.command()
def rectify(
    candidate: Candidate,
    because: Annotated[str, Option(help="Why it is put right. The reason is kept.")],
    name: Annotated[str | None, Option(help="The person's name.")] = None,
    email: Annotated[str | None, Option(help="E-mail address. Empty to remove it.")] = None,
    phone: Annotated[str | None, Option(help="Telephone number. Empty to remove it.")] = None,
    address: Annotated[str | None, Option(help="Postal address. Empty to remove it.")] = None,
    language: Annotated[str | None, Option(help="The language that the person prefers. Empty to remove it.")] = None,
    contact_by: Annotated[
        str | None, Option(help="How the person wants to be reached: phone, sms, email or letter. Empty to remove it.")
    ] = None,
    identity_number: Annotated[str | None, Option(help="Personal or co-ordination number.")] = None,
    keep: Annotated[
        bool, Option("--keep", help="What it was before was right until now, and is kept as earlier.")
    ] = False,
    forget: Annotated[bool, Option("--forget", help="Remove what was kept as earlier.")] = False,
    actor: Actor = None,
) -> None:
    """Put right a candidate's name, contact details or identity number. Who did it, when and why is kept.

    A co-ordination number that gives way to a personal number is kept, and finds the person still.
    """
    said = {"name": name, "email": email, "phone": phone, "identity_number": identity_number}
    said |= {"address": address, "language": language, "contact_by": contact_by}
    application = Application()
    number = rectifying.rectify(application, candidate, actor, said, because, keep=keep, forget=forget)
    echo(_("{candidate}: put right", candidate=number))
    titles = Titles(application.book)
    for told in rectifying.ages_to_correct(application, application.lists.found(candidate=number), said):
        echo(titles.told(told, ""))


@app.command()
def join(
    candidate: Whom,
    other: Annotated[str, Argument(help="The other number of the same person, or part of a name.")],
    because: Annotated[str, Option(help="Why they are one person, or two after all. The reason is kept.")],
    undo: Annotated[bool, Option("--undo", help="They are two people after all.")] = False,
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Join two candidates who are one person: the later number leads to the earlier, and the days of employment count
    together. Both ways stay as they are. A terminal shows you both first.

    Where names or dates of birth differ, it takes a yes, or --yes.
    """
    application, before = Application(), Before(dry_run, yes, as_json)
    one, two = (number_of(application, written, actor) for written in (candidate, other))
    if dry_run or not yes:
        found = joining.foresee(application, one, two, actor, because, undone=undo)
        if dry_run and as_json:
            show.as_json(found)
        elif dry_run or before.asks:
            screen.to_be_joined(found, Titles(application.book))
        if dry_run:
            return 0
        if before.asks and not confirm(_("Are they two people?") if undo else _("Are they one person?")):
            return left()
        if not before.asks and found.differ and not undo:
            raise UsageError(
                "join.differ",
                "The names or the dates of birth differ. Look at both with --dry-run. Give --yes if they are one"
                " person all the same.",
            )
    joined = joining.join(application, one, two, actor, because, undone=undo)
    run_async(lambda: joining.have_looked(application, joined))
    if as_json:
        show.as_json(joined)
        return 0
    both = {"later": joined.later, "earlier": joined.earlier}
    show.tell(
        _("{later} and {earlier} are two people.", **both)
        if undo
        else _("{later} is the same person as {earlier}.", **both)
    )
    return 0


@app.command()
def protect(
    candidate: Candidate,
    because: Annotated[str, Option(help="Why the person is protected, or no more. The reason is kept.")],
    staff: Annotated[
        list[str] | None, Option(help="Somebody who alone may read of the person. Repeat it for each.")
    ] = None,
    end: Annotated[bool, Option("--end", help="End the protection.")] = False,
    actor: Actor = None,
) -> None:
    """Let only the named staff read of a candidate (skyddade personuppgifter). Lists, notices and reports then tell
    nothing of where the person is."""
    if end and staff:
        raise UsageError("protect.options", "--end ends the protection. Omit --staff.")
    application = Application()
    if end:
        number = protection.end(application, candidate, actor, because)
        echo(_("{candidate}: no longer protected", candidate=number))
        return
    number = protection.protect(application, candidate, actor, staff or (), because)
    echo(_("{candidate}: protected, open to {staff}", candidate=number, staff=", ".join(sorted(set(staff or ())))))


@app.command()
def disclose(
    candidate: Candidate,
    because: Annotated[str, Option(help="Why it is disclosed, such as the person's own request. The reason is kept.")],
    html: Annotated[Path | None, Option(help="Where to write it as a web page in Swedish.")] = None,
    json: Annotated[Path | None, Option("--json-file", help="Where to write it as JSON.")] = None,
    actor: Actor = None,
) -> None:
    """All that is held of a person, for the person: identity, what happened, notes, notices, who read, and training."""
    from auditing.inspection import disclosure, disclosure_page  # the audit's, which no other command here needs

    files = {form: file for form, file in (("html", html), ("json", json)) if file}
    disclosure_page.refuse_unwritable(files)
    found = run_async(lambda: disclosure.disclose(Application(), candidate, actor, because))
    disclosure_page.write(found, files)
    for file in files.values():
        echo(_("written: {file}", file=file))
