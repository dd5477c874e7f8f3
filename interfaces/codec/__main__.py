"""The codec server as a process of its own: `python -m interfaces.codec`, until it is told to stop."""

from interfaces.as_process import run_server
from interfaces.codec.running import running_codec
from models.message import N_

if __name__ == "__main__":
    run_server(
        N_("Open payloads for Temporal's web page and command until told to stop."),
        running_codec,
        lambda settings, server: f"opening payloads on {settings.codec_host}:{server.port}",
    )
