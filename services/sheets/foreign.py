"""Files that are no table which can be read, by how they begin, and what to do with each."""

import io
import zipfile

from models.message import Message, msg
from services.sheets.sheet import ImportFileError

_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_BEGINNINGS = {
    b"%PDF": msg("import.pdf", "The file is a PDF. Ask for the list as .xlsx or CSV."),
    b"{\\rtf": msg("import.text_document", "The file is a text document. Save the list as .xlsx or CSV."),
    b"<!doctype html": msg("import.web_page", "The file is a web page. Open it in Excel and save it as .xlsx."),
    b"<html": msg("import.web_page", "The file is a web page. Open it in Excel and save it as .xlsx."),
    b"<table": msg("import.web_page", "The file is a web page. Open it in Excel and save it as .xlsx."),
    b"<?xml": msg("import.xml", "The file is XML. Open it in Excel and save it as .xlsx."),
}

_PARTS = (
    ("xl/workbook.bin", msg("import.binary_workbook", "The workbook has the format .xlsb. Save it in Excel as .xlsx.")),
    ("Index/", msg("import.numbers", "The file is a Numbers document. Export it in Numbers as Excel or CSV.")),
    ("Index.zip", msg("import.numbers", "The file is a Numbers document. Export it in Numbers as Excel or CSV.")),
    (
        "content.xml",
        msg("import.open_document", "The file is an OpenDocument. Save it as .xlsx or CSV."),
    ),
    ("word/", msg("import.text_document", "The file is a text document. Save the list as .xlsx or CSV.")),
)


def refuse_foreign(data: bytes) -> None:
    """Raise ImportFileError for a file of a format that is not read, with what to do."""
    if data.startswith(_OLD_OFFICE):
        raise ImportFileError(_old_office(data))
    start = data[:100].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, message in _BEGINNINGS.items():
        if start.startswith(beginning.lower()):
            raise ImportFileError(message)
    if data.startswith(b"PK\x03\x04"):
        _refuse_archive(data)


def _refuse_archive(data: bytes) -> None:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # a damaged workbook: its reader says so
    for part, message in _PARTS:
        if any(name.startswith(part) for name in names):
            raise ImportFileError(message)


def _old_office(data: bytes) -> Message:
    if _ENCRYPTED in data:
        return msg("import.password", "The workbook is protected by a password. Save a copy without one.")
    return msg(
        "import.old_format", "The file has the old .xls format or is not a list. Save it in Excel as .xlsx or CSV."
    )
