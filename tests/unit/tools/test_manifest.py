"""What a tool may say of itself, and what a call makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from agentry.base.json import JsonObject
from agentry.base.schema import misfit
from agentry.tools.builtin import BUILTIN, builtin_registry
from agentry.tools.manifest import Manifest
from agentry.tools.registry import Registry, UnknownTool

IMAGES = Path(__file__).resolve().parents[3] / "sandbox-images"

PARAMS: JsonObject = {
    "type": "object",
    "properties": {"url": {"type": "string"}, "more": {"type": "array"}, "n": {"type": "integer"}},
}


def manifest(**more: object) -> Manifest:
    given: dict[str, object] = {
        "name": "get",
        "description": "Gets.",
        "effects": ["net"],
        "params": PARAMS,
        "run": ["get", "--", "{url}", "{more}", "{n}", "x{url}"],
    }
    return Manifest.model_validate({**given, **more})


@pytest.mark.parametrize(
    ("args", "argv"),
    [
        ({"url": "a; rm -rf / $(id) *"}, ["get", "--", "a; rm -rf / $(id) *", "x{url}"]),
        ({"url": "a", "more": ["b", "c d"], "n": 3}, ["get", "--", "a", "b", "c d", "3", "x{url}"]),
        ({}, ["get", "--", "x{url}"]),
        ({"url": "{more}", "more": ["x"]}, ["get", "--", "{more}", "x", "x{url}"]),
    ],
)
def test_one_placeholder_is_one_item(args: JsonObject, argv: list[str]) -> None:
    assert manifest().argv(args) == argv


@pytest.mark.parametrize(
    "slip",
    [
        {"name": "Get"},
        {"name": "a" * 65},
        {"version": "1"},
        {"effects": []},
        {"effects": ["fly"]},
        {"params": {"type": "array"}},
        {"params": {"type": "object", "properties": {"a": {"type": "strin"}}}, "run": None},
        {"run": ["{other}"]},
        {"stdin": "other"},
        {"mem_limit": "-1"},
        {"mem_limit": 0},
        {"mem_limit": "lots"},
        {"cpu_limit": float("nan")},
        {"timeout_s": 0},
        {"net": ["*:443"]},
        {"net": ["10.0.0.1:80"]},
        {"net": ["a.example.org"]},
        {"limits": {"pids": 0}},
        {"limits": {"threads": 1}},
        {"unknown": 1},
    ],
)
def test_a_slip_is_refused(slip: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        manifest(**slip)


def test_sizes_are_read_as_people_write_them() -> None:
    made = manifest(mem_limit="256Mi", limits={"out": "1k", "disk": "2Gi"}, cpu_limit=0.5)
    limits = made.limits
    assert (limits.mem, limits.out_bytes, limits.disk) == (256 * 2**20, 1000, 2 * 2**30)
    assert (limits.cpu, limits.pids) == (0.5, 128)


def test_the_builtin_tools() -> None:
    registry = builtin_registry()
    assert registry.names() == sorted(
        [
            "echo",
            "json_query",
            "list_files",
            "load_state",
            "python",
            "read_file",
            "save_state",
            "shell",
            "write_file",
        ]
    )
    for tool in BUILTIN:
        assert not tool.privileged
        assert tool.net == ()
        assert misfit(tool.params, {"no such thing": 1}) is not None or tool.name == "echo"


def test_offers_are_what_a_model_sees() -> None:
    (offer,) = builtin_registry().offers(["shell"])
    assert (offer.name, offer.schema) == ("shell", builtin_registry().get("shell").params)
    assert "no network" in offer.description


@pytest.mark.parametrize(
    ("name", "hint"), [("shel", "Did you mean 'shell'?"), ("zzz", "Known tools: echo,")]
)
def test_an_unknown_tool_is_named_with_a_way_out(name: str, hint: str) -> None:
    with pytest.raises(UnknownTool) as said:
        builtin_registry().get(name)
    assert said.value.code == "unknown_tool"
    assert hint in said.value.hint


def test_two_tools_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="named 'get'"):
        Registry([manifest(), manifest()])


@pytest.mark.parametrize("name", ["shell", "python"])
def test_the_images_manifests_say_what_the_builtins_say(name: str) -> None:
    text = (IMAGES / name / "tool.yaml").read_text()
    written = Manifest.model_validate(yaml.safe_load(text))
    builtin = builtin_registry().get(name)
    assert (written.run, written.stdin, written.effects) == (
        builtin.run,
        builtin.stdin,
        builtin.effects,
    )
    assert (written.repeat, written.limits, written.net) == (
        builtin.repeat,
        builtin.limits,
        builtin.net,
    )
    assert written.params == builtin.params
