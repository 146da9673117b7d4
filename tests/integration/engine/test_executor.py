"""Runs from accept to end through the real gate, the real tools and the scripted model."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.engine.errors import BadInputs, FlowHasErrors
from tests.integration.engine.studio import events, start, studio, until

pytestmark = pytest.mark.integration

TOOLS = """
inputs: {word: {type: string}}
tasks:
  - {id: write, tool: write_file, with: {path: a/note.txt, content: "${{ inputs.word }}"}}
  - id: look
    parallel:
      - {id: read, tool: read_file, with: {path: a/note.txt}}
      - {id: list, tool: list_files, with: {}}
outputs: {read: "${{ tasks.read.output }}"}
"""

AGENT = """
models:
  script:
    provider: scripted
    turns:
      - calls: [{tool: echo, with: {say: "${{ input }}"}}]
      - answer: "I heard ${{ calls[0].output.say }} in ${{ inputs.place }}."
inputs: {place: {type: string}}
agents:
  listener: {model: script, prompt: Listen., tools: [echo]}
tasks:
  - {id: hear, agent: listener, input: a bell}
outputs: {answer: "${{ tasks.hear.output }}"}
"""


async def test_tools_work_on_one_workspace_and_hand_outputs_on(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, TOOLS, {"word": "hello"})
        summary = await until(app, run)
        assert (summary.status, summary.error) == ("completed", None)
        workspace = app.runs_folder / run / "workspace"
        assert (workspace / "a" / "note.txt").read_text() == "hello"
        outputs = app.runs.run(run).outputs
        assert outputs is not None
        assert "hello" in str(outputs["read"])
        calls = events(app, run, "call.started", "call.completed")
        assert len(calls) == 6
        started = [event for event in calls if event.type == "call.started"]
        assert [event.data["decision"] for event in started] == ["allow"] * 3


async def test_a_scripted_agent_calls_tools_and_answers(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, AGENT, {"place": "town"})
        summary = await until(app, run)
        assert app.runs.run(run).outputs == {"answer": "I heard a bell in town."}
        assert summary.usage["estimated"] is True
        turns = events(app, run, "turn.replied")
        assert [event.data["turn"] for event in turns] == [1, 2]
        assert all(event.usage is not None for event in turns)


async def test_a_failed_tool_fails_its_task_with_the_reason(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, "tasks: [{id: a, tool: read_file, with: {path: none.txt}}]")
        summary = await until(app, run)
        assert summary.error is not None
        assert "none.txt" in str(summary.error["message"])
        assert len(events(app, run, "call.failed")) == 1


async def test_inputs_that_do_not_fit_are_refused_before_anything_exists(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        with pytest.raises(BadInputs, match="Input 'word' is missing"):
            await start(app, TOOLS)
        with pytest.raises(BadInputs, match="has no input 'wrd'"):
            await start(app, TOOLS, {"word": "x", "wrd": 1})
        assert app.runs.summaries() == []


async def test_a_broken_flow_is_refused_with_its_first_line(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        with pytest.raises(FlowHasErrors, match="line 1"):
            await start(app, "tasks: [{id: a, agent: nobody, input: x}]")


async def test_a_folder_is_lent_only_by_a_person_and_never_our_own(tmp_path: Path) -> None:
    text = "inputs: {where: {type: string, format: folder%s}}\ntasks: [{id: a, tool: echo}]"
    async with studio(tmp_path) as app:
        for given in (str(app.settings.home), "/", "/no/such/folder"):
            with pytest.raises(BadInputs):
                await start(app, text % "", {"where": given})
        for default in ("/etc", "../../.."):
            with pytest.raises(BadInputs, match="default"):
                await start(app, text % f", default: {default}")


async def test_a_stop_hands_work_on_and_the_next_start_finishes_it(tmp_path: Path) -> None:
    ask = "tasks: [{id: sure, approval: {ask: Go?}}, {id: a, tool: echo, with: {x: 1}}]"
    async with studio(tmp_path, work=False) as app:
        waiting, ready = await start(app, ask), await start(app, "tasks: [{id: a, tool: echo}]")
    async with studio(tmp_path) as app:
        await until(app, ready)
        [question] = app.runs.approvals("open")
        await app.decide(question.approval_id, "approve", by="ana")
        assert (await until(app, waiting)).status == "completed"


async def test_a_trace_has_header_events_and_trailer(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, "tasks: [{id: a, tool: echo}]")
        summary = await until(app, run)
        lines = "".join(app.trace(run)).splitlines()
        assert len(lines) == summary.last_seq + 2
        assert '"plan":' in lines[0]


async def test_a_changed_include_changes_the_next_run(tmp_path: Path) -> None:
    text = "include: [more.yaml]\ntasks: [{id: a, tool: echo, with: {x: 1}}]"
    async with studio(tmp_path) as app:
        more = app.settings.home.parent / "flows" / "more.yaml"
        seen: list[object] = []
        for word in ("one", "two"):
            more.write_text(f"outputs: {{word: {word}}}\n")
            run = await start(app, text)
            await until(app, run)
            seen.append(app.runs.run(run).outputs)
        assert seen == [{"word": "one"}, {"word": "two"}]
