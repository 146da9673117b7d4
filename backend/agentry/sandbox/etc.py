"""The small `/etc` that programs in a box see instead of the host's."""

from __future__ import annotations

import os
from pathlib import Path

from agentry.sandbox.state import state_folder

BOX_UID = 65532

_FILES = {
    "passwd": "root:x:0:0:root:/nonexistent:/bin/false\n"
    f"box:x:{BOX_UID}:{BOX_UID}:box:/tmp:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
    "group": f"root:x:0:\nbox:x:{BOX_UID}:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost box\n::1 localhost\n",
    "hostname": "box\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "gitconfig": "[safe]\n\tdirectory = *\n",
    "ld.so.cache": "",
}
_FOLDERS = ("alternatives", "ssl/certs")


def made_up_etc() -> Path:
    """Return the host folder that becomes `/etc`, written where it is missing or differs."""
    folder = state_folder() / "etc"
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        file = folder / name
        if not file.exists() or file.read_text() != text:
            fresh = folder / f".{name}.{os.getpid()}"
            fresh.write_text(text)
            fresh.chmod(0o644)
            fresh.replace(file)
    return folder
