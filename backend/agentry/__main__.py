"""`agentry`, also as `python -m agentry`: a Ctrl-C is heeded from the first moment on."""

from __future__ import annotations

import os
import signal
from types import FrameType


def main() -> None:
    """Run the command line."""
    # Importing the commands takes a moment in which Python would answer Ctrl-C with a trace.
    before = signal.signal(signal.SIGINT, _leave)
    from agentry.cli.main import main as run

    signal.signal(signal.SIGINT, before)
    run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(130)


if __name__ == "__main__":
    main()
