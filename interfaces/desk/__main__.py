"""The desk as a process of its own: `python -m interfaces.desk`, until it is told to stop."""

from interfaces.as_process import run_server
from interfaces.desk.running import running_desk
from models.message import N_

if __name__ == "__main__":
    run_server(
        N_("Serve the desk until told to stop."), running_desk, lambda _settings, address: f"the desk, under {address}"
    )
