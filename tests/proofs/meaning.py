"""What a flow means, said a second time: objects that change, no journal, no plan, no store.

Written from the text of the language, to be held against the engine. It is told what happens
outside (a task was worked on, a person answered, time passed) and says what follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from agentry.base.errors import AgentryError
from agentry.base.json import Json
from agentry.flow.expr import evaluate, resolve
from agentry.flow.units import parse_duration
from tests.proofs.items import (
    BAD,
    Item,
    code_of,
    is_bad,
    is_dead,
    is_over,
    kind_of,
    needs_of,
    rescue_of,
    view_of,
)
from tests.proofs.timed_programs import Spec


class Reference:
    """One run. `items` are all paths that have begun or were skipped."""

    def __init__(self, flow: Spec, now: int) -> None:
        self.now = now
        self.paused = False
        self._letters: list[str] = []
        self.items: dict[str, Item] = {}
        self.outputs: Json = None
        self._flow = flow
        self._due: deque[Item] = deque()
        self.root = self._open(Item("", "list", {}, None, list=flow["tasks"]))
        self._settle()

    # What happens outside.

    def open(self, kind: str) -> dict[str, Item]:
        """Return what waits for a worker (`tool`), a person (`approval`), a message or time."""
        return {p: i for p, i in self.items.items() if i.kind == kind and i.status == "running"}

    def take(self, path: str) -> None:
        """Somebody begins to work on a task; its clock runs from then, through any crash."""
        item = self.items[path]
        if "timeout" in item.spec and item.due is None:
            item.due = self.now + (parse_duration(item.spec["timeout"]) or 0)

    def work(self, path: str) -> None:
        """One attempt of a tool task was worked on, to whatever end its flow says."""
        item = self.items[path]
        if item.attempt <= item.spec.get("x-fails", 0):
            self._fail_attempt(item, "failed", item.spec["x-code"])
        else:
            self._end(item, "completed", output=item.given)
        self._settle()

    def answer(self, path: str, verb: str, by: str) -> None:
        """One more person said yes or no."""
        item = self.items[path]
        item.votes += 1
        if verb == "deny":
            self._end(item, "failed", code="approval_denied")
        elif item.votes >= item.spec["approval"]["need"]:
            said: Json = {"decision": verb, "by": by, "reason": "", "values": {}}
            self._end(item, "completed", output=said)
        self._settle()

    def tell(self, name: str) -> None:
        """A message came: the first task that waits for it goes on, or the next that will."""
        self._letters.append(name)
        waiting = [i for i in self.open("wait").values() if i.spec["wait"].get("message") == name]
        self._due += [i.above or self.root for i in waiting]
        self._settle()

    def pause(self, on: bool) -> None:
        """A person holds the run, or lets it go on."""
        self.paused = on
        if not on:
            lists = ("list", "condition", "loop")
            self._due += [i for i in self.items.values() if i.kind in lists]
        self._settle()

    def _deliver(self, item: Item) -> bool:
        """Give letters to the tasks of one list that wait for them; return whether any did."""
        before = len(self._letters)
        for spec in item.list:
            found = self.items.get(self._below(item, spec))
            name = spec.get("wait", {}).get("message")
            if found is not None and found.status == "running" and name in self._letters:
                self._letters.remove(name)
                self._end(found, "completed", output={"said": name})
        return len(self._letters) < before

    def next_due(self) -> int | None:
        return min((due for _, due in self._timed()), default=None)

    def pass_time(self, milliseconds: int) -> None:
        """Let time pass, and what is due come due in its order."""
        self.now += milliseconds
        while (due := self.next_due()) is not None and due <= self.now:
            item = next(i for i, at in self._timed() if at == due)
            if item.kind == "tool":
                self._fail_attempt(item, "timed_out", "task_timed_out")
            elif item.kind == "approval":
                self._end(item, "failed", code="approval_expired")
            elif "message" in item.spec["wait"]:
                self._end(item, "failed", code="message_expired")
            else:
                self._end(item, "completed", output={"at": self.now})
            self._settle()

    def _timed(self) -> Iterator[tuple[Item, int]]:
        for item in self.items.values():
            if item.status == "running" and item.due is not None:
                yield item, item.due

    # What follows.

    def _settle(self) -> None:
        """Look at each list in which something has changed, in the order of the changes."""
        while self._due:
            item = self._due.popleft()
            if item.status == "running":
                {"list": self._look, "condition": self._branch, "loop": self._turn}[item.kind](item)

    def _open(self, item: Item) -> Item:
        self.items[item.path] = item
        if item.kind in ("list", "condition", "loop"):
            self._due.append(item)
        return item

    def _end(self, item: Item, status: str, *, output: Json = None, code: str = "") -> None:
        item.status, item.output, item.code, item.due = status, output, code, None
        self._due.append(item.above or self.root)

    def _fail_attempt(self, item: Item, status: str, code: str) -> None:
        retry = item.spec.get("retry", {"attempts": 1})
        if item.attempt < retry["attempts"] and code in retry.get("on", [code]):
            item.attempt += 1
            item.due = None
        else:
            self._end(item, status, code=code)

    def _cancel_below(self, item: Item) -> None:
        for other in self.items.values():
            below = other.path.startswith((f"{item.path}/", f"{item.path}@")) or item is self.root
            if below and other is not item and other.status == "running":
                other.status, other.due = "cancelled", None

    def _look(self, item: Item) -> None:
        """A list (of any kind) ends, or begins what it can."""
        if self._deliver(item):
            return
        paths = [self._below(item, spec) for spec in item.list]
        over = [i for i in map(self.items.get, paths) if i is not None and is_over(i)]
        bad = [i for i in over if is_bad(i)]
        join = item.options.get("join", "all")
        good = sum(i.status == "completed" for i in over)
        if join == "all":
            met = len(over) == len(paths) and not bad
        else:
            met = good >= min(1 if join == "any" else join, len(paths))
        if bad and item.options.get("fail_fast", item.spec.get("parallel") is None):
            self._end_list(item, bad[0])
        elif met:
            self._end_list(item, None)
        elif len(over) == len(paths):
            self._end_list(item, bad[0] if bad else None, code="join_not_met")
        else:
            self._begin_all(item)

    def _end_list(self, item: Item, cause: Item | None, code: str = "") -> None:
        self._cancel_below(item)
        if cause is not None:
            self._end(item, "failed", code=code_of(cause))
        elif code:
            self._end(item, "failed", code=code)
        elif item is self.root:
            self._end_run()
        else:
            self._end(item, "completed", output=self._output_of_list(item))

    def _output_of_list(self, item: Item) -> Json:
        """Return what each lane gave by its id, or what the last task of a sequence gave."""
        if "parallel" not in item.spec:
            return self._output(item, item.list[-1]) if item.list else None
        return {s["id"]: self._output(item, s) for s in item.list if self._has(item, s)}

    def _end_run(self) -> None:
        try:
            self.outputs = resolve(self._flow["outputs"], self._scope(self.root))
            self.root.status = "completed"
        except AgentryError as problem:
            self.root.status, self.root.code = "failed", problem.code

    def _begin_all(self, item: Item) -> None:
        if self.paused:
            return
        open_now = 0
        for spec in item.list:
            known = self.items.get(self._below(item, spec))
            if known is None or is_over(known):
                continue
            open_now += 1
            rescue = rescue_of(known)
            if rescue is not None and known.rescue is None:
                name = "on_expire" if rescue is not known.spec.get("on_error") else "on_error"
                known.rescue = self._open(
                    Item(f"{known.path}/{name}", "list", {}, item, list=rescue)
                )
        for spec, needs in [(s, self._standing(item, p)) for p, s in enumerate(item.list)]:
            if self._has(item, spec):
                continue
            if needs == "dead":
                self._skip(item, spec, "needs")
            elif needs == "met" and open_now < item.options.get("max", 999):
                open_now += 1
                self._begin(item, spec)

    def _standing(self, item: Item, place: int) -> str:
        """Return how those stand whom a task waits for, before anything begins: met, dead, open."""
        ended = [self.items.get(self._below(item, need)) for need in needs_of(item, place)]
        if any(i is not None and is_dead(i) for i in ended):
            return "dead"
        return "met" if all(i is not None and is_over(i) for i in ended) else "open"

    def _skip(self, item: Item, spec: Spec, why: str) -> None:
        made = Item(self._below(item, spec), kind_of(spec), spec, item)
        self.items[made.path] = made
        self._end(made, "skipped", code=why)

    def _begin(self, item: Item, spec: Spec) -> None:
        if spec.get("disabled"):
            self._skip(item, spec, "disabled")
            return
        made = Item(self._below(item, spec), kind_of(spec), spec, item)
        try:
            scope = self._scope(item)
            if "if" in spec and evaluate(spec["if"], scope) is not True:
                self._skip(item, spec, "condition")
                return
            self._prepare(made, scope)
        except AgentryError as problem:
            self.items[made.path] = made
            self._end(made, "failed", code=problem.code)
            return
        self._open(made)
        if self._letters and "message" in spec.get("wait", {}):
            self._due.append(item)

    def _prepare(self, made: Item, scope: Spec) -> None:
        """Take in what the task says; raise where an expression gives nothing."""
        spec, kind = made.spec, kind_of(made.spec)
        if kind == "tool":
            made.given = resolve(spec["with"], scope)
        elif kind == "sequential":
            made.kind, made.list = "list", spec["sequential"]
        elif kind == "parallel":
            made.kind, made.list, made.options = "list", spec["parallel"]["do"], spec["parallel"]
        elif kind == "condition":
            choice = spec["condition"]
            subject = evaluate(choice.get("if") or choice["on"], scope)
            if "if" in choice:
                made.given = "then" if subject is True else "else"
            else:
                made.given = "a" if subject == "a" else "default"
        elif kind in ("wait", "approval"):
            lasts = spec[kind].get("expires") or spec[kind].get("for")
            made.due = lasts and self.now + (parse_duration(lasts) or 0)

    def _branch(self, item: Item) -> None:
        choice = item.spec["condition"]
        tasks = choice.get("cases", {}).get(item.given) or choice.get(item.given)
        found = self.items.get(f"{item.path}/{item.given}")
        if not tasks:
            self._end(item, "completed")
        elif found is None:
            self._open(Item(f"{item.path}/{item.given}", "list", {}, item, list=tasks))
        else:
            self._end_as(item, found)

    def _turn(self, item: Item) -> None:
        """A loop goes on, or ends."""
        loop, rounds = item.spec["loop"], self._rounds(item)
        failed = [found for found in rounds if found.status in BAD]
        over = [found for found in rounds if found.status != "running"]
        if failed:
            self._cancel_below(item)
            self._end(item, "failed", code=failed[0].code)
        elif "while" in loop and not self.paused:
            if len(over) == len(rounds):
                self._again(item, loop, rounds)
        elif "while" not in loop:
            items: list[Json] = loop.get("for_each") or [None] * loop.get("times", 0)
            if len(over) == len(items):
                self._end(item, "completed", output=[found.output for found in rounds])
            if self.paused:
                return
            free = loop.get("max_parallel", 1) - (len(rounds) - len(over))
            for place in range(len(rounds), min(len(items), len(rounds) + free)):
                self._iterate(item, place + 1, items[place])

    def _again(self, item: Item, loop: Spec, rounds: list[Item]) -> None:
        last = rounds[-1] if rounds else None
        early = "tasks." not in loop["while"]
        goes_on = len(rounds) < loop["max_iterations"]
        if goes_on and (last is not None or early):
            goes_on = evaluate(loop["while"], self._scope(last or item)) is True
        if goes_on:
            self._iterate(item, len(rounds) + 1, None)
        else:
            self._end(item, "completed", output=last.output if last else None)

    def _iterate(self, item: Item, number: int, value: Json) -> None:
        place: Spec = {"iteration": number, "index": number - 1, "item": value}
        body = item.spec["loop"]["do"]
        self._open(Item(f"{item.path}@{number}", "list", {}, item, list=body, loop=place))

    def _rounds(self, item: Item) -> list[Item]:
        return [i for i in self.items.values() if i.above is item and i.loop]

    def _end_as(self, item: Item, inner: Item) -> None:
        if inner.status == "completed":
            self._end(item, "completed", output=inner.output)
        elif inner.status != "running":
            self._end(item, "failed", code=inner.code)

    # Names.

    def _below(self, item: Item, spec: Spec | str) -> str:
        name = spec if isinstance(spec, str) else spec["id"]
        return f"{item.path}/{name}" if item.path else str(name)

    def _has(self, item: Item, spec: Spec) -> bool:
        return self._below(item, spec) in self.items

    def _output(self, item: Item, spec: Spec) -> Json:
        return self.items[self._below(item, spec)].output

    def _scope(self, item: Item) -> Spec:
        """Return what expressions in the list `item` see: its tasks, and those of lists around."""
        tasks: Spec = {}
        loop: Spec = {}
        at: Item | None = item
        while at is not None:
            for spec in at.list:
                found = self.items.get(self._below(at, spec))
                tasks.setdefault(spec["id"], view_of(found))
            loop = loop or at.loop
            at = at.above
        return {"tasks": tasks, "loop": loop, "inputs": {}}
