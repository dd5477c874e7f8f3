"""A report as a web page, in the language that is spoken now: without script, and with the signed statement in it."""

import html
import re

from activities.templating import templates_beside
from auditing.report import told
from auditing.report.blocks import Facts, Quoted
from auditing.report.statement import SignedReport
from runtime.i18n import _, language
from services.told import TableTold

_TEMPLATES = templates_beside(__file__)

_STATEMENT = re.compile(rb'<template id="statement">(.*?)</template>', re.DOTALL)


def page(report: SignedReport) -> bytes:
    """The whole page, unsigned."""
    said = report.statement
    written = _TEMPLATES.get_template("report.html.j2").render(
        title=told.title_of(said),
        lead=told.lead(said),
        conclusion=told.conclusion(said),
        sections=told.sections(report),
        signature_lines=told.signature_lines(),
        is_sound=said.is_sound,
        statement=report.as_bytes().decode(),
        language=language(),
        is_table=lambda block: isinstance(block, TableTold),
        is_facts=lambda block: isinstance(block, Facts),
        is_quoted=lambda block: isinstance(block, Quoted),
        _=_,
    )
    return f"{written}\n".encode()


def statement_in(content: bytes) -> bytes | None:
    """The signed statement that a page has in it."""
    found = _STATEMENT.search(content)
    return html.unescape(found[1].decode(errors="replace")).encode() if found else None
