"""What is done with files of a release."""

from hashlib import file_digest
from pathlib import Path


def sha256_of(file: Path) -> str:
    """SHA-256, in hexadecimal."""
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
