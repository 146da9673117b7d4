"""The filter says what it was written to say: run here by a small interpreter of BPF."""

from __future__ import annotations

import json
import struct

import pytest

from agentry.sandbox import syscalls
from agentry.sandbox.seccomp import NoFilterForMachine, docker_profile, seccomp_filter

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
MACHINES = [("x86_64", 0xC000003E, 0), ("aarch64", 0xC00000B7, 1)]


def verdict(program: bytes, number: int, audit: int, *args: int) -> int:
    data = struct.pack("=IIQ6Q", number, audit, 0, *args, *([0] * (6 - len(args))))
    steps = list(struct.iter_unpack("=HBBI", program))
    at = value = 0
    while True:
        code, if_true, if_false, k = steps[at]
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("=I", data, k)
            case 0x06:
                return k
            case 0x15 | 0x35 | 0x45:
                holds = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[code]
                at += if_true if holds else if_false
            case _:
                raise AssertionError(hex(code))


@pytest.mark.parametrize(("machine", "audit", "column"), MACHINES)
def test_every_denied_call_is_refused(machine: str, audit: int, column: int) -> None:
    program = seccomp_filter(machine)
    assert len(program) // 8 < 4096
    for name, numbers in syscalls.DENIED.items():
        number = numbers[column]
        if number is not None:
            assert verdict(program, number, audit) == EPERM, name


@pytest.mark.parametrize(("machine", "audit", "column"), MACHINES)
def test_arguments_are_looked_at(machine: str, audit: int, column: int) -> None:
    program = seccomp_filter(machine)
    clone, socket = syscalls.CLONE[column], syscalls.SOCKET[column]
    pair, ioctl = syscalls.SOCKETPAIR[column], syscalls.IOCTL[column]
    thread = 0x003D0F00  # what libraries start threads with
    assert verdict(program, clone, audit, thread) == ALLOW
    assert verdict(program, clone, audit, 17) == ALLOW
    for flag in (0x10000000, 0x20000, 0x40000000, 0x2000000, 0x4000000, 0x8000000, 0x20000000):
        assert verdict(program, clone, audit, flag | 17) == EPERM
    for family in range(64):
        wanted = ALLOW if family in (1, 2, 10) else EPERM
        assert verdict(program, socket, audit, family) == wanted
        assert verdict(program, pair, audit, family) == wanted
    assert verdict(program, ioctl, audit, 0, 0x5412) == EPERM
    assert verdict(program, ioctl, audit, 0, 0x541C) == EPERM
    assert verdict(program, ioctl, audit, 0, 0x5401) == ALLOW
    assert verdict(program, syscalls.CLONE3[column], audit) == ENOSYS
    assert verdict(program, syscalls.NEWEST + 1, audit) == ENOSYS


def test_other_machines_and_the_x32_door_are_closed() -> None:
    program = seccomp_filter("x86_64")
    assert verdict(program, 0, 0x40000003) == KILL
    assert verdict(program, 0x40000000 | 101, 0xC000003E) == EPERM
    assert verdict(program, 0, 0xC000003E) == ALLOW


def test_an_unknown_machine_gets_no_filter() -> None:
    with pytest.raises(NoFilterForMachine):
        seccomp_filter("riscv64")


def test_docker_is_told_the_same() -> None:
    rules = json.loads(docker_profile())["syscalls"]
    whole = {name for rule in rules if "args" not in rule for name in rule["names"]}
    assert whole == {*syscalls.DENIED, "clone3"}
    families = {
        rule["args"][0]["value"]: rule["args"][0]["op"]
        for rule in rules
        if "socket" in rule["names"]
    }
    assert families == {n: "SCMP_CMP_EQ" for n in (0, 3, 4, 5, 6, 7, 8, 9)} | {10: "SCMP_CMP_GT"}
    flags = [rule["args"][0]["value"] for rule in rules if rule["names"] == ["clone"]]
    assert sum(flags) == 0x7E020000
