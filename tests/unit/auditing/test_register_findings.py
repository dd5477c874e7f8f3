"""What an audit says of the register itself: its founder, its statements, and a checkpoint of it."""

from datetime import timedelta

from auditing.transparency.signing import Statement
from auditing.verification.authority_checks import ahead_findings, kept_findings, moment_of, register_findings
from models.access.statements import StaffEntered
from tests.support.checkpoints import LEDGER, PUBLIC
from tests.support.findings import named
from tests.support.statement_logs import KIM, NINE, Log, later, public


def a_log() -> Log:
    """Three statements: the founding, and two people who were entered."""
    log = Log()
    for hour, name in ((1, "anna.berg"), (2, "bo.lind")):
        assert log.says(StaffEntered(at=later(hour), person=name, name=name), KIM) is None
    return log


def checkpoint_of(log: Log, hours: float = 3) -> Statement:
    return Statement(
        ledger=LEDGER,
        at=f"{later(hours):%Y-%m-%dT%H:%M:%SZ}",
        journeys=0,
        rows=0,
        root="0" * 64,
        statements=log.register.number,
        register_head=log.register.head,
        chains={},
        public_key=PUBLIC,
    )


def test_nothing_is_said_of_a_register_that_only_grew() -> None:
    log = a_log()
    checkpoint = checkpoint_of(log)
    assert log.says(StaffEntered(at=later(4), person="eva", name="Eva"), KIM) is None
    assert list(register_findings(log.register, public(KIM))) == []
    assert list(kept_findings(log.statements, checkpoint)) == []


def test_a_register_of_another_founder_is_named() -> None:
    [found] = register_findings(a_log().register, public("anna.berg"))
    assert named(found) == ("finding.register_other_founder", "register of staff")
    assert (found.expected, found.found) == (public("anna.berg"), public(KIM))


def test_a_register_that_nobody_founded_is_not_the_auditors() -> None:
    assert [one.what.id for one in register_findings(Log(is_empty=True).register, public(KIM))] == [
        "finding.register_other_founder"
    ]


def test_a_statement_that_does_not_count_is_named() -> None:
    log = a_log()
    assert log.says(StaffEntered(at=later(4), person="eva", name="Eva"), "anna.berg") is not None
    assert [named(one) for one in register_findings(log.register, None)] == [
        ("finding.statement_does_not_count", "statement 4, on eva")
    ]


def test_a_register_that_was_cut_differs_from_the_checkpoint() -> None:
    log = a_log()
    assert [named(one) for one in kept_findings(log.statements[:2], checkpoint_of(log))] == [
        ("finding.register_differs", "statement 3")
    ]


def test_a_register_with_another_statement_differs_from_the_checkpoint() -> None:
    log, other = a_log(), Log()
    for hour, name in ((1, "anna.berg"), (2, "eve")):
        other.says(StaffEntered(at=later(hour), person=name, name=name), KIM)
    [found] = kept_findings(other.statements, checkpoint_of(log))
    assert (found.what.id, found.expected) == ("finding.register_differs", log.register.head)


def test_a_statement_dated_before_the_checkpoint_is_named() -> None:
    log = a_log()
    checkpoint = checkpoint_of(log)
    assert log.says(StaffEntered(at=later(2.5), person="eve", name="Eve"), KIM) is None
    assert [named(one) for one in kept_findings(log.statements, checkpoint)] == [
        ("finding.statement_backdated", "statement 4")
    ]


def test_a_statement_dated_ahead_is_named() -> None:
    log = a_log()
    assert log.says(StaffEntered(at=later(9), person="eva", name="Eva"), KIM) is None
    [found] = ahead_findings(log.statements, later(4))
    assert named(found) == ("finding.statement_ahead", "statement 4")
    assert list(ahead_findings(log.statements, later(9) - timedelta(seconds=59))) == []


def test_clocks_may_differ_by_a_minute() -> None:
    log = a_log()
    checkpoint = checkpoint_of(log)
    assert log.says(StaffEntered(at=later(3) - timedelta(seconds=59), person="eva", name="Eva"), KIM) is None
    assert list(kept_findings(log.statements, checkpoint)) == []


def test_a_moment_that_is_none_counts_as_the_beginning_of_time() -> None:
    for written in (None, "", "x", 7, "0001-01-01T00:00:00+14:00"):
        assert moment_of(written).year == 1
    assert moment_of("2026-03-02T09:00:00") == NINE
