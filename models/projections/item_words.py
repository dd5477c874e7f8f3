"""What a journey waits for, and of whom, in words."""

from models.events.descriptions import agreement_in_words, name_of
from models.message import Message, msg, plain
from models.programme.duties import DutyKind
from models.projections.open_items import NOBODY, NOTHING, OpenItem
from models.state.deadlines import deadline_in_words, has_words
from models.state.duties import duty_of

WAITS = {
    "referral": msg("waits_for.referral", "the referral"),
    "referral_answer": msg("waits_for.referral_answer", "an answer to the referral"),
    "requirement_check": msg("waits_for.requirement_check", "the requirement check"),
    "offer_answer": msg("waits_for.offer_answer", "the candidate's answer to the offer of a place"),
    "drawing": msg("waits_for.drawing_of_lots", "the drawing of lots"),
    "lot": msg("waits_for.offer_in_order", "an offer of a place in the order of the drawing"),
    "offer": msg("waits_for.offer", "an offer of a place"),
    "internship": msg("waits_for.internship", "an internship"),
    "check_in": msg("waits_for.check_in", "a check-in"),
    "internship_end": msg("waits_for.internship_end", "the end of the internship"),
    "evaluation": msg("waits_for.evaluation", "the evaluation"),
    "self_evaluation": msg("waits_for.self_evaluation", "the candidate's own evaluation"),
    "role_decision": msg("waits_for.role_decision", "a decision on a role"),
    "temporary_role_end": msg("waits_for.temporary_role_end", "the end of the temporary role"),
    "conversion": msg("waits_for.conversion", "the day on which the law makes the role permanent"),
    "follow_up": msg("waits_for.follow_up", "a follow-up"),
    "reminder": msg("waits_for.reminder", "a reminder"),
    "question": msg("waits_for.question", "a question or a remark to be looked at"),
    "resumption": msg("waits_for.resumption", "the journey to be resumed"),
    "union_answer": msg("waits_for.union_answer", "an answer from the union"),
    "acknowledgement": msg("waits_for.acknowledgement", "the confirmation of a letter"),
    "call": msg("waits_for.call", "a call to somebody without an e-mail address"),
    "tell": msg("waits_for.tell", "the candidate to be told"),
    "second_person": msg("waits_for.second_person", "a colleague's approval of a correction"),
    DutyKind.CLAIM.value: msg("waits_for.claim", "a claim of money"),
    DutyKind.CERTIFICATE.value: msg("waits_for.certificate", "a certificate"),
    DutyKind.TASK.value: msg("waits_for.task", "a recurring task"),
    NOTHING: msg("waits_for.nothing", "nothing"),
}
"""What a journey can wait for."""

PARTIES = {
    "referring_partner": msg("party.referring_partner", "the referring partner"),
    "coordinator": msg("party.coordinator", "the coordinator"),
    "supervisor": msg("party.supervisor", "the supervisor"),
    "union": msg("party.union", "the union"),
    "partner": msg("party.partner", "the partner"),
    "colleague": msg("party.colleague", "a colleague"),
    NOBODY: msg("party.nobody", "nobody"),
}
"""How those who are to act are called in a sentence."""


def wait_in_words(waits_for: str) -> Message:
    """What is waited for; by its own name where it is a programme's own deadline or of another version."""
    known = deadline_in_words(waits_for) if has_words(waits_for) else plain(waits_for.replace("_", " "))
    return WAITS.get(waits_for) or known


def party_in_words(of_whom: str) -> Message:
    """Who is to act; somebody of another version, by their code."""
    return PARTIES.get(of_whom) or plain(of_whom.replace("_", " "))


def item_in_words(item: OpenItem) -> Message:
    """What exactly is waited for: the check-in of which day, the answer on what, the letter about what."""
    match item.what:
        case "check_in" if item.days is not None:
            return msg("waits_for.check_in_of_day", "the check-in of day {days}", days=item.days)
        case "follow_up" if item.days is not None:
            return msg("waits_for.follow_up_after", "the follow-up after {days} days", days=item.days)
        case "lot" if item.days is not None:
            return msg(
                "waits_for.offer_by_number", "an offer of a place, as number {days} of the drawing", days=item.days
            )
        case "union_answer" if item.about is not None:
            about = agreement_in_words(item.about)
            return msg("waits_for.union_answer_on", "an answer from the union on {about}", about=about)
        case "acknowledgement" if item.about is not None:
            about = name_of(item.about)
            return msg("waits_for.acknowledgement_of", "the confirmation of the letter “{about}”", about=about)
        case "claim" | "certificate" | "task" if (duty := duty_of(item.item)) is not None:
            what = wait_in_words(item.what)
            return msg("waits_for.duty", "{what} for {period}", what=what, period=plain(duty[1]))
        case "call" if item.about is not None:
            return msg("waits_for.call_about", "a call about “{about}”", about=name_of(item.about))
        case "tell" if item.about is not None:
            return msg("waits_for.tell_about", "the candidate to be told of “{about}”", about=name_of(item.about))
        case _:
            return wait_in_words(item.what)


def whom_in_words(item: OpenItem) -> Message:
    """Who is to act, with the name of the partner where it is one."""
    party = party_in_words(item.of_whom)
    return (
        msg("party.by_name", "{party} {name}", party=party, name=item.partner)
        if item.partner and item.what not in ("call", "tell")
        else party
    )
