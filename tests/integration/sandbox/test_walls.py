"""A program in the box reaches no file, no network and no power of the host."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from agentry.tools.port import Mount
from tests.integration.sandbox.conftest import Lab, alive, text_of

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "command",
    [
        "cat /etc/shadow",
        "ls /root",
        "ls /home",
        "ls /var",
        "ls /sys",
        "ls /mnt",
        "ls /boot",
        "cat /proc/1/environ | grep -a .",
        "ls /proc/1/root/root",
        "cat /etc/hostname | grep -v '^box$'",
        "ls /run/agentry",
        "ls /etc/ssl/private",
        "ls /opt | grep -v python",
        "echo x > /usr/x",
        "echo x > /etc/passwd",
        "echo x > /x",
        "echo x > /dev/sda",
        "echo x > /proc/sys/kernel/core_pattern",
        "echo x > /proc/sysrq-trigger",
        "echo 1 > /proc/sys/vm/drop_caches",
        "cat /proc/kcore",
        "dmesg",
        "mount -t tmpfs none /workspace",
        "unshare --user true",
        "chroot / true",
        "su -c id",
        "kill -9 -1; exit 1",
    ],
)
async def test_the_host_is_out_of_reach(lab: Lab, command: str) -> None:
    done = await lab.run("/bin/sh", "-c", command)
    assert done.exit_code != 0, done.stdout


async def test_the_studios_data_is_out_of_reach(lab: Lab, tmp_path: Path) -> None:
    secret = tmp_path / "home" / "agentry.db"
    secret.write_text("secret")
    done = await lab.run("/bin/sh", "-c", f"cat {secret}; ls {tmp_path}; ls {lab.run_folder}")
    assert done.stdout == b""
    assert b"secret" not in done.stderr


CALLS = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
import platform
column = 0 if platform.machine() == 'x86_64' else 1
for name, numbers in {
    'ptrace': (101, 117), 'keyctl': (250, 219), 'add_key': (248, 217), 'bpf': (321, 280),
    'io_uring_setup': (425, 425), 'perf_event_open': (298, 241), 'userfaultfd': (323, 282),
    'mount': (165, 40), 'umount2': (166, 39), 'pivot_root': (155, 41), 'unshare': (272, 97),
    'setns': (308, 268), 'open_tree': (428, 428), 'kexec_load': (246, 104), 'reboot': (169, 142),
    'process_vm_readv': (310, 270), 'open_by_handle_at': (304, 265), 'init_module': (175, 105),
}.items():
    ctypes.set_errno(0)
    # Zeros make most of these calls fail in another way, if they were let through.
    result = libc.syscall(numbers[column], 0, 0, 0, 0, 0, 0)
    if result != -1 or ctypes.get_errno() != errno.EPERM:
        print(name, result, ctypes.get_errno())
for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000):
    ctypes.set_errno(0)
    pid = libc.syscall((56, 220)[column], flag | 17, 0, 0, 0, 0)
    if pid == 0:
        libc._exit(0)
    if pid != -1 or ctypes.get_errno() != errno.EPERM:
        print('clone', hex(flag), pid, ctypes.get_errno())
"""


async def test_dangerous_system_calls_are_refused(lab: Lab) -> None:
    assert await lab.python(CALLS) == ""


async def test_only_plain_sockets_can_be_made(lab: Lab) -> None:
    code = (
        "import socket\n"
        "for family in range(1, 46):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
        "        try: socket.socket(family, kind); print(family, int(kind))\n"
        "        except OSError: pass"
    )
    made = {tuple(map(int, line.split())) for line in (await lab.python(code)).splitlines()}
    assert made <= {(family, kind) for family in (1, 2, 10) for kind in (1, 2)} | {(1, 3)}


async def test_there_is_no_way_to_the_network(lab: Lab) -> None:
    code = (
        "import socket\n"
        "for host in ('1.1.1.1', '169.254.169.254', '10.0.0.1'):\n"
        "    try: socket.create_connection((host, 80), 2); print('connected', host)\n"
        "    except OSError: pass\n"
        "    try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (host, 53))\n"
        "    except OSError: continue\n"
        "    print('sent', host)\n"
        "try: print(socket.getaddrinfo('example.com', 80))\n"
        "except OSError: pass"
    )
    assert await lab.python(code) == ""


async def test_servers_on_this_machine_are_out_of_reach(lab: Lab) -> None:
    reached = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        name = f"\0agentry-test-{os.getpid()}"
        unix.bind(name)
        unix.listen()
        port = tcp.getsockname()[1]
        code = (
            "import socket\n"
            f"for family, at in ((2, ('127.0.0.1', {port})), (1, {name!r})):\n"
            "    try: socket.socket(family).connect(at); print('connected', at)\n"
            "    except OSError: pass"
        )
        assert await lab.python(code) == ""
    assert not reached.is_set()


async def test_the_program_is_no_root_on_the_host(lab: Lab) -> None:
    if os.geteuid() != 0:
        pytest.skip("The studio itself is not root here.")
    code = (
        "import os\n"
        "status = open('/proc/self/status').read()\n"
        "print(*[line for line in status.splitlines() if line[:4] in ('CapE', 'CapB', 'NoNe')])\n"
        "open('/workspace/mine', 'w').close()"
    )
    said = await lab.python(code)
    assert "CapEff:\t0000000000000000" in said
    assert "CapBnd:\t0000000000000000" in said
    assert "NoNewPrivs:\t1" in said
    assert (lab.workspace / "mine").stat().st_uid >= 200_000


async def test_nothing_of_the_studios_environment_is_inside(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    lab.env["GIVEN"] = "yes, with spaces\nand lines"
    done = await lab.shell("env; cat /proc/self/environ")
    assert "sk-secret" not in text_of(done)
    assert "GIVEN=yes, with spaces\nand lines" in text_of(done)


async def test_given_values_are_in_no_list_of_processes(lab: Lab) -> None:
    lab.env["TOKEN"] = "do-not-show-this"
    lab.mounts = ()
    done = await lab.run("/bin/sh", "-c", "test \"$TOKEN\" && tr '\\0' ' ' < /proc/1/cmdline")
    assert done.reason == "ok"
    assert b"do-not-show-this" not in done.stdout
    assert alive("do-not-show-this") == []


@pytest.mark.parametrize("name", ["", "A=B", "9A", "A B", "A\0B"])
async def test_a_strange_variable_is_refused(lab: Lab, name: str) -> None:
    lab.env[name] = "x"
    with pytest.raises(Exception, match="cannot be set"):
        await lab.shell("env")


async def test_a_lent_folder_can_be_read_but_not_written(lab: Lab, tmp_path: Path) -> None:
    lent = tmp_path / "lent"
    lent.mkdir(mode=0o700)
    (lent / "private.txt").write_text("lent to the run")
    (lent / "private.txt").chmod(0o600)
    lab.mounts = (Mount("docs", lent),)
    done = await lab.shell(
        "cat /inputs/docs/private.txt; echo x > /inputs/docs/new; rm -rf /inputs"
    )
    assert text_of(done) == "lent to the run"
    assert [path.name for path in lent.iterdir()] == ["private.txt"]
    assert (lent / "private.txt").stat().st_uid == os.getuid()


async def test_the_studios_data_is_hidden_in_a_lent_folder(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "home" / "agentry.db").write_text("secret")
    (tmp_path / "seen.txt").write_text("seen")
    lab.mounts = (Mount("all", tmp_path),)
    done = await lab.shell("cat /inputs/all/seen.txt; ls -A /inputs/all/home")
    assert text_of(done) == "seen"
    read = await lab.perform("read_file", path="/inputs/all/home/agentry.db")
    assert (read.ok, read.error_code) == (False, "file_not_found")


@pytest.mark.parametrize("source", ["/", "/proc", "/does/not/exist"])
async def test_some_folders_cannot_be_lent(lab: Lab, source: str) -> None:
    lab.mounts = (Mount("all", Path(source)),)
    with pytest.raises(Exception, match="folder"):
        await lab.shell("true")


async def test_a_box_without_a_workspace_folder_is_an_error_not_a_crash(lab: Lab) -> None:
    lab.mounts = (replace(Mount("x", lab.workspace), name="../up"),)
    with pytest.raises(Exception, match="cannot name a folder"):
        await lab.shell("true")
