"""What a tool says of itself: what it takes, what it may do, what it needs."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from agentry.base.json import Json, JsonObject
from agentry.base.schema import misfit
from agentry.flow.units import SIZE_PATTERN, parse_size
from agentry.tools.port import Limits

Effect = Literal["pure", "fs_read", "fs_write", "net", "exec", "secrets", "money", "message"]
WorkspaceMode = Literal["none", "ro", "overlay", "rw"]
Repeat = Literal["pure", "read", "idempotent", "keyed", "opaque"]
OnInDoubt = Literal["retry", "ask", "fail"]

NAME_PATTERN = r"^[a-z][a-z0-9_-]{0,63}$"
VERSION_PATTERN = r"^[0-9]+\.[0-9]+\.[0-9]+$"
_HOST_RULE = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+:[0-9]{1,5}")
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def _bytes(value: Json) -> Json:
    if isinstance(value, str):
        size = parse_size(value)
        if size is None:
            raise ValueError("write a size such as 512Mi")
        return size
    return value


Size = Annotated[
    int,
    BeforeValidator(
        _bytes, json_schema_input_type=int | Annotated[str, Field(pattern=SIZE_PATTERN)]
    ),
    Field(gt=0, le=2**40),
]


class MoreLimits(BaseModel):
    """Ceilings that few tools need to change. Sizes in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pids: int = Field(default=128, gt=0, le=4096)
    out: Size = 1024 * 1024
    fsize: Size = 64 * 1024 * 1024
    disk: Size = 1024 * 1024 * 1024
    tmp: Size = 64 * 1024 * 1024


class Manifest(BaseModel):
    """One tool. `run` is the argument list of a program in the sandbox; None: built in.

    `{name}` as a whole item of `run` stands for that parameter: one item, or many for a list.
    `effects` is what policy rules speak about; `repeat` says whether a call whose end was lost
    in a crash may be made again; `on_in_doubt` says otherwise what becomes of such a call.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME_PATTERN)
    version: str = Field(default="1.0.0", pattern=VERSION_PATTERN)
    description: str = Field(min_length=1, max_length=2000)
    effects: tuple[Effect, ...] = Field(min_length=1)
    params: JsonObject = Field(default_factory=lambda: {"type": "object"})
    run: tuple[str, ...] | None = None
    stdin: str | None = Field(default=None, description="The parameter that becomes stdin.")
    privileged: bool = False
    net: tuple[str, ...] = ()
    cpu_limit: float = Field(default=1.0, gt=0, le=256, allow_inf_nan=False)
    mem_limit: Size = 512 * 1024 * 1024
    timeout_s: float = Field(default=30.0, gt=0, le=86400, allow_inf_nan=False)
    more_limits: MoreLimits = Field(default=MoreLimits(), alias="limits")
    workspace: WorkspaceMode = "overlay"
    repeat: Repeat = Field(
        default="opaque",
        description="May the call be made again after a crash? keyed: the tool honours "
        "AGENTRY_IDEMPOTENCY_KEY, so that a second call with the same key has no second effect.",
    )
    on_in_doubt: OnInDoubt | None = Field(
        default=None,
        description="What becomes of a call whose end was lost. Left out: an opaque one is asked "
        "about (where nobody can be asked, it fails), any other is made again.",
    )

    @property
    def limits(self) -> Limits:
        """Return the ceilings of one call."""
        more = self.more_limits
        return Limits(
            timeout_s=self.timeout_s,
            cpu=self.cpu_limit,
            mem=self.mem_limit,
            pids=more.pids,
            out_bytes=more.out,
            fsize=more.fsize,
            disk=more.disk,
            tmp=more.tmp,
        )

    @field_validator("params")
    @classmethod
    def _an_object(cls, params: JsonObject) -> JsonObject:
        if params.get("type") != "object":
            raise ValueError("params is a JSON Schema with `type: object`")
        broken = misfit(params, {})
        if broken is not None and broken.startswith("The schema itself"):
            raise ValueError(broken)
        return params

    @field_validator("net")
    @classmethod
    def _hosts(cls, rules: tuple[str, ...]) -> tuple[str, ...]:
        for rule in rules:
            if not _HOST_RULE.fullmatch(rule) or re.fullmatch(r"[0-9.]+:[0-9]+", rule):
                raise ValueError(f"{rule!r} is no host and port such as api.example.org:443")
        return rules

    @model_validator(mode="after")
    def _placeholders_are_params(self) -> Manifest:
        known = self.params.get("properties")
        names = set(known) if isinstance(known, dict) else set[str]()
        for item in self.run or ():
            found = _PLACEHOLDER.fullmatch(item)
            if found and found[1] not in names:
                raise ValueError(f"run uses {item}, which params does not define")
        if self.stdin is not None and self.stdin not in names:
            raise ValueError(f"stdin names {self.stdin!r}, which params does not define")
        return self

    def argv(self, args: JsonObject) -> list[str]:
        """Return `run` with the arguments put in; a missing one leaves its item out."""
        argv: list[str] = []
        for item in self.run or ():
            found = _PLACEHOLDER.fullmatch(item)
            if found is None:
                argv.append(item)
                continue
            value = args.get(found[1])
            given = value if isinstance(value, list) else [] if value is None else [value]
            argv += [one if isinstance(one, str) else str(one) for one in given]
        return argv
