"""What REST takes in: one body type per route, unknown fields refused."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator

from agentry.api.views import Position
from agentry.base.json import JsonObject

FLOW_LETTERS = 1_000_000
MOST_POSITIONS = 5000


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

    # A length limit as a field constraint would turn the map into a list in the OpenAPI document.
    positions: dict[str, Position]

    @field_validator("positions")
    @classmethod
    def _not_endless(cls, positions: dict[str, Position]) -> dict[str, Position]:
        if len(positions) > MOST_POSITIONS:
            raise ValueError(f"at most {MOST_POSITIONS} places can be kept")
        return positions


LONGEST_WAIT_S = 600.0
Wait = bool | Annotated[float, msgspec.Meta(ge=0, le=LONGEST_WAIT_S)]
"""Seconds to wait for the end of the run; true: 60."""


class RunStart(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a run is given; never a flow definition. `wait` in seconds (true: 60)."""

    inputs: JsonObject = msgspec.field(default_factory=lambda: {})
    wait: Wait = msgspec.field(default_factory=lambda: False)


class Invoke(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A flow of the opened folder and what its run is given. `wait` in seconds (true: 60)."""

    flow: str
    inputs: JsonObject = msgspec.field(default_factory=lambda: {})
    wait: Wait = msgspec.field(default_factory=lambda: False)


class Cancel(Given):
    reason: str = Field(default="", max_length=2000)


class Answer(Given):
    """A person's decision; `args` replaces a call's proposed arguments, or fills the form."""

    decision: Literal["approve", "deny"]
    reason: str = Field(default="", max_length=2000)
    args: JsonObject | None = None


class Login(Given):
    token: str = Field(max_length=1000)
