"""What a flow brings in lies beside it: in its checkout, the opened folder, or its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.flow.include import NotLoaded
from agentry.flow.read import read
from agentry.store.beside import Beside


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with a flow's folder, a role beside it, a template above, and a secret outside."""
    flow = tmp_path / "repo" / "flows" / "one"
    flow.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "secret.yaml").write_text("agents: {}")
    (tmp_path / "repo" / "shared.yaml").write_text("prompt: shared")
    (flow / "role.yaml").write_text("prompt: mine")
    (flow / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    return flow


def test_files_of_the_same_checkout_are_given(tree: Path) -> None:
    loader = Beside(tree)
    assert loader.load("role.yaml", beside="") == "prompt: mine"
    assert loader.load("../../shared.yaml", beside="") == "prompt: shared"
    assert loader.load("../../../shared.yaml", beside="deeper/x.yaml") == "prompt: shared"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/passwd", "absolute"),
        ("../../../secret.yaml", "leads outside repo"),
        ("../../../../../../../etc/passwd", "leads outside repo"),
        ("link.yaml", "cannot be read"),
        ("nothing.yaml", "no file"),
        ("../one", "cannot be read"),
    ],
)
def test_everything_else_is_refused_in_a_sentence(tree: Path, path: str, said: str) -> None:
    with pytest.raises(NotLoaded, match=said):
        Beside(tree).load(path, beside="")


def test_without_a_checkout_the_opened_folder_is_the_bound(tmp_path: Path) -> None:
    (tmp_path / "flows" / "one").mkdir(parents=True)
    (tmp_path / "flows" / "role.yaml").write_text("prompt: x")
    assert Beside(tmp_path / "flows" / "one", tmp_path / "flows").load("../role.yaml", beside="")
    with pytest.raises(NotLoaded, match="leads outside one"):
        Beside(tmp_path / "flows" / "one").load("../role.yaml", beside="")


def test_a_flow_with_a_role_file_is_read_through_it(tree: Path) -> None:
    (tree / "writer.yaml").write_text("name: writer\nprompt: Write.\nmodel: openai:gpt-5-mini\n")
    text = "include: [writer.yaml]\ntasks: [{id: a, agent: writer, input: x}]\n"
    reading = read(text, name="x", loader=Beside(tree))
    assert reading.ok, reading.diagnostics
    assert reading.document is not None
    assert reading.document.agents["writer"].prompt == "Write."
