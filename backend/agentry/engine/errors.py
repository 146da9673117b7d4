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
