"""The YAML parser's complaints, as sentences that say what to write instead."""

from __future__ import annotations

import yaml

from agentry.flow.diagnostics import Diagnostic, Span

_SENTENCES = {
    "mapping values are not allowed": (
        "There is a ':' where none can stand; check the indentation, or put the text in quotes."
    ),
    "could not find expected ':'": (
        "This line is neither 'key: value' nor a list item; is a ':' or the indentation missing?"
    ),
    "did not find expected key": (
        "This line does not line up with the keys above; check the indentation and the quotes."
    ),
    "did not find expected '-' indicator": (
        "This line does not line up with the list above; start it with '- ' or indent it."
    ),
    "did not find expected ',' or ']'": (
        "This list is not closed; put ',' or ']' here, and text with special letters in quotes."
    ),
    "did not find expected ',' or '}'": (
        "This map is not closed; put ',' or '}' here, and text with special letters in quotes."
    ),
    "found unexpected end of stream": "This quote is never closed.",
    "found unknown escape character": (
        "In double quotes '\\' must start a known escape; write '\\\\' or use single quotes."
    ),
    "did not find expected node content": "Something is missing here; is a bracket left open?",
    "found undefined tag handle": "This '!' starts an unknown tag; put the text in quotes.",
    "found incompatible yaml document": "A flow is YAML 1.2; take out the %YAML line.",
    "did not find expected <document start>": (
        "Nothing can follow here; check the indentation of this line."
    ),
    "did not find the expected comment or line break": (
        "Only a comment can follow here; check the quotes on this line."
    ),
}
_AT_THE_OPENING = ("found unexpected end of stream",)


def sentence_for(error: yaml.MarkedYAMLError, text: str) -> Diagnostic:
    """Turn a parser error into a finding that points at its letters."""
    problem = error.problem or ""
    mark = error.problem_mark
    if problem in _AT_THE_OPENING and error.context_mark is not None:
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.split("\n")
    # The parser may point behind the last line; the last one with letters is where people look.
    while line > 1 and (line > len(lines) or not "".join(lines[line - 1 :]).strip()):
        line -= 1
        column = len(lines[line - 1].rstrip()) + 1
    here = lines[line - 1] if line <= len(lines) else ""
    sentence = _sentence(problem, here, column)
    return Diagnostic("yaml_syntax", "error", sentence, Span(line, column, line, column + 1))


def _sentence(problem: str, line: str, column: int) -> str:
    letter = line[column - 1 : column]
    if "cannot start any token" in problem:
        if letter == "\t":
            return "A tab cannot indent YAML; use spaces."
        return f"Text cannot start with {letter!r}; put it in quotes."
    if problem.startswith("did not find expected ',' or") and "${{" in line:
        return 'Inside [ ] and { } an expression needs quotes: "${{ … }}".'
    for start, sentence in _SENTENCES.items():
        if problem.lower().startswith(start.lower()):
            return sentence
    return f"This is not YAML: {problem or 'it cannot be read'}."
