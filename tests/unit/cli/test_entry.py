"""A Ctrl-C is heeded from the first moment on, without a trace."""

from __future__ import annotations

import subprocess
import sys

START = """
import os, signal, sys
from agentry.__main__ import main

class Interrupts:
    def find_spec(self, name, path, target=None):
        if name == "agentry.cli.main":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
sys.argv = ["agentry", "--version"]
main()
"""


def test_ctrl_c_while_the_commands_are_loaded_leaves_quietly() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_the_package_itself_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agentry", "--version"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("agentry ")
