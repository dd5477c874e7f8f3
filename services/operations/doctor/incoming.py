"""Checks of the ways in: the secrets with which partners' systems sign, and whether anybody answers at the links in
letters."""

import stat

from models.message import Message, msg
from models.partners.partner import Channel
from runtime.errors import UsageError
from runtime.keyring import GATEWAY
from services.incoming.senders import read_signers
from services.operations.doctor.checkup import Check, Patient


async def _secrets(patient: Patient) -> Message:
    """Each file is of one partner and for us alone, and holds what both have agreed on."""
    folder = patient.settings.gateway_secrets
    if folder is None:
        return msg("doctor.incoming_none", "none are set")
    if not folder.is_dir():
        raise UsageError(
            "doctor.incoming_folder",
            "The folder {folder} is missing. Make it, with a file of secrets for each partner that sends, or correct "
            "HELAVAGEN_GATEWAY_SECRETS.",
            folder=folder,
        )
    known = read_signers(patient.settings.incoming_secrets)
    if read := [str(folder / one) for one in sorted(known) if (folder / one).stat().st_mode & stat.S_IROTH]:
        raise UsageError(
            "doctor.incoming_readable",
            "Everybody on this machine can read these secrets of partners: {files}. Let nobody read them but who needs "
            "them.",
            files=read,
        )
    partners = {one.id: one for one in patient.book.partners}
    if strangers := sorted(known.keys() - partners.keys()):
        raise UsageError(
            "doctor.incoming_strangers",
            "These files of HELAVAGEN_GATEWAY_SECRETS are called as no partner: {files}. Rename or remove them.",
            files=strangers,
        )
    lacking = [one.id for one in partners.values() if one.channel is Channel.WEBHOOK and one.id not in known]
    if lacking:
        return msg(
            "doctor.incoming_some", "partners: {count}; without one: {lacking}", count=len(known), lacking=lacking
        )
    return msg("doctor.incoming", "partners: {count}", count=len(known))


async def _links(patient: Patient) -> Message:
    """Whoever follows the link in a letter comes to a gateway, which has a key to say what they answer."""
    if not (url := patient.settings.links_url):
        return msg("doctor.links_none", "letters carry none")
    keys, now = patient.register.keys.values(), patient.now()
    if not any((key.of, key.holder) == ("server", GATEWAY) and key.counts_at(now) for key in keys):
        raise UsageError(
            "doctor.links_unanswered",
            "Letters carry links, and no key of the gateway is registered, so nobody can answer by them. Let an "
            "operator make one, or leave HELAVAGEN_LINKS_URL empty.",
        )
    return msg("plain", "{text}", text=url)


CHECKS = (
    Check("incoming", msg("check.incoming", "secrets of partners that send"), _secrets, ("programmes",)),
    Check("links", msg("check.links", "links in letters"), _links, ("register",)),
)
