"""The program that stands in every bundle: it needs nothing of ours, and says of signatures and hashes what we do."""

import ast
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from activities.contents import erased
from auditing.bundle import check
from models.access import chained_rows, readings
from models.events.descriptions import actor_in_words
from models.events.events import SAID_BY_THE_JOURNEY
from models.identifiers import Actor, Role
from models.ledger import hash_chain
from models.signatures import SMALL_ORDER, is_signed
from runtime.i18n import LOCALES, translate, using_language
from services.names import OF_RULES, PARTNERS, PERSONS, PLACES, of_rules
from tests.support.bundle_tamperings import FITS_ALL, ORDER
from tests.support.shapes import FILES, book_with
from tests.support.thoroughness import examples

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

SOURCE = Path(check.__file__).read_text(encoding="utf-8")


def test_it_imports_nothing_but_the_standard_library() -> None:
    nodes = list(ast.walk(ast.parse(SOURCE, feature_version=(3, 9))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert not [
        node
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("eval", "exec", "open", "__import__")
    ]


def test_it_covers_the_columns_that_we_sign_and_hash() -> None:
    assert set(check.COVERED["ledger"]) == set(hash_chain.CHAINED)
    assert set(check.COVERED["reads"]) == set(readings.SIGNED)
    assert set(check.COVERED["disposals"]) == set(chained_rows.SIGNED["disposals"])
    assert (hash_chain.ADDED, readings.ADDED, chained_rows.ADDED) == (("sign_in",),) * 3
    assert hash_chain.FORM == check.FORM
    assert check.OWN_KINDS == SAID_BY_THE_JOURNEY


@pytest.mark.parametrize("file", sorted(FILES.glob("*.toml")), ids=lambda one: one.stem)
def test_it_finds_each_name_that_is_told_of_rules_in_them(file: Path, tmp_path: Path) -> None:
    rules = book_with(file.stem, "", tmp_path).programme(file.stem)
    named = check.named_in(json.loads(rules.model_dump_json()))
    for language in LOCALES:
        with using_language(language):
            assert [one for one in of_rules(rules) if one.title not in named.get(one.code, ())] == []


def test_it_knows_the_places_in_which_names_stand_and_the_words_for_roles() -> None:
    places = {name for name, kinds in PLACES.items() if PERSONS in kinds and PARTNERS not in kinds}
    assert places == check.PERSONS_IN
    assert {name for name, kinds in PLACES.items() if kinds == (OF_RULES,)} == check.RULES_IN
    assert set(PLACES) - check.PERSONS_IN - check.RULES_IN == check.OTHERS_IN
    for language in LOCALES:
        words = check.ROLES[language]
        for role, word in words.items():
            with using_language(language):
                assert translate(actor_in_words(Actor.of(Role(role), "x"))) == f"{word} x"
        assert set(words) == set(Role) - {Role.PARTNER, Role.SYSTEM}


def test_what_is_left_of_an_erased_row_is_what_its_columns_say() -> None:
    row = dict.fromkeys(check.COVERED["ledger"]) | {"row": 1, "event_id": "e", "recorded_at": AT.isoformat()}
    left = erased(SimpleNamespace(**{**row, "recorded_at": AT}))._asdict()
    said = {**row, **left}
    assert check.is_erased(said)
    for name in said["receipt"]:
        assert not check.is_erased({**said, "receipt": {**said["receipt"], name: "x"}}), name
    for name in ("event", "receipt_salt"):
        assert not check.is_erased({**said, name: "x"}), name


VECTORS = [
    # RFC 8032, section 7.1: tests 1, 2 and 3.
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "said", "signature"), VECTORS)
def test_a_signature_of_the_standard_holds(key: str, said: str, signature: str) -> None:
    assert check.is_signed(bytes.fromhex(said), signature, key)
    assert not check.is_signed(bytes.fromhex(said) + b"x", signature, key)


@examples(30)
@given(st.randoms(use_true_random=False), st.binary(max_size=40))
def test_it_says_of_a_signature_what_we_say(random: Random, said: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(random.randbytes(32))
    key, signature = private.public_key().public_bytes_raw().hex(), private.sign(said).hex()
    place = random.randrange(64)
    flipped = bytes(
        byte ^ (random.randrange(1, 256) if at == place else 0) for at, byte in enumerate(bytes.fromhex(signature))
    )
    number = int.from_bytes(bytes.fromhex(signature[64:]), "little") + ORDER
    doubled = signature[:64] + number.to_bytes(32, "little").hex()
    for one, holds in ((signature, True), (flipped.hex(), False), (doubled, False), (signature.upper(), None)):
        assert check.is_signed(said, one, key) == (is_signed(said, one, key) if holds is not None else False)
    assert not check.is_signed(said, signature, random.randbytes(32).hex())


@examples(60)
@given(st.binary(min_size=32, max_size=32))
def test_it_knows_a_point_where_the_library_does(key: bytes) -> None:
    """With any key the library checks a signature by; it says that none fits where there is no such point."""
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key).verify(bytes(64), b"")
    assert not check.is_signed(b"", "0" * 128, key.hex())


@pytest.mark.parametrize("key", sorted(SMALL_ORDER))
def test_a_key_of_a_small_order_signs_nothing(key: str) -> None:
    assert not check.is_signed(b"anything", FITS_ALL, key)


Json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@examples(100)
@given(Json)
def test_its_canonical_form_is_that_of_rfc_8785(value: Any) -> None:
    assert check.canonical(value) == rfc8785.dumps(value)
    assert check.read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "written",
    [
        b"NaN",
        b"[Infinity]",
        b"1.5",
        b"1e3",
        b"9007199254740992",
        b"9" * 5_000,
        b'{"a":1,"a":2}',
        b"\xff",
        b"[" * 101 + b"]" * 101,
        b"[" * 1_000_000,
    ],
)
def test_what_no_export_writes_is_not_read(written: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 – whichever
        check.read_json(written)


def test_half_a_character_has_no_canonical_form() -> None:
    for value in ("\ud800", {"\ud800": 1}):
        with pytest.raises(ValueError):  # noqa: PT011 – whichever
            check.canonical(value)


def test_each_sentence_has_both_languages_and_the_same_places() -> None:
    for english, swedish in check.TEXTS.values():
        assert english != swedish or english == "{where}: "
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", swedish) or "{expected}" in english
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", swedish))
    calls = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Call)]
    place = {"Wrong": 0, "say": 0, "self.report.add": 1, "add": 1}
    named = [node.args[place[ast.unparse(node.func)]] for node in calls if ast.unparse(node.func) in place]
    said = {one.value for name in named for one in ast.walk(name) if isinstance(one, ast.Constant)}
    assert {one for one in said if isinstance(one, str)} == set(check.TEXTS) - {"what"}


def test_a_value_is_no_place_and_steers_no_terminal() -> None:
    said = check.say("unreadable", "sv", why="{0} {why} \x1b[31m \u202e" + "x" * 1_000)
    assert "{0} {why} \ufffd[31m \ufffd" in said
    assert len(said) < 300


def with_entry(file: Path, entry: ZipInfo, flags: int = 0) -> Path:
    with ZipFile(file, "w") as out:
        out.writestr("manifest.json", "{}")
        out.writestr(entry, "x")
    if flags:
        content = bytearray(file.read_bytes())
        at = content.rindex(b"PK\x01\x02")
        content[at + 8] |= flags
        file.write_bytes(content)
    return file


def test_links_and_what_is_encrypted_are_not_read(tmp_path: Path) -> None:
    link = ZipInfo("journeys/x")
    link.external_attr = 0o120777 << 16
    for file in (with_entry(tmp_path / "link.zip", link), with_entry(tmp_path / "sealed.zip", ZipInfo("y"), flags=1)):
        with pytest.raises(check.Wrong, match="unsafe_name"):
            check.check(file)


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "out").symlink_to("/etc/passwd")
    with pytest.raises(check.Wrong, match="unsafe_name"):
        check.check(tmp_path)


@pytest.mark.parametrize(
    "manifest", ["", "{}", "[]", "null", '{"format":"hela-vagen-bundle/1"}', '{"format":"x"}', "\x00"]
)
def test_a_manifest_that_is_none_is_a_finding(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    report = check.check(tmp_path)
    assert report.findings
    assert next(check.told(report, "sv")).startswith("Något stämmer inte")


@pytest.mark.parametrize(("language", "agrees", "differs", "compare"), [
    ("en", "As you gave it: the ", "Not what you gave: the ", "Compare"),
    ("sv", "Stämmer med det du angav: ", "Stämmer inte med det du angav: ", "Jämför"),
])  # fmt: skip
def test_it_says_of_each_value_whether_it_is_the_one_given(
    language: str, agrees: str, differs: str, compare: str
) -> None:
    known = check.Report()
    known.manifest, known.founder, known.key, known.checkpoint = "a" * 64, "b" * 64, "c" * 64, "2026-11-30T12:09:44Z"

    def told(**asked: str) -> list[str]:
        known.asked = {"manifest": "", "key": "", "root": "", **asked}
        return list(check.compared(known, language))

    asked, *values = told()
    assert asked.startswith(compare)
    assert [line[:2] for line in values] == ["  "] * 3
    assert values[2].endswith("2026-11-30T12:09:44Z (UTC)")
    given = told(manifest="a" * 64, key="c" * 64, root="b" * 64)
    assert [line.startswith(agrees) for line in given] == [True] * 3
    other, same, asked, value = told(manifest="d" * 64, key="c" * 64)
    assert (other[: len(differs)], "a" * 64 in other) == (differs, True)
    assert same.startswith(agrees)
    assert (asked[: len(compare)], "b" * 64 in value) == (compare, True)


def test_what_many_journeys_share_is_said_once_and_in_json_of_each() -> None:
    report = check.Report()
    places = [f"journeys/K{number}.x/rows/ledger.jsonl:{row}" for number in range(5) for row in (1, 2)]
    for where in (*places, "statements.jsonl:1", "statements.jsonl:2", "statements.jsonl:3", "statements.jsonl:4"):
        report.add(where, "no_worker", key="a")
    report.add(places[0], "no_worker", key="b")
    [once, *others] = check.findings_told(report, "en")
    assert once.startswith(f"  10 times in 5 journeys, such as {places[0]}, {places[2]} and {places[4]}: ")
    assert len(others) == 5
    assert len(json.loads(check.as_json(report))["findings"]) == 15


def test_it_ends_with_the_status_of_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, manifest = tmp_path / "empty.zip", tmp_path / "manifest.json"
    empty.write_bytes(b"")
    manifest.write_text("{}")
    for words, status, says in (
        ([str(empty)], 2, "not a complete bundle"),
        ([str(tmp_path / "none.zip"), "--lang", "sv"], 2, "Filen finns inte"),
        ([str(tmp_path), "--key", "{0}"], 2, "--key must be 64"),
        ([str(tmp_path), "--lang", "sv"], 1, "Något stämmer inte"),
        ([str(tmp_path), "--json"], 1, '"holds": false'),
    ):
        assert check.main(words) == status, words
        said = capsys.readouterr()
        assert says in said.out + said.err
