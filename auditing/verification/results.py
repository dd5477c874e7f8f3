"""The verdicts of an audit: in a file, one a line, so that an interrupted audit can go on; and as a web page."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from activities.templating import templates_beside
from activities.whole_files import OWNER_ALONE
from auditing.evidence.findings import Verdict, Verification
from auditing.evidence.values_told import in_words
from auditing.population.scope import EVERYTHING, Scope
from models.calendar.swedish_day import in_swedish_time
from models.fields import Strict
from runtime.errors import UsageError
from runtime.files import new_or_pipe, require_new, writing
from runtime.i18n import _, language, translate

FORMAT = "hela-vagen-verdicts/1"


class ResultsHeader(Strict):
    """What a file of verdicts is about: the first line. Verdicts on something else are not added to it.

    `checkpoint` is the root of the checkpoint, `checkpoint_digest` the hash of all that it says, which the first
    verdicts did not name. `sample` is the digest of the sample, where only one is verified. `founder` is the key of
    whoever founded the register of authority, `root` the one that the auditor knows.
    `protected` is how many journeys of protected persons a bundle says that it has left out.
    """

    format: str = FORMAT
    source: str
    scope: Scope = EVERYTHING
    sample: str | None = None
    build: str
    checkpoint: str | None = None
    checkpoint_digest: str | None = None
    founder: str | None = None
    root: str | None = None
    protected: int = 0


class Totals:
    """What an audit amounts to, counted while verdicts pass."""

    def __init__(self) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self.builds: Counter[str] = Counter()
        self.rows = self.history_events = self.notices = self.findings = self.findings_beside = 0

    def count(self, one: Verification) -> Verification:
        if one.is_journey:
            self.verdicts[one.verdict] += 1
        else:
            self.findings_beside += len(one.findings)
        self.builds.update(one.builds)
        self.rows += one.rows
        self.history_events += one.history_events
        self.notices += one.notices
        self.findings += len(one.findings)
        return one

    @property
    def are_sound(self) -> bool:
        """Whether nothing is wrong. A history that should be there and is not could hide anything."""
        return not self.findings and not self.verdicts[Verdict.NOT_VERIFIABLE]

    @property
    def journeys(self) -> int:
        return self.verdicts.total()

    def as_json(self) -> dict[str, object]:
        """The same as plain data."""
        counted = ("journeys", "rows", "notices", "history_events", "findings", "findings_beside")
        return {
            "is_sound": self.are_sound,
            **{name: getattr(self, name) for name in counted},
            "verdicts": dict(self.verdicts),
            "builds": dict(self.builds),
        }


class Results:
    """A file of verdicts. Holds none of them in memory."""

    def __init__(self, file: Path, header: ResultsHeader) -> None:
        """Begin the file, or go on with one. Raises UsageError where it is about something else, or cannot be
        written."""
        self.file = file
        self.header = header
        with writing(file):
            file.touch(OWNER_ALONE)
            if not file.stat().st_size:
                file.write_text(f"{header.model_dump_json()}\n")
            self._refuse_another(self._header())
            self._drop_half_a_line()

    @classmethod
    def of(cls, file: Path) -> "Results":
        """The verdicts that a file has, about whatever they are. Raises UsageError."""
        found = cls.__new__(cls)
        found.file = file
        try:
            header = found._header()
        except OSError as error:
            raise UsageError("verdicts.unreadable", "The verdicts {file} cannot be read.", file=file.name) from error
        if header is None:
            raise found._unknown()
        found.header = header
        return found

    def _unknown(self) -> UsageError:
        return UsageError(
            "verdicts.unknown_file", "{file} is not a file of verdicts. Choose another file.", file=str(self.file)
        )

    def _refuse_another(self, found: ResultsHeader | None) -> None:
        if found is None:
            raise self._unknown()
        others = [name for name in ResultsHeader.model_fields if getattr(found, name) != getattr(self.header, name)]
        if others:
            raise UsageError(
                "verdicts.other",
                "{file} contains verdicts for another {what}: {found} instead of {wanted}. Choose another file.",
                file=str(self.file),
                what=others[0],
                found=_shown(getattr(found, others[0])),
                wanted=_shown(getattr(self.header, others[0])),
            )

    def known(self, *, journeys: bool = True) -> set[str]:
        """The ids of the journeys that have their verdict; or what else has one."""
        return {one.journey_id for one in self.read() if one.is_journey is journeys}

    def add(self, found: Iterable[Verification]) -> None:
        """Add verdicts. What was added is on disk."""
        with self.file.open("a") as out:
            out.writelines(f"{one.model_dump_json()}\n" for one in found)

    def read(self) -> Iterator[Verification]:
        """Every verdict, in the order in which they came; not half a one, written as the audit was killed."""
        with self.file.open(errors="replace") as lines:
            next(lines, None)
            for number, line in enumerate(lines, 2):
                if not line.endswith("\n"):
                    return
                try:
                    yield Verification.model_validate_json(line)
                except ValidationError as error:
                    raise UsageError(
                        "verdicts.line",
                        "Line {line} of {file} is not a verdict. Let the audit go on, or make it again.",
                        file=self.file.name,
                        line=number,
                    ) from error

    def _header(self) -> ResultsHeader | None:
        with self.file.open() as lines:
            try:
                return ResultsHeader.model_validate_json(next(lines, ""))
            except ValueError:
                return None

    def _drop_half_a_line(self) -> None:
        """A line that was being written as the audit was killed."""
        content = self.file.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with self.file.open("r+b") as file:
                file.truncate(whole)


def _shown(value: object) -> str:
    return value.model_dump_json() if isinstance(value, Scope) else str(value)


_TEMPLATES = templates_beside(__file__)


def refuse_unwritable(file: Path) -> None:
    """Find out before an audit, which may take hours, whether its report can be written. Raises UsageError."""
    require_new(file)


def write_report(file: Path, found: Results, about: Iterable[str], at: datetime) -> None:
    """Write the page, a verdict at a time. Raises UsageError where it cannot be written."""
    totals = Totals()
    for one in found.read():
        totals.count(one)
    page = _TEMPLATES.get_template("verification.html.j2").stream(
        verdicts=(one for one in found.read() if one.verdict is not Verdict.AGREES or one.remarks),
        totals=totals,
        header=found.header,
        about=tuple(about),
        moment=in_swedish_time(at),
        language=language(),
        _=_,
        said=translate,
        shown=in_words,
        words=lambda worded: translate(worded.in_words),
        all_verdicts=tuple(Verdict),
    )
    with new_or_pipe(file) as out:
        page.dump(out, encoding="utf-8")
