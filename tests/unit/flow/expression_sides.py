"""Expressions that the browser need not compute alike; the corpus README gives each reason."""

from __future__ import annotations

from agentry.base.json import Json

Values = list[tuple[str, Json]]

# One side's own way: the README says which, under "what the browser need not share".
SERVER: dict[str, Values] = {
    "kinds known before they are computed": [
        ("1 == '1'", False),
        ("1 == 1.0", True),
        ("[1] == [1.0]", True),
        ("1 in [1.0]", True),
        ("null == false", False),
        ("true ? 1 : 'a'", 1),
        ("{'a': 1} == {'a': 1.0}", True),
        ("1 || true", True),
    ],
    "how large numbers are written": [
        ("1e20", 1e20),
        ("string(1e20)", "1e+20"),
        ("9007199254740993", 9007199254740993),
        ("9223372036854775807", 9223372036854775807),
        ("-9223372036854775808", -9223372036854775808),
        ("1u", 1),
    ],
    "forms that only one library knows": [
        ("has({'a': 1}.a)", True),
        ("r'a\\'.size()", 2),
        ("[,]", []),
        ("{,}", {}),
    ],
}
SERVER_ERRORS: dict[str, list[str]] = {
    "forms that only one library knows": ["0XAB", "int('')"],
}
