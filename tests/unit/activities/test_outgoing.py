"""Which addresses are inside our network, what a DNS may answer, and how long a partner may ask to be left in peace."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from activities.announce import delay_asked
from activities.delivery import DeliveryFailed
from activities.outgoing import GuardedResolver, InsideOurNetwork, Registered, is_internal
from activities.retry_after import LONGEST_WAIT, asked_wait
from models.message import InvalidValue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

INSIDE = [
    *(
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "0.0.0.0",
        "255.255.255.255",
    ),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16", "198.18.0.1", "224.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1"),
    *("64:ff9b::a00:1", "64:ff9b::169.254.169.254", "2002:0a00:0001::1", "::ffff:168.63.129.16"),
]
OUTSIDE = ["8.8.8.8", "193.10.1.1", "172.32.0.1", "2001:67c:1401::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_our_own_network_or_of_no_single_host_is_inside(address: str) -> None:
    assert is_internal(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_outside(address: str) -> None:
    assert not is_internal(address)


class ChangingDns(AbstractResolver):
    """Answers something else each time."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.answers.pop(0)
        ]

    async def close(self) -> None:
        pass


async def test_a_name_that_changes_where_it_leads_is_judged_each_time() -> None:
    resolver = GuardedResolver(ChangingDns(("8.8.8.8",), ("10.0.0.7",)), Registered())

    assert [one["host"] for one in await resolver.resolve("intake.example")] == ["8.8.8.8"]
    with pytest.raises(InsideOurNetwork):
        await resolver.resolve("intake.example")


async def test_a_name_that_leads_both_inside_and_outside_is_not_connected_to() -> None:
    with pytest.raises(InsideOurNetwork):
        await GuardedResolver(ChangingDns(("8.8.8.8", "::1")), Registered()).resolve("intake.example")


@pytest.mark.parametrize(
    ("host", "port", "permitted"),
    [
        ("intake.internal", 443, True),
        ("INTAKE.internal.", 443, True),
        ("proxy.internal", 3128, True),
        ("proxy.internal", 443, False),
        ("evil.intake.internal", 443, False),
    ],
)
async def test_only_what_is_registered_leads_inside(host: str, port: int, permitted: bool) -> None:
    proxies = frozenset({("proxy.internal", 3128)})
    resolver = GuardedResolver(ChangingDns(("10.0.0.7",)), Registered.of("intake.internal"), proxies)
    if permitted:
        assert len(await resolver.resolve(host, port)) == 1
    else:
        with pytest.raises(InsideOurNetwork):
            await resolver.resolve(host, port)


@pytest.mark.parametrize("entry", ["https://", "ftp://intake.internal", "http:///path", "[::1"])
def test_an_entry_that_names_no_host_is_refused(entry: str) -> None:
    with pytest.raises((InvalidValue, ValueError)):
        Registered.of(entry)


WORDS = ("Fri,", "31", "-1", "Dec", "9999", "0001", "9" * 20, "23:59:59", "99999999999:10:00", "GMT", "+1400", "-2359")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        ("Mon, 02 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Monday, 02-Mar-26 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 12:05:00 -0000", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", None),
        ("999999999999999999999999", LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
        *((header, None) for header in (None, "", "0", "-5", "1.5", "soon", "١٢", "Mon, 99 Mar 2026 12:05:00 GMT")),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        ("Fri, 31 Dec 2026 99999999999:10:00 GMT", None),
    ],
)
def test_a_wait_is_asked_in_seconds_or_by_a_date(header: str | None, wait: timedelta | None) -> None:
    assert asked_wait(header, NOON) == wait


@given(
    st.text()
    | st.lists(st.sampled_from(WORDS)).map(" ".join)
    | st.dates().map(lambda day: day.strftime("%a, %d %b %Y 00:00:00 GMT"))
)
def test_whatever_is_asked_the_wait_is_bounded(header: str) -> None:
    wait = asked_wait(header, NOON)

    assert wait is None or timedelta() < wait <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("asked", "delay"),
    [
        ([120], 120),
        ([120, 300], 120),
        ([1], 64),
        ([120, None], None),
        ([None], None),
    ],
)
def test_the_next_attempt_waits_where_all_who_failed_ask_for_it(asked: list[int | None], delay: int | None) -> None:
    waits = [None if seconds is None else timedelta(seconds=seconds) for seconds in asked]
    failures = [DeliveryFailed("answered 429", wait) for wait in waits]

    expected = None if delay is None else timedelta(seconds=delay)
    assert delay_asked(failures, ordinary=timedelta(seconds=64)) == expected
