"""Stands for a Docker daemon: the part of its API that Agentry uses, with plain processes inside.

Run as `python fake_docker.py FOLDER`; it listens at FOLDER/docker.sock. A container is a folder
FOLDER/ID with `made.json` and what its program printed. Paths inside are put back to host paths.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

STREAMS = ("stdout", "stderr")
FOLDER = Path(sys.argv[1])
NUMBERS = itertools.count(1)
KNOWN: dict[str, Box] = {}


class Box:
    """One container."""

    def __init__(self, name: str, made: dict[str, Any]) -> None:
        self.id = f"{next(NUMBERS):064x}"
        self.name = name
        self.made = made
        self.folder = FOLDER / self.id
        self.folder.mkdir()
        self.process: subprocess.Popen[bytes] | None = None
        self.started = ""
        for stream in STREAMS:
            (self.folder / stream).touch()

    def start(self) -> None:
        self.started = datetime.now(UTC).isoformat().replace("+00:00", "123Z")
        binds = [bind.split(":")[:2] for bind in self.made["HostConfig"]["Binds"]]
        host = {inside: source for source, inside in binds}

        def put_back(text: str) -> str:
            for inside, source in host.items():
                text = text.replace(inside, source)
            return text

        with (
            (self.folder / "stdout").open("wb") as out,
            (self.folder / "stderr").open("wb") as err,
        ):
            self.process = subprocess.Popen(
                [put_back(word) for word in self.made["Cmd"]],
                cwd=host["/workspace"],
                env=dict(item.split("=", 1) for item in self.made["Env"]),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def state(self) -> dict[str, Any]:
        code = None if self.process is None else self.process.poll()
        status = "created" if self.process is None else "running" if code is None else "exited"
        exit_code = 0 if code is None else code if code >= 0 else 128 - code
        return {
            "Status": status,
            "Running": status == "running",
            "ExitCode": exit_code,
            "OOMKilled": False,
            "StartedAt": self.started,
        }

    def shown(self) -> dict[str, Any]:
        config = {"Labels": self.made["Labels"], "Image": self.made["Image"], "Tty": False}
        return {
            "Id": self.id,
            "Name": f"/{self.name}",
            "State": self.state(),
            "Config": config,
            "Image": "image",
            "Made": self.made,
        }

    def frames(self, which: set[str], from_: dict[str, int]) -> bytes:
        """Return what was printed since, framed as Docker frames it."""
        found = b""
        for number, stream in enumerate(STREAMS, 1):
            text = (self.folder / stream).read_bytes()[from_.get(stream, 0) :]
            from_[stream] = from_.get(stream, 0) + len(text)
            if stream in which and text:
                found += bytes([number, 0, 0, 0]) + len(text).to_bytes(4, "big") + text
        return found


class Daemon(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""

    def address_string(self) -> str:
        return "here"

    def do_GET(self) -> None:
        self._route()

    def do_POST(self) -> None:
        self._route()

    def do_DELETE(self) -> None:
        self._route()

    def _route(self) -> None:
        asked = urlsplit(self.path)
        self.query = {key: found[0] for key, found in parse_qs(asked.query).items()}
        path = re.sub(r"^/v[0-9.]+", "", asked.path)
        length = int(self.headers.get("Content-Length") or 0)
        self.body = json.loads(self.rfile.read(length) or b"null")
        match path.strip("/").split("/"):
            case ["version"]:
                self._say({"ApiVersion": "1.47", "Version": "27.0"})
            case ["info"]:
                self._say({"Runtimes": {"runc": {}}})
            case ["images", *_]:
                self._say({"Id": "image", "RepoTags": []})
            case ["containers", "json"]:
                self._list()
            case ["containers", "create"]:
                self._create()
            case ["containers", name]:
                self._one(name, self.command.lower())
            case ["containers", name, act]:
                self._one(name, act)
            case _:
                self._say({"message": f"not made: {path}"}, 501)

    def _list(self) -> None:
        wanted = json.loads(self.query.get("filters", "{}")).get("label", [])
        found: list[dict[str, Any]] = []
        for box in KNOWN.values():
            labels = box.made["Labels"]
            pairs = {f"{key}={value}" for key, value in labels.items()} | set(labels)
            if set(wanted) <= pairs:
                found.append({"Id": box.id, "Names": [f"/{box.name}"], "Labels": labels})
        self._say(found)

    def _create(self) -> None:
        name = self.query["name"]
        if any(box.name == name for box in KNOWN.values()):
            self._say({"message": f"the name {name} is in use"}, 409)
            return
        box = Box(name, self.body)
        KNOWN[box.id] = box
        (box.folder / "made.json").write_text(json.dumps(self.body))
        self._say({"Id": box.id, "Warnings": []}, 201)

    def _one(self, name: str, act: str) -> None:
        box = KNOWN.get(name)
        if box is None:
            self._say({"message": f"no such container: {name}"}, 404)
            return
        if act in ("start", "kill", "stop"):
            (box.start if act == "start" else box.kill)()
            self._say(None, 204)
            return
        match act:
            case "get" | "json":
                self._say(box.shown())
            case "wait":
                if box.process is not None:
                    box.process.wait()
                self._say({"StatusCode": box.state()["ExitCode"]})
            case "rename":
                box.name = self.query["name"]
                self._say(None, 204)
            case "delete":
                box.kill()
                shutil.rmtree(KNOWN.pop(name).folder)
                self._say(None, 204)
            case "logs":
                which = {stream for stream in STREAMS if self.query.get(stream) == "1"}
                self._raw(box.frames(which, {}))
            case "attach":
                self._attach(box)
            case _:
                self._say({"message": f"not made: {act}"}, 501)

    def _attach(self, box: Box) -> None:
        self.wfile.write(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        self.close_connection = True
        seen: dict[str, int] = {}
        over = False
        while not over:
            over = box.state()["Status"] == "exited"
            try:
                self.connection.sendall(box.frames(set(STREAMS), seen))
            except OSError:
                return
            time.sleep(0.01)

    def _say(self, said: object, status: int = 200) -> None:
        self._raw(b"" if said is None else json.dumps(said).encode(), status)

    def _raw(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, _ = super().get_request()
        return connection, ("here", 0)


def main() -> None:
    with Server(str(FOLDER / "docker.sock"), Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()  # as long as the test holds the other end
    for left in list(KNOWN.values()):
        left.kill()


if __name__ == "__main__":
    main()
