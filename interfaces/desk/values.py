"""What addresses and fields say, read as numbers."""


def number_of(written: str | None, otherwise: int = 1) -> int:
    """A whole number of a few digits; `otherwise` where it is none."""
    is_number = written is not None and written.isascii() and written.isdigit() and len(written) < 7
    return int(written) if written and is_number else otherwise
