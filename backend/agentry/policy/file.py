"""The policy file as people write it; `schemas/policy.schema.json` is made from this."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from agentry.base.json import Json
from agentry.flow.units import DURATION_PATTERN, parse_duration
from agentry.policy.match import Asked, When, speaks

Verdict = Literal["allow", "ask", "deny"]

_STRICT = ConfigDict(extra="forbid", frozen=True)


class Example(BaseModel):
    """A call that a rule must speak about, or must not."""

    model_config = _STRICT
    tool: str | None = None
    args: dict[str, Json] = Field(default_factory=lambda: {})


def _milliseconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = parse_duration(value)
    if not found:
        raise ValueError("write a duration such as 15m")
    return found


_Expires = Annotated[
    int,
    BeforeValidator(
        _milliseconds, json_schema_input_type=Annotated[str, Field(pattern=DURATION_PATTERN)]
    ),
]


class Asking(BaseModel):
    """How people are asked; what is left out is as in `defaults`."""

    model_config = _STRICT
    to: tuple[str, ...] = Field(default=(), description="Who is asked: names or groups.")
    need: int | None = Field(default=None, ge=1, le=20, description="How many must agree.")
    self_approval: bool | None = Field(
        default=None, description="Whether the person who started the run may answer."
    )
    expires: _Expires | None = Field(
        default=None, description="How long the question stays open, such as 15m."
    )


class Rule(Asking):
    """One rule: exactly one of allow, ask, deny. Examples are tried when the policy is read.

    A text as an example is a shell command.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")
    allow: When | None = None
    ask: When | None = None
    deny: When | None = None
    why: str = Field(default="", max_length=500)
    match: tuple[str | Example, ...] = ()
    not_match: tuple[str | Example, ...] = ()

    @model_validator(mode="after")
    def _one_verdict(self) -> Rule:
        given = [when for when in (self.allow, self.ask, self.deny) if when is not None]
        if len(given) != 1:
            raise ValueError("a rule has exactly one of allow, ask and deny")
        if not given[0].model_fields_set:
            raise ValueError("a rule needs a condition, such as {tool: shell}")
        return self

    @property
    def verdict(self) -> Verdict:
        """Return what the rule says."""
        return "allow" if self.allow else "ask" if self.ask else "deny"

    @property
    def when(self) -> When:
        """Return its conditions."""
        return self.allow or self.ask or self.deny or When()

    def speaks(self, asked: Asked) -> bool:
        """Say whether the rule is about this call."""
        return speaks(self.when, asked, lenient=self.verdict == "allow")


class Defaults(Asking):
    """What holds where no rule speaks."""

    decision: Literal["ask", "deny"] = "ask"


class PolicyFile(BaseModel):
    """A policy file."""

    model_config = _STRICT
    version: Literal[1]
    defaults: Defaults = Defaults()
    rules: tuple[Rule, ...] = ()
