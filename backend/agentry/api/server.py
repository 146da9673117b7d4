"""The process that serves the studio: takes the port first, and stops without a wait."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from errno import EACCES, EADDRINUSE
from types import FrameType

import uvicorn

from agentry.api.address import ADDRESS_FILE, forget_address, write_address
from agentry.api.app import create_app
from agentry.api.guard import check_exposure
from agentry.api.stream import Closing
from agentry.base.errors import AgentryError
from agentry.base.log import start_log
from agentry.base.settings import LogLevel, Settings
from agentry.wiring import open_app

_STOP_S = 1
_BACKLOG = 2048


class PortInUse(AgentryError):
    """Somebody else listens there."""

    code, status = "port_in_use", 409

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is in use.",
            hint=f"Is the studio running already? Look at {url_of(host, port)}, "
            "or choose another port with AGENTRY_PORT.",
        )


class AddressRefused(AgentryError):
    """The machine does not let us listen there."""

    code, status = "address_refused", 400


class StudioServer(uvicorn.Server):
    """uvicorn that ends its event streams on a signal, and comes back from `serve` afterwards."""

    def __init__(
        self, config: uvicorn.Config, closing: Closing, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._closing = closing
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn's own raises the signal again after `serve`, and our cleanup would not run.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.close()
        await super().shutdown(sockets)


def serve(settings: Settings, on_ready: Callable[[str], None] | None = None) -> int:
    """Serve the studio until a signal; return the exit code. `on_ready` gets the address.

    Raises `TokenNeeded`, `PortInUse`, `AddressRefused`, and what `open_app` raises.
    """
    check_exposure(settings.host, settings.token)
    start_log(settings.log_level)
    with (
        listen(settings.host, settings.port) as sock,
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        runner.run(_serve(settings, sock, on_ready))
    return 0


async def _serve(
    settings: Settings, sock: socket.socket, on_ready: Callable[[str], None] | None
) -> None:
    url = url_of(settings.host, sock.getsockname()[1])
    address = settings.home / ADDRESS_FILE
    async with open_app(settings) as studio:
        closing = Closing(studio.bell)

        def ready() -> None:
            # What is here now stays: looking for garbage in it would slow down every burst.
            gc.freeze()
            write_address(address, url, settings.token)
            if on_ready is not None:
                on_ready(url)

        app = create_app(studio, closing=closing)
        server = StudioServer(config_of(app, settings.log_level), closing, ready)
        try:
            await server.serve(sockets=[sock])
        finally:
            forget_address(address)


def config_of(app: object, log_level: LogLevel = "info") -> uvicorn.Config:
    """Return how uvicorn serves us: without websockets, gone a second after the signal.

    Requests are logged at the level `debug` only.
    """
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] -- Litestar's ASGI types are its own
        log_config=None,
        access_log=log_level == "debug",
        lifespan="on",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_S,
        timeout_keep_alive=30,
        backlog=_BACKLOG,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    return uvicorn.Config("agentry", loop="auto", log_config=None).get_loop_factory()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that holds the port (0: a free one); raise `PortInUse`, `AddressRefused`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, place = found[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise AddressRefused(
            f"The studio cannot listen on {host!r}: {problem.strerror or problem}.",
            hint="Use 127.0.0.1, or an address of this machine.",
        ) from problem
    try:
        # Without it a studio that has just stopped holds its port for a minute.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(place)
        # A second studio must fail here, not when its first client comes.
        sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError as problem:
        sock.close()
        if problem.errno == EADDRINUSE:
            raise PortInUse(host, port) from problem
        hint = "Ports below 1024 belong to the system." if problem.errno == EACCES else ""
        raise AddressRefused(
            f"The studio cannot listen on {host}:{port}: {problem.strerror}.", hint=hint
        ) from problem
    return sock


def url_of(host: str, port: int) -> str:
    """Return where a browser on this machine finds a server that listens on `host`."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 -- compared, not bound
    return f"http://[{name}]:{port}" if ":" in name and name[0] != "[" else f"http://{name}:{port}"
