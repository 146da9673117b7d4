"""The language server, asked as editors ask it."""

from __future__ import annotations

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.integration.lsp.conftest import Editor

pytestmark = pytest.mark.integration

FLOW = """\
name: Way 🙂
inputs:
  topic: {type: string}
env:
  PLAIN: x
  KEY: {secret: KEY}
models:
  careful: {provider: openai, model: gpt-5-mini}
agents:
  critic: {model: careful, tools: [read_file], vars: {tone: dry}, prompt: Judge it.}
  writer: {model: careful}
tasks:
  - {id: draft, agent: writer, input: "${{ inputs.topic }}"}
  - id: review
    agent: critic
    needs: [draft]
    input: "🙂 ${{ tasks.draft.output }} and ${{ tasks['draft'].status }}"
  - id: keep
    if: tasks.draft.status == 'completed'
    tool: echo
    with: {text: "${{ tasks.review.output }}"}
outputs:
  text: ${{ tasks.draft.output }}
"""


async def test_findings_come_at_once_and_again_when_typing_stops(editor: Editor) -> None:
    editor.type("name: X\ntasks:\n  - {id: '🙂🙂', tool: ecko}\n  - {id: b, tool: ecko}\n")
    first = await editor.findings()
    tool = next(finding for finding in first if finding.range.start.line == 3)
    assert (tool.code, tool.source, tool.severity) == (
        "unknown_tool",
        "agentry",
        types.DiagnosticSeverity.Error,
    )
    assert (tool.range.start.character, tool.range.end.character) == (18, 22)
    for tool_name in ("e", "ec", "echo"):
        editor.type(f"tasks: [{{tool: {tool_name}}}]\n")
    assert await editor.findings() == []
    versions = [params.version for params in editor.told]
    assert versions == [1, 4]


async def test_places_are_counted_as_the_client_counts(editor: Editor) -> None:
    editor.type("tasks:\n  - {name: '🙂', tool: ecko}\n")
    found = await editor.findings()
    assert found[0].range.start == types.Position(1, 23)


_FITS = [
    ("na|", {"name", "tasks", "agents"}, {"tool", "prompt"}),
    ("name: x\n|", {"tasks"}, {"name"}),
    ("tasks:\n  - id: a\n    |", {"agent", "tool", "needs", "timeout"}, {"id", "with"}),
    ("tasks:\n  - id: a\n    tool: echo\n    |", {"with", "needs"}, {"agent", "output"}),
    ("tasks:\n  - id: a\n    to|\n    timeout: 1m\n", {"tool"}, {"timeout", "id"}),
    ("tasks:\n- |", {"id", "agent"}, {"name: "}),
    ("tasks:\n  - {id: a, |", {"tool"}, {"id"}),
    ("tasks:\n  - {id: a, loop: {times: 3, |", {"do"}, {"times", "tool"}),
    ("tasks:\n  - id: a\n    loop:\n      do:\n        - |", {"agent"}, {"do"}),
    ("tasks:\n  - id: a\n    retry:\n      |", {"attempts", "backoff"}, {"id"}),
    ("tasks:\n  - id: a\n    on_error: |", {"fail", "continue"}, set[str]()),
    ("agents:\n  a:\n    |", {"model", "prompt", "tools"}, {"agents"}),
    ("agents:\n  a:\n    model: |", {"openai:"}, set[str]()),
    ("agents:\n  a:\n    tools:\n      - |", {"echo", "shell"}, {"model"}),
    ("agents:\n  a: {tools: [echo, |", {"shell"}, {"model"}),
    ("tasks:\n  - id: a\n    tool: |", {"echo", "shell"}, {"id"}),
]


async def test_what_is_offered_fits_the_place(editor: Editor) -> None:
    for typed, there, not_there in _FITS:
        labels = set(await editor.labels(typed))
        assert there <= labels, typed
        assert not not_there & labels, typed


_NAMES = [
    ("    agent: |", ["critic", "writer"]),
    ("    needs: [draft, |", ["draft", "review", "keep"]),
    ("    input: ${{ tasks.|", ["draft", "review", "keep"]),
    ('    input: "${{ tasks.dra|', ["draft", "review", "keep"]),
    ("    input: ${{ tasks.draft.|", ["error", "output", "status", "usage"]),
    ("    input: ${{ inputs.|", ["topic"]),
    ("    input: ${{ env.|", ["PLAIN"]),
    ("    if: run.|", ["id", "started_at"]),
    ("    input: ${{ |", ["env", "inputs", "loop", "run", "tasks", "vars"]),
]


async def test_the_names_of_the_flow_are_offered(editor: Editor) -> None:
    before = FLOW.partition("outputs:")[0]
    for line, labels in _NAMES:
        assert await editor.labels(f"{before}  - id: last\n{line}\n") == labels, line


async def test_an_offer_takes_the_place_of_what_is_typed(editor: Editor) -> None:
    text = FLOW.replace("tasks.draft.output }} and", "tasks.dr| }} and")
    item = next(item for item in await editor.items(text) if item.label == "draft")
    assert isinstance(item.text_edit, types.TextEdit)
    assert 'input: "🙂 ${{ tasks.draft }} and' in editor.edited([item.text_edit])


_SAID = [
    ("age|nts:", "`agents`: "),
    ("    ne|eds:", "`needs`: "),
    ("agent: cri|tic", "**agent critic**"),
    ("tools: [read_f|ile]", "**tool read\\_file**"),
    ("${{ tasks.rev|iew", "**task review**"),
    ("{model: care|ful, tools", "**model careful**: openai:gpt-5-mini"),
]


async def test_the_pointer_is_answered(editor: Editor) -> None:
    for marked, said in _SAID:
        at = editor.type(FLOW.replace(marked.replace("|", ""), marked, 1))
        params = types.HoverParams(editor.document, at)
        found = await editor.client.text_document_hover_async(params)
        assert found is not None, marked
        assert isinstance(found.contents, types.MarkupContent)
        assert said in found.contents.value


_DEFINED = [
    ("agent: cri|tic", 9),
    ("{model: care|ful, tools", 7),
    ("needs: [dr|aft]", 12),
    ("${{ tasks.rev|iew", 13),
    ("if: tasks.dra|ft", 12),
]


async def test_a_name_leads_to_its_definition(editor: Editor) -> None:
    for marked, line in _DEFINED:
        at = editor.type(FLOW.replace(marked.replace("|", ""), marked, 1))
        params = types.DefinitionParams(editor.document, at)
        found = await editor.client.text_document_definition_async(params)
        assert isinstance(found, types.Location), marked
        assert found.range.start.line == line


async def renamed(editor: Editor, marked: str, name: str) -> str:
    at = editor.type(FLOW.replace(marked.replace("|", ""), marked, 1))
    found = await editor.client.text_document_rename_async(
        types.RenameParams(editor.document, at, name)
    )
    assert found is not None
    assert found.changes is not None
    return editor.edited(list(found.changes[editor.uri]))


async def test_a_task_is_renamed_wherever_it_is_read(editor: Editor) -> None:
    wanted = (
        FLOW.replace("id: draft", "id: plan")
        .replace("[draft]", "[plan]")
        .replace("tasks.draft", "tasks.plan")
        .replace("tasks['draft']", "tasks['plan']")
    )
    for marked in ("id: dr|aft", "needs: [draf|t]", "tasks.dr|aft.output }} and"):
        assert await renamed(editor, marked, "plan") == wanted


async def test_a_name_that_expressions_cannot_spell_is_put_in_brackets(editor: Editor) -> None:
    text = await renamed(editor, "id: dr|aft", "first-draft")
    assert "text: ${{ tasks['first-draft'].output }}" in text
    assert "if: tasks['first-draft'].status == 'completed'" in text


async def test_an_agent_is_renamed_wherever_it_works(editor: Editor) -> None:
    text = await renamed(editor, "agent: cri|tic", "judge")
    assert "  judge: {model: careful" in text
    assert "critic" not in text


_REFUSED = [
    ("id: dr|aft", "review", "review"),
    ("agent: cri|tic", "writer", "writer"),
    ("id: dr|aft", "two words", "is no name"),
    ("tool: ec|ho", "other", "Only agents, models and tasks"),
    ("To|pic", "x", "no name here"),
]


async def test_a_rename_that_would_break_something_is_refused(editor: Editor) -> None:
    flow = FLOW.replace("name: Way", "name: Topic", 1)
    for marked, name, why in _REFUSED:
        at = editor.type(flow.replace(marked.replace("|", ""), marked, 1))
        params = types.RenameParams(editor.document, at, name)
        with pytest.raises(JsonRpcException, match=why):
            await editor.client.text_document_rename_async(params)


async def test_a_fix_is_offered_and_mends_the_text(editor: Editor) -> None:
    editor.type("tasks:\n  - {id: a, tool: ecko}\n")
    (finding,) = await editor.findings()
    params = types.CodeActionParams(
        editor.document, finding.range, types.CodeActionContext(diagnostics=[finding])
    )
    actions = await editor.client.text_document_code_action_async(params)
    assert actions is not None
    (action,) = actions
    assert isinstance(action, types.CodeAction)
    assert action.edit is not None
    assert action.edit.changes is not None
    assert action.title == "Use echo"
    editor.type(editor.edited(list(action.edit.changes[editor.uri])))
    assert await editor.findings() == []


async def test_no_text_stops_the_server(editor: Editor) -> None:
    hostile = ["", "[", "{a: [", "\0", "- - -\n", "a: &x [*x]", "x: '", "🙂: |", "a\rb\u2028c"]
    places = [(text, column) for text in hostile for column in range(len(text) + 2)]
    for text, column in places:
        if column == 0:
            editor.type(text)
            await editor.findings()
        at = types.Position(0, column)
        await editor.client.text_document_completion_async(
            types.CompletionParams(editor.document, at)
        )
        await editor.client.text_document_hover_async(types.HoverParams(editor.document, at))
        await editor.client.text_document_definition_async(
            types.DefinitionParams(editor.document, at)
        )
