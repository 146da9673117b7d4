"""The environment that a run is given: resolved once, when it is accepted. Secrets are no part."""

from __future__ import annotations

from collections.abc import Mapping

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.engine.compile import Compiled
from agentry.engine.plan import Plan

_SECRET_WORDS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "AUTH")


class EnvRefused(AgentryError):
    """A flow asks for a host variable that looks like a secret."""

    code, status = "env_refused", 422

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The flow asks for the host variable {name!r}, which looks like a secret.",
            hint="Write `{secret: NAME}` instead, and set AGENTRY_SECRET_NAME.",
        )


def child_env(compiled: Compiled, host: Mapping[str, str]) -> JsonObject:
    """Return `child_env` of `run.accepted`: plan id -> the plain environment of a child flow."""
    found: JsonObject = {}
    stack = list(compiled.children)
    while stack:
        child = stack.pop()
        stack.extend(child.children)
        env = plain_env(child.index.plan, host)
        if env:
            found[child.plan_id] = env
    return {"child_env": found} if found else {}


def plain_env(plan: Plan, host: Mapping[str, str]) -> JsonObject:
    """Return the flow's plain environment as a run journals it: no secrets."""
    env: JsonObject = {}
    for name, value in plan.env.items():
        if not isinstance(value, dict):
            env[name] = value
        elif isinstance(value.get("from"), str):
            source = str(value["from"])
            if any(word in source.upper() for word in _SECRET_WORDS):
                raise EnvRefused(source)
            env[name] = host.get(source)
    return env
