"""Heads of mails that arrive as they were written.

The standard library's own folding of subjects and names drops, adds or moves blanks beside letters such as å, ä and ö
(in Python 3.11; later releases mend some of it), and takes a long id for text to encode, by which a thread is lost.
"""

from email.header import Header
from email.headerregistry import HeaderRegistry, MessageIDHeader, UniqueSingleAddressHeader
from email.headerregistry import UniqueUnstructuredHeader as Unstructured
from email.policy import SMTP, Policy
from email.utils import formataddr


class _Subject(Unstructured):
    """Text of one line, folded as a whole by the older and sounder `Header`."""

    def fold(self, *, policy: Policy) -> str:
        text = Header(str(self), header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {text}{policy.linesep}"


class _SingleAddress(UniqueSingleAddressHeader):
    """One address with its name; a name beyond ASCII is encoded as a whole, with the address on a line of its own."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        name, spec = self.addresses[0].display_name, self.addresses[0].addr_spec
        if name.isascii():
            return f"{self.name}: {formataddr((name, spec))}{policy.linesep}"
        text = Header(name, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {text}{policy.linesep} <{spec}>{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    kinds = {
        "subject": _Subject,
        "from": _SingleAddress,
        "to": _SingleAddress,
        "in-reply-to": MessageIDHeader,
        "references": MessageIDHeader,
    }
    for name, kind in kinds.items():
        # The registry makes a full header type of what typeshed knows to be a mere part of one.
        registry.map_to_type(name, kind)  # type: ignore[arg-type]
    return registry


POLICY = SMTP.clone(header_factory=_registry())
"""For `EmailMessage`: its headers fold themselves as above, whatever flattens the mail."""
