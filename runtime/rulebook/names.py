"""What the rules of today call programmes, forms of employment and towns."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from models.fields import BothLanguages
from models.partners.partner import Town
from models.programme.employment_form import EmploymentForm
from models.programme.programme import Programme
from runtime.errors import UserError


class Named(Protocol):
    """The files as whoever asks goes by them."""

    def find(self, programme_id: str, /) -> Programme | None:
        """A programme by its id."""
        ...

    @property
    def forms(self) -> Mapping[str, Sequence[EmploymentForm]]:
        """Every form of employment by its id."""
        ...

    @property
    def towns(self) -> Mapping[str, Town]:
        """Every town by its code."""
        ...


class NamesIn:
    """Looks names up in the files. One that cannot be read names nothing, and so holds no letter back."""

    def __init__(self, book: Named) -> None:
        self._book = book

    def programme(self, id: str) -> BothLanguages | None:
        """What a programme is called."""
        try:
            rules = self._book.find(id)
        except UserError:
            return None
        return rules.name if rules else None

    def form(self, id: str) -> BothLanguages | None:
        """What a form of employment is called, in its latest version."""
        try:
            versions = self._book.forms.get(id)
        except UserError:
            return None
        return versions[-1].name if versions else None

    def town(self, code: str) -> str | None:
        """What a town is called."""
        try:
            town = self._book.towns.get(code)
        except UserError:
            return None
        return town.name if town else None
