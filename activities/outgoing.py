"""Outgoing requests: to hosts of the internet alone, and to those of our own network that are registered as such.

A name is judged by the addresses that the connection is then made to, so that a DNS that answers otherwise the next
time does not help. Where an outgoing proxy looks up the names, its own rules decide; an address written as a number is
judged here all the same.
"""

import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from models.message import InvalidValue, msg

METADATA = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""What clouds answer their own machines on addresses that not every Python counts as private: Azure's, Oracle's."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses whose last 32 bits are an IPv4 address that the network translates them to (RFC 6052)."""

TIME_OUT = aiohttp.ClientTimeout(total=15, connect=10, sock_connect=5)
"""A receiver is to put the notice aside and answer at once; Standard Webhooks advises 15 to 30 seconds."""


NO_HOST = msg(
    "outgoing.no_host",
    "HELAVAGEN_INTERNAL_HOSTS holds hosts with commas between, such as intake.internal,http://10.0.0.7",
)

NO_PROXY_ADDRESS = msg(
    "outgoing.no_proxy_address", "HTTPS_PROXY or HTTP_PROXY is not an address such as http://proxy.internal:3128"
)


class InsideOurNetwork(OSError):
    """A name leads to an address of our own network, and is not registered as one that may."""


class NotPermitted(Exception):
    """An address to which nothing is sent as things are set. One sentence that says what to do."""


def is_internal(address: str) -> bool:
    """Whether an IP address is of our own network or of no single host: private, loopback, link-local, metadata …"""
    address_ = _innermost(ip_address(address.partition("%")[0]))
    site_local = isinstance(address_, IPv6Address) and address_.is_site_local
    special = address_.is_multicast or site_local or any(address_ in one for one in METADATA)
    return special or not address_.is_global


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address leads to, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@dataclass(frozen=True)
class Registered:
    """Hosts of our own network to which requests may go, and those of them that may be asked without TLS."""

    hosts: frozenset[str] = frozenset()
    without_tls: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *entries: str) -> Self:
        """From entries such as `intake.internal` and `http://10.0.0.7`. Raises InvalidValue where one names no
        host."""
        addresses = [_split(entry, "https") for entry in entries]
        if not all(_host(address) and address.scheme in ("http", "https") for address in addresses):
            raise InvalidValue(NO_HOST)
        hosts = frozenset(map(_host, addresses))
        return cls(hosts, frozenset(_host(address) for address in addresses if address.scheme == "http"))

    def check(self, address: SplitResult) -> None:
        """Raise NotPermitted where nothing may be sent to the address, as far as the address itself tells."""
        host = _host(address)
        if address.scheme != "https" and host not in self.without_tls:
            raise NotPermitted(
                "is not https; ask for one that is, or register the host with http:// in HELAVAGEN_INTERNAL_HOSTS."
            )
        with suppress(ValueError):  # a name is judged by what it leads to
            if is_internal(host) and host not in self.hosts:
                raise NotPermitted(
                    "is inside our own network; correct it, or register the host in HELAVAGEN_INTERNAL_HOSTS."
                )

    def leads_inside(self, host: str, addresses: Iterable[str]) -> bool:
        """Whether a name leads to an address of our own network, and is not registered as one that may."""
        return host.rstrip(".").lower() not in self.hosts and any(map(is_internal, addresses))


def _split(address: str, scheme: str) -> SplitResult:
    return urlsplit(address if "://" in address else f"{scheme}://{address}")


def _host(address: SplitResult) -> str:
    return (address.hostname or "").rstrip(".").lower()


class GuardedResolver(AbstractResolver):
    """Takes no answer of a DNS that leads inside unless that host is registered, or is the proxy at its port."""

    def __init__(
        self, dns: AbstractResolver, registered: Registered, proxies: frozenset[tuple[str, int | None]] = frozenset()
    ) -> None:
        self._dns = dns
        self._registered = registered
        self._proxies = proxies

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See `AbstractResolver`. Raises InsideOurNetwork."""
        found = await self._dns.resolve(host, port, family)
        is_proxy = (host.rstrip(".").lower(), port) in self._proxies
        if not is_proxy and self._registered.leads_inside(host, (one["host"] for one in found)):
            raise InsideOurNetwork
        return found

    async def close(self) -> None:
        """Close the DNS."""
        await self._dns.close()


@dataclass(frozen=True)
class Answer:
    """What came back, and whether a proxy was asked. The body of an answer, however large, is never read.

    `date` is what time it was where the answer was written, where that is told.
    """

    status: int
    retry_after: str | None
    through_proxy: bool
    date: str | None = None


class Outgoing:
    """Posts to where it may, through the proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY` …).

    `tls` is the client's side of TLS. To be entered and left by whoever made it. Raises InvalidValue where the proxy is
    none that speaks HTTP.
    """

    def __init__(self, registered: Registered, tls: ssl.SSLContext, timeout: aiohttp.ClientTimeout = TIME_OUT) -> None:
        self._registered = registered
        named = getproxies()
        proxies = {scheme: named.get(scheme, named.get("all")) for scheme in ("http", "https")}
        self._proxies = {scheme: _proxy(proxy) for scheme, proxy in proxies.items() if proxy}
        self._tls = tls
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        proxies = frozenset((_host(proxy), proxy.port) for proxy in self._proxies.values())
        resolver = GuardedResolver(aiohttp.ThreadedResolver(), self._registered, proxies)
        connector = aiohttp.TCPConnector(resolver=resolver, ssl=self._tls)
        # No cookies: what one answer sets must not stand in the next request.
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post, following no redirect. Raises NotPermitted, aiohttp.ClientError, OSError, TimeoutError and ValueError,
        the last where the address is malformed."""
        parts = urlsplit(address)
        if not parts.hostname:
            raise aiohttp.InvalidURL(address)
        self._registered.check(parts)
        proxy = self.proxy_for(parts)
        async with self._session.post(
            address, data=body, headers=headers, allow_redirects=False, timeout=self._timeout, proxy=proxy
        ) as response:
            told = response.headers
            return Answer(response.status, told.get("Retry-After"), proxy is not None, told.get("Date"))

    def check(self, address: str, found: Iterable[str] = ()) -> None:
        """Raise NotPermitted where nothing may be sent to an address, also by the addresses at which its host was
        found."""
        parts = urlsplit(address)
        self._registered.check(parts)
        if self._registered.leads_inside(_host(parts), found):
            raise NotPermitted("leads inside our own network; register the host in HELAVAGEN_INTERNAL_HOSTS.")

    def proxy_for(self, address: SplitResult) -> str | None:
        """The proxy through which an address is reached; None for this machine itself and what `NO_PROXY` names."""
        proxy, host = self._proxies.get(address.scheme), _host(address)
        at = f"{host}:{address.port}" if address.port else host
        if proxy is None or _is_this_machine(host) or proxy_bypass(at):
            return None
        return proxy.geturl()


def _proxy(address: str) -> SplitResult:
    try:
        proxy = _split(address, "http")
        usable = proxy.scheme in ("http", "https") and bool(proxy.hostname) and proxy.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InvalidValue(NO_PROXY_ADDRESS)
    return proxy


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
