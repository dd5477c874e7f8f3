"""A report to a board: it tells everything that it states, in both languages, and no change to it goes unseen."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from fpdf import FPDF

from activities.language import Language
from auditing.evidence.findings import Verdict, finding_of, row_of
from auditing.inspection.omissions import omissions
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.population.population import Counts
from auditing.population.scope import Scope
from auditing.report import files, told
from auditing.report.blocks import Block, Facts, Quoted
from auditing.report.explaining import UNREADABLE, LackCounter, explained, row_named
from auditing.report.files import checked, contents, refuse_existing, write
from auditing.report.making import MOST_FINDINGS, Request
from auditing.report.pdf import _widths
from auditing.report.signing import note_of_file, refuse_other_reports, refuse_other_verdicts
from auditing.report.statement import Counted, Explanation, FindingTold, SignedReport
from auditing.transparency.note import signed_note, text_signed_by, verifier_key
from auditing.transparency.signing import public_key_of
from models.identifiers import JourneyId
from models.message import Message, msg, plain
from runtime.errors import Refused, UsageError
from runtime.i18n import translate, using_language
from services.pdf import FONT, set_up
from services.told import TableTold
from tests.support.audited import NOW, the_story
from tests.support.checkpoints import AUDITOR, FIVE, PUBLIC, STRANGER, read_back
from tests.support.errors import raises
from tests.support.independent_checker import check_note, check_report, check_report_file
from tests.support.languages import english_in
from tests.support.pdf import text_of
from tests.support.programmes import SERVICE
from tests.support.reports import CHANGED, FORGED, HELD, LACKING, POPULATION, SAMPLE, WHY, report, verdicts

LANGUAGES: tuple[Language, ...] = ("sv", "en")
FORMS = ("json", "html", "pdf")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


FOOT = re.compile(r"(Granskningsrapport|Auditreport),[^,]+,[\d:-]+,(svensktid|Swedishtime)(sida|page)\d+(av|of)\d+")
"""What stands at the end of each page of the PDF, also in the middle of a text."""


@cache
def shown(form: str, language: Language) -> str:
    """What a reader of the page or the PDF reads, without the spaces and line ends that only the form makes."""
    content = written(form, language)
    if form == "pdf":
        return FOOT.sub("", squeezed(text_of(content)))
    page = re.sub(r"<template.*?</template>|<style>.*?</style>", "", content.decode(), flags=re.DOTALL)
    return squeezed(unescape(re.sub(r"<[^>]+>", "", page)))


@cache
def written(form: str, language: Language = "sv") -> bytes:
    with using_language(language):
        return contents(report(), form, AUDITOR)


def blocks_told(made: SignedReport) -> list[str]:
    """Every text of a report, one by one."""
    said = made.statement
    texts = [told.title_of(said), *told.conclusion(said), *told.signature_lines()]
    for block in (told.lead(said), *(block for section in told.sections(made) for block in section.blocks)):
        if isinstance(block, Facts):
            texts += [block.title, *(text for pair in block.pairs for text in pair)]
        elif isinstance(block, Quoted | str):
            texts.append(block if isinstance(block, str) else block.text)
        else:
            texts += [block.title, *(str(text) for row in (block.columns, *block.rows) for text in row)]
    return [*texts, *(section.title for section in told.sections(made))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "pdf"])
def test_page_and_pdf_show_everything_that_the_report_tells(form: str, language: Language) -> None:
    with using_language(language):
        texts = blocks_told(report())
    assert len(texts) > 150
    assert [text for text in texts if squeezed(text) not in shown(form, language)] == []


def test_the_scope_is_told_by_the_names_of_its_programme_and_town() -> None:
    with using_language("sv"):
        pairs = dict(told.lead(report().statement).pairs)
    assert SERVICE.name.sv in pairs["Vad som granskades"]
    assert "Nyköping" in pairs["Vad som granskades"]
    assert pairs["Vad som granskades"].startswith(f"Ett urval: {SAMPLE.drawn} av ")
    assert pairs["Tid"] == "2026-01-01 till och med 2026-11-30"
    assert pairs["Rapporten gjord"] == "2026-12-01 00:30, svensk tid"


@pytest.mark.parametrize(("source", "named"), [
    ("sqlite:////srv/audit/data/hela-vagen.db", "sqlite, hela-vagen.db"),
    ("postgresql://audit@ledger/hela", "postgresql, ledger, hela"),
    ("a copy", "a copy"),
])  # fmt: skip
def test_the_database_is_named_without_folder_and_reader(source: str, named: str) -> None:
    with using_language("sv"):
        assert named in blocks_told(report(source=source))


def test_a_checkpoint_signed_with_the_key_of_the_report_is_compared(tmp_path: Path) -> None:
    checkpoint = read_back(tmp_path)
    assert Request(Scope(), AUDITOR, checkpoint=checkpoint).is_own_checkpoint
    assert not Request(Scope(), STRANGER, checkpoint=checkpoint).is_own_checkpoint
    assert not Request(Scope(), AUDITOR).is_own_checkpoint


def test_a_swedish_report_has_no_english_words() -> None:
    with using_language("sv"):
        texts = "\n".join(text for text in blocks_told(report()) if "hela-vagen" not in text)
    assert english_in(texts, typed=("signed", "notes", "audit", "ledger", "written")) == []


def test_every_number_that_is_stated_is_told() -> None:
    numbers = iter(range(1009, 9999, 7))

    def numbered(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: numbered(one) for name, one in value.items()}
        return next(numbers) if isinstance(value, int) else value

    counted = Counted.model_validate(numbered(report().statement.counted.model_dump()), strict=False)
    held = HELD.model_validate(numbered(HELD.model_dump(exclude={"is_key_known"})) | {"is_key_known": True})
    lacking = LACKING.model_validate(numbered(LACKING.model_dump()), strict=False)
    ends = numbered(POPULATION.ends)
    population = POPULATION.model_copy(update={"ends": ends, "journeys": sum(ends.values()), "hidden": next(numbers)})
    made = report(counted=counted, held=held, lacking=lacking, population=population)
    with using_language("sv"):
        texts = " ".join(blocks_told(made)).replace("\N{NO-BREAK SPACE}", "")
    stated = re.findall(
        r"\b[1-9]\d{3}\b", json.dumps([one.model_dump(mode="json") for one in (counted, held, lacking)])
    )
    assert len(stated) > 20
    stated += re.findall(r"13\d\d", str([(one.journeys, one.drawn) for one in SAMPLE.strata]))
    wanted = {*stated, *map(str, ends.values()), str(population.journeys), str(population.hidden)} - {"2026"}
    assert sorted(one for one in wanted if not re.search(rf"\b{one}\b", texts)) == []


def test_a_sample_is_told_with_what_is_needed_to_draw_it_again() -> None:
    with using_language("sv"):
        *_, table, facts, method = _of("Urval")
    assert isinstance(table, TableTold)
    assert [row[:3] for row in table.rows] == [
        (SERVICE.name.sv, "Nyköping", "på väg"),
        (SERVICE.name.sv, "skyddad", "flyttade"),
        ("easy_jobs", "–", "okänt"),
    ]
    assert isinstance(facts, Facts)
    assert {value for _, value in facts.pairs} == {SAMPLE.seed, SAMPLE.digest}
    assert "SHA-256" in str(method)
    with using_language("sv"):
        [only] = next(one.blocks for one in told.sections(report(sample=None)) if one.title == "Urval")
    assert str(only).startswith("Inget urval drogs")


def test_findings_of_a_row_are_told_together_with_its_rules_and_their_sources() -> None:
    with using_language("sv"):
        blocks = _of("Avvikelser")
        at, table = next((at, one) for at, one in enumerate(blocks) if FIVE[0] in str(one))
    assert isinstance(table, TableTold)
    assert table.title.startswith(f"{FIVE[0]}, ")
    assert table.title.endswith(", rad 3")
    assert [row[1:] for row in table.rows] == [("praktik", "utvärdering")]
    about = blocks[at + 1]
    assert isinstance(about, Facts)
    pairs = dict(about.pairs)
    assert pairs["avböjer"] == "En plats på befattningen är ledig (a_place_is_free, Avtal 7 § 2)."
    assert pairs["radens regler"].startswith("1 gäller, 0 var")
    assert pairs["gällande regler"] == "c" * 64


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("2026-07-01T22:30:00.000001+00:00", "2026-07-02 00:30:00.000001, Swedish time"),
        ("2026-01-01T23:30:00Z", "2026-01-02 00:30:00, Swedish time"),
        (msg("found.or_later", "", moment="2026-01-01T23:30:00Z"), "2026-01-02 00:30:00, Swedish time or later"),
        ("2026-02-30T23:30:00Z", "2026-02-30T23:30:00Z"),
    ],
)
def test_moments_in_findings_are_told_by_the_clock_in_sweden(found: Message | str, said: str) -> None:
    [differs] = [one for one in verdicts() if one.findings == (FORGED, CHANGED)]
    made = report([differs.model_copy(update={"findings": (FORGED.model_copy(update={"found": found}),)})])
    with using_language("en"):
        assert said in blocks_told(made)


@pytest.mark.parametrize("found", ["W" * 30_000, "x\n" * 9_000, "\x00\x1b[31m\U0001f600 \u05e9\u05dc\u05d5\u05dd"])
def test_whatever_somebody_has_put_into_a_row_can_be_printed(found: str, tmp_path: Path) -> None:
    [differs] = [one for one in verdicts() if one.findings == (FORGED, CHANGED)]
    finding = FORGED.model_copy(update={"expected": found, "found": found})
    why = WHY.model_copy(update={"reason": plain(found)})
    made = report([differs.model_copy(update={"findings": (finding,)})], by=found)
    told_with = FindingTold(journey=made.statement.findings[0].journey, **dict(finding), why=why)
    made = report([differs], by=found, ledger="W" * 200, findings=(told_with,))
    for form in ("pdf", "html"):
        (file := tmp_path / f"report.{form}").write_bytes(contents(made, form, AUDITOR))
        assert checked(file) == made
    with using_language("en"):
        assert any("letters more are in the statement" in text for text in blocks_told(made)) is (len(found) > 400)


def test_what_explains_a_row_is_told_once() -> None:
    [differs] = [one for one in verdicts() if one.findings == (FORGED, CHANGED)]
    twice = report([differs.model_copy(update={"findings": (FORGED, FORGED, CHANGED)})])
    with using_language("en"):
        texts = blocks_told(twice)
    assert texts.count("c" * 64) == 1
    assert texts.count("stage differs") == 2


def _of(title: str) -> tuple[Block, ...]:
    return next(section.blocks for section in told.sections(report()) if section.title == title)


def test_a_protected_person_is_counted_and_named_nowhere() -> None:
    made = report()
    assert made.statement.counted.protected == 1
    assert [one.journey for one in made.statement.findings].count("protected") == 1
    for form in FORMS:
        assert FIVE[4].encode() not in written(form)
    hidden = [one for one in made.statement.findings if one.what.id in ("finding.identity_not_signed",)]
    [finding] = [one for one in made.statement.findings if one.journey == "protected"]
    assert [(one.where, one.expected, one.found) for one in hidden] == [(finding.found,) * 3]
    assert {one.id for one in (finding.expected, finding.found) if isinstance(one, Message)} == {"report.protected"}


def test_what_is_wrong_beside_the_journeys_is_found_and_counted_as_no_journey() -> None:
    counted = report().statement.counted
    assert (counted.journeys, counted.findings, counted.elsewhere) == (5, 5, 2)
    assert sum(counted.verdicts.values()) == 5
    assert counted.rows == sum(one.rows for one in verdicts())


def test_more_findings_than_are_told_are_counted() -> None:
    [differs] = [one for one in verdicts() if one.findings[:1] == (FORGED,) and len(one.findings) == 2]
    many = differs.model_copy(update={"findings": (FORGED, CHANGED) * MOST_FINDINGS})
    said = report([many]).statement
    assert (len(said.findings), said.counted.findings) == (MOST_FINDINGS, 2 * MOST_FINDINGS)
    with using_language("en"):
        texts = blocks_told(report([many]))
    assert any(f"first {MOST_FINDINGS} of {2 * MOST_FINDINGS} findings" in text for text in texts)


AGREEING = [one for one in verdicts() if one.verdict is Verdict.AGREES]
GONE = [one for one in verdicts() if one.verdict is Verdict.NOT_VERIFIABLE]


@pytest.mark.parametrize(
    ("found", "conclusion", "is_sound"),
    [
        (verdicts(), "conclusion.findings_and_elsewhere", False),
        (verdicts()[1:], "conclusion.findings", False),
        (GONE, "conclusion.not_verifiable", False),
        (AGREEING, "conclusion.agrees", True),
        ([], "conclusion.nothing", False),
    ],
)
def test_the_conclusion_says_what_was_found(found: list[Any], conclusion: str, is_sound: bool) -> None:
    said = report(found).statement
    assert (said.conclusion[0].id, said.is_sound) == (conclusion, is_sound)
    assert said.conclusion[1].id == "conclusion.part"


def test_only_a_whole_population_is_said_to_be_verified() -> None:
    whole = POPULATION.model_copy(update={"journeys": len(AGREEING)})
    assert report(AGREEING, population=whole).statement.conclusion[1].id == "conclusion.all"
    assert report([], population=Counts()).statement.conclusion[1].id == "conclusion.no_population"


LIMITS: dict[str, Callable[[], SignedReport]] = {
    "limit.no_checkpoint": lambda: report(held=None),
    "limit.after_checkpoint": report,
    "limit.key_unknown": report,
    "limit.not_verified": report,
    "limit.hidden": report,
    "limit.protected": report,
    "limit.erased": report,
    "limit.not_verifiable": report,
    "limit.remarks": report,
    "limit.lacks_unseen": report,
    "limit.lacks_unknown": lambda: report(lacking=None),
    "limit.founder_unknown": report,
}


@pytest.mark.parametrize("limit", LIMITS)
def test_what_no_check_can_say_follows_from_what_was_done(limit: str) -> None:
    assert limit in limits_of(LIMITS[limit]())
    held = HELD.model_copy(update={"is_key_known": True, "rows_since": 0})
    whole = POPULATION.model_copy(update={"journeys": len(AGREEING), "hidden": 0})
    plain = [one.model_copy(update={"remarks": ()}) for one in AGREEING]
    sound = report(
        plain,
        population=whole,
        held=held,
        lacking=LACKING.model_copy(update={"unseen": 0}),
        is_founder_known=True,
    )
    assert limit not in limits_of(sound)
    assert {"limit.true", "limit.left_out", "limit.keys"} <= limits_of(sound)


def limits_of(made: SignedReport) -> set[str]:
    return {one.what.id for one in made.statement.limits}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_and_a_stranger_finds_so_by_the_page_alone(form: str, language: Language, tmp_path: Path) -> None:
    file = tmp_path / f"report.{form}"
    file.write_bytes(written(form, language))
    assert checked(file, PUBLIC) == report()
    digest = check_report(written("json").decode(), PUBLIC)
    assert digest == report().statement.digest
    if form != "json":
        check_report_file(written(form, language), PUBLIC, digest)


def test_the_statement_does_not_depend_on_the_language() -> None:
    assert written("json", "sv") == written("json", "en")


def edited(change: Callable[[Any], object]) -> bytes:
    said = json.loads(written("json"))
    change(said)
    return json.dumps(said).encode()


def _resigned(said: Any) -> None:
    said["note"] = signed_note("".join(f"{line}\n" for line in check_note(said["note"], PUBLIC)), STRANGER)


def _other_signature(said: Any) -> None:
    note = said["note"]
    said["note"] = note[:-12] + ("B" if note[-12] == "A" else "A") + note[-11:]


CHANGES: dict[str, Callable[[], bytes]] = {
    "a count": lambda: edited(lambda said: said["statement"]["counted"].update(findings=0)),
    "a finding": lambda: edited(lambda said: said["statement"]["findings"].pop()),
    "a limit": lambda: edited(lambda said: said["statement"]["limits"].pop()),
    "a verdict": lambda: edited(lambda said: said["verdicts"][0].__setitem__(1, "agrees")),
    "a verdict left out": lambda: edited(lambda said: said["verdicts"].pop()),
    "two verdicts swapped": lambda: edited(lambda said: said["verdicts"].reverse()),
    "the note": lambda: edited(_resigned),
    "the note's signature": lambda: edited(_other_signature),
    "what the page shows": lambda: written("html").replace(b"fann 5 saker", b"fann 0 saker"),
    "the page's statement": lambda: written("html").replace(b"&#34;findings&#34;: 5", b"&#34;findings&#34;: 0"),
    "the end of the page": lambda: written("html") + b"<p>Nothing is wrong.</p>",
    "the page's note": lambda: written("html")[: written("html").rindex(b"<!--")],
    "a byte of the PDF": lambda: written("pdf").replace(b"/PageLayout /OneColumn", b"/PageLayout /SinglePage"),
    "the end of the PDF": lambda: written("pdf") + b"1 0 obj\n<<>>\nendobj\n",
    "what the PDF ends with": lambda: written("pdf")[:-7] + b"1\n%%EOF\n",
    "the statement in the PDF": lambda: written("pdf").replace(b'"findings": 5', b'"findings": 0'),
    "a page by somebody else": lambda: _by(STRANGER),
}


def _by(key: Any) -> bytes:
    """The page with other words, signed by a key that is not the auditor's."""
    body = written("html").replace(b"fann 5 saker", b"fann 0 saker")
    body = body[: body.rindex(b"<!--")]
    return files.FORMS["html"].sealed(body, note_of_file(body, report().statement, key))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_refused(change: str, tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(CHANGES[change]())
    assert file.read_bytes() not in {written(form) for form in FORMS}
    with raises(Refused, "report.changed"):
        checked(file)


def test_a_whole_report_by_another_key_is_refused_where_the_auditors_is_given(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(contents(report(), "json", AUDITOR))
    with raises(Refused, "report.other_key", found=PUBLIC):
        checked(file, public_key_of(STRANGER))


@pytest.mark.parametrize(
    ("content", "id"),
    [
        (b"", "report.unknown_file"),
        (b"{}", "report.unknown_file"),
        (b"\x00\xff", "report.unknown_file"),
        (b"%PDF-1.7\n%%EOF\n", "report.unknown_file"),
        (b'<!doctype html>\n<template id="statement">\xff</template>', "report.unknown_file"),
        (b'{"note": "", "verdicts": [], "statement": {"format": "hela-vagen-report/9"}}', "file.other_format"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(content: bytes, id: str, tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(content)
    with raises(UsageError, id):
        checked(file)
    with raises(UsageError, "report.unreadable"):
        checked(tmp_path / "nowhere")


def test_files_and_verdicts_of_another_report_are_refused() -> None:
    other = report(AGREEING)
    refuse_other_reports(report(), [report()])
    with raises(Refused, "report.others"):
        refuse_other_reports(report(), [report(), other])
    refuse_other_verdicts(report(), reversed(verdicts()))
    with raises(Refused, "report.other_verdicts"):
        refuse_other_verdicts(report(), verdicts()[:-1])


def test_no_file_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    refuse_existing({"json": file})
    assert not file.exists()
    write(report(), {"json": file}, AUDITOR)
    before = file.read_bytes()
    with raises(UsageError, "file.unwritable"):
        refuse_existing({"json": file})
    with raises(UsageError, "file.unwritable"):
        write(report(), {"json": file}, AUDITOR)
    assert file.read_bytes() == before
    with raises(UsageError, "report.no_file"):
        refuse_existing({})


@pytest.mark.parametrize("name", ["too early", "agreed", "corrected wrongly", "rubbish"])
def test_a_row_is_explained_by_its_rules(name: str) -> None:
    story = the_story()
    row = story.rows[name]
    why = explained(story.journey, str(row))
    assert isinstance(why, Explanation)
    line = story.journey.lines[row - 1]
    assert (why.kind, why.accepted, why.reason) == (line.kind, line.receipt.accepted, line.receipt.reason)
    refusing = [one for one in why.rules if one.answer is RuleAnswer.REFUSES]
    assert [one.rule for one in refusing] == ([] if line.receipt.accepted else [line.receipt.rule])
    assert all(one.sources for one in why.rules)


def test_a_row_that_is_not_there_is_not_explained() -> None:
    why = explained(the_story().journey, "999")
    assert isinstance(why, Message)
    assert why.id == "event.not_in_journey"


def test_a_finding_names_a_row_or_none() -> None:
    assert row_named(CHANGED) == "4"
    assert row_named(CHANGED.model_copy(update={"where": "workers"})) is None
    assert row_named(finding_of("finding.rows_gone", "", msg("where.rows", "", last=3), 1, 2)) is None
    assert row_named(finding_of("finding.rows_gone", "", row_of(7), 1, 2)) == "7"


def test_what_journeys_lack_is_counted() -> None:
    journey, counter = the_story().journey, LackCounter(NOW.date())
    broken = replace(journey, rules=None)  # type: ignore[arg-type]
    for one in (journey, journey, msg("history.gone", ""), broken):
        counter.count(one)
    assert explained(broken, "2") == UNREADABLE
    lacks = omissions(journey, NOW.date())
    counted = counter.counted
    assert (counted.journeys, counted.unseen, counted.journeys_with) == (2, 2, 2)
    assert sum(counted.found.values()) == 2 * len(lacks) > 0
    told = [(one.journey, one.lack, one.row, translate(one.what)) for one in counted.told]
    assert told == 2 * [(journey.journey_id, one.lack, one.row, one.what) for one in lacks]
    hidden = LackCounter(NOW.date(), {str(JourneyId.parse(journey.journey_id).candidate)})
    hidden.count(journey)
    assert (hidden.counted.told, sum(hidden.counted.found.values())) == ((), len(lacks))


def test_what_is_late_is_told_with_whose_journey_it_is_and_a_checkpoint_with_what_it_covers() -> None:
    with using_language("en"):
        late, covered, grown = _of("Late, missing or untold")[-2], *_of("Checkpoint")[-2:]
        assert isinstance(late, TableTold)
        assert [tuple(row)[:5] for row in late.rows] == [
            (FIVE[1], SERVICE.name.en, "happened late", "2026-03-02", "1069")
        ]
        assert any("Of 3 journeys" in str(one) for one in _of("Late, missing or untold"))
    assert isinstance(covered, Facts)
    assert "1039" in dict(covered.pairs)["Also covers"]
    assert isinstance(grown, TableTold)
    assert [tuple(row) for row in grown.rows] == [(FIVE[0], SERVICE.name.en, "1061", "1063")]


def test_a_report_of_before_says_nothing_of_what_is_told_since() -> None:
    held = HELD.model_copy(
        update={"statements": None, "readings": None, "records": None, "verified": None, "grown": ()}
    )
    said = report(held=held, lacking=LACKING.model_copy(update={"told": ()})).statement.model_dump(mode="json")
    assert set(said["held_against"]) == {
        *("at", "ledger", "root", "public_key", "is_key_known", "journeys", "rows", "journeys_since", "rows_since")
    }
    assert "told" not in said["lacking"]


def test_a_note_counts_for_its_key_and_its_text_alone() -> None:
    note = signed_note("one\ntwo\n", AUDITOR)
    assert text_signed_by(note, PUBLIC) == "one\ntwo\n"
    assert check_note(note, PUBLIC) == ["one", "two"]
    assert text_signed_by(note, public_key_of(STRANGER)) is None
    for other in (
        note.replace("two", "too"),
        note + "x",
        note[:-1],
        f"\n\n{note}",
        "",
        "one\n",
        note.replace("—", "-"),
    ):
        assert text_signed_by(other, PUBLIC) is None
    for text in ("one", "one\x07\n", ""):
        with pytest.raises(ValueError, match="lines"):
            signed_note(text, AUDITOR)
    name, key_id, key = verifier_key(PUBLIC).split("+", 2)
    assert (name, len(key_id), len(key)) == ("hela-vagen-auditor", 8, 44)


def test_the_strangers_check_takes_a_note_that_others_have_signed() -> None:
    """The example in the documentation of Go's package golang.org/x/mod/sumdb/note."""
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    key = "1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6"
    assert len(check_note(note, key)) == 2
    with pytest.raises(InvalidSignature):
        check_note(note.replace("problem is", "problem was"), key)


def test_no_column_breaks_the_number_of_a_candidate() -> None:
    rows: list[tuple[str, ...]] = [
        (FIVE[0], "En tjänst med ett mycket långt namn, längre än allt annat", "går inte att kontrollera", "a" * 16)
    ]
    page = written_page()
    widths = _widths(
        page, TableTold("", ("kandidat", "program", "utslag", "kontrollsumman för utslaget börjar"), rows, ""), rows
    )
    assert sum(widths) == pytest.approx(page.epw)
    for cell, width in zip((FIVE[0], "längre", "kontrollera", "a" * 16), widths, strict=True):
        assert page.get_string_width(cell) + 4 < width


def written_page() -> FPDF:
    page = FPDF(format="A4")
    set_up(page, "", "sv")
    page.add_page()
    page.set_font(FONT, "", 9.5)
    return page
