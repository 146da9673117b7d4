"""What commands say: results on stdout, everything else on stderr, errors as one sentence."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from agentry.base.errors import AgentryError

if TYPE_CHECKING:
    from rich.console import Console

OK, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

_WRONG_USE_CODES = frozenset(
    {"folder_unreadable", "port_in_use", "studio_running", "bad_setting", "token_needed"}
)
_WRONG_USE_STATUSES = frozenset({400, 404, 422})


class WrongUse(AgentryError):
    """The command was given something that it cannot use."""

    code, status = "wrong_use", 400


def out(text: str) -> None:
    """Write a result."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Write something beside the result."""
    sys.stderr.write(text if text.endswith("\n") else f"{text}\n")
    sys.stderr.flush()


def out_json(value: object) -> None:
    """Write the one JSON value of a command."""
    import json

    out(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def rich_out() -> Console:
    """Return a console for tables on stdout."""
    from rich.console import Console

    wide = None if sys.stdout.isatty() else 160
    return Console(highlight=False, soft_wrap=wide is not None, width=wide)


def rich_err() -> Console:
    """Return a console for progress and questions on stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def is_terminal() -> bool:
    """Return whether a person can be asked: stdin and stderr are theirs."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def exit_code(error: AgentryError) -> int:
    """Return 2 where what was given is at fault, 1 where it is something else."""
    if error.code in _WRONG_USE_CODES or error.status in _WRONG_USE_STATUSES:
        return WRONG_USE
    return FAILED


def tell(error: AgentryError) -> int:
    """Say what is wrong and what to do; return the exit code."""
    say(f"{error.detail} {error.hint}".strip())
    if os.environ.get("AGENTRY_DEBUG"):
        say("".join(traceback.format_exception(error)))
    return exit_code(error)


def tell_fault(fault: Exception) -> int:
    """Say that something unexpected happened, keep its trace in the data folder; return 1."""
    if os.environ.get("AGENTRY_DEBUG"):
        say("".join(traceback.format_exception(fault)))
    kept = _keep(fault)
    where = f" What happened is written in {kept}." if kept else ""
    say(
        f"Something went wrong inside Agentry ({type(fault).__name__}).{where}"
        " Set AGENTRY_DEBUG=1 to see it here."
    )
    return FAILED


def _keep(fault: Exception) -> str | None:
    from agentry.base.ids import new_id
    from agentry.base.settings import load_settings

    with suppress(Exception):
        folder = load_settings().home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{new_id('inc')}.txt"
        path.write_text("".join(traceback.format_exception(fault)))
        return str(path)
    return None
