"""What REST takes in where people steer runs: one body type per route, unknown fields refused."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agentry.api.bodies import Given
from agentry.base.json import Json, JsonObject

MOST_PATHS = 500


class Pause(Given):
    reason: str = Field(default="", max_length=2000)


class Continue(Given):
    """`budget` tops up what the flow may use, where that is what ended the run."""

    budget: JsonObject | None = None


class Trial(Given):
    """How a run differs from a plain one while its flow is being developed.

    `only` is the one task that is wanted, `pins` path -> the output used in place of a run,
    `breakpoints` the paths of tasks that are held before they begin, `step` holds the first.
    """

    only: str | None = Field(default=None, max_length=1000)
    pins: dict[str, Json] = Field(default_factory=lambda: {})
    development: bool = False
    breakpoints: list[str] = Field(default_factory=lambda: [], max_length=MOST_PATHS)
    step: bool = False


class TrialStart(Trial):
    """A run of one of the folder's flows, to try it."""

    inputs: JsonObject = Field(default_factory=lambda: {})


class ForkWanted(Given):
    """Where the new run starts (default: after the last event), and what differs.

    `outputs` path -> output, in place of what completed tasks gave.
    """

    at_seq: int | None = Field(default=None, ge=1)
    from_path: str | None = Field(default=None, max_length=1000)
    inputs: JsonObject = Field(default_factory=lambda: {})
    outputs: dict[str, Json] = Field(default_factory=lambda: {})
    trial: Trial | None = None


class MessageGiven(Given):
    """A message; one `msg_id` is taken in once, however often it comes."""

    name: str = Field(min_length=1, max_length=200)
    payload: Json = None
    msg_id: str | None = Field(default=None, min_length=1, max_length=200)


class Breakpoints(Given):
    """Paths of tasks as the flow has them, in place of those named before."""

    paths: list[str] = Field(max_length=MOST_PATHS)


class Turn(Given):
    enabled: bool


class Release(Given):
    """`go` on, `step` to the next task, or `skip` with `output`; `given` replaces the input."""

    path: str = Field(max_length=1000)
    how: Literal["go", "step", "skip"]
    given: JsonObject | None = None
    output: Json = None
