"""What is said about the letters under the pointer."""

from __future__ import annotations

from agentry.flow.bounds import Count, no_price
from agentry.flow.document import Document
from agentry.flow.sentences import tool_says, what
from agentry.lsp.cursor import key_at
from agentry.lsp.edits import named_at
from agentry.lsp.keys import key_says
from agentry.lsp.names import Named
from agentry.lsp.page import Page


def hover(page: Page, line: int, column: int) -> str | None:
    """Return Markdown about a place (line and column from 0), or None."""
    if line >= len(page.lines):
        return None
    named = named_at(page, line + 1, column + 1)
    if named is not None and not (named.kind == "task" and named.form == "lost"):
        return _about(page, named)
    path = key_at(page.lines, line, column)
    says = key_says(path) if path else None
    return None if says is None else f"`{path[-1]}`: {says}"


def _about(page: Page, named: Named) -> str | None:
    match named.kind:
        case "agent":
            return _agent(page.document, named.target)
        case "model":
            return _model(page.document, named.target)
        case "tool":
            return _tool(page, named.target)
        case "task":
            return _task(page, named.target)


def _agent(document: Document, name: str) -> str | None:
    agent = document.agents.get(name)
    if agent is None:
        return None
    tools = ", ".join(agent.tools) or "none"
    prompt = next((line.strip() for line in agent.prompt.splitlines() if line.strip()), "")
    said = f"**agent {_safe(name)}**\n\nmodel {_safe(agent.model)}, {agent.max_turns} turns at most"
    return f"{said}, tools: {_safe(tools)}" + (f"\n\n{_safe(prompt)}" if prompt else "")


def _model(document: Document, name: str) -> str | None:
    spec = document.models.get(name)
    if spec is None:
        return None
    if spec.first_of:
        return (
            f"**model {_safe(name)}**: the first that is ready of {_safe(', '.join(spec.first_of))}"
        )
    if spec.provider == "scripted":
        return f"**model {_safe(name)}**: a script of {len(spec.turns)} turns; it needs no key"
    return f"**model {_safe(name)}**: {_safe(f'{spec.provider}:{spec.model}')}"


def _tool(page: Page, name: str) -> str | None:
    if name not in page.registry.names():
        spec = page.document.tools.get(name)
        says = spec.get("description") if spec is not None else None
        return f"**tool {_safe(name)}** of this flow\n\n{_safe(str(says or ''))}".strip()
    manifest = page.registry.get(name)
    touches = tool_says(name, manifest, None)
    return f"**tool {_safe(name)}**\n\n{_safe(manifest.description)}\n\n{_safe(touches)}"


def _task(page: Page, path: str) -> str | None:
    task = page.subject.reach.tasks.get(path) if page.subject is not None else None
    if task is None:
        return None
    most = Count(page.document, no_price).task(task)
    said = f"**task {_safe(path)}**\n\n{_safe(what(task, page.document))}"
    return f"{said}\n\nAt most {most.turns.text()} model turns, {most.calls.text()} tool calls."


def _safe(text: str) -> str:
    """Return text in which nothing is Markdown or HTML."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#!|" else letter for letter in text)
