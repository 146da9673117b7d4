"""Split a shell text into its simple commands. A convenience for rules: the sandbox is the wall."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_ENDS = frozenset({";", "&", "&&", "||", "|", "|&", ";;", "(", ")", "\n"})
# What these run is not in the text, or is not said plainly.
_OPAQUE = frozenset(
    {"eval", "exec", "source", ".", "xargs", "env", "command", "builtin", "sh", "bash", "dash"}
    | {"find", "parallel", "nohup", "timeout", "nice", "setsid", "sudo", "su", "trap", "alias"}
)
_WORDS = frozenset(
    {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac"}
    | {"function", "select", "in", "{", "}", "!", "[["}
)


@dataclass(frozen=True, slots=True)
class Commands:
    """Simple commands found; `plain` says that there is nothing else in the text."""

    found: tuple[tuple[str, ...], ...]
    plain: bool


def split_commands(text: str) -> Commands:
    """Return the simple commands of `text`; what cannot be read plainly makes it not plain."""
    plain = not any(sign in text for sign in ("`", "$", "<", ">", "\\", "*", "?", "~", "{"))
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    found: list[tuple[str, ...]] = []
    here: list[str] = []
    try:
        for token in lexer:
            if token in _ENDS:
                if here:
                    found.append(tuple(here))
                here = []
            elif token.strip(";&|()") == "" and token:
                plain = False
            else:
                here.append(token)
    except ValueError:
        plain = False
    if here:
        found.append(tuple(here))
    return Commands(tuple(found), plain and all(_says_plainly(argv) for argv in found))


def _says_plainly(argv: Sequence[str]) -> bool:
    first = posixpath.basename(argv[0])
    return first not in _OPAQUE and first not in _WORDS and "=" not in first


def flags_of(argv: Sequence[str]) -> set[str]:
    """Return the options of a command, bundled short ones also one by one: -rf is -rf, -r, -f."""
    flags: set[str] = set()
    for word in argv[1:]:
        if word == "--":
            break
        if word.startswith("-") and len(word) > 1:
            flags.add(word.partition("=")[0])
            if not word.startswith("--"):
                flags.update(f"-{letter}" for letter in word[1:])
    return flags


def paths_of(argv: Sequence[str]) -> set[str]:
    """Return the words of a command that are no options, as written and without detours."""
    words = [word for word in argv[1:] if not word.startswith("-")]
    return {*words, *(posixpath.normpath(word) for word in words if word)}
