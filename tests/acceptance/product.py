"""The product as a person starts it: the installed command, its own data folder, its own port."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
AGENTRY = str(Path(sys.executable).parent / "agentry")
TERMINAL = {"completed", "failed", "cancelled", "budget_exceeded"}

T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, ask: Callable[[], T | None], within_s: float = 30.0) -> T:
    """Ask again and again until there is an answer; fail with a sentence when time is up."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come within {within_s:g} s")


def cli(
    *args: str,
    home: Path,
    env: Mapping[str, str] | None = None,
    within_s: float = 60.0,
    under: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, without a terminal; `under` is a command that starts it."""
    return subprocess.run(
        [*under, AGENTRY, *args],
        env={**os.environ, "AGENTRY_HOME": str(home), **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )


@dataclass
class Studio:
    """A running `agentry up`, spoken to over HTTP; `kill` is SIGKILL, `stop` is Ctrl-C."""

    home: Path
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Studio:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.kill()

    def start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "studio.log").open("ab") as log:
            self.process = subprocess.Popen(
                [AGENTRY, "up", str(self.folder), "--no-open", "--port", str(self.port)],
                env={**os.environ, "AGENTRY_HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for("the studio", self._answers)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, f"the studio stopped: {self.log()[-2000:]}"
        try:
            return self.get("health")["status"] == "ok"
        except OSError:
            return False

    def log(self) -> str:
        return (self.home / "studio.log").read_text(errors="replace")

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)

    def get(self, path: str) -> Any:
        return self._send("GET", path)

    def post(self, path: str, body: object, may_answer: Set[int] = frozenset()) -> Any:
        """Send JSON; an error status fails the test, except those in `may_answer`."""
        try:
            return self._send("POST", path, body)
        except urllib.error.HTTPError as error:
            if error.code in may_answer:
                return json.loads(error.read())
            error.add_note(error.read().decode(errors="replace"))
            raise

    def _send(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def file(self, run_id: str, path: str) -> bytes:
        address = f"http://127.0.0.1:{self.port}/api/v1/runs/{run_id}/files/{path}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.read()

    def run(self, flow: str, inputs: dict[str, Any]) -> str:
        return str(self.post(f"flows/{flow}/runs", {"inputs": inputs})["run_id"])

    def status(self, run_id: str) -> str:
        return str(self.get(f"runs/{run_id}")["status"])

    def events(self, run_id: str) -> list[dict[str, Any]]:
        return self.get(f"runs/{run_id}/events?after=0&limit=1000")["events"]

    def approve_open(self, run_id: str) -> None:
        """Say yes to every question of the run; one that was answered meanwhile is fine."""
        for approval in self.get("approvals?status=open")["approvals"]:
            if approval["run_id"] == run_id:
                path = f"approvals/{approval['approval_id']}/decision"
                self.post(path, {"decision": "approve"}, may_answer={409})

    def finish(self, run_id: str, within_s: float = 60.0) -> dict[str, Any]:
        """Approve whatever is asked until the run has ended; return the run."""

        def ended() -> dict[str, Any] | None:
            self.approve_open(run_id)
            run = self.get(f"runs/{run_id}")
            return run if run["status"] in TERMINAL else None

        return wait_for(f"the end of {run_id}", ended, within_s)


def sandbox_missing(home: Path) -> str:
    """Return why no sandbox works on this machine, or '' where one does."""
    with Studio(home, ROOT / "flows") as studio:
        sandbox = studio.get("studio")["sandbox"]
        return "" if sandbox["healthy"] else f"no sandbox works here: {sandbox['reason']}"
