"""The CEL library without its command line, which is never used here."""

from __future__ import annotations

import sys
from types import ModuleType

# The package imports its command line whether or not anybody asks: a terminal toolkit of 11 MB.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel as cel  # noqa: E402 -- after the line above
