"""An editor in a few lines: the real server as a process, spoken to on its stdin and stdout."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

START = "from agentry.cli.main import main; main()"


@dataclass
class Editor:
    """One flow open in an editor. Places are marked by `|` in the texts given."""

    client: LanguageClient
    uri: str
    text: str = ""
    version: int = 0
    told: list[types.PublishDiagnosticsParams] = field(default_factory=lambda: [])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def type(self, text: str) -> types.Position:
        """Make the text what is given without its `|`; return where that stood."""
        before, _, after = text.partition("|")
        self.text, self.version = before + after, self.version + 1
        if self.version == 1:
            item = types.TextDocumentItem(self.uri, "yaml", 1, self.text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        else:
            whole = types.TextDocumentContentChangeWholeDocument(self.text)
            named = types.VersionedTextDocumentIdentifier(self.version, self.uri)
            params = types.DidChangeTextDocumentParams(named, [whole])
            self.client.text_document_did_change(params)
        last = before.rpartition("\n")[2]
        return types.Position(before.count("\n"), len(last.encode("utf-16-le")) // 2)

    async def findings(self) -> list[types.Diagnostic]:
        """Wait for what is said about the text as it is now."""
        while not self.told or self.told[-1].version != self.version:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 20)
        return list(self.told[-1].diagnostics)

    async def labels(self, text: str) -> list[str]:
        """Return what is offered at the `|` of a text."""
        return [item.label for item in await self.items(text)]

    async def items(self, text: str) -> list[types.CompletionItem]:
        at = self.type(text)
        found = await self.client.text_document_completion_async(
            types.CompletionParams(self.document, at)
        )
        return list(found.items if isinstance(found, types.CompletionList) else found or [])

    def edited(self, edits: list[types.TextEdit]) -> str:
        """Return the text with edits made, places counted in UTF-16."""
        lines = self.text.split("\n")
        for edit in sorted(edits, key=lambda one: one.range.start, reverse=True):
            start, end = edit.range.start, edit.range.end
            assert start.line == end.line
            line = lines[start.line].encode("utf-16-le")
            new = line[: start.character * 2] + edit.new_text.encode("utf-16-le")
            lines[start.line] = (new + line[end.character * 2 :]).decode("utf-16-le")
        return "\n".join(lines)


@asynccontextmanager
async def editing(file: Path) -> AsyncGenerator[Editor]:
    """Start the server, and end it as editors do."""
    client = LanguageClient("test", "1")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "backend")}
    start = cast("Callable[..., Awaitable[None]]", getattr(client, "start_io"))  # noqa: B009
    await start(sys.executable, "-c", START, "lsp", env=env)
    editor = Editor(client, file.as_uri())

    def told(params: types.PublishDiagnosticsParams) -> None:
        editor.told.append(params)
        editor.news.set()

    register = cast("Callable[[str], Callable[[object], object]]", client.feature)
    register(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(told)
    await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
    client.initialized(types.InitializedParams())
    try:
        yield editor
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


@pytest.fixture
async def editor(tmp_path: Path, anyio_backend: str) -> AsyncGenerator[Editor]:
    async with editing(tmp_path / "flow.agentry.flow.yaml") as one:
        yield one
