"""The letters of an expression: tokens, what it reads, what it calls, and the caps on its shape."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

MAX_LETTERS = 2048
MAX_NESTING = 24
MAX_MACROS = 2
MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
FUNCTIONS = frozenset(
    (
        *("contains", "double", "endsWith", "has", "int", "join", "lowerAscii", "matches"),
        *("size", "split", "startsWith", "string", "trim", "upperAscii"),
    )
)
_WORDS = frozenset({"true", "false", "null", "in"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<string>[bB]?[rR](?:'[^'\n]*'|"[^"\n]*")
      |[bB]?(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''
      |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    |(?P<number>(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?
      |\.[0-9]+(?:[eE][-+]?[0-9]+)?)[uU]?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<mark>&&|\|\||[=!<>]=|[-+*/%!<>?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Token:
    """One token; `start` counts letters of the expression from 0."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Reference:
    """What an expression reads, such as `tasks.plan.output`; `parts` = the letters of each."""

    path: tuple[str, ...]
    parts: tuple[tuple[int, int], ...]
    macro_depth: int = 0

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


@dataclass(frozen=True, slots=True)
class Call:
    """One function or macro use, by name and place."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Letters:
    """What an expression reads and calls. `is_path`: it is one reference and nothing else."""

    references: tuple[Reference, ...]
    calls: tuple[Call, ...]
    is_path: bool
    macros: int
    macro_depth: int
    variable_uses: int


class ShapeError(Exception):
    """An expression over a cap, or with letters that none has; `at` is the offending letter."""

    def __init__(self, kind: Literal["syntax", "limit"], sentence: str, at: int) -> None:
        super().__init__(sentence)
        self.kind: Literal["syntax", "limit"] = kind
        self.sentence = sentence
        self.at = at


@lru_cache(maxsize=4096)
def read_letters(source: str) -> Letters:
    """Return what `source` reads and calls; raise `ShapeError` where it breaks a cap."""
    if len(source) > MAX_LETTERS:
        raise ShapeError(
            "limit",
            f"An expression may have {MAX_LETTERS} letters; this has {len(source)}.",
            0,
        )
    tokens = _tokens(source)
    if not tokens:
        raise ShapeError("syntax", "The expression is empty.", 0)
    return _Walk(tokens).read()


def _tokens(source: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        found = TOKEN.match(source, at)
        if found is None:
            raise ShapeError("syntax", _odd_letter(source[at]), at)
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup or "", found[0], at))
        at = found.end()
    return tokens


def _odd_letter(letter: str) -> str:
    if letter in "\"'":
        return f"The quote {letter} is never closed."
    if letter == "=":
        return "'=' is no comparison; write '=='."
    if letter in "&|":
        return f"Write '{letter}{letter}'."
    if letter.isalpha():
        return f"Names have the letters a to z; write the one with {letter!r} as ['NAME']."
    return f"The letter {letter!r} has no meaning in an expression."


@dataclass(slots=True)
class _Walk:
    tokens: list[Token]
    references: list[Reference] = field(default_factory=lambda: [])
    calls: list[Call] = field(default_factory=lambda: [])
    opened: list[str | None] = field(default_factory=lambda: [])
    macros: int = 0
    macro_depth: int = 0
    variable_uses: int = 0

    def read(self) -> Letters:
        at = 0
        whole = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "name":
                after = self.name(at)
                whole = after if at == 0 else whole
                at = after
                continue
            self.bracket(at, token)
            at += 1
        is_path = whole == len(self.tokens) and len(self.references) == 1 and not self.calls
        return Letters(
            tuple(self.references),
            tuple(self.calls),
            is_path,
            self.macros,
            self.macro_depth,
            self.variable_uses,
        )

    def mark(self, at: int) -> str:
        token = self.tokens[at] if 0 <= at < len(self.tokens) else None
        return token.text if token is not None and token.kind == "mark" else ""

    def bracket(self, at: int, token: Token) -> None:
        """Follow nesting; the bracket of a macro brings its variable into view."""
        if token.kind != "mark":
            return
        if token.text in _OPENING:
            if len(self.opened) >= MAX_NESTING:
                sentence = f"Brackets may be nested {MAX_NESTING} deep."
                raise ShapeError("limit", sentence, token.start)
            variable = self.macro_variable(at)
            self.opened.append(variable)
            self.macro_depth = max(self.macro_depth, len(self.variables()))
        elif token.text in _CLOSING and self.opened:
            self.opened.pop()

    def variables(self) -> list[str]:
        return [name for name in self.opened if name is not None]

    def macro_variable(self, at: int) -> str | None:
        """Return the variable of the macro whose '(' is at `at`."""
        if self.mark(at) != "(" or self.mark(at - 2) != "." or self.mark(at + 2) != ",":
            return None
        macro, variable = self.tokens[at - 1], self.tokens[at + 1]
        if macro.text not in MACROS or variable.kind != "name":
            return None
        self.macros += 1
        if self.macros > MAX_MACROS:
            sentence = (
                f"An expression may use {MAX_MACROS} of map, filter, all, exists, exists_one."
            )
            raise ShapeError("limit", sentence, macro.start)
        return variable.text

    def name(self, at: int) -> int:
        """Take a name and the members after it; return the place of the next token."""
        token = self.tokens[at]
        if self.mark(at + 1) == "(":
            self.calls.append(Call(token.text, token.start))
            return at + 1
        if token.text in _WORDS or self.mark(at - 1) == ".":
            return at + 1
        path, parts = [token.text], [(token.start, token.end)]
        at += 1
        while (member := self.member(at)) is not None:
            name, start, end, at = member
            path.append(name)
            parts.append((start, end))
        if path[0] in self.variables():
            self.variable_uses += 1
        else:
            depth = len(self.variables())
            self.references.append(Reference(tuple(path), tuple(parts), depth))
        return at

    def member(self, at: int) -> tuple[str, int, int, int] | None:
        """Read `.name`, `['name']` or `[0]`: its name, start, end and the next token's place."""
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is None:
            return None
        if self.mark(at) == "." and following.kind == "name" and self.mark(at + 2) != "(":
            return following.text, following.start, following.end, at + 2
        if self.mark(at) == "[" and self.mark(at + 2) == "]":
            end = self.tokens[at + 2].end
            if (
                following.kind == "string"
                and "\\" not in following.text
                and following.text[0] in "\"'"
            ):
                return following.text.strip(following.text[0]), following.start - 1, end, at + 3
            if following.kind == "number" and following.text.isdecimal():
                return str(int(following.text)), following.start - 1, end, at + 3
        return None
