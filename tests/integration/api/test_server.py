"""The studio's process: takes its port, says where it is, and is gone soon after the signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from agentry import __version__
from agentry.api.address import forget_address, write_address
from agentry.api.server import AddressRefused, PortInUse, listen, url_of
from tests.integration.api.serving import ASKING

pytestmark = pytest.mark.integration
SERVE = """
import sys
from agentry.api.server import serve
from agentry.base.settings import load_settings
sys.exit(serve(load_settings(port=0), lambda url: print(url, flush=True)))
"""


@contextmanager
def running(home: Path, **more: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    flows = home.parent / "flows"
    flows.mkdir()
    (flows / "asking.agentry.flow.yaml").write_text(ASKING)
    env = {
        **os.environ,
        "AGENTRY_HOME": str(home),
        "AGENTRY_FOLDER": str(flows),
        "PYTHONPATH": str(Path(__file__).parents[3] / "backend"),
        **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=env,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_with_streams_open(
    tmp_path: Path, sign: signal.Signals
) -> None:
    home = tmp_path / "home"
    with running(home) as (process, url), httpx2.Client(base_url=url, trust_env=False) as client:
        address = home / "studio.json"
        said = json.loads(address.read_text())
        assert said == {"url": url, "pid": process.pid, "token": None, "version": __version__}
        assert stat.S_IMODE(address.stat().st_mode) == 0o600

        run_id = client.post("/api/v1/flows/asking/runs", json={}).json()["run_id"]
        sse = {"Accept": "text/event-stream"}
        with (
            client.stream("GET", "/api/v1/feed") as feed,
            client.stream("GET", f"/api/v1/runs/{run_id}/events", headers=sse) as events,
        ):
            assert feed.status_code == events.status_code == 200
            process.send_signal(sign)
            assert process.wait(10) == 0
        assert not address.exists()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(("level", "said"), [("debug", True), ("info", False), ("error", False)])
def test_each_request_is_logged_at_the_debug_level_only(
    tmp_path: Path, level: str, said: bool
) -> None:
    home = tmp_path / "home"
    with running(home, AGENTRY_LOG_LEVEL=level) as (process, url):
        httpx2.get(f"{url}/api/v1/health", trust_env=False)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
    assert ("GET /api/v1/health" in log) is said
    assert said or log == ""


def test_a_client_that_takes_nothing_does_not_hold_the_stop_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home) as (process, url), httpx2.Client(base_url=url, trust_env=False) as client:
        run_id = client.post("/api/v1/flows/asking/runs", json={}).json()["run_id"]
        big = home / "runs" / run_id / "workspace"
        big.mkdir(parents=True, exist_ok=True)
        (big / "big").write_bytes(b"x" * 50_000_000)
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as deaf:
            deaf.sendall(
                f"GET /api/v1/runs/{run_id}/files/big HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
            )
            assert deaf.recv(100).startswith(b"HTTP/1.1 200")
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def test_a_port_in_use_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse) as refused:
            listen("127.0.0.1", port)
    assert refused.value.detail == f"Port {port} on 127.0.0.1 is in use."
    assert "AGENTRY_PORT" in refused.value.hint


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        listen(host, 0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("studio.lan", "http://studio.lan:80"),
    ],
)
def test_the_address_is_one_that_a_browser_can_open(host: str, url: str) -> None:
    assert url_of(host, 80) == url


def test_the_address_of_a_later_studio_stays(tmp_path: Path) -> None:
    file = tmp_path / "studio.json"
    write_address(file, "http://127.0.0.1:1", "token")
    assert json.loads(file.read_text())["token"] == "token"
    file.write_text(json.dumps({"pid": os.getpid() + 1}))
    forget_address(file)
    assert file.exists()
    write_address(file, "http://127.0.0.1:1", None)
    forget_address(file)
    assert not file.exists()
