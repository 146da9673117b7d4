"""Templates of `expressions.json`, and what each becomes; every value is written by hand."""

from __future__ import annotations

from agentry.base.json import Json

TEMPLATES: list[tuple[Json, Json]] = [
    ("", ""),
    (" ", " "),
    (None, None),
    (1, 1),
    (True, True),
    ([], []),
    ({}, {}),
    ("}}", "}}"),
    ("${", "${"),
    ("{{ inputs.n }}", "{{ inputs.n }}"),
    ("$${ inputs.n }", "$${ inputs.n }"),
    ("${{ null }}", None),
    ("${{ true }}", True),
    ("${{ [] }}", []),
    ("${{ {} }}", {}),
    ("${{ 'a' }}", "a"),
    ("${{ '' }}", ""),
    ("\n${{ inputs.flag }}\n\n", True),
    ("a${{ '' }}b", "ab"),
    ("${{ 1 }} ${{ 2 }}", "1 2"),
    ("-${{ inputs.n }}-", "-3-"),
    ("x ${{ null }}", "x null"),
    ("x ${{ [] }} ${{ {} }}", "x [] {}"),
    ("x ${{ ['é', '🚀'] }}", 'x ["é","🚀"]'),
    ("x ${{ {'b': 1, 'a': [2]} }}", 'x {"a":[2],"b":1}'),
    ("x ${{ '${{ inputs.n }}' }}", "x ${{ inputs.n }}"),
    ("${{ '{' }}", "{"),
    ('${{ "it\'s" }} }}', "it's }}"),
    ("${{ inputs.names.join('}}') }}", "a}}b"),
    ("${{ {'a': {}}.a }}", {}),
    ("🚀 ${{ inputs.s }} 🚀", "🚀 héllo 🚀"),
    (["${{ inputs.n }}", ["${{ inputs.f }}"]], [3, [2.5]]),
    ({"a": {"b": "${{ inputs.s }}!"}}, {"a": {"b": "héllo!"}}),
    ({"inputs.n": "inputs.n"}, {"inputs.n": "inputs.n"}),
]
BROKEN_TEMPLATES: list[Json] = [
    "${{",
    "${{}}",
    "a ${{   }} b",
    "${{ 1 + }}",
    "${{ 1 }} ${{ nothing }}",
    "${{ ${{ inputs.n }} }}",
    "${{ {'a': 1 }}",
    "${{ 'open }}",
    ["${{ inputs.n }}", "${{ inputs.nothing }}"],
    {"a": {"b": ["${{ 1 / 0 }}"]}},
]
