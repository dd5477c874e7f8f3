"""Copying closed histories into the archive, every night, before Temporal drops them."""

ARCHIVE_HISTORIES = "ArchiveHistories"
"""The workflow's name, by which its schedule starts it."""
