"""Looking at a flow never runs, imports, starts, connects or writes anything, whatever it says."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentry.api.convert import checked
from agentry.flow.read import read

ROOT = Path(__file__).parents[3]
SAMPLES = [path.read_text() for path in sorted((ROOT / "flows").glob("*/.agentry.flow.yaml"))]
HOSTILE = [
    "tasks:\n  - {id: a, tool: shell, with: {command: 'touch /tmp/agentry-was-here'}}\n",
    "!!python/object/apply:os.system ['touch /tmp/agentry-was-here']\n",
    "tasks: !!python/name:os.system\n",
    "include: [/etc/passwd, http://127.0.0.1:9/x]\npresets: [../../../etc/passwd]\n",
    "tasks:\n  - {id: a, tool: echo, with: {x: \"${{ __import__('os').system('id') }}\"}}\n",
    "tools:\n  evil: {run: [sh, -c, id], description: x, effects: [exec]}\ntasks: []\n",
    'models:\n  m: {provider: "os:system", model: x}\nagents:\n  a: {model: m}\n',
    "a: &a [*a]\n",
]
_FORBIDDEN = (
    "exec", "import", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
    "os.remove", "os.rename", "os.mkdir", "socket.", "urllib.", "shutil.", "ctypes.",
)  # fmt: skip
_seen: list[str] = []
_watching = False


def _note(event: str, args: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event == "open":
        mode, flags = args[1], args[2]
        writes = isinstance(mode, str) and bool(set(mode) & set("wax+"))
        if writes or (mode is None and isinstance(flags, int) and flags & 0o1103):
            _seen.append(f"open {args[0]} {mode}")
    elif event.startswith(_FORBIDDEN):
        _seen.append(f"{event} {args!r:.80}")


sys.addaudithook(_note)


@contextmanager
def watched() -> Generator[list[str]]:
    global _watching
    _seen.clear()
    _watching = True
    try:
        yield _seen
    finally:
        _watching = False


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Load lazily what every reading loads, so that only the text's own doing is seen."""
    for text in [*SAMPLES, *HOSTILE]:
        checked(read(text, name="x"))


def test_the_watch_sees_what_it_should(tmp_path: Path) -> None:
    with watched() as seen:
        (tmp_path / "x").write_text("x")
        exec("1")  # the point of this line is to be seen
    assert len(seen) == 2


@pytest.mark.parametrize("text", [*SAMPLES, *HOSTILE])
def test_no_text_makes_anything_happen(text: str) -> None:
    with watched() as seen:
        checked(read(text, name="x"))
    assert seen == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_changed_text_makes_anything_happen(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([*SAMPLES, *HOSTILE]))
    text = text[: data.draw(st.integers(0, len(text)))][-3000:]
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.text(max_size=12)) + text[at:]
    with watched() as seen:
        checked(read(text, name="x"))
    assert seen == []
