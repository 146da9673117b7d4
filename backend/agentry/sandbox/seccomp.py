"""Write the seccomp filter of a box as plain BPF, without a library."""

from __future__ import annotations

import json
import platform
import struct
from collections.abc import Iterator
from functools import lru_cache

from agentry.sandbox import syscalls

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IF_EQUAL = 0x15
_IF_AT_LEAST = 0x35
_IF_ANY_BIT = 0x45
_RETURN = 0x06

_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_EPERM = 0x00050000 | 1
_ENOSYS = 0x00050000 | 38

# Offsets in struct seccomp_data: number, machine, low half of each 64-bit argument.
_NUMBER, _MACHINE, _ARG0, _ARG1 = 0, 4, 16, 24

_X32_BIT = 0x40000000
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS|CGROUP|UTS|IPC|USER|PID|NET
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
_TERMINAL_TRICKS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into the host's terminal

_Step = tuple[int, int, int, int]


class NoFilterForMachine(Exception):
    """This processor's system call numbers are not known."""


@lru_cache
def seccomp_filter(machine: str = "") -> bytes:
    """Return the filter for `machine` (default: this one) as `bwrap --seccomp` reads it."""
    name = machine or platform.machine()
    if name not in _MACHINES:
        raise NoFilterForMachine(name)
    audit, column = _MACHINES[name]
    return b"".join(struct.pack("=HBBI", *step) for step in _steps(audit, column))


def _steps(audit: int, column: int) -> Iterator[_Step]:
    yield _LOAD, 0, 0, _MACHINE
    yield _IF_EQUAL, 1, 0, audit
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    # The x32 numbers would be a second door to every call on x86_64.
    yield _IF_AT_LEAST, 0, 1, _X32_BIT
    yield _RETURN, 0, 0, _EPERM
    yield _IF_AT_LEAST, 0, 1, syscalls.NEWEST + 1
    yield _RETURN, 0, 0, _ENOSYS
    # With ENOSYS libraries fall back to clone, whose flags can be checked.
    yield _IF_EQUAL, 0, 1, syscalls.CLONE3[column]
    yield _RETURN, 0, 0, _ENOSYS
    for numbers in syscalls.DENIED.values():
        number = numbers[column]
        if number is not None:
            yield _IF_EQUAL, 0, 1, number
            yield _RETURN, 0, 0, _EPERM
    yield from _clone(syscalls.CLONE[column])
    yield from _only_families(syscalls.SOCKET[column])
    yield from _only_families(syscalls.SOCKETPAIR[column])
    yield from _no_terminal_tricks(syscalls.IOCTL[column])
    yield _RETURN, 0, 0, _ALLOW


def _clone(number: int) -> Iterator[_Step]:
    yield _IF_EQUAL, 0, 4, number
    yield _LOAD, 0, 0, _ARG0
    yield _IF_ANY_BIT, 0, 1, _NEW_NAMESPACES
    yield _RETURN, 0, 0, _EPERM
    yield _RETURN, 0, 0, _ALLOW


def _only_families(number: int) -> Iterator[_Step]:
    yield _IF_EQUAL, 0, len(_FAMILIES) + 3, number
    yield _LOAD, 0, 0, _ARG0
    for place, family in enumerate(_FAMILIES):
        yield _IF_EQUAL, len(_FAMILIES) - place, 0, family
    yield _RETURN, 0, 0, _EPERM
    yield _RETURN, 0, 0, _ALLOW


def _no_terminal_tricks(number: int) -> Iterator[_Step]:
    yield _IF_EQUAL, 0, len(_TERMINAL_TRICKS) + 3, number
    yield _LOAD, 0, 0, _ARG1
    for place, trick in enumerate(_TERMINAL_TRICKS):
        yield _IF_EQUAL, len(_TERMINAL_TRICKS) - place, 0, trick
    yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _EPERM


def docker_profile() -> str:
    """Return the same rules as a profile that Docker reads: JSON, by names."""
    deny = {"action": "SCMP_ACT_ERRNO", "errnoRet": 1}
    rules: list[dict[str, object]] = [{**deny, "names": sorted(syscalls.DENIED)}]
    rules.append({"action": "SCMP_ACT_ERRNO", "errnoRet": 38, "names": ["clone3"]})
    for bit in range(32):
        if _NEW_NAMESPACES >> bit & 1:
            flag = {"index": 0, "value": 1 << bit, "valueTwo": 1 << bit}
            args = [{**flag, "op": "SCMP_CMP_MASKED_EQ"}]
            rules.append({**deny, "names": ["clone"], "args": args})
    # One comparison a rule: runc reads two on one argument as "either", not "both".
    unwanted = [n for n in range(max(_FAMILIES)) if n not in _FAMILIES]
    refused = [{"index": 0, "value": n, "op": "SCMP_CMP_EQ"} for n in unwanted]
    refused.append({"index": 0, "value": max(_FAMILIES), "op": "SCMP_CMP_GT"})
    for comparison in refused:
        rules.append({**deny, "names": ["socket", "socketpair"], "args": [comparison]})
    for trick in _TERMINAL_TRICKS:
        args = [{"index": 1, "value": trick, "op": "SCMP_CMP_EQ"}]
        rules.append({**deny, "names": ["ioctl"], "args": args})
    return json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules})
