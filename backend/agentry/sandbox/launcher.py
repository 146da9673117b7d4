"""Prepare one box and become bwrap: join cgroups, stage folders, drop the user, limit, exec.

Run by path as `python -I -S launcher.py FD`; never imported by the studio. FD holds a
marshalled dict, made in `bwrap.py`. As root the folders are bound under a staging tmpfs in a mount
namespace of their own first, because the dropped user cannot walk to them (`/root` is 0700).
Ends with 125 and one line on stderr where the box cannot be made.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import resource
import struct
import sys

_REFUSED = 125
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_FDCWD, _AT_EMPTY_PATH, _CLOEXEC = -100, 0x1000, 0o2000000
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _ATTR_IDMAP = 1, 2, 4, 0x00100000
_PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Read the spec and never return."""
    # Written by the studio that started us, a moment ago; importing json would cost 3 ms a call.
    spec = marshal.loads(_read_all(int(sys.argv[1])))  # noqa: S302
    try:
        for file in spec["cgroups"]:
            _write(file, b"0")
        if spec["uid"] >= 0:
            _stage(spec["stage"], spec["binds"], spec["uid"])
            _drop(spec["uid"])
        libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
        if os.getppid() != spec["parent"]:
            raise OSError(0, "the studio has gone")
        for kind, ceiling in spec["rlimits"]:
            hard = resource.getrlimit(kind)[1]
            value = ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard)
            resource.setrlimit(kind, (value, value))
        os.chdir("/")
        os.execve(spec["program"], spec["argv"], {})  # noqa: S606 -- a list, an absolute path
    except OSError as problem:
        sys.stderr.write(f"The box cannot be made: {problem}\n")
        sys.stderr.flush()
        os._exit(_REFUSED)


def _read_all(fd: int) -> bytes:
    with os.fdopen(fd, "rb") as file:
        return file.read()


def _write(path: str, text: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text)
    finally:
        os.close(fd)


def _stage(stage: str, binds: list[tuple[str, str, bool]], uid: int) -> None:
    """Bind each (source, name, lent) at `stage/name` where only this process tree sees it."""
    _check(libc.unshare(_CLONE_NEWNS), "unshare")
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None)
    # Binding first into a nameless copy would be lost below the tmpfs: sources may lie anywhere,
    # but never under `stage`, which is Agentry's own.
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _mount("tmpfs", stage, "tmpfs", flags, "size=64k,mode=0755")
    for source, name, lent in binds:
        target = f"{stage}/{name}"
        os.mkdir(target, 0o755)
        if lent and (_bind_as_owner(source, target, uid) or _overlay_openly(source, target)):
            continue
        _mount(source, target, None, _MS_BIND, None)
    _mount(None, stage, None, _MS_REMOUNT | _MS_RDONLY | flags, "size=64k,mode=0755")


def _bind_as_owner(source: str, target: str, uid: int) -> bool:
    """Bind `source` so that its owner's files are the box user's; say whether that worked.

    An id-mapped mount changes nothing on disk. Older kernels and some file systems have none.
    """
    owner = os.stat(source)
    users = _user_namespace(owner.st_uid, owner.st_gid, uid)
    if users < 0:
        return False
    tree = libc.syscall(_OPEN_TREE, _AT_FDCWD, source.encode(), ctypes.c_uint(1 | _CLOEXEC))
    if tree < 0:
        return False
    attributes = _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV | _ATTR_IDMAP
    wanted = struct.pack("=QQQQ", attributes, 0, 0, users)
    if libc.syscall(_MOUNT_SETATTR, tree, b"", _AT_EMPTY_PATH, wanted, len(wanted)) < 0:
        return False
    # 4 = MOVE_MOUNT_F_EMPTY_PATH: the tree is named by its descriptor.
    return bool(libc.syscall(_MOVE_MOUNT, tree, b"", _AT_FDCWD, target.encode(), 4) == 0)


def _overlay_openly(source: str, target: str) -> bool:
    """Show `source` in a folder that anyone may enter, where the folder itself says no.

    For file systems that cannot map ids, such as a container's own. What lies deeper keeps its
    rights.
    """
    if os.stat(source).st_mode & 0o005 == 0o005:
        return False
    top = f"{target}.top"
    os.mkdir(top, 0o755)
    lower = source.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,")
    try:
        flags = _MS_RDONLY | _MS_NOSUID | _MS_NODEV
        _mount("overlay", target, "overlay", flags, f"lowerdir={top}:{lower}")
    except OSError:
        return False
    return True


def _user_namespace(owner: int, group: int, uid: int) -> int:
    """Return a descriptor of a user namespace that maps owner and group to `uid`, or -1."""
    asleep, awake = os.pipe()
    ready, made = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(awake)
        os.write(made, b"y" if libc.unshare(_CLONE_NEWUSER) == 0 else b"n")
        os.read(asleep, 1)
        os._exit(0)
    try:
        if os.read(ready, 1) != b"y":
            return -1
        _write(f"/proc/{child}/uid_map", f"{owner} {uid} 1".encode())
        _write(f"/proc/{child}/gid_map", f"{group} {uid} 1".encode())
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1
    finally:
        os.close(awake)
        os.waitpid(child, 0)
        for fd in (asleep, ready, made):
            os.close(fd)


def _drop(uid: int) -> None:
    """Become `uid` for good; bwrap must never start with root's powers (core_pattern)."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if 0 in (*os.getresuid(), *os.getresgid()):
        raise OSError(0, "root's powers could not be dropped")


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None) -> None:
    parts = [None if part is None else os.fsencode(part) for part in (source, target, kind, data)]
    done = libc.mount(parts[0], parts[1], parts[2], ctypes.c_ulong(flags), parts[3])
    _check(done, f"mount {source or target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


if __name__ == "__main__":
    main()
