"""Reading the fields of a form one by one: what is wrong piles up, and is told all at once."""

from collections.abc import Callable
from typing import TypeVar

from interfaces.desk.asked import FieldError
from models.message import Message
from runtime.errors import UserError

T = TypeVar("T")


class Checks:
    """What is wrong with the fields of a form so far."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def read(self, field: str, reading: Callable[[], T]) -> T | None:
        """What a field says; None where that cannot be used."""
        try:
            return reading()
        except UserError as error:
            self.refuse(field, error.message)
            return None

    def refuse(self, field: str, message: Message) -> None:
        """Add that something is wrong with a field."""
        self.errors.append(FieldError(field, message))
