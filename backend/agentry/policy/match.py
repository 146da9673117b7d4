"""When a rule speaks: conditions on the tool, its effects, its arguments, its command."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agentry.base.json import Json, JsonObject
from agentry.policy.commands import Commands, flags_of, paths_of, split_commands
from agentry.tools.manifest import Effect, Manifest


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


_STRICT = ConfigDict(extra="forbid", frozen=True)
Globs = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]


class Glob(BaseModel):
    """Text that fits a pattern with * and ?."""

    model_config = _STRICT
    glob: str = Field(min_length=1)


class Argv(BaseModel):
    """A command: how it begins, options of which one is there, paths of which one is there."""

    model_config = _STRICT
    prefix: tuple[str, ...] = Field(min_length=1)
    flags_any: tuple[str, ...] = ()
    path_any: tuple[str, ...] = ()


class When(BaseModel):
    """All conditions that are given must hold; at least one must be given."""

    model_config = _STRICT
    tool: Globs | None = Field(default=None, description="Names, or patterns with *.")
    effects_only: tuple[Effect, ...] | None = Field(
        default=None, description="The tool has no other effects."
    )
    effects_any: tuple[Effect, ...] | None = Field(
        default=None, description="The tool has one of these effects."
    )
    network: bool | None = Field(default=None, description="The tool may reach a network host.")
    agent: Globs | None = Field(default=None, description="Names of agents, or patterns with *.")
    args: dict[str, Glob | Json] | None = Field(
        default=None, description="Argument -> the value it equals, or {glob: pattern}."
    )
    argv: Argv | None = Field(default=None, description="A simple command of the call.")
    command: str | None = Field(
        default=None, min_length=1, description="The command text begins with these words."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as the conditions see it."""

    tool: str
    manifest: Manifest
    args: JsonObject
    agent: str | None = None

    def commands(self) -> Commands:
        """Return the simple commands of the call: of a shell text, or the one that `run` is."""
        text = self.args.get("command")
        if isinstance(text, str):
            return split_commands(text)
        argv = tuple(self.manifest.argv(self.args))
        return Commands((argv,) if argv else (), plain=True)


def speaks(when: When, asked: Asked, *, lenient: bool) -> bool:
    """Say whether all conditions hold.

    `lenient` is for allow rules: a command must then be plain, and every part of it must fit;
    for the others it is enough that one part does.
    """
    return all(_conditions(when, asked, lenient))


def _conditions(when: When, asked: Asked, lenient: bool) -> Iterator[bool]:
    effects = set(asked.manifest.effects)
    if when.tool is not None:
        yield _any_glob(when.tool, asked.tool)
    if when.effects_only is not None:
        yield effects <= set(when.effects_only)
    if when.effects_any is not None:
        yield bool(effects & set(when.effects_any))
    if when.network is not None:
        yield bool(asked.manifest.net) == when.network
    if when.agent is not None:
        yield asked.agent is not None and _any_glob(when.agent, asked.agent)
    for name, wanted in (when.args or {}).items():
        yield _argument_fits(wanted, asked.args.get(name))
    if when.argv is not None:
        yield _commands_fit(when.argv, asked.commands(), lenient)
    if when.command is not None:
        begin = Argv(prefix=tuple(when.command.split()))
        yield _commands_fit(begin, asked.commands(), lenient)


def _any_glob(patterns: Sequence[str], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _argument_fits(wanted: Glob | Json, value: Json) -> bool:
    if isinstance(wanted, Glob):
        return isinstance(value, str) and fnmatchcase(value, wanted.glob)
    return type(wanted) is type(value) and wanted == value


def _commands_fit(wanted: Argv, commands: Commands, lenient: bool) -> bool:
    fits = [_command_fits(wanted, argv) for argv in commands.found]
    return bool(fits) and commands.plain and all(fits) if lenient else any(fits)


def _command_fits(wanted: Argv, argv: Sequence[str]) -> bool:
    begin = (posixpath.basename(argv[0]), *argv[1:])
    return (
        begin[: len(wanted.prefix)] == wanted.prefix
        and (not wanted.flags_any or bool(flags_of(argv) & set(wanted.flags_any)))
        and (not wanted.path_any or bool(paths_of(argv) & set(wanted.path_any)))
    )
