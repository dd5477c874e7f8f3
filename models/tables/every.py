"""Every table, for what makes or compares all of them."""

from models.tables import desk, gateway, journeys, ledger, links, people, training
from models.tables.base import Base

METADATA = Base.metadata
"""All tables."""

MODULES = (desk, gateway, journeys, ledger, links, people, training)
"""What must be imported for them to be known."""
