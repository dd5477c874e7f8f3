"""Ways to tamper with a bundle and hash its manifest anew, each with what check.py must say of it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import rfc8785

from auditing.bundle.layout import hash_of
from models.ledger.hash_chain import row_hash

Files = dict[str, bytes]
Meddle = Callable[[Files, str], object]
"""What is done to the files of a bundle; the folder is that of the journey that it is done to."""


def files_in(bundle: Path) -> Files:
    with ZipFile(bundle) as file:
        return {name: file.read(name) for name in file.namelist()}


def write_bundle(files: Files, to: Path, *, remade: bool = True) -> Path:
    """A bundle of these files; `remade` with a manifest that says so."""
    if remade:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {name: hash_of(content) for name, content in files.items() if name != "manifest.json"}
        files = {**files, "manifest.json": rfc8785.dumps(manifest)}
    with ZipFile(to, "w") as out:
        for name, content in files.items():
            out.writestr(name, content)
    return to


def rows(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Meddle:
    """Rows of a journey's table are changed, or of a file of the whole bundle."""

    def meddle(files: Files, folder: str) -> None:
        file = name if name in files else f"{folder}rows/{name}.jsonl"
        found = [json.loads(line) for line in files[file].splitlines()]
        change(found)
        files[file] = b"".join(json.dumps(row).encode() + b"\n" for row in found)

    return meddle


def value(name: str, change: Callable[[Any], object]) -> Meddle:
    """The one object of a file is changed."""

    def meddle(files: Files, folder: str) -> None:
        file = name if name in files else folder + name
        said = json.loads(files[file])
        change(said)
        files[file] = json.dumps(said).encode()

    return meddle


def bytes_of(name: str, content: bytes) -> Meddle:
    def meddle(files: Files, folder: str) -> None:
        files[folder + name if name.startswith("rows/") else name] = content

    return meddle


def hashed_anew(found: list[dict[str, Any]]) -> None:
    previous = "0" * 64
    for row in found:
        row["previous"] = previous
        previous = row["hash"] = row_hash(row)


def removed_and_hashed_anew(found: list[dict[str, Any]]) -> None:
    del found[-1]
    hashed_anew(found)


def another_author(found: list[dict[str, Any]]) -> None:
    found[0]["actor"] = "coordinator:x"
    hashed_anew(found)


def signed_with(key: str, signature: str) -> Callable[[list[dict[str, Any]]], None]:
    def change(found: list[dict[str, Any]]) -> None:
        found[0] |= {"worker": key, "worker_signature": signature}

    return change


def doubled(found: list[dict[str, Any]]) -> None:
    """The same signature in its other form: its number is greater by the order of the group."""
    signature = found[0]["worker_signature"]
    number = int.from_bytes(bytes.fromhex(signature[64:]), "little") + ORDER
    found[0]["worker_signature"] = signature[:64] + number.to_bytes(32, "little").hex()


def a_journey_left_out(files: Files, folder: str) -> None:
    for name in [name for name in files if name.startswith(folder)]:
        del files[name]


def called(place: str, code: str, name: str) -> Callable[[Any], None]:
    """Somebody or something is called otherwise in one place, in both languages."""

    def change(table: Any) -> None:
        for places in table.values():
            places.setdefault(place, {})[code] = name

    return change


def timelines_and_names(one: str, other: str) -> Meddle:
    """Two names change places, wherever the folder tells them."""

    def meddle(files: Files, folder: str) -> None:
        for name in [name for name in files if name.startswith(f"{folder}timeline.") or name == f"{folder}names.json"]:
            said = files[name].decode().replace(one, "\0").replace(other, one).replace("\0", other)
            files[name] = said.encode()

    return meddle


def proofs_swapped(files: Files, _folder: str) -> None:
    one, other = sorted(name for name in files if name.endswith("proof.json"))
    files[one], files[other] = files[other], files[one]


ORDER = 2**252 + 27742317777372353535851937790883648493
NEUTRAL, FITS_ALL = f"01{'0' * 62}", f"01{'0' * 126}"
"""A public key of a small order, and a signature that fits everything with it."""


@dataclass(frozen=True)
class BrokenBundle:
    """What is done, and the finding of check.py that must name it at a place that ends so."""

    meddle: Meddle
    what: str
    where: str


LEDGER = "rows/ledger.jsonl:1"
TAMPERINGS: dict[str, BrokenBundle] = {
    "a row changed": BrokenBundle(rows("ledger", lambda r: r[0].update(kind="withdrawn")), "hash_differs", LEDGER),
    "an event changed": BrokenBundle(
        rows("ledger", lambda r: r[0]["event"].update(site="x")), "contents_differ", LEDGER
    ),
    "a receipt changed": BrokenBundle(
        rows("ledger", lambda r: r[0]["receipt"].update(row=9)), "contents_differ", LEDGER
    ),
    "a receipt changed without its salt": BrokenBundle(
        rows("ledger", lambda r: r[0].update(receipt={**r[0]["receipt"], "row": 9}, receipt_salt=None)),
        "contents_differ",
        LEDGER,
    ),
    "an event changed without its salt": BrokenBundle(
        rows("ledger", lambda r: r[0].update(event={**r[0]["event"], "site": "x"}, event_salt=None)),
        "contents_differ",
        LEDGER,
    ),
    "a proof of another format": BrokenBundle(
        value("proof.json", lambda p: p.update(format="hela-vagen-proof/1")), "other_format", "proof.json"
    ),
    "hashed anew": BrokenBundle(rows("ledger", another_author), "not_signed", LEDGER),
    "hashed anew against the checkpoint": BrokenBundle(
        rows("ledger", another_author), "other_head", "rows/ledger.jsonl:12"
    ),
    "the last row removed": BrokenBundle(rows("ledger", removed_and_hashed_anew), "cut_off", "rows/ledger.jsonl"),
    "a row in the middle removed": BrokenBundle(
        rows("ledger", lambda r: r.pop(3)), "chain_broken", "rows/ledger.jsonl:4"
    ),
    "a row twice": BrokenBundle(rows("ledger", lambda r: r.insert(1, r[0])), "chain_broken", "rows/ledger.jsonl:2"),
    "the ledger removed": BrokenBundle(lambda f, j: f.pop(f"{j}rows/ledger.jsonl"), "cut_off", "ledger.jsonl"),
    "rules never in force": BrokenBundle(
        rows("ledger", lambda r: r[0].update(rules_digest="0" * 64)), "rules_unknown", LEDGER
    ),
    "a small-order key": BrokenBundle(rows("ledger", signed_with(NEUTRAL, FITS_ALL)), "no_worker", LEDGER),
    "a signature of another form": BrokenBundle(rows("ledger", doubled), "not_signed", LEDGER),
    "another journey's row": BrokenBundle(
        rows("notices", lambda r: r[0].update(journey_id="journey/x/y")), "misplaced", "rows/notices.jsonl:1"
    ),
    "a journey left out": BrokenBundle(a_journey_left_out, "other_count", "manifest.json"),
    "proofs swapped": BrokenBundle(proofs_swapped, "proof_fails", "proof.json"),
    "a row under another number": BrokenBundle(
        rows("ledger", lambda r: r[3].update(row=14)), "other_number", "rows/ledger.jsonl:4"
    ),
    "a row of another form": BrokenBundle(
        rows("ledger", lambda r: r[3].update(form=2)), "other_form", "ledger.jsonl:4"
    ),
    "somebody called otherwise": BrokenBundle(
        value("names.json", called("coordinator", "anna.berg", "Bo Lind")), "other_name", "names.json"
    ),
    "an actor called otherwise": BrokenBundle(
        value("names.json", called("actor", "coordinator:anna.berg", "samordnare Bo Lind")), "other_name", "names.json"
    ),
    "a colleague called otherwise as a recipient": BrokenBundle(
        value("names.json", called("recipient", "anna.berg", "Bo Lind")), "other_name", "names.json"
    ),
    "somebody whom nobody knows called something": BrokenBundle(
        value("names.json", called("mentor", "no.body", "Bo Lind")), "other_name", "names.json"
    ),
    "a requirement called otherwise": BrokenBundle(
        value("names.json", called("requirement", "shift_work", "Has a car")), "other_name", "names.json"
    ),
    "a town called otherwise": BrokenBundle(
        value("names.json", called("site", "2480", "Luleå")), "other_name", "names.json"
    ),
    "a day called otherwise": BrokenBundle(
        value("names.json", called("day", "2026-03-02", "2026-03-08")), "other_name", "names.json"
    ),
    "a proof's path changed": BrokenBundle(
        value("proof.json", lambda p: p.update(path=["0" * 64])), "proof_fails", "proof.json"
    ),
    "a proof of another checkpoint": BrokenBundle(
        value("proof.json", lambda p: p["statement"].update(rows=99)), "proof_of_another", "proof.json"
    ),
    "a checkpoint changed": BrokenBundle(
        value("checkpoint.json", lambda c: c["statement"].update(rows=99)), "not_signed", "checkpoint.json"
    ),
    "a checkpoint by a small-order key": BrokenBundle(
        value(
            "checkpoint.json",
            lambda c: c.update(signature=FITS_ALL, statement={**c["statement"], "public_key": NEUTRAL}),
        ),
        "not_signed",
        "checkpoint.json",
    ),
    "a statement changed": BrokenBundle(
        rows("statements.jsonl", lambda r: r[1]["said"].update(kind="withdrawn")), "not_signed", "statements.jsonl:2"
    ),
    "a statement removed": BrokenBundle(
        rows("statements.jsonl", lambda r: r.pop(2)), "chain_broken", "statements.jsonl:3"
    ),
    "the last statement removed": BrokenBundle(
        rows("statements.jsonl", lambda r: r.pop()), "cut_off", "statements.jsonl"
    ),
    "the register founded by a small-order key": BrokenBundle(
        rows("statements.jsonl", lambda r: r[0].update(key=NEUTRAL, signature=FITS_ALL)),
        "not_signed",
        "statements.jsonl:1",
    ),
    "a small-order key enrolled": BrokenBundle(
        rows("statements.jsonl", lambda r: r[1]["said"].update(key=NEUTRAL)), "not_signed", "statements.jsonl:2"
    ),
    "rules exchanged": BrokenBundle(
        lambda files, _j: files.update({name: b"{}" for name in files if name.startswith("rules/")}),
        "rules_exchanged",
        ".json",
    ),
    "deep": BrokenBundle(
        bytes_of("rows/ledger.jsonl", b"[" * 200_000 + b"]" * 200_000 + b"\n"), "unreadable", "ledger.jsonl"
    ),
    "deep within a row": BrokenBundle(
        bytes_of("rows/ledger.jsonl", b'{"a":' * 150 + b"1" + b"}" * 150 + b"\n"), "unreadable", "ledger.jsonl"
    ),
    "no number": BrokenBundle(bytes_of("rows/ledger.jsonl", b'{"row":NaN}\n'), "unreadable", "ledger.jsonl"),
    "a huge number": BrokenBundle(
        bytes_of("rows/ledger.jsonl", b'{"row":1' + b"0" * 3_000_000 + b"}\n"), "unreadable", "ledger.jsonl"
    ),
    "a fraction": BrokenBundle(bytes_of("rows/ledger.jsonl", b'{"row":1.0}\n'), "unreadable", "ledger.jsonl"),
    "a name twice": BrokenBundle(bytes_of("rows/ledger.jsonl", b'{"row":1,"row":2}\n'), "unreadable", "ledger.jsonl"),
    "half a character": BrokenBundle(
        bytes_of("rows/ledger.jsonl", b'{"row":"\\ud800"}\n'), "unreadable", "ledger.jsonl"
    ),
    "half a character as a name": BrokenBundle(
        bytes_of("rows/ledger.jsonl", b'{"\\ud800":1}\n'), "unreadable", "ledger.jsonl"
    ),
    "a line without end": BrokenBundle(bytes_of("rows/ledger.jsonl", b" " * 5_000_000), "no_row", "ledger.jsonl"),
    "no object": BrokenBundle(bytes_of("rows/ledger.jsonl", b"[]\n"), "no_row", "ledger.jsonl"),
    "no columns": BrokenBundle(bytes_of("rows/ledger.jsonl", b"{}\n"), "no_column", "ledger.jsonl"),
    "other types": BrokenBundle(
        rows("ledger", lambda r: r[0].update(actor=7, worker=[], event=7)), "hash_differs", LEDGER
    ),
    "places for values": BrokenBundle(
        rows("ledger", lambda r: r[0].update(rules_digest="{0} {x.__class__} {:3000000000} {0:{1}}")),
        "rules_unknown",
        LEDGER,
    ),
    "not UTF-8": BrokenBundle(bytes_of("statements.jsonl", b"\xff\xfe\n"), "unreadable", "statements.jsonl"),
}


def odd_zips(files: Files, folder: Path) -> Sequence[tuple[Path, str]]:
    """ZIP files that somebody made to do harm, each with what check.py must say of it."""
    found = []
    for what, names in {
        "unsafe_name": ("../out.txt", "/etc/passwd", "a/../../b", "c:\\x", "a//b", "./manifest.json"),
        "name_twice": ("index.html",),
    }.items():
        for number, name in enumerate(names):
            file = write_bundle(files, folder / f"{what}{number}.zip")
            with ZipFile(file, "a") as out:
                out.writestr(name, "x")
            found.append((file, what))
    bomb = write_bundle(files, folder / "bomb.zip")
    with ZipFile(bomb, "a", compression=8) as out:
        out.writestr("journeys/bomb", b"0" * 20_000_000)
    return [*found, (bomb, "too_large")]
