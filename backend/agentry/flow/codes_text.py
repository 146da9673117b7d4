"""Codes about the text as YAML, and about keys and values."""

from __future__ import annotations

from agentry.flow.codes import Entry

_ECHO = "tasks:\n  - tool: echo\n"

TEXT: tuple[Entry, ...] = (
    Entry(
        "yaml_syntax", "error", "The text is no YAML",
        "The letters break the rules of YAML at this place. The entry around it is left out, and "
        "the rest of the flow is still checked.",
        "tasks:\n  - id: list\n    tool: list_files\n    with: {path: src\n  - tool: echo\n",
        "tasks:\n  - id: list\n    tool: list_files\n    with: {path: src}\n  - tool: echo\n",
    ),
    Entry(
        "empty_flow", "error", "The file is empty",
        "A flow needs at least a list of tasks.",
        "# nothing here yet\n", _ECHO,
    ),
    Entry(
        "second_document", "error", "Two documents in one file",
        "`---` starts a second YAML document. A file holds one flow.",
        f"{_ECHO}---\n{_ECHO}", _ECHO,
    ),
    Entry(
        "duplicate_key", "error", "The same key twice",
        "One of the two would be lost in silence. Keep one.",
        "tasks:\n  - tool: echo\n    with: {text: one}\n    with: {text: two}\n",
        "tasks:\n  - tool: echo\n    with: {text: one}\n  - tool: echo\n    with: {text: two}\n",
    ),
    Entry(
        "bad_key", "error", "A key that is no text",
        "Keys are text, not lists or maps. This often is an expression without quotes.",
        "tasks:\n  - tool: echo\n    with:\n      text: {{ name }}\n",
        'tasks:\n  - tool: echo\n    with:\n      text: "{{ name }}"\n',
    ),
    Entry(
        "bad_letter", "error", "A letter that a flow cannot hold",
        "Control letters, and the line ends U+0085, U+2028 and U+2029, which YAML 1.1 and 1.2 "
        "read differently, are refused. Write them as an escape in double quotes.",
        "tasks:\n  - tool: echo\n    with: {text: 'ring \x07'}\n",
        'tasks:\n  - tool: echo\n    with: {text: "ring \\x07"}\n',
    ),
    Entry(
        "bad_number", "error", "A number that JSON does not have",
        "Infinity, NaN and whole numbers beyond 2^53 change on the way through JSON. Put them in "
        "quotes to keep them as text.",
        "tasks:\n  - tool: echo\n    with: {text: 12345678901234567890}\n",
        'tasks:\n  - tool: echo\n    with: {text: "12345678901234567890"}\n',
    ),
    Entry(
        "unknown_tag", "error", "A YAML tag",
        "Tags such as `!env` or `!!python/object` run or mean nothing here. Take them out.",
        "tasks:\n  - tool: echo\n    with: {text: !secret TOKEN}\n",
        "env:\n  TOKEN: {secret: TOKEN}\ntasks:\n  - tool: echo\n",
    ),
    Entry(
        "unknown_anchor", "error", "An alias of nothing",
        "`*name` repeats what `&name` marked before it. Text that starts with `*` needs quotes.",
        "tasks:\n  - tool: list_files\n    with: {path: *py}\n",
        'tasks:\n  - tool: list_files\n    with: {path: "*py"}\n',
    ),
    Entry(
        "alias_cycle", "error", "An alias inside what it names",
        "This would go on for ever.",
        "tasks: &all\n  - sequential: *all\n", _ECHO,
    ),
    Entry(
        "too_large", "error", "A very large text",
        "A flow may have 524288 letters. Move long texts into files that tools read.",
    ),
    Entry(
        "too_deep", "error", "Nested very deep",
        "Lists and maps may be nested 100 levels deep, and flows may run each other 16 deep.",
    ),
    Entry(
        "too_many_values", "error", "Very many values",
        "With its aliases written out, a flow may hold 100000 values.",
    ),
)  # fmt: skip

KEYS: tuple[Entry, ...] = (
    Entry(
        "unknown_key", "error", "A key that is not known here",
        "Keys are checked strictly, so that a slip never passes in silence; the nearest known key "
        "is offered. Keys of your own start with `x-`.",
        "tasks:\n  - tool: echo\n    wiht: {text: hello}\n",
        "tasks:\n  - tool: echo\n    with: {text: hello}\n    x-owner: me\n",
    ),
    Entry(
        "missing_key", "error", "A key that must be there",
        "Without it there is nothing to do, or nobody to do it.",
        "tasks:\n  - approval: {to: [lead]}\n",
        "tasks:\n  - approval: {ask: Publish?, to: [lead]}\n",
    ),
    Entry(
        "bad_value", "error", "A value of the wrong kind",
        "The sentence says what the key takes: a list, a number, a duration such as `90s`. "
        "Values follow YAML 1.2, so `yes` is text and `true` is a truth value.",
        "tasks:\n  - tool: echo\n    timeout: 90\n",
        "tasks:\n  - tool: echo\n    timeout: 90s\n",
    ),
    Entry(
        "bad_version", "error", "A version that this release does not read",
        "This release reads version 1; the key may be left out.",
        f"version: 2\n{_ECHO}", f"version: 1\n{_ECHO}",
    ),
    Entry(
        "bad_schema", "error", "A slip in a JSON Schema",
        "`inputs`, `output` and `form` hold JSON Schemas. Types are array, boolean, integer, null, "
        "number, object and string, and a default must be of its type.",
        f"inputs:\n  days: {{type: int, default: 3}}\n{_ECHO}",
        f"inputs:\n  days: {{type: integer, default: 3}}\n{_ECHO}",
    ),
    Entry(
        "bad_id", "error", "A name that cannot be one",
        "Ids start with a letter and hold letters, digits, `_` and `-`; `on_error` and "
        "`on_expire` are steps of paths.",
        "tasks:\n  - {id: run tests, tool: echo}\n",
        "tasks:\n  - {id: run_tests, name: Run tests, tool: echo}\n",
    ),
    Entry(
        "not_used_yet", "warning", "Read, and not acted on yet",
        "The key is part of the language and checked, but this release does nothing with it.",
        'agents:\n  scribe: {model: "openai:gpt-5-mini", memory: notes}\n'
        "tasks:\n  - {agent: scribe, input: Write.}\n",
        'agents:\n  scribe: {model: "openai:gpt-5-mini"}\n'
        "tasks:\n  - {agent: scribe, input: Write.}\n",
    ),
)  # fmt: skip
