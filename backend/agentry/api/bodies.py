"""What REST takes in: one body type per route, unknown fields refused."""

from __future__ import annotations

from typing import Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from agentry.api.views import Position
from agentry.base.json import JsonObject

FLOW_LETTERS = 1_000_000


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FlowText(Given):
    """A flow's whole text."""

    text: str = Field(max_length=FLOW_LETTERS)


class FlowDraft(Given):
    """A text to be looked at; `name` is used where the text gives none."""

    text: str = Field(max_length=FLOW_LETTERS)
    name: str = Field(default="flow", max_length=200)


class LayoutGiven(Given):
    """Places by task path, only of tasks that a person moved."""

    positions: dict[str, Position] = Field(max_length=5000)


class RunStart(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a run is given; never a flow definition."""

    inputs: JsonObject = msgspec.field(default_factory=lambda: {})


class Cancel(Given):
    reason: str = Field(default="", max_length=2000)


class Answer(Given):
    """A person's decision; `args` replaces a call's proposed arguments, or fills the form."""

    decision: Literal["approve", "deny"]
    reason: str = Field(default="", max_length=2000)
    args: JsonObject | None = None


class Login(Given):
    token: str = Field(max_length=1000)
