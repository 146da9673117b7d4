"""The first moment of `agentry`: the commands are not imported yet, and Ctrl-C is heeded."""

from __future__ import annotations

import subprocess
import sys

CTRL_C_WHILE_IMPORTING = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "agentry.cli.main":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
from agentry.__main__ import main
main()
"""


def test_ctrl_c_during_the_imports_ends_it_without_a_word() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C_WHILE_IMPORTING, "--version"],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_it_also_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agentry", "--version"],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("agentry ")
    assert done.returncode == 0
