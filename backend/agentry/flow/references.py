"""The expressions of a flow: their syntax, and that everything they read is there by then."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from agentry.flow.codes import Code
from agentry.flow.diagnostics import Fix, Span
from agentry.flow.expr import ExpressionSyntaxError, check
from agentry.flow.findings import nearest, or_else
from agentry.flow.letters import Reference
from agentry.flow.places import Where, bare_expressions, templates
from agentry.flow.rules import Subject
from agentry.flow.template import OLD_FORM, OPEN, take_apart
from agentry.flow.yamltree import YamlScalar, place_in, texts_in

TASK_FIELDS = frozenset({"output", "status", "error", "usage"})
RUN_FIELDS = frozenset({"id", "started_at"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_DASHED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class Written:
    """One expression, and where its letters stand in the text (`at` None: not letter by letter)."""

    source: str
    whole: Span
    scalar: YamlScalar
    at: int | None

    def span(self, text: str, start: int, end: int) -> Span:
        """Return the place of some letters of the expression, or of all of it."""
        if self.at is None:
            return self.whole
        first = place_in(text, self.scalar.start, self.at + start)
        last = place_in(text, self.scalar.start, self.at + end)
        return Span(*first[:2], *last[:2])


def expressions(subject: Subject) -> None:
    """Check every expression of the flow."""
    for where, tree in templates(subject):
        for scalar in texts_in(tree):
            value = scalar.value
            if isinstance(value, str) and OPEN in value:
                _text(subject, where, scalar, value)
            elif isinstance(value, str) and "{{" in value:
                _old_form(subject, where, scalar, value)


def conditions(subject: Subject) -> None:
    """Check every bare expression: `if`, `while` and the like."""
    for path, place in subject.places.items():
        for where, written in bare_expressions(subject, path, place):
            if not isinstance(written.value, str) or OPEN in written.value:
                continue
            subject.found.path = path
            source = written.value
            letters = subject.text[written.start[2] : written.end[2]]
            offset = letters.find(source)
            at = written.start[2] + offset if offset >= 0 else None
            _expression(subject, where, Written(source, written.span, written, at))


def _text(subject: Subject, where: Where, scalar: YamlScalar, value: str) -> None:
    template = take_apart(value)
    letters = subject.text[scalar.start[2] : scalar.end[2]]
    cursor = 0
    subject.found.path = where.path
    for hole in template.holes:
        cursor = letters.find(OPEN, cursor)
        if cursor < 0:
            whole, at = scalar.span, None
        else:
            start = scalar.start[2] + cursor
            literal = letters.startswith(hole.source, cursor + len(OPEN))
            length = len(hole.source) if literal else letters[cursor:].find("}}") - len(OPEN)
            end = start + len(OPEN) + max(length, 0) + 2
            first = place_in(subject.text, scalar.start, start)
            last = place_in(subject.text, scalar.start, min(end, scalar.end[2]))
            whole, at = Span(*first[:2], *last[:2]), start + len(OPEN) if literal else None
            cursor += len(OPEN) + max(length, 0)
        _expression(subject, where, Written(hole.source, whole, scalar, at))
    if template.unclosed is not None:
        sentence = "'${{' is never closed with '}}'."
        subject.found.error("bad_expression", sentence, scalar.span)


def _old_form(subject: Subject, where: Where, scalar: YamlScalar, value: str) -> None:
    """Warn of `{{name}}` where no variable of the agent has that name."""
    if where.variables is None:
        return
    for hit in OLD_FORM.finditer(value):
        if hit[1] not in where.variables:
            subject.found.path = where.path
            sentence = f"{hit[0]} stays as it is, for the agent has no variable {hit[1]!r}."
            subject.found.warn("unresolved_var", sentence, scalar.span)


def _expression(subject: Subject, where: Where, written: Written) -> None:
    try:
        letters = check(written.source)
    except ExpressionSyntaxError as error:
        span = written.span(subject.text, error.at, min(error.at + 1, len(written.source)))
        subject.found.error("bad_expression", error.detail, span)
        return
    done_to = 0
    for reference in letters.references:
        if reference.start >= done_to:
            done_to = _reference(subject, where, written, reference)


def _reference(subject: Subject, where: Where, written: Written, reference: Reference) -> int:
    """Check one reference; return where the next one may start."""
    root, *members = reference.path
    member = members[0] if members else None
    if root not in where.roots:
        _no_root(subject, where, written, reference)
    elif member is None:
        pass
    elif root == "inputs":
        _member(subject, written, reference, "unknown_input", "input", subject.names("inputs"))
    elif root == "env":
        _env(subject, where, written, reference)
    elif root == "vars" and where.variables is not None:
        _member(subject, written, reference, "unknown_var", "variable", where.variables)
    elif root == "loop":
        _member(subject, written, reference, "unknown_name", "member of a loop", where.loop)
    elif root == "run":
        _member(subject, written, reference, "unknown_name", "member", RUN_FIELDS)
    elif root == "tasks":
        return _task(subject, where, written, reference)
    return reference.end


def _no_root(subject: Subject, where: Where, written: Written, reference: Reference) -> None:
    root = reference.path[0]
    near = nearest(root, where.roots)
    shown = ", ".join(sorted(where.roots))
    tail = f"; did you mean {near!r}?" if near else f"; expressions see {shown}."
    if root == "loop":
        near, tail = None, "; a loop's item and index are there inside of its do."
    span = written.span(subject.text, *reference.parts[0])
    fix = _fix(subject, written, reference, 0, near)
    subject.found.error("unknown_name", f"There is nothing named {root!r}{tail}", span, fix)


def _member(
    subject: Subject,
    written: Written,
    reference: Reference,
    code: Code,
    noun: str,
    known: Collection[str],
) -> None:
    """Check that `inputs.x` and the like name something."""
    member = reference.path[1]
    if member in known:
        return
    near = nearest(member, known)
    tail = or_else(near, known, "there are")
    span = written.span(subject.text, reference.start, reference.parts[1][1])
    sentence = f"{'.'.join(reference.path[:2])} is read here, and there is no such {noun}{tail}"
    subject.found.error(code, sentence, span, _fix(subject, written, reference, 1, near))


def _env(subject: Subject, where: Where, written: Written, reference: Reference) -> None:
    known = _env_of(subject, where)
    value = known.get(reference.path[1])
    if isinstance(value, dict) and "secret" in value:
        span = written.span(subject.text, reference.start, reference.end)
        sentence = (
            f"env.{reference.path[1]} is a secret; expressions cannot read it, as what they "
            "give is recorded. Tools get it through env."
        )
        subject.found.error("secret_in_expression", sentence, span)
    elif value is None:
        _member(subject, written, reference, "unknown_env", "environment value", known)


def _env_of(subject: Subject, where: Where) -> dict[str, object]:
    known: dict[str, object] = {}
    for task in subject.reach.around(where.path):
        agent = subject.document.agents.get(task.agent or "")
        known = (agent.env if agent is not None else {}) | task.env | known
    if not where.path:
        for agent in subject.document.agents.values():
            known = agent.env | known
    return {**subject.document.env, **known}


def _task(subject: Subject, where: Where, written: Written, reference: Reference) -> int:
    """Check `tasks.x`: that there is such a task, that it has ended by then, and its field."""
    name = reference.path[1]
    reach = subject.reach
    visible = reach.seen_in(where.path) if where.inside else reach.visible(where.path)
    target = visible.get(name)
    span = written.span(subject.text, reference.start, reference.parts[1][1])
    if target is None:
        return _no_task(subject, where, written, reference, visible)
    order = "ended"
    if where.ordered and not (where.inside and target.startswith(f"{where.path}/")):
        order = reach.order(target, where.path)
    if order in ("later", "loop"):
        _not_ended(subject, where, target, span)
    elif len(reference.path) > 2 and reference.path[2] not in TASK_FIELDS:
        field = reference.path[2]
        near = nearest(field, TASK_FIELDS)
        tail = or_else(near, TASK_FIELDS, "a task has")
        at = written.span(subject.text, *reference.parts[2])
        sentence = f"tasks.{name} has no member {field!r}{tail}"
        fix = _fix(subject, written, reference, 2, near)
        subject.found.error("unknown_field", sentence, at, fix)
    elif order == "maybe":
        sentence = (
            f"tasks.{name} does not run in every case; where it does not, its output is null."
        )
        subject.found.warn("maybe_skipped", sentence, span)
    return reference.end


def _no_task(
    subject: Subject, where: Where, written: Written, reference: Reference, visible: dict[str, str]
) -> int:
    name = reference.path[1]
    start, end = reference.parts[1]
    if name in subject.lost:
        return reference.end
    # `tasks.my-id` reads as a subtraction; say what to write instead.
    dashed = _DASHED.match(written.source, start)
    if dashed is not None:
        task_id = dashed[0]
        if task_id in visible:
            end = dashed.end()
            span = written.span(subject.text, reference.start, end)
            sentence = f"An id with '-' is read as tasks['{task_id}']."
            fix = _letters_fix(subject, written, start - 1, end, f"['{task_id}']")
            subject.found.error("unknown_task", sentence, span, fix)
            return len(written.source)
    near = nearest(name, visible)
    near = None if near is not None and visible[near] == where.path else near
    own = where.path.rpartition("/")[2]
    others = [task_id for task_id in visible if task_id != own] if len(visible) < 20 else visible
    span = written.span(subject.text, reference.start, reference.end)
    who = f"Task {where.path.rpartition('/')[2]!r} reads" if where.path else "This reads"
    shown = ".".join(reference.path)
    sentence = f"{who} {shown}, and there is no such task{or_else(near, others, 'there are')}"
    fix = _fix(subject, written, reference, 1, near)
    subject.found.error("unknown_task", sentence, span, fix)
    return reference.end


def _not_ended(subject: Subject, where: Where, target: str, span: Span) -> None:
    reach = subject.reach
    ours = where.path.rpartition("/")[2]
    name = reach.tasks[target].id
    who = f"Task {ours!r}" if ours else "This"
    code: Code = "task_not_ended"
    around = {task.path for task in reach.around(where.path)}
    if target == where.path:
        sentence = f"Task {ours!r} reads its own result, which is not there before it ends."
    elif target in around:
        sentence = f"Task {ours!r} stands in {name!r}, which ends only after it; read another task."
    elif any(task.path == where.path for task in reach.around(target)):
        sentence = f"Task {ours!r} reads tasks.{name}, which stands in it and starts only after it."
    elif reach.order(target, where.path) == "loop":
        code = "inside_loop"
        loop = _outer_loop(subject, target, around)
        sentence = (
            f"{who} reads tasks.{name}, which has a result for each iteration of loop {loop!r}; "
            f"read tasks.{loop}.output."
        )
    elif _other_branch(subject, target, around):
        sentence = (
            f"{who} reads tasks.{name}, which stands in another branch; only one of them is taken."
        )
    else:
        sentence = (
            f"{who} reads tasks.{name}, which may not have ended by then; "
            f"name it in needs, or move it up."
        )
    subject.found.error(code, sentence, span)


def _outer_loop(subject: Subject, target: str, around: Collection[str]) -> str:
    """Return the id of the outmost loop around the target that is not around the reader."""
    loops = [
        task.id
        for task in subject.reach.around(target)
        if task.kind == "loop" and task.path not in around
    ]
    return loops[-1] if loops else ""


def _other_branch(subject: Subject, target: str, around: Collection[str]) -> bool:
    for task in subject.reach.around(target):
        if task.parent in around:
            return task.branch is not None
    return False


def _fix(
    subject: Subject, written: Written, reference: Reference, part: int, near: str | None
) -> Fix | None:
    """Offer the nearest name in place of one member of a reference."""
    if near is None:
        return None
    start, end = reference.parts[part]
    dotted = written.source[start : start + 1] != "["
    if dotted and _NAME.match(near):
        return _letters_fix(subject, written, start, end, near)
    if part == 0:
        return None
    return _letters_fix(subject, written, start - dotted, end, f"['{near}']", near)


def _letters_fix(
    subject: Subject, written: Written, start: int, end: int, text: str, title: str | None = None
) -> Fix | None:
    if written.at is None:
        return None
    return Fix(f"Use {title or text}", written.span(subject.text, start, end), text)
