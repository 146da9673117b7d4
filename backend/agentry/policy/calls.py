"""What the gate and its journal say to each other about one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agentry.base.json import JsonObject
from agentry.tools.port import CallContext

Outcome = Literal["completed", "failed", "denied"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a question about a call ended: approved, denied or expired.

    `args` are the arguments as a person edited them, None where they stayed; `subject` is what the
    yes is bound to.
    """

    status: str
    subject: str
    args: JsonObject | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PastCall:
    """What the journal knows of a call.

    `status` '' (nothing), started, in_doubt, completed, failed, denied. `starts` is how often it
    was begun; `answers` are by the subject that was asked about.
    """

    status: str = ""
    result: JsonObject | None = None
    starts: int = 0
    answers: Mapping[str, Answer] = field(default_factory=lambda: {})


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked before a call may run.

    `binding` is what the yes is bound to beside the arguments; `doubt`: the call may have had its
    effect already. `expires_ms` None = the question stays open.
    """

    tool: str
    args: JsonObject
    ask: str
    why: str
    rule: str
    to: tuple[str, ...]
    need: int
    self_approval: bool
    expires_ms: int | None
    binding: JsonObject
    subject: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class GateRequest:
    """One call as asked for. `agent` is None for a tool task.

    `attended`: somebody may be asked. `counted`: a purse counts this call, so its start must be
    durable before it is made.
    """

    tool: str
    args: JsonObject
    agent: str | None
    user: str
    context: CallContext
    secrets: tuple[str, ...] = ()
    attended: bool = True
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: what the policy is told of it."""

    run_id: str
    path: str
    user: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, as its event says it."""

    outcome: Outcome
    data: JsonObject


class CallLog(Protocol):
    """One task's part of the journal, written under its fence.

    `doubt` is the data of a `call.in_doubt` that comes right before, in the same transaction.
    """

    def past(self, call_id: str) -> PastCall: ...
    async def started(
        self, call_id: str, data: JsonObject, *, durable: bool, doubt: JsonObject | None = None
    ) -> None:
        """Append the start; where `durable`, return only once it is."""
        ...

    async def ended(
        self, call_id: str, outcome: Outcome, data: JsonObject, doubt: JsonObject | None = None
    ) -> None: ...
    async def ask(self, call_id: str, question: Question, doubt: JsonObject | None = None) -> None:
        """Append the question and raise, so that the task holds nothing while people think."""
        ...
