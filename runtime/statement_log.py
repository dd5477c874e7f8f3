"""The log of statements in the database: read as a register, added to by whoever may."""

from collections.abc import Sequence
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.statements import statements_after
from models.access.register import Register
from models.access.statements import SignedStatement, Statement, as_said, statement_bytes
from models.message import msg
from models.signatures import sign
from models.tables.ledger import StatementRow
from runtime.errors import Refused

ATTEMPTS = 10
"""Others may add statements at the same moment; each time one of them gets the number."""

INVITATION = timedelta(days=7)
"""How long an invitation to enrol a key is good: a week's leave is not much longer."""


class StatementLog:
    """The statements of authority of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def statements(self) -> list[SignedStatement]:
        with Session(self._engine) as session:
            return [SignedStatement.of(row) for row in session.scalars(statements_after(0))]

    def register(self) -> Register:
        return Register.fold(self.statements())

    def add(self, said: Statement, key: Ed25519PrivateKey) -> None:
        """Sign a statement and put it at the end of the log. Raises Refused where the holder of the key may not."""
        self.add_all([said], key)

    def add_all(self, statements: Sequence[Statement], key: Ed25519PrivateKey) -> None:
        """The same with several at once: all of them, or none."""
        for _ in range(ATTEMPTS):
            try:
                with Session(self._engine) as session, session.begin():
                    register = self.register()
                    session.add_all(
                        StatementRow(**next_statement(register, said, key).model_dump()) for said in statements
                    )
                return
            except IntegrityError:
                continue
        raise Refused(msg("register.busy", "Others are changing the register just now. Try again."))


def next_statement(register: Register, said: Statement, key: Ed25519PrivateKey) -> SignedStatement:
    """A statement signed in its place in the log, and taken into the register. Raises Refused where it may not be
    made."""
    if register.latest is not None and said.at < register.latest:
        said = said.model_copy(update={"at": register.latest})  # somebody else came first
    written = as_said(said)
    signed = sign(key, statement_bytes(register.number + 1, register.head, written))
    if (why_not := register.why_not(said, signed.key)) is not None:
        raise Refused(why_not)
    statement = SignedStatement(
        number=register.number + 1, said=written, previous=register.head, key=signed.key, signature=signed.value
    )
    register.add(statement)
    return statement
