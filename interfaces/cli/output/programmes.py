"""How a programme looks in a terminal: its words, its figures, and how far its training has come."""

from collections.abc import Mapping, Sequence
from typing import Any

from interfaces.cli.output.show import counts, table, tell
from models.journey.transitions import stages_of
from models.programme.employment_form import EmploymentForm
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import Requirement
from models.programme.training import StaffForm
from models.stages import Stage
from runtime.i18n import _, as_source, as_typed, listed, one_of, shown, translate
from runtime.rulebook.programme_file import FaultLine, FileVerdict
from services.programme_told import lengths_of, told
from services.queries.protected import unless_protected
from services.reports.figures import Figures
from services.reports.tables import headline, on_screen, purpose, tables
from services.training import StaffLine, UnitTraining


def rules_told(rules: Programme, partners: Mapping[str, str]) -> None:
    """What the rules say, in the order of the way, each with its source."""
    tell(one_of(rules.name), style="bold")
    tell(_("Source, where no other is given: {source}", source=as_source(rules.source)))
    for part in told(rules, partners):
        tell(f"\n{part.title}", style="italic")
        for line in part.lines:
            tell(f"- {line.says} ({line.source})" if line.source else f"- {line.says}")
    tell("")


def guide(rules: Programme, positions: Sequence[Position]) -> None:
    """The words that a programme's events take, and how the lists among them are typed."""
    for profile in rules.profiles:
        columns = (_("requirement"), _("weight"), _("trainable"), _("what it asks"))
        title = _("Profile {profile}: {title}", profile=profile.id, title=one_of(profile.title))
        table(title, columns, map(_requirement, profile.requirements), _("No requirements."))
    columns = (_("position"), _("profile"), _("town"), _("title"))
    rows = [(one.id, one.profile, one.site, one_of(one.title)) for one in positions]
    table(_("Positions"), columns, rows, _("No positions."))
    columns = (_("form"), _("name"), _("open"), _("at most"))
    table(_("Forms of employment"), columns, map(_form, rules.forms), _("None."))
    profile, evaluates = rules.profiles[0], Stage.EVALUATION in stages_of(rules.shape)
    if evaluates:
        criteria = [(one.id, one_of(one.text)) for one in rules.criteria]
        table(_("Criteria"), (_("criterion"), _("what it asks")), criteria, _("None."))
    typed = {"profile": profile.id, "results": ",".join(f"{one.id}=met" for one in profile.requirements)}
    if any(one.trainable for one in profile.requirements):
        told = _(
            "A check is typed as --profile {profile} --findings {results} (met, unmet, trainable, or waived:why).",
            **typed,
        )
    else:
        told = _("A check is typed as --profile {profile} --findings {results} (met, unmet, or waived:why).", **typed)
    tell(told)
    if evaluates:
        scores = ",".join(f"{one.id}=4" for one in rules.criteria)
        tell(_("An evaluation is typed as --favourable true --scores {scores} (1 to 5).", scores=scores))


def programmes(all_: Sequence[Programme]) -> None:
    rows = [(one.id, one_of(one.name), one.valid_from, one.valid_until, as_source(one.source)) for one in all_]
    columns = (_("programme"), _("name"), _("from"), _("until"), _("source"))
    table("", columns, rows, _("No programmes."))


def clause(fault: FaultLine) -> str:
    """What is wrong, without a full stop."""
    return translate(fault.what).removesuffix(".")


def verdict(found: FileVerdict) -> dict[str, Any]:
    """What a check found, as JSON has it: in words."""

    def in_words(lines: Sequence[FaultLine]) -> list[dict[str, Any]]:
        return [
            {
                **({"file": one.file} if one.file else {}),
                "line": one.line,
                "field": shown(one.field),
                "what": clause(one),
            }
            for one in lines
        ]

    return {**found.model_dump(), "faults": in_words(found.faults), "remarks": in_words(found.remarks)}


def report(figures: Figures) -> None:
    style = on_screen()
    tell(_("{programme}, {day}: {told}", programme=figures.programme, day=figures.day, told=headline(figures, style)))
    tell(purpose(figures))
    for one in tables(figures, style):
        tell(f"\n{one.title}", style="italic")
        counts("", one.columns, one.rows)
        for note in one.notes:
            tell(note)


def units(lines: Sequence[UnitTraining]) -> None:
    """Each unit with its share, then who lacks what, and what expires soon."""
    for line in lines:
        where = {"unit": line.unit, "package": line.package}
        if not line.staff:
            tell(_("{unit}, {package}: nobody is registered as staff", **where))
            continue
        through = {"through": line.through, "staff": len(line.staff), "share": line.share}
        counts(
            _("{unit}, {package}: {through} of {staff} through ({share} per cent)", **where, **through),
            (_("person"), _("form"), _("lacks"), _("expires within 90 days")),
            map(_staff, line.staff),
        )


def _requirement(one: Requirement) -> tuple[str, ...]:
    weight = _("essential") if one.essential else _("desirable")
    return one.id, weight, _("yes") if one.trainable else _("no"), one_of(one.text)


def _form(form: EmploymentForm) -> tuple[object, ...]:
    days = f"{form.valid_from or ''} – {form.valid_until or ''}" if form.valid_from or form.valid_until else ""
    return form.id, one_of(form.name), days, ", ".join(lengths_of(form))


def _staff(one: StaffLine) -> tuple[str, str, str, str]:
    expires = [_("{part} on {day}", part=expiry.part, day=expiry.expires_on) for expiry in one.expires]
    return unless_protected(one.person), as_typed(StaffForm(one.form)), listed(one.lacks), ", ".join(expires)
