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


def _said(text: str, files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return code, path and the letters that each finding is about."""
    lines = text.split("\n")
    return [
        (it.code, it.path, lines[it.span.line - 1][it.span.column - 1 : it.span.end_column - 1])
        for it in read(text, name="x", loader=Texts(files)).diagnostics
    ]


def _messages(text: str, files: dict[str, str]) -> list[str]:
    return [it.message for it in read(text, name="x", loader=Texts(files)).diagnostics]


ASKS = "inputs: {n: {type: integer}, unit: {type: string, default: kg}}\n" + ECHO


def test_a_flow_that_is_not_there_is_an_error_where_it_is_named() -> None:
    text = "tasks:\n  - {id: a, flow: gone}\n  - {id: b, flow: gone, disabled: true}\n"
    assert _said(text, {}) == [("missing_child", "a", "gone")]
    assert read(text, name="x").ok


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("", [("child_inputs", "t", "child")]),
        (", inputs: {}", [("child_inputs", "t", "inputs")]),
        (", inputs: {n: 1}", []),
        (", inputs: {n: '${{ 1 + 1 }}'}", []),
        (", inputs: {n: many}", [("child_inputs", "t", "many")]),
        (", inputs: {n: 1, colour: red}", [("child_inputs", "t", "colour")]),
        (", inputs: {n: 1, unit: kg, colour: red}, disabled: true", []),
    ],
)
def test_a_child_gets_what_it_asks_for(inputs: str, said: list[tuple[str, str, str]]) -> None:
    text = f"tasks:\n  - {{id: t, flow: child{inputs}}}\n"
    assert _said(text, {"child.yaml": ASKS}) == said


def test_a_slip_of_an_inputs_name_is_one_finding_with_its_fix() -> None:
    child = "inputs: {order: {type: string}}\n" + ECHO
    text = "tasks:\n  - {flow: child, inputs: {ordr: A1}}\n"
    [finding] = read(text, name="x", loader=Texts({"child.yaml": child})).diagnostics
    assert finding.fix is not None
    assert (finding.code, finding.fix.text) == ("child_inputs", "order")


def test_a_pattern_of_a_stranger_is_never_tried() -> None:
    child = "inputs: {n: {type: string, pattern: '(a+)+$'}}\n" + ECHO
    text = f"tasks:\n  - {{flow: child, inputs: {{n: {'a' * 60}!}}}}\n"
    assert _said(text, {"child.yaml": child}) == []


def test_flows_that_run_each_other_are_printed_as_a_cycle() -> None:
    files = {"sub/a.yaml": "tasks: [{flow: ../b}]\n", "b.yaml": "tasks: [{flow: sub/a}]\n"}
    text = "tasks:\n  - {flow: b}\n  - {flow: sub/a}\n"
    sentence = "These flows run each other: b.yaml → sub/a.yaml → b.yaml; take one of them out."
    assert _messages(text, files) == [sentence, sentence]
    assert [code for code, _, _ in _said(text, files)] == ["child_cycle", "child_cycle"]


def test_the_error_of_a_flow_far_below_is_told_with_its_own_place() -> None:
    files = {"a.yaml": "tasks: [{flow: sub/b}]\n", "sub/b.yaml": "tasks:\n  - {tool: eco}\n"}
    text = "tasks:\n  - {id: t, flow: a}\n"
    assert _said(text, files) == [("child_errors", "t", "a")]
    assert "sub/b.yaml, line 2: Task 'tool-1' names tool 'eco'" in _messages(text, files)[0]


def test_a_warning_in_a_child_is_left_to_the_child() -> None:
    files = {"a.yaml": "tasks:\n  - {tool: shell, with: {command: make}}\n"}
    assert _said("tasks:\n  - {flow: a}\n", files) == []


def test_flows_below_each_other_end_at_sixteen() -> None:
    files = {f"f{n}.yaml": f"tasks: [{{flow: f{n + 1}}}]\n" for n in range(17)}
    text = "tasks:\n  - {flow: f1}\n"
    assert _said(text, {**files, "f16.yaml": ECHO}) == []
    [message] = _messages(text, {**files, "f17.yaml": ECHO})
    assert "f16.yaml, line 1: This is more than 16 child flows deep" in message


def test_a_task_of_an_included_file_is_told_at_its_entry() -> None:
    files = {"lib/part.yaml": "tasks:\n  - {id: far, flow: gone}\n", "gone.yaml": ECHO}
    text = "include: [lib/part.yaml]\n" + ECHO
    assert _said(text, files) == [("missing_child", "far", "lib/part.yaml")]


class _Counting:
    """A loader that counts what it gave."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.given: list[str] = []
        self._texts = Texts(texts)

    def load(self, path: str, *, beside: str) -> str:
        text = self._texts.load(path, beside=beside)
        self.given.append(path)
        return text


def test_each_file_is_loaded_once_a_reading() -> None:
    files = {f"f{n}.yaml": f"tasks: [{{flow: f{n + 1}}}, {{flow: f{n + 1}}}]\n" for n in range(14)}
    loader = _Counting(
        {**files, "f14.yaml": "include: [role.yaml]\n" + ECHO, "role.yaml": "env: {}"}
    )
    assert read("tasks: [{flow: f0}, {flow: ./f0}]\n", name="x", loader=loader).ok
    assert sorted(loader.given) == sorted([*(f"f{n}.yaml" for n in range(15)), "role.yaml"])


def test_a_flow_with_children_does_not_stand_alone() -> None:
    files = Texts({"child.yaml": ECHO})
    assert not read("tasks: [{flow: child}]\n", name="x", loader=files).alone
    assert not read("tasks: [{flow: gone}]\n", name="x", loader=files).alone
    assert not read("include: [gone.yaml]\n" + ECHO, name="x", loader=files).alone
    assert read(ECHO, name="x", loader=files).alone
