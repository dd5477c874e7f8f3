"""What can go wrong for a person at a script: one class for each exit status, one sentence that says what to do."""


class ScriptError(Exception):
    """Ends a script with `status` and one sentence on stderr."""

    status = 1


class Refused(ScriptError):
    """A rule said no, or an audit has found something. Repeating does not help."""

    status = 1


class WrongUse(ScriptError):
    """The command was called wrongly. Mend the call."""

    status = 2


class Unreachable(ScriptError):
    """A service could not be reached. Repeating later helps."""

    status = 3
