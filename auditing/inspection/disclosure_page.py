"""A disclosure as a page in Swedish, for the person whom it is about, and as JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from activities.templating import templates_beside
from auditing.inspection.disclosure import Disclosure
from auditing.inspection.wording import moment
from models.access.permissions import Operation, Reading, act_in_words
from runtime.errors import UsageError
from runtime.files import require_new, write_file
from runtime.i18n import _, as_actor, as_kind, as_source, as_typed, translate, using_language
from services.identities.contact import FIELDS, shown_of
from services.queries.lines import told_to

_TEMPLATES = templates_beside(__file__)


def page(disclosure: Disclosure) -> str:
    """The whole page."""
    with using_language("sv"):
        return _TEMPLATES.get_template("disclosure.html.j2").render(
            it=disclosure,
            _=_,
            moment=moment,
            at=lambda written: moment(datetime.fromisoformat(written)),
            whats=lambda way: {one.row: one.what for one in way.happened},
            as_actor=as_actor,
            as_kind=as_kind,
            as_source=as_source,
            as_typed=as_typed,
            told_to=told_to,
            act=_act,
            called=lambda field: translate(FIELDS[field]),
            shown=shown_of,
        )


def as_json(disclosure: Disclosure) -> str:
    """The same for programs, with every row as it is kept."""
    return json.dumps(disclosure.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


WRITERS = {"html": page, "json": as_json}


def refuse_unwritable(files: Mapping[str, Path]) -> None:
    """Refuse before anything is read and written down what could not be written anyway. Raises UsageError."""
    if not files:
        raise UsageError("disclosure.no_file", "Choose where to write it: as a web page, as JSON or both.")
    for file in files.values():
        if not file.parent.is_dir():
            raise UsageError("disclosure.no_folder", "The folder does not exist. Create it or choose another.")
    require_new(*files.values())


def write(disclosure: Disclosure, files: Mapping[str, Path]) -> None:
    """Write files by form: `html`, `json`. Only their owner reads them. Raises UsageError."""
    for form, file in files.items():
        write_file(file, WRITERS[form](disclosure).encode())


def _act(written: str) -> str:
    return translate(act_in_words(written)) if written in {*Reading, *Operation} else written
