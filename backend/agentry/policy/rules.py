"""The policy: rules that allow, ask or deny a call. The strictest that speaks wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.flow.text import load
from agentry.flow.yamltree import to_json
from agentry.policy.file import Example, PolicyFile, Rule, Verdict
from agentry.policy.match import Asked
from agentry.tools.builtin import builtin_registry
from agentry.tools.manifest import Manifest
from agentry.tools.registry import Registry, UnknownTool

_STRICTEST: tuple[Verdict, ...] = ("deny", "ask", "allow")


class BadPolicy(AgentryError):
    """A policy file cannot be used; nothing of it is."""

    code, status = "bad_policy", 422


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """One call, as the policy is asked about it. `agent` is None for a tool task."""

    tool: str
    manifest: Manifest
    args: JsonObject
    run_id: str
    path: str
    agent: str | None
    user: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says: `rule` is the id of the rule that spoke, `why` a sentence.

    Where people are asked: `to` whom (everybody where empty), how many of them must agree, whether
    the one who started the run may, and for how long (None: until answered).
    """

    decision: Verdict
    rule: str
    why: str
    to: tuple[str, ...] = ()
    need: int = 1
    self_approval: bool = True
    expires_ms: int | None = None


class Policy:
    """Answers what may be done with a call."""

    def __init__(self, file: PolicyFile) -> None:
        self._file = file

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules, as written."""
        return self._file.rules

    def decide(self, asked: PolicyInput) -> Decision:
        """Return the strictest verdict of all rules that speak: deny, then ask, then allow."""
        call = Asked(asked.tool, asked.manifest, asked.args, asked.agent)
        spoken = [rule for rule in self._file.rules if rule.speaks(call)]
        decision = self._strictest(spoken)
        if decision.decision == "allow" and asked.manifest.privileged:
            why = "The tool is privileged: a person looks at each call."
            return self._asking(Decision("ask", "privileged", why), ())
        return decision

    def _strictest(self, spoken: list[Rule]) -> Decision:
        for verdict in _STRICTEST:
            for rule in spoken:
                if rule.verdict == verdict:
                    why = rule.why or f"Rule {rule.id!r} says {verdict}."
                    same = [other for other in spoken if other.verdict == verdict]
                    return self._asking(Decision(verdict, rule.id, why), same)
        defaults = self._file.defaults
        why = f"No rule speaks about this call, and then the policy says {defaults.decision}."
        return self._asking(Decision(defaults.decision, "default", why), ())

    def _asking(self, decision: Decision, rules: Sequence[Rule]) -> Decision:
        """Say how people are asked: of several rules that say it, the strictest counts."""
        defaults = self._file.defaults
        need = [rule.need for rule in rules if rule.need is not None]
        selves = [rule.self_approval for rule in rules if rule.self_approval is not None]
        times = [rule.expires for rule in rules if rule.expires is not None]
        return replace(
            decision,
            to=next((rule.to for rule in rules if rule.to), defaults.to),
            need=max(need) if need else defaults.need or 1,
            self_approval=all(selves) if selves else defaults.self_approval is not False,
            expires_ms=min(times) if times else defaults.expires,
        )


DEFAULT_POLICY = """\
version: 1
defaults: {decision: ask}
rules:
  - id: pure-tools
    allow: {effects_only: [pure]}
    why: It only computes; it touches nothing.
    match: [{tool: echo, args: {}}]
    not_match: ["true"]
  - id: workspace-files
    allow: {tool: [read_file, write_file, list_files], effects_only: [fs_read, fs_write]}
    why: The file tools cannot leave the run's own workspace.
    match: [{tool: write_file, args: {path: a, content: b}}]
    not_match: [{tool: python, args: {code: "1"}}]
  - id: sandbox-without-network
    allow: {tool: [shell, python], network: false}
    why: It runs in the sandbox, which has no network and sees only the run's own folders.
    match: ["ls", {tool: python, args: {code: "1"}}]
    not_match: [{tool: write_file, args: {path: a, content: b}}]
"""


def default_policy() -> Policy:
    """Return the policy that holds where no other is given."""
    return load_policy(DEFAULT_POLICY)


def load_policy(text: str, registry: Registry | None = None) -> Policy:
    """Read a policy file and try its examples; raise `BadPolicy` with one sentence."""
    loaded = load(text)
    for diagnostic in loaded.diagnostics:
        if diagnostic.severity == "error":
            where = f"line {diagnostic.span.line}, column {diagnostic.span.column}"
            raise BadPolicy(f"The policy cannot be read at {where}: {diagnostic.message}")
    if loaded.root is None:
        raise BadPolicy("The policy is empty.", hint="Begin with `version: 1`.")
    try:
        file = PolicyFile.model_validate(to_json(loaded.root))
    except ValidationError as problem:
        raise BadPolicy(_sentence(problem)) from None
    twice = _twice([rule.id for rule in file.rules])
    if twice:
        raise BadPolicy(f"Two rules of the policy are named {twice!r}.")
    for failure in _failing_examples(file, registry or builtin_registry()):
        raise BadPolicy(failure)
    return Policy(file)


def _sentence(problem: ValidationError) -> str:
    first = problem.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if not str(part).startswith("function-"))
    if first["type"] == "extra_forbidden":
        return f"The policy has a key that is not known: {place}."
    said = first["msg"].removeprefix("Value error, ")
    return f"The policy is wrong at {place or 'its top'}: {said[:1].lower()}{said[1:]}."


def _twice(names: list[str]) -> str:
    return next((name for name in names if names.count(name) > 1), "")


def _failing_examples(file: PolicyFile, registry: Registry) -> Iterator[str]:
    for rule in file.rules:
        for wanted, examples in ((True, rule.match), (False, rule.not_match)):
            for example in examples:
                try:
                    asked = _example_call(example, registry)
                except UnknownTool as problem:
                    yield f"An example of rule {rule.id!r} cannot be tried: {problem.detail}"
                    return
                if rule.speaks(asked) != wanted:
                    says = "does not speak about" if wanted else "speaks about"
                    shown = example if isinstance(example, str) else example.model_dump()
                    yield f"Rule {rule.id!r} {says} its own example {shown!r}."


def _example_call(example: str | Example, registry: Registry) -> Asked:
    if isinstance(example, str):
        return Asked("shell", registry.get("shell"), {"command": example})
    tool = example.tool or "shell"
    return Asked(tool, registry.get(tool), example.args)
