"""Child flows are found beside the file that names them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.flow.children import Below, ChildText, child_texts, flow_name
from agentry.flow.document import Document
from agentry.flow.include import Texts
from agentry.flow.read import read
from agentry.store.beside import Beside

ECHO = "tasks:\n  - {id: say, tool: echo}\n"


def _document(text: str, files: dict[str, str]) -> Document:
    document = read(text, name="x", loader=Texts(files)).document
    assert document is not None
    return document


def test_each_task_has_the_text_of_its_flow() -> None:
    files = {
        "a.agentry.flow.yaml": ECHO,
        "deep/.agentry.flow.yaml": ECHO + "# deep\n",
        "c.yaml": ECHO + "# c\n",
    }
    text = (
        "tasks:\n  - {id: one, flow: a}\n  - {id: two, flow: deep}\n"
        "  - {id: all, parallel: [{id: three, flow: c.yaml}, {id: gone, flow: gone}]}\n"
    )
    assert child_texts(_document(text, files), Texts(files)) == {
        "one": ChildText("a", ECHO, "a.agentry.flow.yaml"),
        "two": ChildText("deep", ECHO + "# deep\n", "deep/.agentry.flow.yaml"),
        "all/three": ChildText("c", ECHO + "# c\n", "c.yaml"),
    }


def test_a_task_of_an_included_file_looks_beside_that_file() -> None:
    files = {
        "lib/tasks.yaml": "tasks:\n  - {id: far, flow: child}\n",
        "lib/child.yaml": ECHO,
        "child.yaml": "tasks: []\n",
    }
    text = "include: [lib/tasks.yaml]\ntasks:\n  - {id: near, flow: child}\n"
    found = child_texts(_document(text, files), Texts(files))
    assert (found["far"].base, found["near"].base) == ("lib/child.yaml", "child.yaml")


def test_what_a_child_loads_is_beside_the_child() -> None:
    files = {
        "sub/child.yaml": "include: [roles/a.yaml]\ntasks:\n  - {id: inner, flow: other}\n",
        "sub/roles/a.yaml": "include: [b.yaml]\nagents: {}\n",
        "sub/roles/b.yaml": "agents: {b: {model: 'openai:x'}}\n",
        "sub/other.yaml": ECHO,
    }
    loader = Texts(files)
    child = child_texts(_document("tasks:\n  - {id: t, flow: sub/child}\n", files), loader)["t"]
    below = Below(loader, child.base)
    document = read(child.text, name=child.name, loader=below).document
    assert document is not None
    assert set(document.agents) == {"b"}
    assert child_texts(document, below)["inner"].base == "other.yaml"
    assert below.load("other.yaml", beside="") == ECHO


def test_a_child_outside_of_the_checkout_is_absent(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text(ECHO)
    (tmp_path / "repo" / "inside.yaml").write_text(ECHO)
    text = "tasks:\n  - {id: out, flow: ../outside.yaml}\n  - {id: within, flow: inside.yaml}\n"
    loader = Beside(tmp_path / "repo")
    document = read(text, name="x", loader=loader).document
    assert document is not None
    assert list(child_texts(document, loader)) == ["within"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("research/deep.agentry.flow.yaml", "deep"),
        ("research/.agentry.flow.yaml", "research"),
        (".agentry.flow.yaml", "flow"),
        ("lib/tea.yaml", "tea"),
    ],
)
def test_a_flow_is_called_as_its_file(path: str, name: str) -> None:
    assert flow_name(path) == name
