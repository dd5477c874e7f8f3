"""`admin.py` refer and import: people who come."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer, echo

from interfaces.cli.asking_headings import Explained
from interfaces.cli.asking_referrals import complete_referral
from interfaces.cli.before_sending import Before, Verdict, judged, left
from interfaces.cli.commands.answering import answer
from interfaces.cli.commands.options import Actor, AllRows, AsJson, Column, DryRun, On, Yes
from interfaces.cli.import_report import foresee_file, import_file, is_meant, read_list, tell_of_earlier
from interfaces.cli.narrowing import day_it_happened
from interfaces.cli.process import run_async
from interfaces.cli.prompts import ask_day
from runtime.i18n import _
from services.application import Application
from services.referrals.foreseeing import foresee_referral
from services.referrals.referring import refer_person

app = Typer()


@app.command()
def refer(
    programme: Annotated[str | None, Option(help="The programme's name.")] = None,
    identity_number: Annotated[str | None, Option(help="Personal or co-ordination number.")] = None,
    name: Annotated[str | None, Option(help="The person's name.")] = None,
    email: Annotated[str | None, Option(help="E-mail address.")] = None,
    phone: Annotated[str | None, Option(help="Telephone number.")] = None,
    referring_partner: Annotated[str | None, Option("--partner", help="The partner that refers.")] = None,
    reference: Annotated[str | None, Option(help="The partner's own number of the matter.")] = None,
    group: Annotated[str | None, Option(help="The person's group, where the programme has groups.")] = None,
    last_unit: Annotated[str | None, Option(help="Where the person last worked, where the programme asks it.")] = None,
    town: Annotated[str | None, Option(help="The town's municipality code.")] = None,
    coordinator: Annotated[str | None, Option(help="Who looks after the candidate.")] = None,
    earlier: Annotated[
        list[str] | None, Option(help="An earlier employment here as form:first day:last day. Repeat it for each.")
    ] = None,
    protected_for: Annotated[
        list[str] | None,
        Option("--protected-for", help="Somebody who alone may read of a protected person. Repeat it for each."),
    ] = None,
    address: Annotated[str | None, Option(help="Postal address.")] = None,
    language: Annotated[str | None, Option(help="The language that the person prefers.")] = None,
    contact_by: Annotated[str | None, Option(help="How to reach the person: phone, sms, email or letter.")] = None,
    another_person: Annotated[
        bool, Option("--another-person", help="They are nobody who is known here by another kind of number.")
    ] = False,
    on: On = None,
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Refer a person to a programme. Asks for what is missing at a terminal."""
    fields = {
        "programme": programme,
        "identity_number": identity_number,
        "name": name,
        "referring_partner": referring_partner,
        "reference": reference,
        "group": group,
        "last_unit": last_unit,
        "site": town,
        "coordinator": coordinator,
        "email": email,
        "phone": phone,
    }
    application = Application()
    author = application.actor(actor)
    day = day_it_happened(application, on)
    before = Before(dry_run, yes, as_json)
    given = complete_referral(application, fields, author, briefly=yes)
    said = {**given, "earlier": earlier, "referred_on": ask_day(day) if before.asks and on is None else day}
    said |= {"protected_for": protected_for, "address": address, "language": language, "contact_by": contact_by}
    if dry_run or before.asks:
        verdict = judged(foresee_referral(application, author, said), before)
        if verdict is not Verdict.SEND:
            return 0 if verdict is Verdict.LEAVE else left()
    is_another = another_person or before.asks  # whoever was asked has said so
    outcome = run_async(lambda: refer_person(application, author, said, another_person=is_another))
    if not as_json:
        echo(_("candidate number: {candidate}", candidate=outcome.candidate))
        tell_of_earlier(outcome)
    assert outcome.receipt is not None
    return answer(application, outcome.receipt, as_json)


@app.command(name="import")
def import_(
    file: Annotated[Path, Argument(help="CSV or XLSX with one referral per row.")],
    bad_rows: Annotated[Path | None, Option(help="Where to write the rejected rows.")] = None,
    column: Column = None,
    all_rows: AllRows = None,
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Refer everyone in a file. Rejected rows are written to a file to be corrected and imported again."""
    application = Application()
    author = application.actor(actor)
    asks = Before(yes=yes, as_json=as_json).asks
    read = read_list(application, file, Explained(column or (), all_rows or ()), asks=asks)
    if dry_run:
        return foresee_file(application, read, author, as_json)
    if asks and not is_meant(application, read, author):
        return 0
    return import_file(application, file, read, bad_rows, author, as_json)
