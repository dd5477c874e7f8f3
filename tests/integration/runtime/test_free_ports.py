"""Ports that the local stack and the tests' servers take."""

from itertools import islice
from socket import socket

from runtime.local.dev_server import HOST
from runtime.local.stack import BELOW_THE_SYSTEMS_OWN, free_ports


def test_each_is_free_told_once_and_none_that_an_outgoing_connection_takes() -> None:
    told = list(islice(free_ports(), 200))
    assert len(set(told)) == 200
    assert all(port in BELOW_THE_SYSTEMS_OWN for port in told)
    with socket() as system:
        system.bind((HOST, 0))
        assert system.getsockname()[1] not in BELOW_THE_SYSTEMS_OWN
