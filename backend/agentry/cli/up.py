"""`agentry up`: the studio with a folder of flows open, until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.settings import load_settings
from agentry.cli import console
from agentry.cli.door import running_studio


class FolderUnusable(console.WrongUse):
    """The folder to open is not there, or cannot be read."""

    code = "folder_unreadable"


class PortTaken(AgentryError):
    """Somebody else listens on the studio's port."""

    code, status = "port_in_use", 409


class HomeTaken(AgentryError):
    """A studio works on this data folder already; two would hide each other."""

    code, status = "studio_running", 409

    def __init__(self, url: str) -> None:
        super().__init__(
            f"A studio of this data folder runs already, at {url}.",
            hint="Use that one, or give this one a data folder of its own with AGENTRY_HOME.",
        )


def start(folder: Path | None, *, port: int | None, host: str | None, browse: bool) -> int:
    """Serve until Ctrl-C; return the exit code."""
    settings = load_settings(folder=folder, port=port, host=host)
    opened = settings.folder or Path.cwd()
    settings = settings.model_copy(update={"folder": _usable(opened)})
    running = running_studio(settings.home)
    if running is not None:
        raise HomeTaken(running.url)
    from agentry.api.server import PortInUse, serve

    def ready(url: str) -> None:
        console.say(f"Agentry studio: {url}\nFlows: {opened}\nCtrl-C stops it.")
        if browse and has_desktop():
            open_browser(url)

    try:
        return serve(settings, ready)
    except PortInUse as taken:
        # A hint that names the flag: whoever typed the command can act on it at once.
        studio = running_studio(settings.home)
        hint = (
            f"A studio of this data folder runs at {studio.url}; use that one, or "
            if studio is not None
            else "Stop what uses it (`ss -ltnp` shows it), or "
        )
        raise PortTaken(
            taken.detail, hint=f"{hint}choose another port with --port (0 takes a free one)."
        ) from None


def _usable(folder: Path) -> Path:
    whole = folder.expanduser().absolute()
    if not whole.exists():
        raise FolderUnusable(f"There is no folder {folder}.", hint="Check the path.")
    if not whole.is_dir():
        raise FolderUnusable(
            f"{folder} is not a folder.", hint=f"Open the one it lies in: agentry up {whole.parent}"
        )
    try:
        next(whole.iterdir(), None)
    except OSError as problem:
        raise FolderUnusable(
            f"The folder {whole} cannot be read: {problem.strerror}.",
            hint="Open another one, or change its rights.",
        ) from None
    return whole


def has_desktop() -> bool:
    """Return whether a browser window would reach somebody."""
    if os.environ.get("CI") or not sys.stderr.isatty():
        return False
    if sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(url: str) -> None:
    """Open the address without waiting, and without a browser's own chatter."""
    command = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if command is None:
        return
    try:
        subprocess.Popen(
            [command, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        console.say(f"No browser could be started; open {url} yourself.")
