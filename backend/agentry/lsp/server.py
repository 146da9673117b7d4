"""The language server: pygls around what the other files of this package know."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from agentry import __version__
from agentry.flow.diagnostics import Span
from agentry.lsp.complete import offers
from agentry.lsp.edits import NotRenamed, definition_of, named_at, rename
from agentry.lsp.hover import hover
from agentry.lsp.pages import Pages

_KINDS = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "agent": types.CompletionItemKind.Class,
    "model": types.CompletionItemKind.Module,
    "tool": types.CompletionItemKind.Function,
    "task": types.CompletionItemKind.Variable,
    "name": types.CompletionItemKind.Field,
}


def make_server() -> LanguageServer:
    """Return a server that speaks for flow files; `start_io` starts it."""
    server = LanguageServer("agentry", __version__)
    pages = Pages(server)
    _texts(server, pages)
    _questions(server, pages)
    _changes(server, pages)
    return server


def _texts(server: LanguageServer, pages: Pages) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        pages.tell(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        pages.tell_later(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        pages.close(params.text_document.uri)

    _ = (opened, changed, closed)


def _questions(server: LanguageServer, pages: Pages) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[".", " ", "{", "[", ":"]),
    )
    def complete(params: types.CompletionParams) -> list[types.CompletionItem]:
        page = pages.page(params.text_document.uri)
        if page is None:
            return []
        line, column = pages.place(page, params.position)
        items: list[types.CompletionItem] = []
        for offer in offers(page, line, column):
            span = Span(line + 1, column - offer.replaces + 1, line + 1, column + 1)
            typed = page.lines[line][column - offer.replaces : column]
            item = types.CompletionItem(
                label=offer.label,
                kind=_KINDS[offer.kind],
                documentation=offer.says or None,
                # Editors compare this with the letters that the edit takes away.
                filter_text=typed[:1] + offer.label if typed.startswith(".") else offer.label,
                text_edit=types.TextEdit(pages.range(page, span), offer.text),
            )
            items.append(item)
        return items

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        page = pages.page(params.text_document.uri)
        said = hover(page, *pages.place(page, params.position)) if page is not None else None
        if said is None:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, said))

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def define(params: types.DefinitionParams) -> types.Location | None:
        page = pages.page(params.text_document.uri)
        if page is None:
            return None
        line, column = pages.place(page, params.position)
        named = named_at(page, line + 1, column + 1)
        found = definition_of(page, named) if named is not None else None
        if found is None:
            return None
        return types.Location(params.text_document.uri, pages.range(page, found.span))

    _ = (complete, hovered, define)


def _changes(server: LanguageServer, pages: Pages) -> None:
    @server.feature(types.TEXT_DOCUMENT_RENAME)
    def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        page = pages.page(params.text_document.uri)
        if page is None:
            return None
        line, column = pages.place(page, params.position)
        named = named_at(page, line + 1, column + 1)
        if named is None:
            raise JsonRpcInvalidParams("There is no name here.")
        try:
            edits = rename(page, named, params.new_name)
        except NotRenamed as refused:
            raise JsonRpcInvalidParams(refused.detail) from None
        texts = [types.TextEdit(pages.range(page, edit.span), edit.text) for edit in edits]
        return types.WorkspaceEdit(changes={params.text_document.uri: texts})

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def fixes(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        page = pages.page(uri)
        actions: list[types.CodeAction] = []
        for found in page.reading.diagnostics if page is not None else ():
            if page is None or found.fix is None:
                continue
            told = pages.finding(page, found)
            if _apart(told.range, params.range):
                continue
            edit = types.TextEdit(pages.range(page, found.fix.span), found.fix.text)
            actions.append(
                types.CodeAction(
                    title=found.fix.title,
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[told],
                    edit=types.WorkspaceEdit(changes={uri: [edit]}),
                )
            )
        return actions

    _ = (renamed, fixes)


def _apart(one: types.Range, other: types.Range) -> bool:
    return one.end < other.start or other.end < one.start


def serve() -> None:
    """Speak on stdin and stdout until the client ends it."""
    make_server().start_io()
