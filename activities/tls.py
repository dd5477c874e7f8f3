"""TLS towards partners and the mail server: whose certificates are trusted, and what is wrong with a bad one."""

import ssl
from enum import StrEnum
from functools import lru_cache
from pathlib import Path


class MailTls(StrEnum):
    """How a mail server is spoken to: in clear, by STARTTLS where it offers that or in any case, or by TLS at once."""

    NONE = "none"
    OFFERED = "offered"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


def trusting(authorities: Path | None = None) -> ssl.SSLContext:
    """A client's side that verifies certificate and host by the system's authorities, and by those in a file of PEM.

    Raises OSError where the file cannot be read or holds no certificate.
    """
    return _trusting(authorities, authorities.stat().st_mtime_ns if authorities else 0)


@lru_cache
def _trusting(authorities: Path | None, _changed: int) -> ssl.SSLContext:
    """Kept until the file changes: reading the system's authorities takes 30 ms."""
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(cafile=authorities)
    return context


EXPIRED, OTHER_HOST, OTHER_ADDRESS = 10, 62, 64
UNKNOWN_ISSUER = (18, 19, 20, 21)
"""Codes of OpenSSL (`X509_V_ERR_…`): self-made, an unknown root, a missing issuer, a chain that is not whole."""


def fault_of_certificate(error: BaseException) -> str | None:
    """What is wrong with a certificate and what to do, to follow on "The certificate of somebody".

    None where the error is of another kind. What OpenSSL itself says repeats the host.
    """
    fault = _verification_in(error)
    if fault is None:
        return None
    match fault.verify_code:
        case code if code == EXPIRED:
            return "has expired; ask its owner to renew it."
        case code if code in (OTHER_HOST, OTHER_ADDRESS):
            return "is for another host; ask its owner for one of this host, or correct the address."
        case code if code in UNKNOWN_ISSUER:
            return (
                "is of an issuer that is not known here; add the issuer to HELAVAGEN_CA_BUNDLE, "
                "or ask its owner for one of a public issuer."
            )
        case _:
            return "is not valid; ask its owner to renew it."


def _verification_in(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The libraries wrap it, as a cause or as an attribute, and one of them in an error that merely looks like it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError) and hasattr(seen, "verify_code"):
            return seen
        inner = getattr(seen, "certificate_error", None)
        seen = inner if isinstance(inner, BaseException) else seen.__cause__
    return None
