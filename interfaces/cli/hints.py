"""What to type next, by the id of the message that a person was shown: below interfaces nothing knows a command."""

import sys
from pathlib import Path

from models.message import N_, Message
from runtime.failures import as_user_error
from runtime.i18n import in_any_case

HINTS = {
    "actor.missing": N_("Option: --actor anna.berg."),
    "bundle.key_without_checkpoint": N_("Option: --checkpoint FILE."),
    "bundle.reason_without_identities": N_("Option: --personal."),
    "bundle.unreadable": N_("A bundle is written by: audit.py export."),
    "candidate.number": N_("Find somebody by name: admin.py find."),
    "certificate.letters": N_("Option: --html FILE."),
    "certificate.no_file": N_("Options: --html FILE and --pdf FILE."),
    "checkpoint.key_alone": N_("Option: --checkpoint FILE."),
    "checkpoint.row_without_hash": N_("See: audit.py verify."),
    "checkpoint.unknown_file": N_("A checkpoint is written by: audit.py checkpoint."),
    "checkpoint.unreadable": N_("A checkpoint is written by: audit.py checkpoint."),
    "correction.nothing": N_("Options: --FIELD VALUE, --on DAY, --strike."),
    "correction.row": N_("See: admin.py show."),
    "data.json": N_('Write --data \'{"position": "ward"}\'.'),
    "data.object": N_('Write --data \'{"position": "ward"}\'.'),
    "dev_server.missing": N_("Run: pip install '.[local]'."),
    "diff.order": N_("Options: --from and --to."),
    "error.unexpected": N_("Run again with --debug."),
    "event.not_in_journey": N_("See: audit.py timeline."),
    "disclosure.no_file": N_("Options: --html FILE and --json-file FILE."),
    "doctor.audit_beyond": N_("Run: python -m runtime.migrations roles."),
    "doctor.audit_blind": N_("Run: python -m runtime.migrations roles."),
    "doctor.audit_mute": N_("Run: python -m runtime.migrations roles."),
    "doctor.may_change": N_("Run: python -m runtime.migrations roles."),
    "doctor.no_database": N_("Run: python -m runtime.migrations."),
    "doctor.no_rights": N_("Run: python -m runtime.migrations roles."),
    "doctor.no_schedule": N_("Run: admin.py setup."),
    "doctor.no_search_attributes": N_("Run: admin.py setup."),
    "doctor.no_operator": N_("See: admin.py staff list."),
    "doctor.no_current_version": N_("Run: admin.py version promote."),
    "doctor.no_worker_key": N_("Run: admin.py staff worker."),
    "doctor.not_founded": N_("Run: admin.py staff found."),
    "doctor.owner": N_("The roles are made by: python -m runtime.migrations roles."),
    "doctor.faulty_files": N_("See: admin.py programme check."),
    "doctor.retention": N_("Run: admin.py setup."),
    "doctor.rules": N_("Run: admin.py staff rules."),
    "doctor.schedule_elsewhere": N_("Run: admin.py setup."),
    "export.no_journey": N_("See: admin.py list."),
    "field.no_value": N_("Write --FIELD VALUE."),
    "field.stray": N_("Write --FIELD VALUE."),
    "keyring.passphrase_missing": N_("Set HELAVAGEN_PASSPHRASE."),
    "keyring.key_unusable": N_("See: admin.py enrol."),
    "keyring.missing": N_("See: admin.py enrol."),
    "report.for_its_manager": N_("Option: --publish."),
    "report.of_a_sample": N_("Option: --sample."),
    "report.not_published": N_("Option for the manager: --publish."),
    "journey.lost": N_('For operators: admin.py reconcile --repair CANDIDATE --because "…".'),
    "find.nobody": N_("See: admin.py list."),
    "find.no_such_number": N_("See: admin.py list."),
    "journey.not_running": N_("See: admin.py show."),
    "journey.several": N_("Option: --programme NAME."),
    "journey.unknown": N_("See: admin.py list."),
    "journey.unknown_in_programme": N_("See: admin.py list."),
    "import.column_twice": N_('Option: --column "HEADING=COLUMN".'),
    "import.columns_unsure": N_('Options: --column "HEADING=COLUMN", --all-rows "COLUMN=VALUE".'),
    "import.columns_missing": N_('Options: --column "HEADING=COLUMN", --all-rows "COLUMN=VALUE".'),
    "import.filled_wrong": N_('Write --all-rows "COLUMN=VALUE".'),
    "import.heading_near": N_('Option: --column "HEADING=COLUMN".'),
    "import.said_wrong": N_('Write --column "HEADING=COLUMN".'),
    "key.not_private": N_("Make one with: audit.py checkpoint-key FILE."),
    "key.not_public": N_("It is printed by: audit.py checkpoint-key."),
    "key.unreadable": N_("Make one with: audit.py checkpoint-key FILE."),
    "ledger.no_journey": N_("See: audit.py verify."),
    "notices.none_dead": N_("See: admin.py notices --dead."),
    "port.taken": N_("See: worker.py --help."),
    "proof.unknown_file": N_("A proof is written by: audit.py prove."),
    "proof.unreadable": N_("A proof is written by: audit.py prove."),
    "protection.nobody": N_("Option: --staff anna.berg."),
    "reading.key_unknown": N_("See: admin.py enrol."),
    "reading.reason_missing": N_('Option: --because "…".'),
    "rectification.nothing": N_(
        "Options: --name, --email, --phone, --address, --language, --contact-by, --identity-number, --forget."
    ),
    "text.unsure": N_("Option: --sure."),
    "undo.nothing": N_("See: admin.py correct --help."),
    "identity.anothers": N_("See: admin.py join --help."),
    "referral.likely_same": N_("See: admin.py rectify --help. Option: admin.py refer --another-person."),
    "referral.likely_same_elsewhere": N_("Option: admin.py refer --another-person."),
    "repair.contradiction": N_("See: audit.py verify."),
    "repair.no_history": N_("Option: --rules-of-today."),
    "repair.no_journey": N_("See: admin.py list."),
    "restore.row_lost": N_("For operators: admin.py restore CANDIDATE --give-up."),
    "the_loss_takes_two.not_stated": N_("For operators: admin.py restore CANDIDATE --give-up."),
    "settings.no_database": N_("Or start the local stack: worker.py --local."),
    "settings.of_another_stack": N_("The local stack starts with: worker.py --local."),
    "temporal.event_not_kept": N_("See: admin.py show. Option: --event-id ID."),
    "temporal.no_namespace": N_("Run: admin.py setup."),
    "temporal.search_attribute_types": N_("Run: admin.py setup."),
    "temporal.unavailable": N_("The local stack starts with: worker.py --local."),
    "server.key_unusable": N_("Run: admin.py staff server."),
    "worker.key_unusable": N_("Run: admin.py staff worker."),
    "server.key_not_registered": N_("Run: admin.py staff server."),
    "server.no_key": N_("Run: admin.py staff server."),
    "worker.key_not_registered": N_("Run: admin.py staff worker."),
    "worker.event_kept": N_("See: admin.py show."),
    "worker.event_not_kept": N_("See: admin.py show. Option: --event-id ID."),
    "version.others_ask": N_("Run: admin.py version promote BUILD."),
    "the_window_is_open.closed": N_("See: admin.py refer."),
    "version.not_now": N_("See: admin.py version list."),
    "worker.no_key": N_("Run: admin.py staff worker."),
}

HINTS_OF_AUDIT = dict.fromkeys(
    ("candidate.number", "export.no_journey", "find.nobody", "find.no_such_number", "journey.unknown"),
    N_("See: audit.py find journeys."),
)
"""The same for an auditor, whom the operators' lists are not for."""


def told(error: Exception) -> tuple[str, int]:
    """What a person at a terminal is shown for an error, with a hint where there is one, and the exit status."""
    known = as_user_error(error)
    return with_hint(known.message), known.status


def with_hint(message: Message) -> str:
    """A message as it is shown at a terminal, with a hint where there is one."""
    known = HINTS | HINTS_OF_AUDIT if Path(sys.argv[0]).name == "audit.py" else HINTS
    text, hint = in_any_case(message), known.get(message.id)
    return f"{text} {in_any_case(hint)}" if hint else text
