"""What is wrong with one value that somebody gave."""

from runtime.errors import UserError


class BadValue(UserError, ValueError):
    """The value cannot be used. The message is one sentence without what it was; repeating does not help."""
