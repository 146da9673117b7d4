"""The log of a server: lines on stderr, ours at the level that the settings say."""

from __future__ import annotations

import logging

from agentry.base.settings import LogLevel


def start_log(level: LogLevel) -> None:
    """Write log lines from now on; libraries speak from warnings on, at `debug` always."""
    ours = logging.getLevelNamesMapping()[level.upper()]
    others = ours if level == "debug" else max(ours, logging.WARNING)
    logging.basicConfig(level=others, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("agentry").setLevel(ours)
