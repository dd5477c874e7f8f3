"""What an operator is told after a rotation of the master key."""

import pytest

from interfaces.cli.output import privacy as screen
from services.privacy.rotation import Rotated


@pytest.mark.parametrize("restart", [True, False])
def test_whoever_keeps_the_key_in_the_environment_is_told_to_restart(
    capsys: pytest.CaptureFixture[str], *, restart: bool
) -> None:
    screen.rotated(Rotated(rewrapped=3, unusable=()), restart=restart)
    told = capsys.readouterr().out.replace("\n", " ")
    assert "3 keys" in told
    assert ("restarted" in told) is restart
