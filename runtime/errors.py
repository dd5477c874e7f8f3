"""What can go wrong for a person at a script: one class for each exit status, one sentence that says what to do."""


class Spoken(Exception):
    """An error whose message is read by a person: a text of the catalogue, and the values that stand in it.

    The text is a literal, so that the catalogue's extractor finds it. A text without values is said as it is: another
    error's sentence may be passed on.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text)
        self._text = text
        self._values = values

    def __str__(self) -> str:
        from runtime.i18n import in_any_case  # reads catalogues, which `--help` need not wait for

        return in_any_case(self._text, **self._values)


class ScriptError(Spoken):
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


def as_script_error(error: Exception) -> ScriptError:
    """The sentence for an error that somebody may meet at a script."""
    from pydantic import ValidationError
    from sqlalchemy.exc import DatabaseError, OperationalError

    from models.events.parsing import explain
    from models.message import Sentence
    from runtime.i18n import in_words

    said = getattr(error, "sentence", None)  # errors of the layers below say theirs in either language
    if isinstance(said, Sentence):
        return Refused(in_words(said))
    match error:
        case ScriptError():
            return error
        case ValidationError():
            return WrongUse(explain(error))
        case OperationalError():
            return Unreachable("The database cannot be reached or used: start it, or mend HELAVAGEN_DATABASE_URL.")
        case DatabaseError():
            return Refused("The database refused: {error}; tell the operator.", error=type(error.orig).__name__)
        case BrokenPipeError():
            return Refused("The output was closed before all was said.")
        case _:
            return Refused(
                "Something unforeseen happened ({error}); run again with --debug and tell us.",
                error=type(error).__name__,
            )
