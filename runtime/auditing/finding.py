"""Finding the journey that an auditor means."""

from models import candidate_number
from runtime.desk.office import Office
from runtime.errors import WrongUse


def find_journey(office: Office, candidate: str, programme: str | None) -> str:
    """The id of a candidate's journey, also of one whose referral was refused: it has a row and no journey.

    Raises WrongUse where there is none, or several.
    """
    try:
        return office.find(candidate, programme).journey_id
    except WrongUse:
        number = candidate_number.read(candidate)
        found = [id_ for id_ in office.lists.journey_ids() if _is_of(id_, number, programme)]
        if len(found) != 1:
            raise
        return found[0]


def _is_of(journey_id: str, number: str | None, programme: str | None) -> bool:
    _, whose, where = journey_id.split("/")
    return whose == number and programme in (None, where)
