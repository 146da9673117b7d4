"""What can go wrong with a run, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from agentry.base.errors import AgentryError, Conflict
from agentry.flow.diagnostics import Diagnostic


class FlowHasErrors(AgentryError):
    """The flow's text has errors; `diagnostics` says which and where."""

    code, status = "flow_has_errors", 422

    def __init__(self, flow: str, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [found for found in diagnostics if found.severity == "error"]
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(
            f"Flow {flow!r} cannot run: line {first.span.line}: {first.message}{more}",
            hint=f"See all findings with `agentry flow check {flow}`.",
        )
        self.diagnostics = tuple(diagnostics)


class BadInputs(AgentryError):
    """The inputs given to a run do not fit the flow; `problems` maps input name -> sentence."""

    code, status = "bad_inputs", 422

    def __init__(self, flow: str, problems: dict[str, str]) -> None:
        super().__init__(
            f"Flow {flow!r} cannot start: {' '.join(problems.values())}",
            hint="Give inputs with `-i name=value`, or in the run form.",
        )
        self.problems = problems


class IdempotencyMismatch(AgentryError):
    """The same idempotency key came with another request."""

    code, status = "idempotency_mismatch", 422

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Idempotency key {key!r} was used before with a different request.",
            hint="Use a new key for a new run.",
        )


class LeaseLost(AgentryError):
    """This executor no longer holds the activity; whatever it has is discarded."""

    code, status = "lease_lost", 409

    def __init__(self, run_id: str, path: str) -> None:
        super().__init__(f"The lease on {path!r} of {run_id} is gone.")


class AlreadyDecided(Conflict):
    """The question has its answer."""

    code = "already_decided"

    def __init__(self, approval_id: str, status: str) -> None:
        super().__init__(
            f"Approval {approval_id} is {status} already.", hint="Nothing was changed."
        )


class RunEnded(Conflict):
    """The run is over."""

    code = "run_ended"

    def __init__(self, run_id: str, status: str) -> None:
        super().__init__(f"Run {run_id} is {status} already.", hint="Nothing was changed.")


class NotHeld(Conflict):
    """The task is not held at a breakpoint."""

    code = "not_held"

    def __init__(self, run_id: str, path: str) -> None:
        super().__init__(
            f"Task {path!r} of run {run_id} is not held.",
            hint="Set a breakpoint on it, or step, before it begins.",
        )


class UnknownPlace(AgentryError):
    """The run's flow has no such task."""

    code, status = "unknown_task", 422

    def __init__(self, run_id: str, path: str) -> None:
        super().__init__(
            f"The flow of run {run_id} has no task {path!r}.",
            hint="Write its path as the flow has it, such as review/critic.",
        )


class MailboxFull(AgentryError):
    """The run keeps as many messages as it may, and no task has taken one."""

    code, status = "mailbox_full", 429

    def __init__(self, run_id: str, most: int) -> None:
        super().__init__(
            f"Run {run_id} keeps {most} messages that no task has taken yet; it takes no more.",
            hint="Send it again once the run has taken some.",
        )


class NothingToContinue(Conflict):
    """The run has completed."""

    code = "run_completed"

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"Run {run_id} has completed, so there is nothing to continue.",
            hint="Fork it from an event to run a part of it again.",
        )


class BudgetExceeded(AgentryError):
    """A purse does not hold enough for the next turn or call."""

    code, status = "budget_exceeded", 422
