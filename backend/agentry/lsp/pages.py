"""The open flows, and between our places (letters from 1) and the client's (units from 0)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from agentry.flow.diagnostics import Diagnostic, Span
from agentry.lsp.page import SUFFIX, Page

PAUSE_S = 0.15
"""How long typing has to stop before findings are told."""

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


@dataclass(slots=True)
class Pages:
    """The open flows, each read once for each version of its text."""

    server: LanguageServer
    read: dict[str, Page] = field(default_factory=lambda: {})
    waiting: dict[str, asyncio.TimerHandle] = field(default_factory=lambda: {})

    def page(self, uri: str) -> Page | None:
        """Return the flow at an address; None where the file is no flow."""
        if not uri.endswith(SUFFIX):
            return None
        text = self.server.workspace.get_text_document(uri).source
        known = self.read.get(uri)
        if known is None or known.text != text:
            path = to_fs_path(uri)
            known = self.read[uri] = Page(text, Path(path) if path is not None else None)
        return known

    def tell_later(self, uri: str) -> None:
        """Tell the findings of a text once it has not changed for a moment."""
        waiting = self.waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self.waiting[uri] = loop.call_later(PAUSE_S, self.tell, uri)

    def tell(self, uri: str) -> None:
        """Tell the findings of a text."""
        page = self.page(uri)
        if page is not None:
            version = self.server.workspace.get_text_document(uri).version
            told = [self.finding(page, found) for found in page.reading.diagnostics]
            params = types.PublishDiagnosticsParams(uri, told, version)
            self.server.text_document_publish_diagnostics(params)

    def close(self, uri: str) -> None:
        """Forget a text, and take back what was told about it."""
        self.read.pop(uri, None)
        waiting = self.waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @property
    def codec(self) -> PositionCodec:
        return self.server.workspace.position_codec

    def place(self, page: Page, at: types.Position) -> tuple[int, int]:
        """Return line and letter, both from 0, of a position as the client counts."""
        here = types.Position(at.line, at.character)
        found = self.codec.position_from_client_units(page.lines, here)
        return found.line, found.character

    def range(self, page: Page, span: Span) -> types.Range:
        """Return a span as the client counts."""
        start = types.Position(span.line - 1, span.column - 1)
        end = types.Position(span.end_line - 1, span.end_column - 1)
        return self.codec.range_to_client_units(page.lines, types.Range(start, end))

    def finding(self, page: Page, found: Diagnostic) -> types.Diagnostic:
        """Return a finding as the client reads it."""
        return types.Diagnostic(
            range=self.range(page, found.span),
            message=found.message,
            severity=_SEVERITIES[found.severity],
            code=found.code,
            source="agentry",
        )
