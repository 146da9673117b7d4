"""Cases of `expressions.json` by group; `python -m tests.unit.flow.expressions` writes them anew.

Every value is written by hand. Cases of the file without a `group` are kept as they stand there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from agentry.base.json import Json, JsonObject
from tests.unit.flow.expression_sides import SERVER, SERVER_ERRORS
from tests.unit.flow.expression_templates import BROKEN_TEMPLATES, TEMPLATES

FILE = Path(__file__).parents[3] / "schemas" / "corpus" / "expressions.json"
Values = list[tuple[str, Json]]

VALUES: dict[str, Values] = {
    "types": [
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("'text'", "text"),
        ('""', ""),
        ("[]", []),
        ("{}", {}),
        ("[[]]", [[]]),
        ("[null, [null]]", [None, [None]]),
        ("{'a': null}", {"a": None}),
        ("inputs.flag", True),
        ("inputs.none", None),
        ("inputs.f", 2.5),
        ("0xff", 255),
        ("-0x10", -16),
        ("'''three'''", "three"),
        ('"""a "quoted" word"""', 'a "quoted" word'),
        ("[1, 2,]", [1, 2]),
        ("  1  ", 1),
        ("1 // one", 1),
        ("1 +\n2", 3),
    ],
    "null": [
        ("null == null", True),
        ("null != null", False),
        ("inputs.none != null", False),
        ("inputs.s == null", False),
        ("inputs.list == null", False),
        ("tasks.plan.error == null", True),
        ("tasks.lost.error != null", True),
        ("tasks.lost.output == null ? 'nothing' : 'some'", "nothing"),
        ("has(inputs.none)", True),
        ("has(tasks.plan.error)", True),
        ("null in [1, null]", True),
        ("[null] == [null]", True),
        ("[inputs.none]", [None]),
        ("size([null, null])", 2),
        ("inputs.none == null || inputs.none > 1", True),
    ],
    "missing members": [
        ("has(inputs.nothing)", False),
        ("has(inputs.n)", True),
        ("has(inputs.constructor)", False),
        ("has(vars.tone) && vars.tone == 'dry'", True),
        ("has(vars.other) && vars.other == 'dry'", False),
        ("has(vars.other) ? vars.other : 'plain'", "plain"),
        ("!has(tasks.plan.output.reason)", True),
        ("'reason' in tasks.plan.output", False),
        ("'none' in inputs", True),
        ("'plan' in tasks", True),
        ("'gone' in tasks", False),
        ("inputs.nothing == 1 || true", True),
        ("inputs.nothing == 1 && false", False),
    ],
    "unicode": [
        ("'ä' + 'ö'", "äö"),
        ("size('äöü')", 3),
        ("size('日本語')", 3),
        ("size('👩‍🚀')", 3),
        ("'日本語'.contains('本')", True),
        ("'日本語'.startsWith('日')", True),
        ("'日本語'.endsWith('日')", False),
        ("'\\u65e5'", "日"),
        ("'\\U0001F680'", "🚀"),
        ("'\\x41'", "A"),
        ("'\\101'", "A"),
        ("'🚀' == '\\U0001F680'", True),
        ("'é' == 'e\\u0301'", False),
        ("size('e\\u0301')", 2),
        ("'a🚀b'.split('🚀')", ["a", "b"]),
        ("{'ключ': 'да'}['ключ']", "да"),
        ("inputs['städte'][0].startsWith('Kö')", True),
        ("['Ω', 'ß'].join('→')", "Ω→ß"),
        ("'z' < 'ä'", True),
        ("inputs.s.size() == 5", True),
    ],
    "whole numbers": [
        ("9223372036854775807 == 9223372036854775807", True),
        ("9007199254740993 == 9007199254740992", False),
        ("string(9007199254740993)", "9007199254740993"),
        ("string(9007199254740992 + 1)", "9007199254740993"),
        ("string(9223372036854775807)", "9223372036854775807"),
        ("string(-9223372036854775807 - 1)", "-9223372036854775808"),
        ("string(3037000499 * 3037000499)", "9223372030926249001"),
        ("9007199254740993 - 9007199254740992", 1),
        ("9223372036854775807 % 10", 7),
        ("string(int('9007199254740993'))", "9007199254740993"),
        ("9007199254740993 > 9007199254740992", True),
        ("9007199254740993 in [9007199254740992]", False),
        ("string(9223372036854775807 / 2)", "4611686018427387903"),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 4 - 3", 3),
        ("100 / 10 / 5", 2),
        ("7 % -3", 1),
        ("7 / -2", -3),
        ("-7 / -2", 3),
        ("0 / 5", 0),
        ("- 5 + 5", 0),
        ("1 - -1", 2),
        ("int('-17')", -17),
        ("int(-0.5)", 0),
        ("inputs.n * inputs.n - inputs.n", 6),
        ("run.started_at / 1000", 1790000000),
    ],
    "doubles": [
        ("0.5 + 0.25", 0.75),
        ("0.1 + 0.2", 0.30000000000000004),
        ("0.1 + 0.2 == 0.3", False),
        ("7.0 / 2.0", 3.5),
        ("-inputs.f", -2.5),
        ("inputs.f * 2.0", 5.0),
        ("inputs.f - 0.5", 2.0),
        ("double(inputs.n) + inputs.f", 5.5),
        ("int(inputs.f) + inputs.n", 5),
        ("1e-2", 0.01),
        ("2.5e3", 2500.0),
        ("1E2", 100.0),
        ("double('-0.25')", -0.25),
        ("double('1e2')", 100.0),
        ("double(inputs.f)", 2.5),
        ("int(2.999)", 2),
        ("string(0.5)", "0.5"),
        ("string(-2.25)", "-2.25"),
        ("string(2.0)", "2"),
        ("1.5 < 1.75", True),
        ("2.0 >= 2.0", True),
        ("1.0 == 1.0", True),
    ],
    "text functions": [
        ("''.size()", 0),
        ("size('')", 0),
        ("'abc'.contains('')", True),
        ("'abc'.startsWith('')", True),
        ("'abc'.endsWith('abcd')", False),
        ("'abc'.contains('B')", False),
        ("'a' + 'b' + 'c'", "abc"),
        ("'' + ''", ""),
        ("''.trim()", ""),
        ("'\\t a b \\n'.trim()", "a b"),
        ("'ABC'.lowerAscii()", "abc"),
        ("'a1b'.upperAscii()", "A1B"),
        ("'Mixed Case'.lowerAscii().contains('case')", True),
        ("'abc'.split('')", ["a", "b", "c"]),
        ("'a,b'.split(';')", ["a,b"]),
        ("',a,'.split(',')", ["", "a", ""]),
        ("'a--b'.split('--')", ["a", "b"]),
        ("''.split(',')", [""]),
        ("'a b c'.split(' ').size()", 3),
        ("'a,b'.split(',').join('+')", "a+b"),
        ("[].join(',')", ""),
        ("['a'].join(',')", "a"),
        ("['', ''].join('-')", "-"),
        ("string('x')", "x"),
        ("string(false)", "false"),
        ("string(-1)", "-1"),
        ("'n=' + string(inputs.n)", "n=3"),
        ("'abc'.matches('b')", True),
        ("'abc'.matches('^b')", False),
        ("'abc'.matches('^[a-c]+$')", True),
        ("'2024-05-01'.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}$')", True),
        ("'a.b'.matches('^a\\\\.b$')", True),
        ("'axb'.matches(r'^a\\.b$')", False),
        ("'cat'.matches('^(cat|dog)$')", True),
        ("'x'.matches('')", True),
    ],
    "lists": [
        ("[1, 2, 3][2]", 3),
        ("[[1, 2], [3]][1][0]", 3),
        ("[1] + []", [1]),
        ("[] + []", []),
        ("[1, 2] == [2, 1]", False),
        ("[1, [2]] == [1, [2]]", True),
        ("[] == []", True),
        ("size([])", 0),
        ("inputs.list + [4]", [1, 2, 3, 4]),
        ("inputs.names + inputs.names", ["a", "b", "a", "b"]),
        ("inputs.list[size(inputs.list) - 1]", 3),
        ("inputs.names[0] + inputs.names[1]", "ab"),
        ("tasks.plan.output.items[0]['n']", 1),
        ("tasks.plan.output.items.size()", 2),
        ("[inputs.n, inputs.n + 1]", [3, 4]),
    ],
    "maps": [
        ("{'a': 1}.a", 1),
        ("{'a': 1}['a']", 1),
        ("{'a b': 1}['a b']", 1),
        ("{'b': 1, 'a': 2}", {"a": 2, "b": 1}),
        ("{'a': {'c': 1, 'b': 2}}", {"a": {"b": 2, "c": 1}}),
        ("{'a': 1} == {'a': 1}", True),
        ("{'a': 1} == {'a': 2}", False),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", True),
        ("size({})", 0),
        ("size({'a': 1, 'b': 2})", 2),
        ("{'a': 1}.size()", 1),
        ("{'n': inputs.n}.n + 1", 4),
        ("{'list': inputs.names}.list[0]", "a"),
        ("{'a': [1, {'b': 'x'}]}.a[1].b", "x"),
        ("{inputs.names[0]: 1}", {"a": 1}),
    ],
    "macros": [
        ("[].map(x, x)", []),
        ("[].all(x, false)", True),
        ("[].exists(x, true)", False),
        ("[].exists_one(x, true)", False),
        ("[1, 1].exists_one(x, x == 1)", False),
        ("[1, 2, 3].filter(x, x % 2 == 1)", [1, 3]),
        ("[1, 2].map(x, [x, x])", [[1, 1], [2, 2]]),
        ("[1, 2].map(x, {'n': x})", [{"n": 1}, {"n": 2}]),
        ("inputs.names.map(x, x + '!')", ["a!", "b!"]),
        ("inputs.names.map(n, n.size())", [1, 1]),
        ("inputs.list.map(x, x + inputs.n)", [4, 5, 6]),
        ("inputs.list.all(x, x > 0)", True),
        ("inputs.list.exists(x, x > 3)", False),
        ("inputs.list.filter(x, false)", []),
        ("inputs.list.filter(x, x > 1).size()", 2),
        ("inputs.list.map(x, string(x)).join('')", "123"),
        ("inputs.list.filter(x, x != 2).map(y, y * 10)", [10, 30]),
        ("inputs.list.map(x, x > 1 ? 'big' : 'small')", ["small", "big", "big"]),
        ("tasks.plan.output.items.exists(i, i.name == 'y')", True),
        ("tasks.plan.output.items.all(i, has(i.n))", True),
        ("tasks.plan.output.items.filter(i, has(i.gone))", []),
        ("tasks.plan.output.items.map(i, i.n)[1]", 2),
        ("'c,a'.split(',').map(x, x.upperAscii())", ["C", "A"]),
    ],
    "ternary": [
        ("true ? 1 : 2", 1),
        ("false ? 1 : 2", 2),
        ("inputs.n > 2 ? 'big' : 'small'", "big"),
        ("false ? 1 : true ? 2 : 3", 2),
        ("false ? 1 : false ? 2 : 3", 3),
        ("(true ? false : true) ? 1 : 2", 2),
        ("true ? inputs.n : inputs.nothing", 3),
        ("false ? inputs.nothing : inputs.n", 3),
        ("inputs.flag && inputs.n > 5 ? 'a' : 'b'", "b"),
        ("[true ? 1 : 2]", [1]),
        ("1 + (inputs.flag ? 1 : 0)", 2),
    ],
    "comparison": [
        ("1 < 2", True),
        ("2 <= 2", True),
        ("1 > 2", False),
        ("1 >= 2", False),
        ("1 != 1", False),
        ("-1 < 0", True),
        ("'a' == 'a'", True),
        ("'a' == 'A'", False),
        ("'B' < 'a'", True),
        ("'10' < '9'", True),
        ("'' < 'a'", True),
        ("'ab' > 'a'", True),
        ("true == true", True),
        ("true != false", True),
        ("inputs.s == 'héllo'", True),
        ("inputs.s != inputs.names[0]", True),
        ("1 < 2 && 2 < 3", True),
        ("!(1 < 2)", False),
        ("!!true", True),
        ("false || false || true", True),
        ("true && true && false", False),
        ("false && true || true", True),
        ("true || true && false", True),
    ],
    "in": [
        ("1 in [1, 2]", True),
        ("3 in inputs.list", True),
        ("4 in inputs.list", False),
        ("1 in []", False),
        ("!('a' in inputs.names)", False),
        ("'a' in {'a': null}", True),
        ("'b' in {'a': 1}", False),
        ("'a' in {}", False),
        ("[1] in [[1], [2]]", True),
        ("'MODE' in env", True),
        ("inputs.n in [1, 3] ? 'in' : 'out'", "in"),
        ("'' in ['']", True),
    ],
}

ERRORS: dict[str, list[str]] = {
    "errors": [
        *("[1][1]", "[1][-1]", "[][0]", "{'a': 1}.b", "{'a': 1}['b']", "inputs.none.x"),
        *("inputs.list.x", "inputs.list['a']", "inputs.s[0]", "inputs.flag.x", "inputs.n[0]"),
        *("inputs.none > 1", "inputs.none + 'a'", "null + null", "'a' - 'b'", "'a' * 2"),
        *("'a' / 'b'", "-'a'", "!'a'", "!null", "true + true", "[1] - [1]"),
        *("{'a': 1} + {'b': 2}", "1 < 'a'", "[1] < [2]", "null < 1", "1 + '1'", "1 + null"),
        *("1 - 0.5", "2.0 * 2", "1 / 2.0", "5.0 % 2.0", "1 in 1", "'x' in 'xyz'", "1 && true"),
        *("0 ? 1 : 2", "'' ? 1 : 2", "null ? 1 : 2", "int('1.5')", "int(' 1')"),
        *("int(null)", "int([1])", "int(1e300)", "double('x')", "double('')", "double(null)"),
        *("string(null)", "string({})", "size(null)", "size(true)", "1.size()"),
        *("'a'.startsWith(1)", "'a'.contains(null)", "'a'.matches('(')", "'a'.matches('[')"),
        *("1.startsWith('a')", "[1].join(',')", "['a', 1].join()", "'a'.join(',')", "'a'.split(1)"),
        *("1.trim()", "null.trim()", "1.lowerAscii()", "size()", "size('a', 'b')", "has(1)"),
        *("has(inputs)", "has(inputs.n.deep.er)", "[1].map(x)", "[1].map(x, y)", "1.map(x, x)"),
        *("[1].filter(x, 1)", "[1].all(x, 'a')", "x", "[x]", "map(x, x)", "[1].map(x, x) + x"),
        *("9223372036854775807 * 2", "-9223372036854775807 - 2", "0 / 0", "0 % 0", "1.0 / 0.0"),
        *("0.0 / 0.0", "1e308 * 10.0", "1 2", "1 + + 2", "* 1", "[1", "1]", "{'a' 1}", "{'a':}"),
        *("a.", ".a", "1..2", "''' open", "'a\nb'", "'\\q'", "a = 1", "a; b", "a & b"),
        *("a | b", "a ? b", "a : b", "if true", "1 === 1", "1 !== 1", "1 <> 2", "not true"),
        *("true and false", "a => a", "`a`", "$a", "a#b", "~1", "2 ** 3", "1 << 2", "inputs.1"),
        *(
            "inputs..n",
            "inputs[]",
            "inputs[",
            "()",
            "(1, 2)",
            "f()",
            "now()",
            "random()",
            "type(1)",
        ),
        *("uint(1)", "bool('true')", "bytes('a')", "dyn(1)", "timestamp('2024-01-01T00:00:00Z')"),
        *("duration('1h')", "'a'.replace('a', 'b')", "'a'.indexOf('a')", "'abc'.substring(1)"),
    ],
}


def cases() -> tuple[list[JsonObject], list[JsonObject]]:
    """Return the grouped cases: expressions and templates."""
    expressions: list[JsonObject] = [
        {"group": group, "expr": source, "value": value}
        for group, listed in VALUES.items()
        for source, value in listed
    ]
    for group, sources in ERRORS.items():
        expressions.extend({"group": group, "expr": source, "error": True} for source in sources)
    for group, listed in SERVER.items():
        expressions += [
            {"group": group, "expr": source, "value": value, "server": True}
            for source, value in listed
        ]
    for group, sources in SERVER_ERRORS.items():
        expressions.extend(
            {"group": group, "expr": source, "error": True, "server": True} for source in sources
        )
    templates: list[JsonObject] = [
        {"group": "templates", "template": template, "value": value}
        for template, value in TEMPLATES
    ]
    templates += [
        {"group": "templates", "template": template, "error": True} for template in BROKEN_TEMPLATES
    ]
    return expressions, templates


def written() -> JsonObject:
    """Return what `expressions.json` holds: the cases without a group, then the groups."""
    held = cast("JsonObject", json.loads(FILE.read_text("utf-8")))
    expressions, templates = cases()
    for kind, made in (("expressions", expressions), ("templates", templates)):
        held[kind] = [
            *(case for case in cast("list[JsonObject]", held[kind]) if "group" not in case),
            *made,
        ]
    return held


if __name__ == "__main__":
    FILE.write_text(json.dumps(written(), indent=1, ensure_ascii=False) + "\n", "utf-8")
