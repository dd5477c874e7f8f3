"""Writing a file whole or not at all, whatever interrupts."""

import os
from pathlib import Path
from uuid import uuid4

OWNER_ALONE = 0o600


GROUP_READS = 0o640


def write_whole(file: Path, content: bytes, permissions: int = OWNER_ALONE) -> None:
    """Write a file, for its owner alone unless told otherwise, in place of any of that name. What is written is on
    disk. Raises OSError."""
    part = file.with_name(f".{uuid4()}.part")
    try:
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, OWNER_ALONE)) as out:
            os.fchmod(out.fileno(), permissions)  # whatever the umask
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
