"""Starts a call centre as its user does, and brings everybody who may want something of it."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import permissions
from tests.e2e.doors import Agent, Caller, Chatter, Correspondent, fetch, http, until
from tests.e2e.records import Records

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 120
SECONDS_TO_STOP = 30


@dataclass
class CallCentre:
    """The running call centre, and everybody who may want something of it."""

    doors: dict[str, str]
    outputs: dict[str, str]
    records: Records
    people: int = field(default=0)

    def correspondent(self, name: str = "") -> Correspondent:
        """Somebody who writes for the first time."""
        return Correspondent(self.doors, f"pelanggan{self._another()}@mail.example", name)

    def caller(self) -> Caller:
        """Somebody who calls for the first time."""
        return Caller(self.doors, f"+62817{5_000_000 + self._another()}")

    def withheld(self) -> Caller:
        """Somebody whose number is not shown."""
        return Caller(self.doors, None)

    def chatter(self) -> Chatter:
        """Somebody at a chat page never used before."""
        return Chatter(self.doors)

    def agent(self, username: str = "ratna") -> Agent:
        return Agent.sign_in(self.outputs, username)

    def _another(self) -> int:
        self.people += 1
        return self.people


@contextlib.contextmanager
def running(state: Path, time_scale: str, **parameters: str) -> Iterator[CallCentre]:
    """A call centre of its own, from its start to its end; what it prints is in ``state/output``."""
    options = ["--port-base", "0", "--visibility-seconds", "2"]
    for name, value in {"TimeScale": time_scale, **parameters}.items():
        options += ["--parameter", f"{name}={value}"]
    command = [sys.executable, "-m", "local", "--state-dir", str(state), *options]
    with (state / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)

    def said() -> str:
        return (state / "output").read_text(encoding="utf-8")

    def doors() -> dict[str, str] | None:
        assert process.poll() is None, f"the call centre did not start: {said()}"
        written = state / "doors.json"
        return json.loads(written.read_text(encoding="utf-8")) if written.exists() else None

    try:
        known = until("the call centre to open", doors, SECONDS_TO_START)
        outputs: dict[str, str] = fetch(f"{known['runner']}/outputs")
        # Nobody answers unless a test says so.
        assert http("PUT", f"{known['phone']}agents", {"agents": 0}).status == 200
        yield CallCentre(known, outputs, Records(known, outputs))
        assert process.poll() is None, f"the call centre ended by itself: {said()}"
        watched = fetch(f"{known['runner']}/permissions")
        permissions.note(watched["allowed"], watched["used"])
        assert watched["refused"] == [], "roles of template.yaml allow too little"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
