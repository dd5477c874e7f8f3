"""A stand-in for Vault's transit engine: its HTTP interface, with keys of its own in memory."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

TOKEN = "a-token-of-the-tests"


class Vault:
    """Versions of one key, the latest last, and what was asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.versions = [Fernet(Fernet.generate_key())]
        self.asked: list[str] = []
        self.sealed = False

    def rotate(self) -> None:
        self.versions.append(Fernet(Fernet.generate_key()))

    def answer(self, path: str, token: str | None, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body of an answer, as the documentation of Vault's HTTP interface says."""
        self.asked.append(path)
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != TOKEN:
            return 403, {"errors": ["permission denied"]}
        match path.removeprefix("/v1/transit/").split("/"):
            case ["encrypt", self.name]:
                number = len(self.versions)
                token_of = self.versions[-1].encrypt(b64decode(said["plaintext"]))
                return 200, {"data": {"ciphertext": f"vault:v{number}:{token_of.decode()}", "key_version": number}}
            case ["decrypt", self.name]:
                return self._decrypted(said["ciphertext"])
            case ["keys", self.name]:
                return 200, {"data": {"name": self.name, "latest_version": len(self.versions)}}
            case _:
                return 404, {"errors": []}

    def _decrypted(self, ciphertext: str) -> tuple[int, dict[str, Any]]:
        try:
            _, version, token = ciphertext.split(":", 2)
            plain = self.versions[int(version.removeprefix("v")) - 1].decrypt(token.encode())
        except (ValueError, IndexError, InvalidToken):
            return 400, {"errors": ["invalid ciphertext: unable to decrypt"]}
        return 200, {"data": {"plaintext": b64encode(plain).decode()}}


@contextmanager
def running_vault(name: str) -> Iterator[tuple[Vault, str]]:
    """The stand-in at work, and its address."""
    vault = Vault(name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._tell(json.loads(self.rfile.read(length) or b"{}"))

        do_PUT = do_POST

        def do_GET(self) -> None:
            self._tell({})

        def _tell(self, said: dict[str, Any]) -> None:
            status, body = vault.answer(self.path, self.headers.get("X-Vault-Token"), said)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield vault, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
