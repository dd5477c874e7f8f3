"""How payloads are written and read: the one place that clients, workers and audits share."""

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter


def data_converter() -> DataConverter:
    """JSON by pydantic. Encryption will be a payload codec added here."""
    return pydantic_data_converter
