#!/usr/bin/env python3
"""Checks a bundle of Hela vägen with nothing but the standard library of Python 3.9 or newer.

It reads the bundle, unpacked or not, and executes and writes nothing. Exit status: 0 all holds, 1 something does not,
2 it could not be asked. How each thing is signed and hashed is told in the folder format beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import stat
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote

ZEROS = "0" * 64
LARGEST = 256 * 1024 * 1024
"""Bytes of one file."""
SMALL, RATIO = 1024 * 1024, 200
"""How many times smaller than its contents a file may be that is not small."""
LONGEST_LINE = 4 * 1024 * 1024
DEEPEST = 100
LARGEST_NUMBER = 2**53 - 1
KEPT = 1_000
"""Findings that are told; the others are counted."""
NAMED = 3
"""Journeys that are named of those that share a finding: with more than these it is said once."""
CLOCKS, CLOCKS_OF_OTHERS = timedelta(minutes=1), timedelta(days=1)


class Wrong(Exception):
    """Something that does not hold: the name of a sentence, and what stands in it."""

    def __init__(self, what: str, **values: object) -> None:
        super().__init__(what)
        self.what, self.values = what, values


# Ed25519: RFC 8032, section 5.1, without what signs.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def added(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_of(key: bytes) -> Point | None:
    """A point as it is written; None where there is none, or where another spelling is the right one."""
    y = int.from_bytes(key, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(key) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def multiples(point: Point) -> list[list[Point]]:
    """Of a point, for each four bits of a number, the multiples that these can ask for."""
    table = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(added(row[-1], point))
        table.append(row)
        point = added(row[15], point)
    return table


def times(table: list[list[Point]], number: int) -> Point:
    found = NEUTRAL
    for row in table:
        found, number = added(found, row[number & 15]), number >> 4
    return found


_y = 4 * pow(5, P - 2, P) % P
BASE = multiples(point_of(_y.to_bytes(32, "little")) or NEUTRAL)


@lru_cache(maxsize=256)
def key_of(written: str) -> list[list[Point]] | None:
    """The multiples of a public key's negative; None of what nobody can sign with, such as a key of a small order."""
    point = point_of(bytes.fromhex(written)) if is_hex(written, 64) else None
    if point is None:
        return None
    eight = point
    for _ in range(3):
        eight = added(eight, eight)
    if eight[0] % P == 0:
        return None
    return multiples((P - point[0], point[1], 1, P - point[3]))


def is_signed(said: bytes, signature: object, key: object) -> bool:
    table = key_of(key) if isinstance(key, str) else None
    if table is None or not is_hex(signature, 128):
        return False
    given = bytes.fromhex(str(signature))
    s = int.from_bytes(given[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(given[:32] + bytes.fromhex(str(key)) + said).digest(), "little") % L
    x, y, z, _ = added(times(BASE, s), times(table, k))
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little") == given[:32]


# JSON: read strictly, and written in the form of RFC 8785. What is hashed here has no fractions.


def is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and re.fullmatch("[0-9a-f]+", value) is not None


def _number(written: str) -> int:
    if len(written) > 17 or abs(int(written)) > LARGEST_NUMBER:
        raise ValueError("a number beyond those of JSON")
    return int(written)


def _none(written: str) -> None:
    raise ValueError(f"no number of JSON: {written[:20]}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice in an object")
    return found


def read_json(written: bytes) -> Any:
    """Raises ValueError."""
    try:
        value = json.loads(
            written.decode("utf-8"),
            parse_int=_number,
            parse_float=_none,
            parse_constant=_none,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError("too deep") from None
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, (dict, list)):
            if depth > DEEPEST:
                raise ValueError("too deep")
            waiting += [(each, depth + 1) for each in (one.values() if isinstance(one, dict) else one)]
    return value


def canonical(value: Any) -> bytes:
    """The form of RFC 8785. Raises ValueError, also where a text holds half a character."""
    return _form(value).encode("utf-8")


def _form(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_form(name)}:{_form(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_form, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest(value: Any) -> str:
    return sha256(canonical(value))


def moment(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(written).replace("Z", "+00:00"))
        return at.astimezone(timezone.utc) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


# The files: of a ZIP file, or of the folder into which somebody unpacked it. Nothing is written anywhere.


class Files:
    def __init__(self, place: Path) -> None:
        """Raises Wrong where it is no bundle, or one that was made to do harm."""
        self.place = place
        self.zip: zipfile.ZipFile | None = None
        if place.is_dir():
            names = list(self._in_folder())
        else:
            try:
                self.zip = zipfile.ZipFile(place)
            except FileNotFoundError:
                raise Wrong("no_file") from None
            except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
                raise Wrong("no_bundle") from None
            names = self._in_zip(self.zip)
        self.names = sorted(names)
        self.known = frozenset(names)
        if "manifest.json" not in self.known:
            raise Wrong("no_bundle")

    def _in_folder(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.place):
            for name in (*folders, *files):
                if os.path.islink(os.path.join(folder, name)):
                    raise Wrong("unsafe_name", name=name)
            for name in files:
                path = Path(folder) / name
                if path.stat().st_size > LARGEST:
                    raise Wrong("too_large", name=name)
                if "__pycache__" not in path.parts:
                    yield path.relative_to(self.place).as_posix()

    def _in_zip(self, file: zipfile.ZipFile) -> list[str]:
        entries = [entry for entry in file.infolist() if not entry.is_dir()]
        seen = set()
        for entry in entries:
            path = PurePosixPath(entry.filename)
            odd = any(char in entry.orig_filename for char in "\\\0:") or str(path) != entry.filename
            if odd or path.is_absolute() or ".." in path.parts or stat.S_ISLNK(entry.external_attr >> 16):
                raise Wrong("unsafe_name", name=entry.filename)
            if entry.filename in seen:
                raise Wrong("name_twice", name=entry.filename)
            if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Wrong("unsafe_name", name=entry.filename)
            if entry.file_size > LARGEST or entry.file_size > max(SMALL, entry.compress_size * RATIO):
                raise Wrong("too_large", name=entry.filename)
            seen.add(entry.filename)
        if sum(entry.file_size for entry in entries) > max(self.place.stat().st_size * RATIO, SMALL):
            raise Wrong("too_large", name=self.place.name)
        return list(seen)

    def open(self, name: str) -> BinaryIO:
        return self.zip.open(name) if self.zip is not None else (self.place / name).open("rb")  # type: ignore[return-value]

    def parts(self, name: str) -> Iterator[bytes]:
        """A file, a part at a time. Raises Wrong."""
        try:
            with self.open(name) as file:
                while part := file.read(SMALL):
                    yield part
        except UNREADABLE as error:
            raise Wrong("unreadable", name=name, why=type(error).__name__) from None

    def lines(self, name: str) -> Iterator[Any]:
        """The lines of a file as JSON objects. Raises Wrong."""
        try:
            with self.open(name) as file:
                number = 0
                while line := file.readline(LONGEST_LINE + 1):
                    number += 1
                    row = read_json(line) if len(line) <= LONGEST_LINE else None
                    if not isinstance(row, dict):
                        raise Wrong("no_row", name=name, number=number)
                    canonical(row)
                    yield row
        except UNREADABLE as error:
            raise Wrong("unreadable", name=name, why=type(error).__name__) from None

    def value(self, name: str, largest: int = LARGEST) -> dict[str, Any]:
        """A file that is one JSON object. Raises Wrong."""
        content = bytearray()
        for part in self.parts(name):
            content += part
            if len(content) > largest:
                raise Wrong("too_large", name=name)
        try:
            found = read_json(bytes(content))
        except UNREADABLE as error:
            raise Wrong("unreadable", name=name, why=type(error).__name__) from None
        if not isinstance(found, dict):
            raise Wrong("unreadable", name=name, why="no object")
        return found


UNREADABLE = (OSError, KeyError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, MemoryError)

# What is signed, chained and hashed, by its columns.

COVERED = {
    "ledger": (
        "form journey_id row event_id kind actor effective_on recorded_at accepted rule source stage_before stage_after"
        " digest rules_digest commitment key signature previous"
    ).split(),
    "reads": "journey_id number candidate actor what commitment read_at stage relation urgent refused previous".split(),
    "disposals": "number candidate act decision day proposal recorded_by recorded_at previous".split(),
    "identity_commitments": "number candidate commitment recorded_by recorded_at previous".split(),
    "protections": "number candidate staff commitment recorded_by recorded_at previous".split(),
    "text_erasures": "number text journey_id decided_by decision recorded_by recorded_at previous".split(),
}
FORM = 1
"""The form of what a row's hash covers, which each row names."""
LOGS = ("disposals", "identity_commitments", "protections", "text_erasures")
"""Logs beside the ledger, of which a bundle has the rows of its candidates."""
GOOD_FOR, AHEAD = timedelta(hours=12), timedelta(minutes=5)
"""How long a server may speak by a sign-in, and how far its clock may be ahead."""
OWN_KINDS = frozenset({"deadline_passed", "employment_found_elsewhere", "role_converted"})
"""Events that the journey says itself: the worker alone signs them."""


PERSONS_IN = set(
    "coordinator leaves supervisor mentor person absent actor author approver corrector decider evaluators proposer"
    " holder server referrer reader by recorded_by actor.coordinator.name actor.supervisor.name actor.manager.name"
    " actor.mentor.name actor.auditor.name actor.operator.name the_author_has_the_role.missing.name"
    " the_coordinator_is_known.unknown.name".split()
)
"""Places in which a code is that of somebody who works there."""
RULES_IN = set(
    "profile checked requirement criterion form forms reached package parts criteria duty duties cohort group".split()
)
"""Places in which a code is one of the programme's rules."""
OTHERS_IN = set(
    "union unions referring_partner referring_partners partner may recipient unconfirmed site towns position place"
    " wanted known period before about programme it_is_an_event.kind.known actor.partner.name"
    " party.by_name.name the_duty_is_asked_for.other_period.known".split()
)
ROLES = {
    "en": {role: role for role in "coordinator supervisor manager mentor auditor operator".split()},
    "sv": {
        "coordinator": "samordnare",
        "supervisor": "handledare",
        "manager": "chef",
        "mentor": "mentor",
        "auditor": "granskare",
        "operator": "driftansvarig",
    },
}
"""What stands before the name of whoever acted."""


def named_in(rules: Any) -> dict[str, set[str]]:
    """All names of things in a programme's rules, by their codes."""
    found: dict[str, set[str]] = {}
    waiting = [rules]
    while waiting:
        one = waiting.pop()
        code = one.get("id", one.get("group")) if isinstance(one, dict) else None
        if isinstance(code, str):
            for name in (one[each] for each in ("name", "text", "title") if one.get(each)):
                found.setdefault(code, set()).update(name.values() if isinstance(name, dict) else [name])
        if isinstance(one, (dict, list)):
            waiting += one.values() if isinstance(one, dict) else one
    return found


LEFT = "event_id kind accepted row rule source".split()
ERASED = {
    "message": "The contents of this row have been erased.",
    "reason": {"id": "receipt.erased", "values": {}},
}


def is_erased(row: dict[str, Any]) -> bool:
    """Whether what stands in the place of a receipt is what the other columns say of a row that was erased."""
    left = {**{name: row[name] for name in LEFT}, "stage": row["stage_after"], **ERASED}
    said = dict(row["receipt"])
    at = moment(said.pop("recorded_at", None))
    return (row["event"], row["receipt_salt"], said, at) == (None, None, left, moment(row["recorded_at"]))


def columns(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Raises Wrong where the row lacks one."""
    missing = [name for name in COVERED[table] if name not in row]
    if missing:
        raise Wrong("no_column", column=missing[0])
    said = {name: row[name] for name in COVERED[table]}
    return said if row.get("sign_in") is None else {**said, "sign_in": row["sign_in"]}


class Key:
    """Whose a key is, from when, and until when."""

    def __init__(self, of: str, holder: object, since: datetime) -> None:
        self.of, self.holder, self.since = of, holder, since
        self.until: datetime | None = None

    def counts(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at and (self.until is None or at < self.until)


class Report:
    def __init__(self) -> None:
        self.findings: list[tuple[str, str, dict[str, object]]] = []
        self.more = 0
        self.counts = {"files": 0, "journeys": 0, "rows": 0, "accepted": 0, "refused": 0, "reads": 0, "histories": 0}
        self.counts.update({"notices": 0, "statements": 0, "signatures": 0, "proofs": 0})
        self.manifest = ""
        self.founder: object = None
        self.checkpoint: object = None
        self.key: object = None
        self.asked = {"manifest": "", "key": "", "root": ""}

    def add(self, where: str, what: str, **values: object) -> None:
        if len(self.findings) < KEPT:
            self.findings.append((where, what, values))
        else:
            self.more += 1

    def signed(self, said: bytes, signature: object, key: object) -> bool:
        self.counts["signatures"] += 1
        return is_signed(said, signature, key)


class Checker:
    """Checks one bundle. What it finds stands in its report."""

    def __init__(self, files: Files, manifest: str, key: str, root: str) -> None:
        self.files = files
        self.asked = {"manifest": manifest, "key": key, "root": root}
        self.report = Report()
        self.report.asked = self.asked
        self.keys: dict[str, Key] = {}
        self.invited: dict[str, object] = {}
        self.rules: dict[tuple[object, object], datetime] = {}
        self.people: dict[str, set[str]] = {}
        self.named: dict[str, dict[str, set[str]]] = {}
        self.head: dict[str, Any] = {}
        self.statement: dict[str, Any] = {}
        self.signature: object = None
        self.off: int | None = 0

    def run(self) -> Report:
        for check in (self.check_manifest, self.check_checkpoint, self.check_statements, self.check_rules):
            self.guarded("", check)
        for folder, names in self.folders():
            self.report.counts["journeys"] += 1
            self.guarded(folder, self.check_journey, folder, names)
        if self.head and self.head.get("journeys") != self.report.counts["journeys"]:
            values = {"expected": self.head.get("journeys"), "found": self.report.counts["journeys"]}
            self.report.add("manifest.json", "other_count", **values)
        return self.report

    def guarded(self, where: str, check: Any, *values: object) -> None:
        """Whatever stands in a file in the place of what belongs there is a finding."""
        try:
            check(*values)
        except Wrong as error:
            place = str(error.values.pop("name", where))
            if (place, error.what, error.values) not in self.report.findings:  # several checks read the same file
                self.report.add(place, error.what, **error.values)
        except (*UNREADABLE, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
            self.report.add(where, "no_sense", why=type(error).__name__)

    def folders(self) -> Iterator[tuple[str, list[str]]]:
        """Each journey's folder, with the names of its files."""
        folder = ""
        names: list[str] = []
        for name in self.files.names:
            if not name.startswith("journeys/") or name.count("/") < 2:
                continue
            of = "/".join(name.split("/")[:2]) + "/"
            if of != folder and names:
                yield folder, names
                names = []
            folder = of
            names.append(name)
        if names:
            yield folder, names

    def check_manifest(self) -> None:
        add, written = self.report.add, b"".join(self.files.parts("manifest.json"))
        self.report.manifest = sha256(written)
        if self.asked["manifest"] and self.asked["manifest"] != self.report.manifest:
            add("manifest.json", "other_manifest", expected=self.asked["manifest"], found=self.report.manifest)
        self.head = self.files.value("manifest.json")
        if self.head.get("format") != "hela-vagen-bundle/1":
            raise Wrong("other_format", name="manifest.json")
        if canonical(self.head) != written:
            add("manifest.json", "not_canonical")
        listed = self.head["files"]
        for name in sorted({*self.files.names, *listed} - {"manifest.json"}):
            self.report.counts["files"] += 1
            if name not in self.files.known:
                add(name, "file_missing")
            elif name not in listed:
                add(name, "file_unlisted")
            else:
                self.guarded(name, self.check_file, name, listed[name])

    def check_file(self, name: str, expected: object) -> None:
        found = hashlib.sha256()
        for part in self.files.parts(name):
            found.update(part)
        if found.hexdigest() != expected:
            self.report.add(name, "file_changed", expected=expected, found=found.hexdigest())

    def check_checkpoint(self) -> None:
        root, name = self.head.get("checkpoint"), "checkpoint.json"
        if root is None and name not in self.files.known:
            if self.asked["key"]:
                self.report.add(name, "no_checkpoint")
            return
        signed = self.files.value(name, SMALL)
        statement = signed["statement"]
        self.report.key, self.report.checkpoint = statement["public_key"], statement["at"]
        if statement["format"] != "hela-vagen-checkpoint/3":
            raise Wrong("other_format", name=name)
        if not self.report.signed(canonical(statement), signed["signature"], statement["public_key"]):
            raise Wrong("not_signed", name=name, key=statement["public_key"])
        if statement["root"] != root:
            raise Wrong("other_checkpoint", name=name, expected=root, found=statement["root"])
        if self.asked["key"] and statement["public_key"] != self.asked["key"]:
            self.report.add(name, "other_key", expected=self.asked["key"], found=statement["public_key"])
        self.statement, self.signature = statement, signed["signature"]

    def check_statements(self) -> None:
        """The register of authority: its chain, who signed each statement, and so whose each key is."""
        name, head = "statements.jsonl", ZEROS
        latest: datetime | None = None
        known = self.statement.get("statements", -1)
        for number, row in enumerate(self.files.lines(name), 1):
            self.report.counts["statements"] += 1
            where, said, at = f"{name}:{number}", row["said"], moment(row["said"]["at"])
            self.check_place(where, row["number"], row["previous"], number, head)
            signed = canonical(
                {"format": "hela-vagen-statement/1", "number": row["number"], "previous": row["previous"], "said": said}
            )
            fits = self.report.signed(signed, row["signature"], row["key"])
            if not fits:
                self.report.add(where, "not_signed", key=row["key"])
            elif at is None or (latest is not None and at < latest):
                self.report.add(where, "backdated")
            elif not self.may_state(number, said, row["key"], at):
                self.report.add(where, "unknown_key", key=row["key"])
            else:
                self.learn(said, at)
                latest = at
            head = digest({"key": row["key"], "said": signed.hex(), "signature": row["signature"]})
            if number == known and head != self.statement["register_head"]:
                self.report.add(where, "other_head", expected=self.statement["register_head"], found=head)
        if self.report.counts["statements"] < known:
            self.report.add(name, "cut_off", expected=known, found=self.report.counts["statements"])
        if self.asked["root"] and self.report.founder != self.asked["root"]:
            self.report.add(name, "other_founder", expected=self.asked["root"], found=self.report.founder)

    def check_place(self, where: str, number: object, previous: object, expected: int, head: str) -> None:
        """Whether a row of a chain is numbered after the row before it, and names its hash."""
        off = number - expected if isinstance(number, int) else None
        if off not in (0, self.off if expected > 1 else 0):  # those after one that was taken out are as far off
            self.report.add(where, "other_number", expected=expected, found=number)
        self.off = off
        if previous != head:
            self.report.add(where, "chain_broken", expected=head, found=previous)

    def may_state(self, number: int, said: dict[str, Any], key: str, at: datetime) -> bool:
        """Whether a statement is made with a key that counts; what its holder may state, our program alone knows."""
        if said["kind"] == "founded":
            return number == 1 and bool(said["key"] == key)
        if said["kind"] == "key_enrolled":
            return bool(said["key"] == key and self.invited.get(sha256(said["code"].encode())) == said["person"])
        known = self.keys.get(key)
        return known is not None and known.counts(at)

    def learn(self, said: dict[str, Any], at: datetime) -> None:
        holders = {
            "founded": ("person", "person"),
            "key_enrolled": ("person", "person"),
            "partner_registered": ("partner", "partner"),
            "server_registered": ("server", "server"),
            "worker_registered": ("worker", "kind"),
        }
        kind = said["kind"]
        if kind in holders:
            of, holder = holders[kind]
            self.keys.setdefault(said["key"], Key(of, said[holder], at))
            self.invited.pop(sha256(str(said.get("code")).encode()), None)
        if kind in ("founded", "staff_entered"):
            self.people.setdefault(said["person"], set()).add(said["name"])
        if kind == "founded":
            self.report.founder = said["key"]
        elif kind == "person_invited":
            self.invited[said["code_hash"]] = said["person"]
        elif kind == "key_revoked" and said["key"] in self.keys:
            self.keys[said["key"]].until = self.keys[said["key"]].until or at
        elif kind == "rules_registered":
            self.rules.setdefault((said["programme"], said["digest"]), at)

    def check_rules(self) -> None:
        """Each file of rules is called after its own digest."""
        for name in self.files.names:
            if name.startswith("rules/") and f"rules/{digest(self.files.value(name))}.json" != name:
                self.report.add(name, "rules_exchanged")

    def check_journey(self, folder: str, names: list[str]) -> None:
        journey = journey_of(folder)
        for name in names:
            self.report.counts["histories"] += name.endswith(".history.gz")
        about = self.files.value(f"{folder}journey.json", SMALL)
        if about["journey"] != journey:
            self.report.add(f"{folder}journey.json", "misplaced", expected=journey, found=about["journey"])
        if about["rules"] is not None and f"rules/{about['rules']}.json" not in self.files.known:
            self.report.add(f"rules/{about['rules']}.json", "file_missing")
        leaf = self.proven(folder, journey)
        for table, check in (("ledger", self.check_ledger), ("reads", self.check_reads)):
            name = f"{folder}rows/{table}.jsonl"
            self.guarded(name, check, name, journey, leaf)
        for name in names:
            if name.startswith(f"{folder}rows/") and name.endswith(".jsonl"):
                check_table = self.check_log if table_of(name) in LOGS else self.check_rows
                self.guarded(name, check_table, name, journey)
        if f"{folder}names.json" in self.files.known:
            self.guarded(f"{folder}names.json", self.check_names, f"{folder}names.json", about["rules"])
        for file, check_file in (
            *(("disposals.jsonl", self.check_log), ("texts.jsonl", self.check_texts)),
            ("person.json", self.check_person),
        ):
            if folder + file in self.files.known:
                self.guarded(folder + file, check_file, folder + file, journey)

    def proven(self, folder: str, journey: str) -> dict[str, Any] | None:
        """The journey's leaf; None where it has none, or its proof does not hold."""
        leaves: list[dict[str, Any]] = []
        if f"{folder}proof.json" in self.files.known:
            self.guarded(f"{folder}proof.json", lambda: leaves.append(self.leaf_of(folder, journey)))
        else:
            self.guarded(folder, self.check_unproven, folder)
        return leaves[0] if leaves else None

    def check_unproven(self, folder: str) -> None:
        """A journey without a proof must have begun after the checkpoint."""
        ledger, told = f"{folder}rows/ledger.jsonl", moment(self.statement.get("at"))
        if told is None or ledger not in self.files.known:
            return
        for row in self.files.lines(ledger):
            at = moment(row["recorded_at"])
            if at is None or at < told - CLOCKS:
                self.report.add(f"{folder}proof.json", "proof_missing", at=row["recorded_at"], told=told)
            return

    def leaf_of(self, folder: str, journey: str) -> dict[str, Any]:
        """The journey's leaf of the checkpoint's tree, where the proof holds: RFC 9162, section 2.1.3.2."""
        name = f"{folder}proof.json"
        proof = self.files.value(name, SMALL)
        leaf, index, path = proof["leaf"], proof["index"], proof["path"]
        if not self.statement or (proof["statement"], proof["signature"]) != (self.statement, self.signature):
            raise Wrong("proof_of_another", name=name)
        size = self.statement["journeys"]
        if proof["format"] != "hela-vagen-proof/2":
            raise Wrong("other_format", name=name)
        if leaf["journey"] != journey or type(index) is not int or not 0 <= index < size or len(path) > 64:
            raise Wrong("proof_fails", name=name)
        last, root = size - 1, hashlib.sha256(b"\0" + canonical(leaf)).digest()
        for node in path:
            if last == 0 or not is_hex(node, 64):
                raise Wrong("proof_fails", name=name)
            while last == index and index % 2 == 0:
                index, last = index // 2, last // 2
            beside = bytes.fromhex(node)
            root = hashlib.sha256(b"\1" + (beside + root if index % 2 else root + beside)).digest()
            index, last = index // 2, last // 2
        if last or root.hex() != self.statement["root"]:
            raise Wrong("proof_fails", name=name)
        self.report.counts["proofs"] += 1
        return dict(leaf)

    def check_ledger(self, name: str, journey: str, leaf: dict[str, Any] | None) -> None:
        head, number = ZEROS, 0
        known = leaf["rows"] if leaf else 0
        for number, row in enumerate(self.files.lines(name), 1) if name in self.files.known else ():
            where, own = f"{name}:{number}", digest(columns("ledger", row))
            self.check_place(where, row["row"], row["previous"], number, head)
            if row["form"] != FORM:
                self.report.add(where, "other_form", expected=FORM, found=row["form"])
            if row["hash"] != own:
                self.report.add(where, "hash_differs", expected=own, found=row["hash"])
            head = row["hash"]
            if number == known and leaf and head != leaf["head"]:
                self.report.add(where, "other_head", expected=leaf["head"], found=head)
            self.guarded(where, self.check_row, where, row, journey, leaf is not None and number > known)
            self.report.counts["rows"] += 1
            self.report.counts["accepted" if row["accepted"] else "refused"] += 1
        if number < known:
            self.report.add(name, "cut_off", expected=known, found=number)

    def check_row(self, where: str, row: dict[str, Any], journey: str, is_later: bool) -> None:
        at, told = moment(row["recorded_at"]), moment(self.statement.get("at"))
        salts = row["event_salt"], row["receipt_salt"]
        event = {"said": row["event"], "salt": salts[0]} if salts[0] is not None else row["event"]
        if row["event"] is not None and digest(event) != row["digest"]:
            self.report.add(where, "contents_differ", part="event")
        answer = digest({"receipt": row["receipt"], "salt": salts[1]})
        if row["receipt"] is not None and answer != row["commitment"] and not is_erased(row):
            self.report.add(where, "contents_differ", part="receipt")
        if is_later and told is not None and (at is None or at < told - CLOCKS):
            self.report.add(where, "backdated")
        self.check_worker(where, row, at)
        if row["accepted"]:
            self.check_author(where, row, journey, at)

    def check_worker(self, where: str, row: dict[str, Any], at: datetime | None) -> None:
        worker = self.keys.get(str(row["worker"]))
        signed = canonical({"format": "hela-vagen-row/1", "hash": row["hash"]})
        if worker is None or worker.of != "worker" or not worker.counts(at):
            self.report.add(where, "no_worker", key=row["worker"])
        elif not self.report.signed(signed, row["worker_signature"], row["worker"]):
            self.report.add(where, "not_signed", key=row["worker"])

    def check_author(self, where: str, row: dict[str, Any], journey: str, at: datetime | None) -> None:
        since = self.rules.get((journey.split("/")[-1], row["rules_digest"]))
        if since is None or at is None or since > at:
            self.report.add(where, "rules_unknown", found=row["rules_digest"])
        if row["key"] is None and row["kind"] in OWN_KINDS:
            return
        said = {"event": row["digest"], "journey": journey, "format": "hela-vagen-event/2"}
        if row.get("sign_in") is not None:
            said = {**said, "format": "hela-vagen-event/3", "sign_in": row["sign_in"]}
        self.check_word(where, canonical(said), row, row["actor"], at)

    def check_word(self, where: str, said: bytes, row: dict[str, Any], actor: str, at: datetime | None) -> None:
        """Whether a row is signed by whoever it names, or by a server that knew them by a sign-in."""
        key, sign_in = self.keys.get(str(row["key"])), row.get("sign_in")
        role, _, who = actor.partition(":")
        if not self.report.signed(said, row["signature"], row["key"]):
            self.report.add(where, "not_signed", key=row["key"])
        elif key is None or not key.counts(at):
            self.report.add(where, "unknown_key", key=row["key"])
        elif key.of == "server":
            since, used = (moment((sign_in or {}).get(name)) for name in ("at", "used_at"))
            is_fresh = since and used and at and since <= used <= at + AHEAD and used - since <= GOOD_FOR
            if not is_fresh or (sign_in or {}).get("server") != key.holder:
                self.report.add(where, "not_their_word", actor=actor, holder=key.holder)
        elif sign_in is not None or (key.of, key.holder) != ("partner" if role == "partner" else "person", who):
            self.report.add(where, "not_their_word", actor=actor, holder=key.holder)

    def check_reads(self, name: str, _journey: str, leaf: dict[str, Any] | None) -> None:
        head, number = ZEROS, 0
        known = leaf["reads"] if leaf else 0
        for number, row in enumerate(self.files.lines(name), 1) if name in self.files.known else ():
            self.report.counts["reads"] += 1
            where, said = f"{name}:{number}", canonical({"format": "hela-vagen-reading/2", **columns("reads", row)})
            self.check_place(where, row["number"], row["previous"], number, head)
            self.check_word(where, said, row, row["actor"], moment(row["read_at"]))
            reason = row.get("because")
            if reason is not None and digest({"because": reason, "salt": row["salt"] or ""}) != row["commitment"]:
                self.report.add(where, "contents_differ", part="because")
            head = digest({"key": row["key"], "read": said.hex(), "signature": row["signature"]})
            if number == known and leaf and head != leaf["reads_head"]:
                self.report.add(where, "other_head", expected=leaf["reads_head"], found=head)
        if number < known:
            self.report.add(name, "cut_off", expected=known, found=number)

    def check_rows(self, name: str, journey: str) -> None:
        """Rows of lists and notices: that they are this journey's. Whether they follow, our program alone knows."""
        for number, row in enumerate(self.files.lines(name), 1):
            self.report.counts["notices"] += name.endswith("/notices.jsonl")
            if row["journey_id"] != journey:
                self.report.add(f"{name}:{number}", "misplaced", expected=journey, found=row["journey_id"])

    def check_log(self, name: str, journey: str) -> None:
        """Rows of a log: each is this candidate's and signed. What others stand between them is not in the bundle."""
        table, candidate = table_of(name), journey.split("/")[1]
        for number, row in enumerate(self.files.lines(name), 1):
            where, said = f"{name}:{number}", columns(table, row)
            whose = ("journey_id", journey) if "journey_id" in said else ("candidate", candidate)
            if said[whose[0]] != whose[1]:
                self.report.add(where, "misplaced", expected=whose[1], found=said[whose[0]])
            signed = canonical({"format": "hela-vagen-row-of-a-log/1", "table": table, **said})
            self.check_word(where, signed, row, row["recorded_by"], moment(row["recorded_at"]))

    def check_person(self, name: str, _journey: str) -> None:
        """The person is the one whom somebody has signed for last."""
        log = f"{name[: -len('person.json')]}rows/identity_commitments.jsonl"
        rows = list(self.files.lines(log)) if log in self.files.known else []
        held = max(rows, key=lambda row: row["number"])["commitment"] if rows else None
        if digest({"format": "hela-vagen-identity/2", **self.files.value(name, SMALL)}) != held:
            self.report.add(name, "contents_differ", part="person")

    def check_names(self, name: str, digest_of_rules: object) -> None:
        """Whom the signed statements name, and what the rules do, is called so where the timelines take their names."""
        rules = f"rules/{digest_of_rules}.json"
        if rules not in self.named:
            self.named[rules] = named_in(self.files.value(rules)) if rules in self.files.known else {}
        told = set()
        for language, places in self.files.value(name).items():
            for place, codes in places.items():
                for code, found in codes.items():
                    known = self.names_of(language, place, code, self.named[rules])
                    if known is not None and found not in known:
                        told.add((code, ", ".join(sorted(known)) or "–", found))
        for code, expected, found in sorted(told):
            self.report.add(name, "other_name", code=code, expected=expected, found=found)

    def names_of(self, language: str, place: str, code: str, named: dict[str, set[str]]) -> set[str] | None:
        """What a code may be called in a place; None where nothing that is signed says it."""
        role, colon, who = code.partition(":")
        if colon and place in PERSONS_IN:
            word = ROLES.get(language, {}).get(role)
            return {f"{word} {one}" for one in self.people.get(who, {who})} if word else None
        if code in self.people and place not in RULES_IN:
            return self.people[code]
        if place in PERSONS_IN:
            return set()
        if place in RULES_IN:
            return named.get(code, set()) if named else None
        if place in ("site", "towns", "programme"):
            return named.get(code.partition(" ")[0]) or None
        return None if place in OTHERS_IN else set()

    def check_texts(self, name: str, journey: str) -> None:
        """Each text is the one to which the event refers, by its author, from before it was recorded."""
        ledger = f"{name[: -len('texts.jsonl')]}rows/ledger.jsonl"
        events: dict[str, list[tuple[str, datetime | None]]] = {}
        for row in self.files.lines(ledger) if ledger in self.files.known else ():
            for reference in references_in(row["event"]):
                events.setdefault(reference, []).append((row["actor"], moment(row["recorded_at"])))
        for number, row in enumerate(self.files.lines(name), 1):
            of = events.get(row["reference"], [])
            if of and row["written_by"] not in [actor for actor, _ in of]:
                self.report.add(f"{name}:{number}", "other_author", expected=of[0][0], found=row["written_by"])
            written, recorded = moment(row["written_at"]), [at for _, at in of if at is not None]
            if recorded and (written is None or written - min(recorded) > CLOCKS_OF_OTHERS):
                self.report.add(f"{name}:{number}", "other_moment", expected=min(recorded), found=row["written_at"])
            if row["text"] is None:
                continue
            said = {"format": "hela-vagen-text/1", "journey": journey, "event": row["event_id"], "field": row["field"]}
            made = hmac.new(bytes.fromhex(row["salt"]), canonical({**said, "text": row["text"]}), "sha256").hexdigest()
            if f"text:{made}" != row["reference"]:
                self.report.add(f"{name}:{number}", "contents_differ", part="text")


def references_in(event: Any) -> Iterator[str]:
    """The references to texts in an event."""
    if isinstance(event, str) and event.startswith("text:"):
        yield event
    elif isinstance(event, (dict, list)):
        for one in event.values() if isinstance(event, dict) else event:
            yield from references_in(one)


def table_of(name: str) -> str:
    """The table of whose rows a file is."""
    return name.rsplit("/", 1)[1][: -len(".jsonl")]


def journey_of(folder: str) -> str:
    parts = ["" if part == "%E" else unquote(part) for part in folder.split("/")[1].split(".")]
    return "/".join(parts[1:] if parts[0] == "%" else ["journey", *parts])


# What is said, in English and Swedish.

TEXTS = {
    "no_file": ("The file does not exist.", "Filen finns inte."),
    "no_bundle": ("This is not a complete bundle.", "Det här är inget fullständigt paket."),
    "unsafe_name": (
        "It has a name, a link or a packing that can do harm, so it is not read.",
        "Där finns ett namn, en länk eller en packning som kan göra skada, så paketet läses inte.",
    ),
    "name_twice": (
        "The name stands there twice, so the bundle is not read.",
        "Namnet står där två gånger, så paketet läses inte.",
    ),
    "too_large": ("It is larger than an export can be.", "Den är större än ett paket kan vara."),
    "unreadable": ("It cannot be read ({why}).", "Den går inte att läsa ({why})."),
    "no_sense": ("It does not hold what belongs there ({why}).", "Den innehåller inte det som hör dit ({why})."),
    "no_row": ("Line {number} is no row.", "Rad {number} är ingen uppgift."),
    "no_column": ("The column {column} is missing.", "Kolumnen {column} saknas."),
    "other_format": ("It has another format than this program reads.", "Den har ett annat format än det här."),
    "other_manifest": (
        "Its SHA-256 is {found} and not the one given, {expected}.",
        "Dess SHA-256 är {found} och inte den angivna, {expected}.",
    ),
    "not_canonical": (
        "It is not written as an export writes it.",
        "Den är inte skriven som ett paket skrivs.",
    ),
    "file_missing": ("The file is missing.", "Filen saknas."),
    "file_unlisted": ("The file is not in the manifest.", "Filen finns inte i innehållsförteckningen."),
    "file_changed": (
        "The file was changed: its SHA-256 is {found} and not {expected}.",
        "Filen är ändrad: dess SHA-256 är {found} och inte {expected}.",
    ),
    "other_count": (
        "It says {expected} journeys, and {found} are here.",
        "Den säger {expected} vägar, och {found} finns här.",
    ),
    "no_checkpoint": (
        "A key is given, and the bundle has no checkpoint.",
        "En nyckel är angiven, men paketet har ingen kontrollpunkt.",
    ),
    "other_checkpoint": (
        "It is not the checkpoint of the manifest: {found} and not {expected}.",
        "Den är inte innehållsförteckningens kontrollpunkt: {found} och inte {expected}.",
    ),
    "other_key": (
        "It was signed with the key {found} and not with the one given, {expected}.",
        "Den är signerad med nyckeln {found} och inte med den angivna, {expected}.",
    ),
    "not_signed": (
        "The signature with the key {key} does not hold.",
        "Signaturen med nyckeln {key} håller inte.",
    ),
    "chain_broken": (
        "The chain is broken: the row before has the hash {expected}, and here stands {found}.",
        "Kedjan är bruten: raden före har kontrollsumman {expected}, och här står {found}.",
    ),
    "other_number": (
        "It is row {expected} of its chain, and says that it is {found}.",
        "Den är nummer {expected} i sin kedja, men säger att den är nummer {found}.",
    ),
    "other_form": (
        "It is written in form {found}, and this program reads form {expected}.",
        "Den är skriven i form {found}, men det här programmet läser form {expected}.",
    ),
    "hash_differs": (
        "The row was changed: its hash is {expected} and not {found}.",
        "Raden är ändrad: dess kontrollsumma är {expected} och inte {found}.",
    ),
    "other_head": (
        "It is not as it was at the checkpoint: {found} and not {expected}.",
        "Den är inte som den var vid kontrollpunkten: {found} och inte {expected}.",
    ),
    "cut_off": (
        "Rows of the checkpoint are gone: {found} of {expected} are left.",
        "Rader från kontrollpunkten är borta: {found} av {expected} finns kvar.",
    ),
    "backdated": (
        "It is dated before something that it comes after: a row before it, or the checkpoint.",
        "Den är daterad före något som den kommer efter: en rad före den, eller kontrollpunkten.",
    ),
    "unknown_key": (
        "The key {key} did not count then, by the register of staff.",
        "Nyckeln {key} gällde inte då, enligt personalregistret.",
    ),
    "other_founder": (
        "The register of staff was founded with the key {found} and not with the one given, {expected}.",
        "Personalregistret grundades med nyckeln {found} och inte med den angivna, {expected}.",
    ),
    "rules_exchanged": (
        "The rules are not those by whose digest the file is called.",
        "Reglerna är inte de som filen är uppkallad efter.",
    ),
    "rules_unknown": (
        "The rules {found} were not in force, by the register of staff.",
        "Reglerna {found} gällde inte, enligt personalregistret.",
    ),
    "misplaced": ("It belongs to {found} and not to {expected}.", "Den hör till {found} och inte till {expected}."),
    "contents_differ": (
        "What is written ({part}) is not what was hashed.",
        "Det som står där ({part}) är inte det som kontrollsumman gäller.",
    ),
    "other_author": (
        "It says that {found} wrote it, and the event is {expected}'s.",
        "Den anger att {found} skrev den, men händelsen är från {expected}.",
    ),
    "other_moment": (
        "It is said to be written {found}, and its event was recorded {expected}.",
        "Den anges vara skriven {found}, men händelsen registrerades {expected}.",
    ),
    "other_name": (
        "It calls {code} {found}, and what is signed calls it {expected}.",
        "Den kallar {code} {found}, men det som är signerat säger {expected}.",
    ),
    "no_worker": (
        "No registered worker has signed it ({key}).",
        "Ingen registrerad arbetare har signerat den ({key}).",
    ),
    "not_their_word": (
        "It names {actor} and is signed by {holder}.",
        "Den anger {actor} och är signerad av {holder}.",
    ),
    "proof_of_another": (
        "The proof is of another checkpoint than the bundle's.",
        "Beviset gäller en annan kontrollpunkt än paketets.",
    ),
    "proof_missing": (
        "The proof is missing: the journey has rows of {at}, from before the checkpoint of {told}.",
        "Beviset saknas: vägen har rader från {at}, före kontrollpunkten {told}.",
    ),
    "proof_fails": (
        "The proof does not lead to the checkpoint.",
        "Beviset leder inte till kontrollpunkten.",
    ),
    # What the command itself says.
    "its_place": ("{where}: ", "{where}: "),
    "in_many": (
        "{count} times in {journeys} journeys, such as {one}, {two} and {three}: ",
        "{count} gånger i {journeys} vägar, till exempel {one}, {two} och {three}: ",
    ),
    "holds": ("All that can be checked here holds.", "Allt som kan kontrolleras här stämmer."),
    "fails": ("Something does not hold. Findings: {count}.", "Något stämmer inte. Avvikelser: {count}."),
    "more": ("And {count} more.", "Och {count} till."),
    "counted": (
        "Looked at: files {files}, journeys {journeys}, rows {rows} (accepted {accepted}, refused {refused}), readings"
        " {reads}, statements {statements}, signatures {signatures}, proofs {proofs}.",
        "Granskat: filer {files}, vägar {journeys}, rader {rows} (godtagna {accepted}, avvisade {refused}), läsningar"
        " {reads}, uppgifter om behörighet {statements}, signaturer {signatures}, bevis {proofs}.",
    ),
    "compare": (
        "Compare these with what you were told by another way than the file:",
        "Jämför detta med vad du har fått veta på annat sätt än genom filen:",
    ),
    "as_given": ("As you gave it: ", "Stämmer med det du angav: "),
    "not_as_given": ("Not what you gave: ", "Stämmer inte med det du angav: "),
    "its_manifest": ("the manifest's SHA-256: {value}", "innehållsförteckningens SHA-256: {value}"),
    "its_founder": ("the founder's key: {value}", "grundarens nyckel: {value}"),
    "its_checkpoint": (
        "the auditor's key: {value}, checkpoint of {at} (UTC)",
        "granskarens nyckel: {value}, kontrollpunkt {at} (UTC)",
    ),
    "without_checkpoint": (
        "The bundle has no checkpoint: nothing here shows that the ledger was not written anew as a whole.",
        "Paketet har ingen kontrollpunkt: inget här visar att liggaren inte är omskriven i sin helhet.",
    ),
    "unchecked": (
        "Not checked here, but by the program of Hela vägen (see CHECK.html): that the histories lead to these rows by"
        " the rules, that lists and notices follow from them, that the timelines, which are for reading, say what the"
        " rows say, that each author had the role, and what a person's passkey signed. Nothing signed says what"
        " partners and positions are called.",
        "Kontrolleras inte här, men av programmet Hela vägen (se CHECK.html): att historikerna leder till raderna"
        " enligt reglerna, att listor och meddelanden följer av dem, att tidslinjerna, som är till för att läsas, säger"
        " det som raderna säger, att var och en hade rollen, och vad någons egen nyckel har signerat i webbläsaren."
        " Inget signerat säger vad partner och befattningar heter.",
    ),
    "not_a_key": ("{option} must be 64 hexadecimal characters.", "{option} måste vara 64 hexadecimala tecken."),
    "what": ("Check a bundle of Hela vägen.", "Kontrollera ett paket från Hela vägen."),
}
IN_WORDS = {
    "JSONDecodeError": ("it is not JSON", "det är inte JSON"),
    "UnicodeDecodeError": ("it is not UTF-8", "det är inte UTF-8"),
    "UnicodeEncodeError": ("it holds half a character", "där står ett halvt tecken"),
    "ValueError": ("it holds what no export writes", "där står sådant som inget paket skriver"),
    "KeyError": ("something is missing in it", "något saknas i den"),
    **dict.fromkeys(
        ("TypeError", "AttributeError", "IndexError", "OverflowError"),
        ("something in it is of another kind", "något i den är av ett annat slag"),
    ),
    **dict.fromkeys(("BadZipFile", "EOFError", "error", "RuntimeError"), ("it is damaged", "den är skadad")),
    **dict.fromkeys(
        ("RecursionError", "MemoryError"), ("it is too large or too deep", "den är för stor eller för djup")
    ),
    **dict.fromkeys(
        ("OSError", "PermissionError", "FileNotFoundError"), ("it cannot be opened", "den kan inte öppnas")
    ),
    "no object": ("it is no JSON object", "det är inget JSON-objekt"),
}
"""What Python calls what is wrong with a file."""
LONGEST_VALUE = 200


def say(what: str, language: str, **values: object) -> str:
    """A sentence with its values, each as it can be shown: a bundle's texts steer no terminal and hold no places."""

    def value(found: Any) -> str:
        text = str(values.get(found[1], "–"))
        text = IN_WORDS[text][language == "sv"] if found[1] == "why" and text in IN_WORDS else text
        text = text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
        return "".join(char if char.isprintable() else "\ufffd" for char in text)

    return re.sub(r"\{(\w+)\}", value, TEXTS[what][language == "sv"])


def compared(report: Report, language: str) -> Iterator[str]:
    """What a bundle is known by: whether it is as it was given, or that it must be compared."""
    known: list[tuple[str, object, str]] = [
        ("manifest", report.manifest, say("its_manifest", language, value=report.manifest))
    ]
    known += [("root", report.founder, say("its_founder", language, value=report.founder))]
    if report.checkpoint is not None:
        values = {"value": report.key, "at": report.checkpoint}
        known += [("key", report.key, say("its_checkpoint", language, **values))]
    for name, value, line in known:
        if report.asked[name]:
            yield say("as_given" if report.asked[name] == value else "not_as_given", language) + line
    rest = [line for name, _, line in known if not report.asked[name]]
    if rest:
        yield say("compare", language)
    for line in rest:
        yield f"  {line}"


def findings_told(report: Report, language: str) -> Iterator[str]:
    """Each finding; but once what many journeys share, such as a statement that does not count."""
    said = [(where, say(what, language, **values)) for where, what, values in report.findings]
    first: dict[str, dict[str, str]] = {}
    for where, what in said:
        if where.startswith("journeys/"):
            first.setdefault(what, {}).setdefault(where.split("/")[1], where)
    count = Counter(what for where, what in said if where.startswith("journeys/"))
    for where, what in said:
        places = list(first.get(what, {}).values())
        if len(places) <= NAMED or not where.startswith("journeys/"):
            yield f"  {say('its_place', language, where=where)}{what}"
        elif where == places[0]:
            values = dict(zip(("one", "two", "three"), places))
            yield f"  {say('in_many', language, journeys=len(places), count=count[what], **values)}{what}"


def told(report: Report, language: str) -> Iterator[str]:
    count = len(report.findings) + report.more
    yield say("fails" if count else "holds", language, count=count)
    yield from findings_told(report, language)
    if report.more:
        yield f"  {say('more', language, count=report.more)}"
    yield say("counted", language, **report.counts)
    yield from compared(report, language)
    if report.checkpoint is None:
        yield say("without_checkpoint", language)
    yield say("unchecked", language)


def as_json(report: Report) -> str:
    findings = [
        {"where": where, "what": what, "says": say(what, "en", **values)} for where, what, values in report.findings
    ]
    keys = {"manifest": report.manifest, "founder": report.founder, "key": report.key, "checkpoint": report.checkpoint}
    whole = {"holds": not findings, "findings": findings, "more": report.more, "counts": report.counts, **keys}
    return json.dumps(whole, indent=1)


def check(place: Path, manifest: str = "", key: str = "", root: str = "") -> Report:
    """What there is to say of a bundle. Raises Wrong where it is none, or one that is not read."""
    return Checker(Files(place), manifest, key, root).run()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="check.py", description=" / ".join(TEXTS["what"]))
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--manifest", default="", help="SHA-256 of manifest.json")
    parser.add_argument("--key", default="", help="the auditor's key / granskarens nyckel")
    parser.add_argument("--root", default="", help="the founder's key / grundarens nyckel")
    parser.add_argument("--lang", choices=("en", "sv"), default="en")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = {name: getattr(asked, name).strip().lower() for name in ("manifest", "key", "root")}
    for name, value in given.items():
        if value and not is_hex(value, 64):
            print(say("not_a_key", asked.lang, option=f"--{name}"), file=sys.stderr)
            return 2
    try:
        report = check(asked.bundle, **given)
    except Wrong as error:
        where = error.values.get("name", asked.bundle.name)
        said = say("its_place", asked.lang, where=where) + say(error.what, asked.lang, **error.values)
        print(said, file=sys.stderr)
        return 2 if error.what in ("no_bundle", "no_file") else 1
    except OSError as error:
        print(f"{asked.bundle.name}: {type(error).__name__}", file=sys.stderr)
        return 2
    print(as_json(report) if asked.json else "\n".join(told(report, asked.lang)))
    return 1 if report.findings else 0


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
