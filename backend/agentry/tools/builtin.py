"""The tools that come with the studio."""

from __future__ import annotations

from agentry.base.json import Json, JsonObject
from agentry.tools.manifest import Manifest
from agentry.tools.memory import MOST_KEPT
from agentry.tools.registry import Registry

# One argument of a program may have 128 KiB on Linux.
MOST_TEXT = 120_000
_LONG_S = 600.0


def _object(required: list[str], **properties: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list[Json](required),
        "additionalProperties": False,
    }


def _text(description: str, **more: Json) -> JsonObject:
    return {"type": "string", "description": description, **more}


_PATH = "Relative to /workspace."
_STDIN = _text("What the program reads from its standard input.")

_ECHO = Manifest(
    name="echo",
    description="Return the arguments unchanged.",
    effects=("pure",),
    params={"type": "object"},
    workspace="none",
    repeat="pure",
)
_JSON_QUERY = Manifest(
    name="json_query",
    description="Read JSON and return the value at a place in it.",
    effects=("pure",),
    params=_object(
        ["data"],
        data={"description": "A value, or JSON text."},
        query=_text(
            "A pointer such as /items/0/name, or a path such as items[0].name; $ is all of it.",
            default="$",
            maxLength=1000,
        ),
        default={"description": "What to return where nothing is at that place."},
    ),
    workspace="none",
    repeat="pure",
)
_READ_FILE = Manifest(
    name="read_file",
    description="Return the text of a file in the workspace or in a folder lent at /inputs.",
    effects=("fs_read",),
    params=_object(
        ["path"],
        path=_text(f"{_PATH} Or below /inputs/<name>/.", minLength=1, maxLength=4096),
    ),
    workspace="ro",
    repeat="read",
)
_WRITE_FILE = Manifest(
    name="write_file",
    description="Write a text file in the workspace: folders are made, an old file is replaced.",
    effects=("fs_write",),
    params=_object(
        ["path", "content"],
        path=_text(_PATH, minLength=1, maxLength=4096),
        content=_text("The whole text of the file."),
    ),
    workspace="rw",
    repeat="idempotent",
)
_LIST_FILES = Manifest(
    name="list_files",
    description="List the files in the workspace or in a folder lent at /inputs, with their sizes.",
    effects=("fs_read",),
    params=_object(
        [],
        path=_text("The folder to list. Default: the workspace.", default=".", maxLength=4096),
        recursive={"type": "boolean", "default": True},
    ),
    workspace="ro",
    repeat="read",
)
_SHELL = Manifest(
    name="shell",
    description=(
        "Run a shell command in the sandbox: /workspace can be written, /inputs can be read, "
        "there is no network. Git and Python are there."
    ),
    effects=("exec", "fs_read", "fs_write"),
    params=_object(
        ["command"],
        command=_text("Given to /bin/sh -c.", minLength=1, maxLength=MOST_TEXT),
        stdin=_STDIN,
    ),
    run=("/bin/sh", "-c", "{command}"),
    stdin="stdin",
    timeout_s=_LONG_S,
    repeat="idempotent",
)
_PYTHON = Manifest(
    name="python",
    description=(
        "Run Python code in the sandbox: /workspace can be written, /inputs can be read, "
        "there is no network. Only the standard library is there."
    ),
    effects=("exec", "fs_read", "fs_write"),
    params=_object(
        ["code"],
        code=_text("The program.", minLength=1, maxLength=MOST_TEXT),
        args={
            "type": "array",
            "items": {"type": "string"},
            "maxItems": 100,
            "description": "sys.argv[1:].",
        },
        stdin=_STDIN,
    ),
    run=("python3", "-I", "-B", "-c", "{code}", "{args}"),
    stdin="stdin",
    timeout_s=_LONG_S,
    repeat="idempotent",
)

_SAVE_STATE = Manifest(
    name="save_state",
    description=(
        "Save what you know now: the conversation, your calls, and values that you name. Returns "
        "the name of the snapshot, which load_state takes, in this run or a later one."
    ),
    effects=("pure",),
    params=_object(
        [],
        label=_text("What this snapshot is, for people.", maxLength=200),
        data={
            "type": "object",
            "description": "Values to keep beside the conversation, by name.",
            "maxProperties": MOST_KEPT,
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_.-]{0,63}$"},
            "additionalProperties": _object(
                ["content"],
                content=_text("Text, or bytes in base64."),
                type=_text("Its media type.", default="text/plain", maxLength=100),
                encoding={"enum": ["text", "base64"], "default": "text"},
            ),
        },
    ),
    workspace="none",
    repeat="keyed",
)
_LOAD_STATE = Manifest(
    name="load_state",
    description=(
        "Return what an agent knew at a snapshot, or at any event of a run of this flow: its "
        "conversation, what it used, and the values that it kept."
    ),
    effects=("pure",),
    params=_object(
        ["snapshot"],
        snapshot=_text(
            "RUN@EVENT, as save_state returned it, or any event's number.",
            pattern="^run_[0-9A-Za-z]+@[0-9]{1,9}$",
        ),
        task=_text("The path of the task that knew it. Default: your own.", maxLength=1000),
    ),
    workspace="none",
    repeat="read",
)

BUILTIN = (_ECHO, _JSON_QUERY, _READ_FILE, _WRITE_FILE, _LIST_FILES, _SHELL, _PYTHON)
MEMORY = (_SAVE_STATE, _LOAD_STATE)


def builtin_registry() -> Registry:
    """Return a registry of the tools that come with the studio."""
    return Registry((*BUILTIN, *MEMORY))
