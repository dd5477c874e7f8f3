"""What the rules of a programme say, in plain words and in the order of the way, each with where it is written."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from models.events.descriptions import AGREEMENTS, name_of
from models.events.events import EVENT_CLASSES
from models.fields import BothLanguages
from models.journey.transitions import stages_of
from models.message import Message, msg
from models.partners.partner import PartnerKind
from models.programme.admission import OF_THE_REFERRAL
from models.programme.duties import COMMON_YEAR, DutyRule
from models.programme.employment_form import EmploymentForm
from models.programme.hours import HoursSpan
from models.programme.interns import InternsPerEmployees
from models.programme.programme import CountsFrom, DeadlineRule, InternshipRule, Programme, WayEnd
from models.programme.sourced import Sourced
from models.projections.item_words import party_in_words
from models.rules.durations import bounds_of
from models.stages import Stage
from models.state.deadlines import deadline_in_words
from models.state.partner_obligations import consulted_in
from models.state.recipients import PARTS
from runtime.i18n import _, _n, one_of, translate
from services.days import in_any_year

LEAP_DAY = date(2000, 2, 29)
"""In a year that has every day there is."""

RECIPIENTS: dict[str, Message] = {
    "candidate": msg("recipient.candidate_in_a_list", "the candidate (by the coordinator)"),
    "manager": msg("recipient.manager", "the programme's manager"),
    "mentor": msg("recipient.mentor", "the mentor"),
    **{kind: party_in_words(kind) for kind in ("coordinator", "referring_partner", "supervisor")},
    PartnerKind.AGENCY: msg("recipient.agency", "the town's agency"),
    PartnerKind.MUNICIPALITY: msg("recipient.municipality", "the town's municipality"),
    PartnerKind.UNION: msg("recipient.union", "the town's unions"),
    PartnerKind.CHURCH: msg("recipient.church", "the town's church"),
    PartnerKind.SAMHALL: msg("recipient.samhall", "the town's Samhall"),
    PartnerKind.CIVIL_SOCIETY: msg("recipient.civil_society", "the town's associations"),
    PartnerKind.TALENT_ORGANISATION: msg("recipient.talent_organisation", "the town's talent organisations"),
    PartnerKind.UNIT: msg("recipient.unit", "the town's units"),
}
"""What a name in a notice rule means that is no partner's."""

ENDS: dict[WayEnd, Message] = {
    WayEnd.BEFORE_INTERNSHIP: msg("way_end.before_internship", "before an internship"),
    WayEnd.INTERNSHIP: msg("way_end.internship", "after an internship"),
    WayEnd.TEMPORARY_ROLE: msg("way_end.temporary_role", "after a temporary role"),
    WayEnd.PERMANENT_ROLE: msg("way_end.permanent_role", "in a permanent role"),
}


BEFORE_A_ROLE = msg("way_end.before_role", "before a role")


def _end(end: WayEnd, rules: Programme) -> Message:
    return BEFORE_A_ROLE if end is WayEnd.BEFORE_INTERNSHIP and not rules.shape.internships else ENDS[end]


def _is_an_end(end: WayEnd, rules: Programme) -> bool:
    return end is not WayEnd.INTERNSHIP or rules.shape.internships > 0


class Line(NamedTuple):
    """What a rule says, and where it is written: empty where that is the source of the whole programme."""

    says: str
    source: str


class Part(NamedTuple):
    """A part of the way with its rules."""

    title: str
    lines: tuple[Line, ...]


def told(rules: Programme, partners: Mapping[str, str]) -> list[Part]:
    """The parts of the way in their order, in the language that is spoken. `partners` has the partners' names."""
    by_stage = {
        Stage.REFERRAL: _referral(rules, partners),
        Stage.REQUIREMENT_CHECK: _check(rules),
        Stage.AWAITING_PLACEMENT: [*_awaiting(rules), *_shape(rules)],
        Stage.INTERNSHIP: _internship(rules),
        Stage.EVALUATION: _evaluation(rules) if Stage.EVALUATION in stages_of(rules.shape) else (),
        Stage.TEMPORARY_ROLE: _forms(rules),
    }
    parts = []
    for stage in Stage:
        said = [*by_stage.get(stage, ()), *_consultation(rules, stage, partners), *_deadlines(rules, stage)]
        parts.append(Part(_capital(translate(stage.in_words)), tuple(said)))
    parts.append(Part(_("After the end"), tuple(_afterwards(rules))))
    parts.append(Part(_("Throughout"), tuple(_throughout(rules))))
    parts.append(Part(_("Who is told"), tuple(_notices(rules, partners))))
    return [part for part in parts if part.lines]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(says: str, by: Sourced) -> Line:
    return Line(says, "" if isinstance(by, Programme) else one_of(by.source))


def _listed(names: Sequence[str | BothLanguages]) -> str:
    return ", ".join(map(one_of, names))


def _referral(rules: Programme, partners: Mapping[str, str]) -> Iterator[Line]:
    if rules.valid_from or rules.valid_until:
        yield _line(_("Referrals are taken {bounds}.", bounds=translate(bounds_of(rules))), rules)
    names = [partners.get(name, name) for name in rules.referring_partners]
    yield _line(_("These partners may refer: {partners}.", partners=_listed(names)), rules)
    for one in rules.cohorts:
        told = {"cohort": one_of(one.name), "first": one.starts_on, "last": one.ends_on}
        yield _line(
            _n(
                "The cohort {cohort}, {first} to {last}, has {count} place.",
                "The cohort {cohort}, {first} to {last}, has {count} places.",
                one.places,
                **told,
            ),
            rules,
        )
    if rules.towns:
        yield _line(_("It is run in {towns}.", towns=_listed([town.name for town in rules.towns])), rules)
    yield from _who_and_when(rules)


def _who_and_when(rules: Programme) -> Iterator[Line]:
    """Of which ages people are, and by which days they are referred and begin."""
    if (rule := rules.ages) is not None:
        day: str | date = rule.day(LEAP_DAY)
        if rule.on == OF_THE_REFERRAL:
            day = _("the day of the referral")
        elif rule.is_of_each_year:
            day = _("{day} of the referral's year", day=in_any_year(rule.day(LEAP_DAY)))
        if rule.lowest is not None:
            yield _line(_("People are at least {years} years old on {day}.", years=rule.lowest, day=day), rule)
        if rule.highest is not None:
            yield _line(_("People are at most {years} years old on {day}.", years=rule.highest, day=day), rule)
    if (days := rules.admission) is not None:
        if days.referrals_until is not None:
            yield _line(_("The last day of referrals is {day}.", day=days.referrals_until), days)
        if days.starts_from is not None:
            yield _line(_("People begin from {day} on.", day=days.starts_from), days)
        if days.starts_until is not None:
            yield _line(_("People begin by {day}.", day=days.starts_until), days)


def _hours(rules: Programme, span: HoursSpan | None) -> Iterator[Line]:
    """Between how many hours a week."""
    if rules.hours is None or span is None:
        return
    if span.lowest is not None:
        says = _n("{count} hour a week at least.", "{count} hours a week at least.", span.lowest)
        yield _line(says, rules.hours)
    if span.highest is not None:
        says = _n("{count} hour a week at most.", "{count} hours a week at most.", span.highest)
        yield _line(says, rules.hours)


def _check(rules: Programme) -> Iterator[Line]:
    titles = _listed([profile.title for profile in rules.profiles])
    yield _line(_("The candidate is checked against one of the profiles: {profiles}.", profiles=titles), rules)
    rule = rules.relevance
    if rule is not None and rule.reasons_required:
        yield _line(_("Each essential requirement says what the job needs it for."), rule)
    if rule is not None and not rule.formal_allowed:
        yield _line(_("No essential requirement is formal, such as a degree or a driving licence."), rule)
    elif rule is not None and rule.confirmation_required:
        yield _line(_("The agency confirms each essential requirement that is formal."), rule)


def _training(rules: Programme) -> Iterator[Line]:
    rule = rules.training
    if rule is None:
        return
    who = [_("the supervisor")] if rule.supervisor else []
    who += [_("the mentor")] if rule.mentor else []
    if rule.share_of_unit:
        who.append(_("{share} per cent of the unit's staff", share=rule.share_of_unit))
    if who:
        what = {"who": ", ".join(who), "package": one_of(rule.package.name)}
        yield _line(_("Before an internship begins these have taken the training {package}: {who}.", **what), rule)


def _shape(rules: Programme) -> Iterator[Line]:
    """What is special about the shape of the way."""
    if rules.shape.hired_at_any_time:
        says = _("A role can be agreed during an internship and between two as well, without an evaluation before it.")
        yield _line(says, rules.shape)
    if not rules.shape.internships:
        yield _line(
            _("A role is agreed as soon as the check is passed, without an internship and an evaluation before it."),
            rules.shape,
        )


def _awaiting(rules: Programme) -> Iterator[Line]:
    yield from _training(rules)
    if rules.periods:
        each = [f"{one_of(one.name)} ({one.starts_on} – {one.ends_on})" for one in rules.periods]
        yield _line(_("One of these periods is agreed: {periods}.", periods=", ".join(each)), rules)
    if (drawn := rules.lottery) is not None:
        yield _line(_("Lots are drawn where more wait than there are places."), drawn)
        if drawn.offers_in_order:
            yield _line(_("Places are offered in the order that was drawn."), drawn)
    if (rule := rules.offers) is not None:
        days = rule.answer_within_working_days
        yield _line(
            _n(
                "Places are offered, and the candidate answers within {count} working day.",
                "Places are offered, and the candidate answers within {count} working days.",
                days,
            ),
            rule,
        )
        if rule.required:
            yield _line(_("Nothing is agreed before an offer of the place was accepted."), rule)


def _internship(rules: Programme) -> Iterator[Line]:
    rule = rules.internship
    shape = rules.shape
    if not shape.internships:
        return
    if shape.internships > 1:
        count = shape.internships
        yield _line(_("{count} internships are completed before the evaluation.", count=count), shape)
        if shape.check_before_each:
            yield _line(_("A requirement check comes before each of them."), shape)
        if shape.units_differ:
            yield _line(_("Each is in another unit than those before it."), shape)
    for says in _lengths(rule):
        yield _line(says, rule)
    yield from _hours(rules, rules.hours.internship if rules.hours else None)
    if rule.not_where_last_worked:
        yield _line(_("It is not in the unit in which the person last worked."), rule)
    if rule.supervisor_required:
        yield _line(_("A supervisor is named."), rule)
    if rule.mentor_required:
        yield _line(_("A mentor is named."), rule)
    for limit in rule.interns_per_employees:
        yield _line(_interns(limit), rule)


def _interns(limit: InternsPerEmployees) -> str:
    each = {"each": limit.one_for_each, "up_to": limit.up_to}
    if limit.up_to is None:
        return _("A unit has at most one intern at a time for each {each} ordinary employees.", **each)
    return _("Up to {up_to} ordinary employees, a unit has at most one intern at a time for each {each}.", **each)


def _lengths(rule: InternshipRule) -> Iterator[str]:
    """How long an internship lasts, for everybody and for each group."""
    if (months := rule.longest_months) is not None:
        yield _n("An internship lasts {count} month at most.", "An internship lasts {count} months at most.", months)
    if (weeks := rule.longest_weeks) is not None:
        yield _n("An internship lasts {count} week at most.", "An internship lasts {count} weeks at most.", weeks)
    if (least := rule.shortest_weeks) is not None:
        yield _n(
            "An internship is agreed for {count} week at least.",
            "An internship is agreed for {count} weeks at least.",
            least,
        )
    for one in rule.lengths:
        of_group = {"group": one_of(one.name)}
        if one.longest_weeks is not None:
            yield _n(
                "In the group {group} it lasts {count} week at most.",
                "In the group {group} it lasts {count} weeks at most.",
                one.longest_weeks,
                **of_group,
            )
        if one.shortest_weeks is not None:
            yield _n(
                "In the group {group} it is agreed for {count} week at least.",
                "In the group {group} it is agreed for {count} weeks at least.",
                one.shortest_weeks,
                **of_group,
            )


def _evaluation(rules: Programme) -> Iterator[Line]:
    rule = rules.evaluation or rules
    criteria = _listed([criterion.text for criterion in rules.criteria])
    yield _line(_("These criteria are scored: {criteria}.", criteria=criteria), rule)
    if rules.scores_what_was_learnt:
        yield _line(_("What the check left to be learnt is scored as well."), rule)
    if rules.needs_self_evaluation:
        yield _line(_("The candidate evaluates the same before a role is agreed."), rule)
    by = rules.decisions
    if by.by_two:
        yield _line(_("Nobody decides on a role after having evaluated the candidate alone."), by)
    else:
        yield _line(_("Somebody who has evaluated the candidate alone may decide on a role."), by)
    if by.by_two and by.corrections_by_two:
        yield _line(_("A decision is corrected by two: one proposes it, and another approves."), by)
    if by.own_key == "demanded":
        yield _line(_("Decisions of two are signed with a key of one's own."), by)


def _consultation(rules: Programme, stage: Stage, partners: Mapping[str, str]) -> Iterator[Line]:
    rule = rules.union_consultation
    agreed = [kind for kind in consulted_in(stage, rules.shape) if rule is not None and kind in rule.before]
    if rule is None or not agreed:
        return
    unions = _listed([partners.get(name, name) for name in rule.unions]) or translate(RECIPIENTS[PartnerKind.UNION])
    agreements = ", ".join(translate(AGREEMENTS[kind]) for kind in agreed)
    yield _line(_("Unions are consulted before {agreements}: {unions}.", agreements=agreements, unions=unions), rule)
    if rule.must_agree:
        yield _line(_("Nothing of that is agreed unless each of them agrees."), rule)
    yield _line(
        _n("A union answers within {count} day.", "A union answers within {count} days.", rule.answer_within_days), rule
    )
    if rule.remind_after_days:
        yield _line(
            _n(
                "A union that has not answered is reminded after {count} day.",
                "A union that has not answered is reminded after {count} days.",
                rule.remind_after_days,
            ),
            rule,
        )


def _forms(rules: Programme) -> Iterator[Line]:
    if rules.shape.ends_as_planned:
        yield _line(
            _("The way ends with the temporary role: as planned where it lasted as agreed, otherwise with a reason."),
            rules.shape,
        )
    for form in rules.forms:
        says = ", ".join(_of_form(form)) or _("without a longest time")
        yield _line(f"{_capital(one_of(form.name))}: {says}.", form)
    yield from _hours(rules, rules.hours.role if rules.hours else None)
    for limit in rules.form_limits:
        limited = rules.form(limit.form)
        form_name = one_of(limited.name) if limited is not None else limit.form
        yield _line(
            _n(
                "In this programme {form} lasts {count} month at most in all.",
                "In this programme {form} lasts {count} months at most in all.",
                limit.longest_months,
                form=form_name,
            ),
            limit,
        )
    for length in rules.form_lengths:
        lasting = rules.form(length.form)
        of_form = {"form": one_of(lasting.name) if lasting is not None else length.form}
        if length.exact_months:
            months = ", ".join(map(str, length.exact_months))
            says = _("{form} is agreed for exactly these months: {months}.", months=months, **of_form)
            yield _line(_capital(says), length)
        elif length.shortest_months is not None:
            says = _n(
                "{form} is agreed for {count} month at least.",
                "{form} is agreed for {count} months at least.",
                length.shortest_months,
                **of_form,
            )
            yield _line(_capital(says), length)
    if rules.chain is not None:
        links = [one.name if (one := rules.form(link)) is not None else link for link in rules.chain.forms]
        names = _listed(links)
        yield _line(
            _("Forms follow one another in this order, and nobody goes back: {forms}.", forms=names), rules.chain
        )


def _of_form(form: EmploymentForm) -> Iterator[str]:
    """What holds of a form, piece by piece."""
    if form.valid_from or form.valid_until:
        yield _("agreed {bounds}", bounds=translate(bounds_of(form)))
    yield from lengths_of(form)
    if (ahead := form.apply_days_ahead) is not None:
        yield _n("agreed {count} day ahead at the latest", "agreed {count} days ahead at the latest", ahead)


def lengths_of(form: EmploymentForm) -> Iterator[str]:
    """How long somebody may be employed in a form, and when the law makes it permanent."""
    if (first := form.longest_first_decision_months) is not None:
        yield _n("{count} month at most the first time", "{count} months at most the first time", first)
    if (each := form.longest_decision_months) is not None:
        yield _n("{count} month at most at a time", "{count} months at most at a time", each)
    if (in_all := form.longest_months) is not None:
        yield _n("{count} month at most in all", "{count} months at most in all", in_all)
    if (rule := form.conversion) is not None:
        yield _n(
            "permanent by law after more than {days} days within {count} year",
            "permanent by law after more than {days} days within {count} years",
            rule.within_years,
            days=rule.more_than_days,
        )


DAYS: dict[CountsFrom, Message] = {
    CountsFrom.STAGE_ENTERED: msg("counts_from.stage_entered", "the day on which the stage was entered"),
    CountsFrom.AGREED_END: msg("counts_from.agreed_end", "the last day that is agreed"),
    CountsFrom.LAST_CHECK_IN: msg("counts_from.last_check_in", "the latest check-in"),
    CountsFrom.EVALUATED: msg("counts_from.evaluated", "the evaluation"),
}


def _deadlines(rules: Programme, stage: Stage) -> Iterator[Line]:
    for deadline in rules.deadlines:
        if stage in deadline.stages:
            says = ", ".join((_due(deadline), *_steps(deadline)))
            yield _line(f"{_capital(translate(deadline_in_words(deadline.name)))}: {says}.", rules)


def _due(deadline: DeadlineRule) -> str:
    day = translate(DAYS[deadline.counts_from])
    if (working := deadline.working_days) is not None:
        return _n("within {count} working day of {day}", "within {count} working days of {day}", working, day=day)
    if deadline.days < 0:
        return _n("{count} day before {day}", "{count} days before {day}", -deadline.days, day=day)
    if deadline.days == 0:
        return _("on {day}", day=day)
    return _n("within {count} day of {day}", "within {count} days of {day}", deadline.days, day=day)


def _steps(deadline: DeadlineRule) -> Iterator[str]:
    if (before := deadline.remind_days_before) is not None:
        yield _n(
            "the coordinator is reminded {count} day before",
            "the coordinator is reminded {count} days before",
            before,
        )
    if (after := deadline.escalate_days_after) is not None:
        yield _n("the manager is told {count} day after", "the manager is told {count} days after", after)


def _afterwards(rules: Programme) -> Iterator[Line]:
    yield _line(
        _n(
            "A journey that has ended can be reopened within {count} day.",
            "A journey that has ended can be reopened within {count} days.",
            rules.reopen_within_days,
        ),
        rules,
    )
    if rules.follow_up_after_days and rules.follow_up_ends:
        days = ", ".join(map(str, rules.follow_up_after_days))
        ends = ", ".join(translate(_end(end, rules)) for end in rules.follow_up_ends if _is_an_end(end, rules))
        yield _line(_("Follow-ups come this many days after the end: {days}.", days=days), rules)
        yield _line(_("People are followed up whose way ended: {ends}.", ends=ends), rules)
    if rules.retention is not None:
        yield _line(
            _n(
                "A candidate is kept for {count} month after the end, and is then due to be erased.",
                "A candidate is kept for {count} months after the end, and is then due to be erased.",
                rules.retention.months,
            ),
            rules.retention,
        )
    if rules.certify_interrupted:
        yield _line(_("Certificates name internships that were interrupted, too."), rules)


def _duties(rules: Programme) -> Iterator[Line]:
    """What is studied beside the work, and what recurs while somebody works."""
    if (studies := rules.studies) is not None:
        school, hours = one_of(studies.school), studies.hours_a_week
        yield _line(_("Studies beside the work: {school}, {hours} hours a week.", school=school, hours=hours), studies)
        if (longest := studies.longest_hours_a_week) is not None:
            yield _line(_("Work and studies are at most {hours} hours a week together.", hours=longest), studies)
    for term in rules.terms:
        first, last = (in_any_year(day) for day in term.in_year(COMMON_YEAR))
        name = _capital(one_of(term.name))
        yield _line(_("{term}: {first} to {last} each year.", term=name, first=first, last=last), rules)
    for duty in rules.duties:
        yield _line(f"{_capital(one_of(duty.name))}: {', '.join(_of_duty(duty))}.", duty)


def _of_duty(duty: DutyRule) -> Iterator[str]:
    match duty.every:
        case "month":
            yield _("for each calendar month")
        case "term":
            yield _("for each term")
        case _:
            yield _n("for each period of {count} week", "for each period of {count} weeks", duty.weeks or 1)
    due, lost = duty.due_days_after, duty.lost_after_days
    yield _n("done within {count} day of its end", "done within {count} days of its end", due)
    if duty.day_rate is not None:
        yield _("a day is worth {kronor} kronor", kronor=duty.day_rate)
    for rate in sorted(duty.rates, key=lambda one: one.from_day):
        yield _("{kronor} kronor for periods from {day} on", kronor=rate.kronor, day=rate.from_day)
    yield _n("given up after {count} day", "given up after {count} days", lost)


def _throughout(rules: Programme) -> Iterator[Line]:
    yield from _duties(rules)
    if rules.blind:
        stages = ", ".join(translate(stage.in_words) for stage in rules.blind)
        yield _line(
            _("Not even the coordinator sees who the candidate is in these stages: {stages}.", stages=stages), rules
        )
    yield _line(
        _n(
            "The coordinator is reminded {count} day before a pause ends.",
            "The coordinator is reminded {count} days before a pause ends.",
            rules.pause_reminder_days,
        ),
        rules,
    )
    if rules.goal is not None:
        wanted = {"until": str(rules.goal_until)}
        yield _line(
            _n("{count} person is to be hired.", "{count} people are to be hired.", rules.goal)
            if rules.goal_until is None
            else _n(
                "{count} person is to be hired by {until}.",
                "{count} people are to be hired by {until}.",
                rules.goal,
                **wanted,
            ),
            rules,
        )
    if (rule := rules.balance) is not None:
        shares = {"lowest": rule.lowest_percent, "highest": rule.highest_percent}
        yield _line(_("Each sex is to be {lowest} to {highest} per cent of those hired.", **shares), rule)


def _notices(rules: Programme, partners: Mapping[str, str]) -> Iterator[Line]:
    for kind in EVENT_CLASSES:
        told_of: dict[int | None, list[str]] = {}
        for rule in rules.notices:
            if rule.event == kind:
                told_of.setdefault(rule.acknowledge_within_days, []).extend(rule.to)
        who = []
        for within, names in told_of.items():
            heard = ", ".join(_recipient(name, partners, rules) for name in dict.fromkeys(names))
            who.append(heard if within is None else _confirming(heard, within))
        if who:
            yield _line(f"{_capital(translate(name_of(kind)))}: {', '.join(who)}.", rules)


def _confirming(heard: str, within: int) -> str:
    return _n("{who} (confirms within {count} day)", "{who} (confirms within {count} days)", within, who=heard)


def _recipient(name: str, partners: Mapping[str, str], rules: Programme) -> str:
    """Somebody in a notice rule. Where the programme has towns a kind stands for the town's, also beside a partner."""
    if name in PARTS or (name in RECIPIENTS and rules.towns):
        return translate(RECIPIENTS[name])
    return partners.get(name, name)
