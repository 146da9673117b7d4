"""Which calls are allowed, asked about and denied, and how a policy file is read."""

from __future__ import annotations

import pytest

from agentry.base.json import JsonObject
from agentry.policy.rules import BadPolicy, Policy, PolicyInput, default_policy, load_policy
from agentry.tools.builtin import builtin_registry
from agentry.tools.manifest import Effect, Manifest
from agentry.tools.registry import Registry

TOOLS = builtin_registry()


def tool(
    name: str, *effects: Effect, net: tuple[str, ...] = (), privileged: bool = False
) -> Manifest:
    return Manifest(
        name=name, description="d", effects=effects or ("net",), net=net, privileged=privileged
    )


def decide(
    policy: Policy, manifest: Manifest, args: JsonObject | None = None, agent: str | None = None
) -> tuple[str, str]:
    asked = PolicyInput(manifest.name, manifest, args or {}, "run_1", "task", agent, "ada")
    said = policy.decide(asked)
    assert said.why
    return said.decision, said.rule


@pytest.mark.parametrize(
    ("manifest", "decision", "rule"),
    [
        (TOOLS.get("echo"), "allow", "pure-tools"),
        (TOOLS.get("json_query"), "allow", "pure-tools"),
        (TOOLS.get("read_file"), "allow", "workspace-files"),
        (TOOLS.get("write_file"), "allow", "workspace-files"),
        (TOOLS.get("list_files"), "allow", "workspace-files"),
        (TOOLS.get("shell"), "allow", "sandbox-without-network"),
        (TOOLS.get("python"), "allow", "sandbox-without-network"),
        (TOOLS.get("shell").model_copy(update={"net": ("a.example.org:443",)}), "ask", "default"),
        (TOOLS.get("python").model_copy(update={"privileged": True}), "ask", "privileged"),
        (
            TOOLS.get("read_file").model_copy(update={"effects": ("fs_read", "net")}),
            "ask",
            "default",
        ),
        (tool("send", "message"), "ask", "default"),
        (tool("other", "fs_read"), "ask", "default"),
    ],
)
def test_the_default_policy(manifest: Manifest, decision: str, rule: str) -> None:
    assert decide(default_policy(), manifest) == (decision, rule)


POLICY = """
version: 1
defaults: {decision: deny}
rules:
  - id: shell-reads
    allow: {tool: shell, argv: {prefix: [git, log]}}
    match: [git log, git log --oneline]
    not_match: [git push, "git log; rm x", "git log $(rm x)", "git log > x", "X=1 git log"]
  - id: careful
    ask: {tool: "shell*", command: git push}
    why: Others see it.
    to: [lead]
    match: [git push, "git log && git push origin"]
  - id: no-wipe
    deny:
      tool: shell
      argv: {prefix: [rm], flags_any: [-r, -R, --recursive], path_any: ["/", "/*", /workspace, "~"]}
    why: Use the trash.
    match: ["rm -rf /", /bin/rm -fr -- /, "true; rm --recursive /workspace/", "ls | (rm -r ~)"]
    not_match: ["rm -rf build", "rm /", "echo rm -r /"]
  - id: docs
    allow: {tool: write_file, args: {path: {glob: "docs/*"}}, agent: writer}
    match: []
  - id: exact
    allow: {tool: echo, args: {n: 1, on: true}}
"""


@pytest.mark.parametrize(
    ("command", "decision", "rule"),
    [
        ("git log -3", "allow", "shell-reads"),
        ("git push", "ask", "careful"),
        ("git log && git push", "ask", "careful"),
        ("git push; rm -rf /", "deny", "no-wipe"),
        ("git log && git log", "allow", "shell-reads"),
        ("git log & curl x", "deny", "default"),
        ("git log\ncurl x", "deny", "default"),
        ("eval git log", "deny", "default"),
        ("git log 'unclosed", "deny", "default"),
        ("git log `id`", "deny", "default"),
        ("", "deny", "default"),
    ],
)
def test_the_strictest_rule_wins(command: str, decision: str, rule: str) -> None:
    assert decide(load_policy(POLICY), TOOLS.get("shell"), {"command": command}) == (decision, rule)


@pytest.mark.parametrize(
    ("args", "agent", "decision"),
    [
        ({"path": "docs/a.md"}, "writer", "allow"),
        ({"path": "docs/a.md"}, "other", "deny"),
        ({"path": "docs/a.md"}, None, "deny"),
        ({"path": "src/docs/a.md"}, "writer", "deny"),
        ({}, "writer", "deny"),
    ],
)
def test_arguments_and_agents_are_conditions(
    args: JsonObject, agent: str | None, decision: str
) -> None:
    assert decide(load_policy(POLICY), TOOLS.get("write_file"), args, agent)[0] == decision


@pytest.mark.parametrize(
    ("args", "decision"),
    [
        ({"n": 1, "on": True, "more": 0}, "allow"),
        ({"n": True, "on": True}, "deny"),
        ({"n": 1, "on": 1}, "deny"),
        ({"n": "1", "on": True}, "deny"),
    ],
)
def test_equal_means_the_same_kind_of_value(args: JsonObject, decision: str) -> None:
    assert decide(load_policy(POLICY), TOOLS.get("echo"), args)[0] == decision


def test_who_is_asked_comes_with_the_rule() -> None:
    said = load_policy(POLICY).decide(
        PolicyInput("shell", TOOLS.get("shell"), {"command": "git push"}, "r", "t", None, "ada")
    )
    assert (said.to, said.why) == (("lead",), "Others see it.")


def test_a_program_of_a_manifest_has_a_command_too() -> None:
    properties: JsonObject = {"type": "object", "properties": {"what": {"type": "string"}}}
    manifest = Manifest(
        name="tidy",
        description="d",
        effects=("exec",),
        params=properties,
        run=("rm", "-r", "{what}"),
    )
    policy = load_policy(
        "version: 1\nrules: [{id: x, deny: {argv: {prefix: [rm], path_any: [/]}}}]",
        Registry([manifest]),
    )
    assert decide(policy, manifest, {"what": "/"}) == ("deny", "x")
    assert decide(policy, manifest, {"what": "a"}) == ("ask", "default")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("version: 2", "version"),
        ("version: 1\nrulez: []", "not known: rulez"),
        ("version: 1\nrules: [{id: a, allow: {tol: x}}]", "not known: rules.0.allow.tol"),
        ("version: 1\nrules: [{id: a}]", "exactly one of allow, ask and deny"),
        ("version: 1\nrules: [{id: a, allow: {tool: x}, deny: {tool: y}}]", "exactly one"),
        ("version: 1\nrules: [{id: a, allow: {}}]", "needs a condition"),
        ("version: 1\nrules: [{id: A b, allow: {tool: x}}]", "rules.0.id"),
        ("version: 1\nrules: [{id: a, allow: {tool: x}}, {id: a, deny: {tool: x}}]", "named 'a'"),
        ("version: 1\ndefaults: {decision: allow}", "defaults.decision"),
        ("version: 1\nrules: [{id: a, deny: {effects_only: [fly]}}]", "effects_only"),
        ("version: 1\nversion: 1", "line 2"),
        ("version: [1", "line"),
        (
            "version: 1\nrules: [{id: a, deny: {tool: shell, command: rm}, match: [ls]}]",
            "does not speak about its own example 'ls'",
        ),
        (
            "version: 1\nrules: [{id: a, deny: {tool: shell}, not_match: [ls]}]",
            "speaks about its own example 'ls'",
        ),
        (
            "version: 1\nrules: [{id: a, deny: {tool: fly}, match: [{tool: fly}]}]",
            "cannot be tried: No tool 'fly' exists.",
        ),
    ],
)
def test_a_policy_with_a_slip_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BadPolicy) as said:
        load_policy(text)
    assert says in said.value.detail
    assert "\n" not in said.value.detail


def test_nothing_is_allowed_by_an_empty_policy() -> None:
    policy = load_policy("version: 1")
    for name in TOOLS.names():
        assert decide(policy, TOOLS.get(name)) == ("ask", "default")
