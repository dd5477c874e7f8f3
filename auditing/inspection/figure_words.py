"""The figures of a programme in words: an auditor who reads English looks them up in the file by their names there."""

from auditing.inspection.wording import value
from models.message import N_
from models.rules.figures import Figure
from models.state.deadlines import deadline_in_words
from runtime.i18n import _, called, language, translate

FIGURES = {
    "admission.referrals_until": N_("last day of referrals"),
    "admission.starts_from": N_("first day on which people begin"),
    "admission.starts_until": N_("last day on which people begin"),
    "ages.highest": N_("highest age"),
    "ages.lowest": N_("lowest age"),
    "ages.on": N_("day on which the age counts"),
    "chain.forms": N_("forms of employment, one after another"),
    "conversion.chain_gap_months": N_("longest gap in a chain, in months"),
    "conversion.gaps_count_from_jobs_a_month": N_("employments in a month from which gaps count"),
    "conversion.more_than_days": N_("days after which it becomes permanent"),
    "conversion.not_from_age": N_("age from which it does not become permanent"),
    "conversion.within_years": N_("years within which days count"),
    "deadlines.counts_from": N_("counted from"),
    "deadlines.days": N_("days until it is due"),
    "deadlines.escalate_days_after": N_("days after which the manager is told"),
    "deadlines.remind_days_before": N_("days before on which the coordinator is reminded"),
    "deadlines.working_days": N_("working days until it is due"),
    "decisions.by_two": N_("two people evaluate and decide"),
    "decisions.corrections_by_two": N_("two people decide and correct the decision"),
    "duties.day_rate": N_("what a day is worth, in kronor"),
    "duties.every": N_("how long a period is"),
    "duties.in_arrears": N_("done once the period has ended"),
    "duties.kind": N_("what is to be done"),
    "duties.least_days": N_("fewest days in a period"),
    "duties.lost_after_days": N_("days after the period until the last day"),
    "duties.rates": N_("what a day is worth later, in kronor"),
    "evaluation.self_evaluation_required": N_("the candidate evaluates, too"),
    "form_lengths.exact_months": N_("exact lengths of a role, in months"),
    "form_lengths.shortest_months": N_("shortest role, in months"),
    "form_limits.longest_months": N_("longest time in the programme, in months"),
    "forms.apply_days_ahead": N_("days ahead that it is applied for"),
    "forms.longest_decision_months": N_("longest decision, in months"),
    "forms.longest_first_decision_months": N_("longest first decision, in months"),
    "forms.longest_months": N_("longest time in all, in months"),
    "forms.valid_from": N_("open to decisions from"),
    "forms.valid_until": N_("open to decisions until"),
    "hours.internship": N_("hours a week of an internship"),
    "hours.role": N_("hours a week of a role"),
    "internship.interns_per_employees": N_("interns at a time for the ordinary employees"),
    "internship.lengths": N_("lengths of an internship by group, in weeks"),
    "internship.longest_months": N_("longest internship, in months"),
    "internship.longest_weeks": N_("longest internship, in weeks"),
    "internship.mentor_required": N_("an internship needs a mentor"),
    "internship.not_where_last_worked": N_("not where the person last worked"),
    "internship.shortest_weeks": N_("shortest internship, in weeks"),
    "internship.supervisor_required": N_("an internship needs a supervisor"),
    "lottery.offers_in_order": N_("places are offered in the order that was drawn"),
    "offers.answer_within_working_days": N_("working days for an answer to an offer"),
    "offers.required": N_("an offer is accepted before something is agreed"),
    "profiles.requirements": N_("requirements"),
    "programme.cohorts": N_("cohorts and their places"),
    "programme.criteria": N_("criteria of an evaluation"),
    "programme.follow_up_after_days": N_("days after the end of follow-ups"),
    "programme.periods": N_("periods of which one is agreed"),
    "programme.referring_partners": N_("who refers to it"),
    "programme.reopen_within_days": N_("days within which a journey is reopened"),
    "programme.towns": N_("towns"),
    "programme.valid_from": N_("takes referrals from"),
    "programme.valid_until": N_("takes referrals until"),
    "relevance.confirmation_required": N_("formal requirements are confirmed"),
    "relevance.formal_allowed": N_("formal requirements are allowed"),
    "relevance.reasons_required": N_("essential requirements have a reason"),
    "studies.hours_a_week": N_("hours of studies a week"),
    "studies.longest_hours_a_week": N_("most hours of work and studies a week"),
    "training.mentor": N_("the mentor takes training"),
    "training.package": N_("training package"),
    "training.share_of_unit": N_("per cent of the unit who take training"),
    "training.supervisor": N_("the supervisor takes training"),
    "union_consultation.answer_within_days": N_("days for a union's answer"),
    "union_consultation.before": N_("unions are consulted before"),
    "union_consultation.must_agree": N_("unions must agree"),
    "way.units_differ": N_("internships in different units"),
    "way.ends_as_planned": N_("the way ends with the temporary role"),
    "union_consultation.unions": N_("unions that are consulted"),
}
"""What each figure is called, by the part of the programme that has it and its name there."""

COUNTED_FROM = {
    "stage_entered": N_("the first day in the stage"),
    "agreed_end": N_("the last day agreed"),
    "last_check_in": N_("the latest check-in"),
    "evaluated": N_("the evaluation"),
}


def figure_name(figure: Figure) -> str:
    """What a figure is called, and of what it is one where the programme has several."""
    part, _dot, of = figure.where.partition(".")
    of, _dot, within = of.partition(".")
    words = FIGURES.get(f"{within or part}.{figure.name}")
    if language() == "en" or words is None:
        return f"{figure.where}.{figure.name}"
    whose = translate(deadline_in_words(of)) if part == "deadlines" else called(OF_PARTS.get(part, part), of)
    told = _(words)
    return f"{whose}, {told}" if of else told


OF_PARTS = {"duties": "duty", "forms": "form", "form_lengths": "form", "form_limits": "form", "profiles": "profile"}


def figure_value(figure: Figure) -> str:
    """The value of a figure in words."""
    if figure.name == "counts_from" and language() != "en":
        return _(COUNTED_FROM[figure.value])
    return value(figure.name, figure.value)
