"""Findings of an audit, as tests name them."""

from activities.language import said
from auditing.evidence.findings import Finding
from models.message import Message


def english(value: Message | str) -> str:
    """A value of a finding as an English reader is shown it."""
    return value if isinstance(value, str) else said(value, "en")


def named(finding: Finding) -> tuple[str, str]:
    """What was found, by its id, and where."""
    return finding.what.id, english(finding.where)
