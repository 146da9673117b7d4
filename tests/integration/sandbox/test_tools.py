"""The built-in tools as flows use them, with real programs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agentry.base.errors import AgentryError
from agentry.tools.port import Mount
from tests.integration.sandbox.conftest import Lab, text_of

pytestmark = pytest.mark.integration


async def test_shell_gives_exit_code_and_both_streams(lab: Lab) -> None:
    done = await lab.perform("shell", command="cat; echo err >&2", stdin="in")
    assert done.ok
    assert done.output == {"exit_code": 0, "stdout": "in", "stderr": "err\n", "truncated": False}
    assert done.sandbox == {
        "backend": "bwrap",
        "isolation": lab.health.isolation.name.lower(),
        "reason": "ok",
    }


async def test_a_failing_command_is_a_failed_call_with_its_last_words(lab: Lab) -> None:
    done = await lab.shell("echo kept > kept.txt; echo first >&2; echo no such luck >&2; exit 3")
    assert (done.ok, done.error_code) == (False, "tool_failed")
    assert done.message == "shell ended with exit code 3: no such luck"
    assert lab.files() == {"kept.txt": "kept\n"}


async def test_python_is_the_one_in_use_and_isolated(lab: Lab) -> None:
    (lab.workspace / "json.py").write_text("raise SystemExit('shadowed')")
    code = "import json, sys; print(json.dumps([sys.version_info[:2], sys.argv[1:]]))"
    done = await lab.perform("python", code=code, args=["a b", "--", "ü"])
    version = list(sys.version_info[:2])
    assert json.loads(text_of(done)) == [version, ["a b", "--", "ü"]]


def repository(folder: Path) -> Path:
    who = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder)]
    folder.mkdir()
    subprocess.run([*who, "init", "-q"], check=True)
    subprocess.run([*who, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    return folder


async def test_git_reads_a_lent_repository(lab: Lab, tmp_path: Path) -> None:
    lab.mounts = (Mount("repo", repository(tmp_path / "repo")),)
    done = await lab.shell("git -C /inputs/repo log --format=%s && git -C /inputs/repo status -s")
    assert (done.ok, text_of(done)) == (True, "first\n"), done.message


async def test_parallel_calls_on_different_files_all_count(lab: Lab) -> None:
    await lab.perform("write_file", path="start.txt", content="0")
    calls = [lab.shell(f"cat start.txt > {n}.txt; echo {n} >> {n}.txt") for n in range(6)]
    done = await asyncio.gather(*calls)
    assert [result.ok for result in done] == [True] * 6
    assert lab.files() == {"start.txt": "0", **{f"{n}.txt": f"0{n}\n" for n in range(6)}}
    assert done[2].files == ("2.txt",)


async def test_files_end_as_the_studios_own_and_stay_usable(lab: Lab) -> None:
    await lab.shell("mkdir d; echo 1 > d/a; chmod 000 d/a; chmod 500 d")
    file = lab.workspace / "d/a"
    assert file.stat().st_uid == lab.workspace.stat().st_uid
    again = await lab.shell("cat d/a && echo 2 > d/a && rm d/a && echo 3 > d/b && echo 4 > d/a")
    assert again.ok, again.message
    assert lab.files() == {"d/a": "4\n", "d/b": "3\n"}


async def test_a_change_that_hides_its_time_is_still_seen(lab: Lab) -> None:
    await lab.perform("write_file", path="a.txt", content="old")
    done = await lab.shell("cp -p a.txt ref; printf new > a.txt; touch -r ref a.txt; rm ref")
    assert done.ok
    assert lab.files() == {"a.txt": "new"}


async def test_names_of_any_bytes_survive(lab: Lab) -> None:
    done = await lab.shell("printf x > \"$(printf 'a\\377b')\"; printf y > 'new\nline'")
    assert done.ok, done.message
    assert sorted(path.name for path in lab.workspace.iterdir()) == ["a\udcffb", "new\nline"]
    assert (await lab.shell("ls | wc -l")).ok


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("shell", {}),
        ("shell", {"command": 1}),
        ("shell", {"command": "true", "root": True}),
        ("python", {"code": "1", "args": "x"}),
        ("read_file", {}),
        ("write_file", {"path": "a"}),
    ],
)
async def test_arguments_are_checked_first(lab: Lab, tool: str, args: dict[str, object]) -> None:
    with pytest.raises(AgentryError, match=f"arguments of {tool} do not fit"):
        await lab.performer.perform(tool, args, lab.context())  # pyright: ignore[reportArgumentType] -- wrong on purpose


async def test_a_text_too_long_for_a_program_is_refused(lab: Lab) -> None:
    with pytest.raises(AgentryError, match="bytes, too much"):
        await lab.perform("shell", command=": " + "ü" * 100_000)
