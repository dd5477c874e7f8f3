"""What one event costs in code, from `admin.py signal` to ledger and notice: files entered and functions called.

`python -m tests.bench.one_event` runs the local stack in this process, imports everything beforehand, and counts calls
(each resumption of a coroutine or generator is one) of a single event, by the part of the way in which they happen.
"""

import asyncio
import importlib
import inspect
import json
import os
import pkgutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("models", "activities", "workflows", "runtime", "services", "auditing", "interfaces")
SCRIPT, WORKFLOW, RECORD, ANNOUNCE, PAYLOADS = "prepare and send", "workflow", "record", "announce", "payloads"
QUIET_SECONDS = 2.0
"""With nothing called so long, the event has come to its end."""


class Counted:
    """Counts calls of product functions while it is `on`."""

    def __init__(self) -> None:
        self.on = False
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.last = time.monotonic()
        self._script = threading.get_ident()

    def profile(self, frame: FrameType, event: str, _argument: object) -> None:
        """See `sys.setprofile`."""
        if event != "call" or not self.on or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return
        if (file := _product_file(frame)) is not None:
            self.calls[self._part(frame), file, frame.f_code.co_qualname] += 1
            self.last = time.monotonic()

    def _part(self, frame: FrameType | None) -> str:
        if threading.get_ident() == self._script:
            return SCRIPT
        outermost = ""
        while frame is not None:
            outermost = _product_file(frame) or outermost
            frame = frame.f_back
        for start, part in (("workflows/", WORKFLOW), ("activities/record", RECORD), ("activities/", ANNOUNCE)):
            if outermost.startswith(start):
                return part
        return PAYLOADS


def _product_file(frame: FrameType) -> str | None:
    file = frame.f_code.co_filename
    inside = file.removeprefix(f"{ROOT}/")
    return inside if inside != file and inside.startswith((*PRODUCT, "admin.py")) else None


def _import_everything() -> None:
    for package in PRODUCT:
        if (ROOT / package).is_dir():
            for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
                if not module.name.endswith("migrations"):
                    importlib.import_module(module.name)


def _stack(ready: threading.Event, done: threading.Event) -> None:
    """The local stack with its worker, until `done`."""
    from runtime.local.stack import Ports
    from runtime.settings import load_settings
    from worker import work_locally

    async def stopped() -> None:
        ready.set()
        await asyncio.to_thread(done.wait)

    asyncio.run(work_locally(load_settings(), Ports(), stopped))


def _admin(*arguments: str) -> str:
    import typer.testing

    import admin

    result = typer.testing.CliRunner().invoke(admin.app, list(arguments), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return str(result.stdout)


def _wait_until_quiet(counted: Counted) -> None:
    counted.last = time.monotonic()
    while time.monotonic() - counted.last < QUIET_SECONDS:
        time.sleep(0.1)


def measure() -> Counted:
    """Refer somebody, and count what accepting the referral calls."""
    counted = Counted()
    threading.setprofile(counted.profile)
    ready, done = threading.Event(), threading.Event()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"HELAVAGEN_DATA": data, "HELAVAGEN_ACTOR": "anna.berg", "CI": "true"}
        _import_everything()
        stack = threading.Thread(target=_stack, args=(ready, done))
        stack.start()
        try:
            if not ready.wait(60):
                raise TimeoutError("the local stack did not start")
            person = ("--identity-number", "199001019802", "--name", "Åsa Ek")
            referral = ("--programme", "service_division", "--partner", "arbetsformedlingen", "--town", "2480")
            _admin("refer", *referral, *person, "--coordinator", "anna.berg")
            [line] = json.loads(_admin("list", "--json"))
            time.sleep(QUIET_SECONDS)
            sys.setprofile(counted.profile)
            counted.on = True
            _admin("signal", line["candidate"], "referral_accepted")
            _wait_until_quiet(counted)
        finally:
            counted.on = False
            sys.setprofile(None)
            done.set()
            stack.join()
    return counted


def main() -> None:
    counted = measure()
    parts: Counter[str] = Counter()
    for (part, _file, _name), calls in counted.calls.items():
        parts[part] += calls
    for part, calls in parts.items():
        files = {file for one, file, _ in counted.calls if one == part}
        sys.stdout.write(f"{part:18} {len(files):4} files {calls:6} calls\n")
    files = {file for _, file, _ in counted.calls}
    sys.stdout.write(f"{'in all':18} {len(files):4} files {sum(parts.values()):6} calls\n")
    if "--each" in sys.argv:
        for (part, file, name), calls in counted.calls.most_common():
            sys.stdout.write(f"{calls:6} {part:18} {file}:{name}\n")


if __name__ == "__main__":
    main()
