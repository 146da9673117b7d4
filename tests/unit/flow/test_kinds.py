"""What documents and graphs hold of conditions, loops, waits, child flows and ways out."""

from __future__ import annotations

import pytest

from agentry.flow.document import Budget, Document, Schedule, Task, Triggers, Webhook
from agentry.flow.graph import Vertex, build
from agentry.flow.reach import Reach
from agentry.flow.read import read
from tests.unit.flow import corpus


def _document(case: str) -> Document:
    reading = corpus.reading_of(case)
    assert reading.ok
    assert reading.document is not None
    return reading.document


def _tasks(case: str) -> dict[str, Task]:
    return {task.path: task for task in _document(case).walk()}


def _vertices(case: str) -> dict[str, Vertex]:
    return {vertex.path: vertex for vertex in build(_document(case)).vertices}


def test_a_condition_keeps_its_branches() -> None:
    tasks = _tasks("condition")
    risk = tasks["risk"]
    assert risk.test == "tasks.look.output.contains('risk')"
    assert [(branch.name, len(branch.tasks)) for branch in risk.branches] == [
        ("then", 2),
        ("else", 0),
    ]
    assert [child.path for child in risk.children] == ["risk/then/issue", "risk/then/shout"]
    assert [child.branch for child in risk.children] == ["then", "then"]
    assert tasks["risk/then/shout"].needs == ("issue",)
    assert tasks["risk/then/issue"].parent == "risk"


def test_cases_keep_their_values_and_odd_letters_are_written_out_in_paths() -> None:
    sort = _tasks("condition")["sort"]
    assert sort.subject == "inputs.risk"
    assert [(branch.name, branch.value, branch.key) for branch in sort.branches] == [
        ("high", "high", "high"),
        ("very/high", "very/high", "very%2Fhigh"),
        ("3", 3, "3"),
        ("true", True, "true"),
        ("default", None, "default"),
    ]
    assert [child.path for child in sort.children] == [
        "sort/high/act",
        "sort/very%2Fhigh/act",
        "sort/3/tool-1",
        "sort/default/tool-1",
    ]


def test_a_loop_keeps_its_form() -> None:
    tasks = _tasks("loops")
    each, listed, good = tasks["each"], tasks["listed"], tasks["until_good"]
    assert (each.each, each.as_name, each.max_parallel) == ("${{ inputs.files }}", "file", 4)
    assert (listed.each, listed.as_name) == (["a", "b", "${{ inputs.n }}"], "item")
    assert (good.while_, good.max_iterations) == (
        "loop.iteration == 1 || tasks.review.output.score < 8",
        5,
    )
    assert (tasks["thrice"].times, tasks["n_times"].times) == (3, "${{ inputs.n }}")
    assert [child.path for child in each.children] == ["each/open", "each/judge"]


def test_waits_and_child_flows_keep_theirs() -> None:
    waits = _tasks("waits")
    assert (waits["a_while"].wait_ms, waits["long"].wait_ms) == (5_400_000, 93_600_000)
    assert waits["till"].until == "2027-01-31T09:00:00+01:00"
    assert (waits["news"].message, waits["news"].expires_ms) == ("paid", 259_200_000)
    sub = _tasks("child_flow")["sub"]
    assert (sub.flow, sub.flow_inputs) == ("files/flows/shipping", {"order": "A1", "weight": 2})


def test_ways_out_are_lists_of_their_own() -> None:
    tasks = _tasks("ways_out")
    build_task = tasks["build"]
    assert build_task.on_error == "do"
    assert [task.path for task in build_task.rescue] == [
        "build/on_error/tell",
        "build/on_error/clean",
    ]
    assert build_task.children == ()
    assert build_task.retry is not None
    assert build_task.retry.on == ("tool_failed", "timeout")
    assert [task.path for task in tasks["ask"].on_expire] == ["ask/on_expire/remind"]
    assert list(tasks)[-2:] == ["ask/on_expire/remind", "end"]


def test_triggers_are_kept_in_one_form() -> None:
    assert _document("triggers").on == Triggers(
        schedule=(
            Schedule(cron="0 7 * * MON-FRI"),
            Schedule(cron="0 0 * * *"),
            Schedule(
                cron="*/15 8-18 1,15 JAN-mar *", timezone="Europe/Berlin", inputs={"topic": "tea"}
            ),
            Schedule(every_ms=21_600_000),
        ),
        webhook=Webhook(secret="HOOK_KEY", inputs={"topic": "${{ event.topic }}"}),  # a name
    )


def test_what_is_not_used_yet_is_kept() -> None:
    text = (
        'agents:\n  a: {model: "openai:m", memory: notes, may_spawn: [a], '
        "restricted_tools: [shell], budget: {tokens: 5}}\n"
        "tasks:\n  - {agent: a, pin: null, budget: {wall: 1m}}\n"
    )
    reading = read(text, name="x")
    assert reading.ok
    assert {finding.code for finding in reading.diagnostics} == {"not_used_yet"}
    assert reading.document is not None
    agent, task = reading.document.agents["a"], reading.document.tasks[0]
    assert (agent.memory, agent.may_spawn, agent.restricted_tools) == ("notes", ("a",), ("shell",))
    assert agent.budget == Budget(tokens=5)
    assert (task.pinned, task.pin, task.budget) == (True, None, Budget(wall_ms=60_000))


NOTES = [
    ("condition", "risk", "tasks.look.output.contains('risk')"),
    ("condition", "sort", "inputs.risk"),
    ("loops", "each", "for_each inputs.files, max 4"),
    ("loops", "listed", "for_each 3 items"),
    ("loops", "until_good", "while loop.iteration == 1 || tasks.review.output.score < 8, max 5"),
    ("loops", "thrice", "times 3"),
    ("loops", "n_times", "times inputs.n"),
    ("waits", "a_while", "for 1h30m"),
    ("waits", "given", "until inputs.start"),
    ("waits", "news", "message paid"),
    ("child_flow", "sub", "files/flows/shipping"),
]


@pytest.mark.parametrize(("case", "path", "note"), NOTES)
def test_a_card_says_what_its_task_does(case: str, path: str, note: str) -> None:
    assert _vertices(case)[path].note == note


def test_edges_stay_inside_of_a_branch() -> None:
    graph = build(_document("condition_else_first"))
    assert [(edge.start, edge.end) for edge in graph.edges] == []
    shout = _vertices("condition")["risk/then/shout"]
    assert (shout.parent, shout.branch, shout.needs) == ("risk", "then", ("risk/then/issue",))
    assert "branch" not in _vertices("condition")["look"].to_json()


ORDER = [
    ("condition", "look", "risk/then/issue", "ended"),
    ("condition", "risk/then/issue", "risk/then/shout", "ended"),
    ("condition", "risk/then/issue", "sort", "maybe"),
    ("condition", "sort/high/act", "sort/3/tool-1", "later"),
    ("condition", "sort", "sort/high/act", "later"),
    ("loops", "each/open", "each/judge", "ended"),
    ("loops", "each/open", "listed", "loop"),
    ("loops", "n_times/inner/tool-1", "", "loop"),
    ("ways_out", "build", "build/on_error/tell", "ended"),
    ("ways_out", "both/first", "both/on_error/tool-1", "maybe"),
    ("ways_out", "both/on_error/tool-1", "both/first", "later"),
    ("ways_out", "ask/on_expire/remind", "end", "maybe"),
]


@pytest.mark.parametrize(("case", "target", "path", "order"), ORDER)
def test_what_has_ended_by_then(case: str, target: str, path: str, order: str) -> None:
    assert Reach(_document(case)).order(target, path) == order
