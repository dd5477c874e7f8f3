"""What errors are called where nothing of what they say may be told."""


def name_of(error: BaseException) -> str:
    """Which error it is, by its class."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
