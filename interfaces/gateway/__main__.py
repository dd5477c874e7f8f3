"""The gateway as a process of its own: `python -m interfaces.gateway`, until it is told to stop."""

from interfaces.as_process import run_server
from interfaces.gateway.running import running_gateway
from models.message import N_

if __name__ == "__main__":
    run_server(
        N_("Take messages of partners' systems until told to stop."),
        running_gateway,
        lambda settings, server: f"taking partners' messages on {settings.gateway_host}:{server.port}",
    )
