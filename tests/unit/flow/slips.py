"""Slips of the pen in YAML and in expressions, told alike by the server and the browser.

`python -m tests.unit.flow.slips` writes `schemas/corpus/slips.json` anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.flow.expr import ExpressionSyntaxError, check
from agentry.flow.read import read
from tests.unit.flow.corpus import finding_json

FILE = Path(__file__).parents[3] / "schemas" / "corpus" / "slips.json"

_ECHO = "tasks:\n  - id: a\n    tool: echo\n"
TEXTS: tuple[str, ...] = (
    # the text as YAML
    "tasks: [\n", "tasks: {\n", "tasks: ]\n", "tasks:\n- a\n b\n", "tasks\n", "a: b: c\n",
    "- a\nb: c\n", "a: 'x\n", 'a: "x\n', 'a: "\\q"\n', 'a: "\\x4"\n', 'a: "\\ud800"\n',
    "a: |0\n  x\n", "a: | x\n", "a: |\n  x\n y\n", "a: >-\n\n\n", "a: &\n", "a: *\n", "a: *b c\n",
    "a: !<x\n", "a: !h!x y\n", "a: !%4g x\n", "a: @x\n", "a: `x`\n", "a: %x\n",
    "%YAML 1.3\n---\na: b\n", "%TAG ! x\na\n", "%FOO\n---\n", "--- a\n--- b\n", "a: b\n...\nc: d\n",
    "a:\n\tb: c\n", "a: b\n\t c\n", "? a\n: b\n? c\n", "[a, b: c, {d}]: e\n", "{a: b, c}\n",
    "{a: [b, c: d}\n", "a: [1, 2,, 3]\n", "a: {,}\n", "- - - a\n", "a: 'it''s'\n", "'a': 'b' c\n",
    "a: b #c\n# d\n", "x: {a:,b: c}\n", "a: [x:]\n", "é: 'ü😀' x\n", "a\n---\n'\n---\n'\n",
    "k: &a [1]\nl: *a\nm: *b\n", "a: !!int 'x'\nb: !!float 3\nc: !!str 4\n",
    # a broken part, and the rest of the flow
    _ECHO + "    with: {text: 'x\n  - id: b\n    tool: ecko\n",
    _ECHO + "   with: {text: x}\n  - id: b\n    tool: ecko\n",
    _ECHO + "    with: {text: ${{ tasks.a.output }}}\n  - id: b\n    agent: nobody\n",
    "agents:\n  w: {model: 'openai:x\n" + _ECHO + "  - agent: w\n    input: x\n",
    _ECHO + "  - id: b\n    tool: echo\n    with\n  - {id: c, needs: [b, a, d], tool: echo}\n",
    "inputs:\n  a: {type: strin}\n b: {}\n" + _ECHO,
    # values in sentences
    "tasks: 1.0\n", "tasks: 1e20\n", "tasks: -0.0\n", "tasks: 0x1F\n", "tasks: ~\n",
    "tasks: TRUE\n", "tasks: 'it''s \"so\"'\n", 'tasks: "\\u200b\\t\\xa0"\n',
    "tasks: " + "x" * 31 + "\n", "tasks: 12345678901234567890\n", "version: 1.0\n" + _ECHO,
    "version: true\n" + _ECHO, _ECHO + "    timeout: 1.5\n", _ECHO + "    timeout: P1DT2H\n",
    _ECHO + "    retry: {attempts: 2.0, backoff: 0.5, delay: 4000d}\n",
    _ECHO + "    x-note: [1]\n    '<<': {}\n    1.5: y\n",
    "tasks:\n  - wait: {until: '2027-02-30T09:00:00Z'}\n  - wait: {until: '20270228T0900+01'}\n"
    "  - wait: {until: '2027-02-28'}\n  - wait: {until: '2027-W53-1T09:00:00Z'}\n",
)  # fmt: skip

EXPRESSIONS: tuple[str, ...] = (
    "1 +", "(1", "1)", "[1, 2", "{'a': 1", "a ? b", "a ?", "a[", "a[]", "a[1", "a b", "a..b", "a.",
    "a . 1", ".1.a", "1 == == 2", "f(,)", "size(1,)", "size(a", "[1,,2]", "!", "-", "!-a", "-!a",
    "--a", "a not b", "a and b", "a!b", "a, b", "()", "a()()", "size()()", "{a}", "{a:}", "{'a' 1}",
    "[1 2]", "size(1 2)", "&& a", "a &&", "a || || b", "in", "a in", "true false", "'x' 'y'",
    "a ? : b", "(a, b)", "a.map(1, x)", "a.map(x, x", "a.filter(, x)", "has(a)", "has(a.b)",
    "has(a.b.)", "import + 1", "a.import + 1", "99999999999999999999 + 1",
    "-9223372036854775808 + 0", "1e400 + 1", "0x + 1", "1u + 1u", "1.5u + 1", "a[?1] + 1",
    "a.?b + 1", "[?a] + b", "Msg{a: 1} + 1", "'\\q' + a", "'\\u12' + a", "b'\\xff' + a",
    "r'\\q' + a", "a == 'it''s'", "a = 1", "a & b", "a | b", "a # b", "ä + 1", "'open", "",
    " // only", "lenght(a)", "a.sise()", "a.b.c(", "a ? b : c ? d", "((((1))))", "\n1 +\n 2 )",
    "a in [1, 2", "{'a': [1, {}]}]", "x.all(y, y >)", "1.a", "[].b", "loop.index >", "-1 - -1",
    "a ? b : : c", "a[b]]", "%", "1 % % 2", "a <> b", "a === b", "null.x + 1", "''.a + 1",
)  # fmt: skip


def slips() -> JsonObject:
    """Return what is said of every slip; `null` where there is none."""
    texts: list[Json] = [
        {
            "text": text,
            "findings": [finding_json(finding) for finding in read(text, name="x").diagnostics],
        }
        for text in TEXTS
    ]
    return {"texts": texts, "expressions": list(_expressions())}


def _expressions() -> Iterator[Json]:
    for source in EXPRESSIONS:
        try:
            check(source)
        except ExpressionSyntaxError as error:
            yield {"expr": source, "message": error.detail, "at": error.at}
        else:
            yield {"expr": source, "message": None, "at": None}


def text() -> str:
    """Return the file as it is committed."""
    return json.dumps(slips(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
