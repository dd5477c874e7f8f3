"""Certificates as servers show them: good ones of an authority of the employer's own, and each kind of bad one."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
A_DAY = timedelta(days=1)


@dataclass
class Authority:
    """Issues certificates; `file` is what a client trusts it by."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.certificate = _issued("Own authority", self.key, None, self.key, A_DAY)
        self.file = self.folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(PEM))

    def issue(self, host: str = "localhost", runs_out_in: timedelta = A_DAY) -> ssl.SSLContext:
        """A server's side of TLS with a certificate for `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._context(_issued(host, key, self.certificate, self.key, runs_out_in), key)

    def self_made(self, host: str = "localhost") -> ssl.SSLContext:
        """A server's side of TLS whose certificate nobody else has signed."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._context(_issued(host, key, None, key, A_DAY), key)

    def _context(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self.folder / f"{certificate.serial_number}.pem"
        file.write_bytes(certificate.public_bytes(PEM) + key.private_bytes(PEM, *plain))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context


def _issued(
    host: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signing_key: ec.EllipticCurvePrivateKey,
    runs_out_in: timedelta,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    until = datetime.now(UTC) + runs_out_in
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=30))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host.replace(" ", "-"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signing_key, hashes.SHA256())
    )
