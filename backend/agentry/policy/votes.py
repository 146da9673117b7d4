"""Who may answer a question, and which answers count together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.policy.binding import edited_subject


class NotAsked(AgentryError):
    """The question goes to other people."""

    code, status = "not_asked", 403

    def __init__(self, by: str, to: tuple[str, ...]) -> None:
        super().__init__(
            f"{by} is not asked here; the question goes to {', '.join(to)}.",
            hint="Somebody of these must answer it.",
        )


class SelfApproval(AgentryError):
    """Who started the run may not say yes to what it wants to do."""

    code, status = "self_approval", 403

    def __init__(self, by: str) -> None:
        super().__init__(
            f"{by} started this run, and its policy wants somebody else to agree.",
            hint="Let another person answer it.",
        )


@dataclass(frozen=True, slots=True)
class Principal:
    """Who answers. `groups` are the groups and roles that the door has found out."""

    name: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer. `args` are the arguments as edited, None where they stayed as proposed."""

    by: str
    approves: bool
    subject: str
    args: JsonObject | None


def check(asked: JsonObject, who: Principal, decision: str, starter: str) -> None:
    """Raise `NotAsked` or `SelfApproval` where `who` may not answer.

    `asked` is the data of `approval.asked`. A no to one's own run is always allowed.
    """
    wanted = asked.get("to")
    to = tuple(str(name) for name in wanted) if isinstance(wanted, list) else ()
    if to and who.name not in to and not who.groups & set(to):
        raise NotAsked(who.name, to)
    alone = asked.get("self_approval") is False
    if alone and decision == "approve" and who.name == starter:
        raise SelfApproval(who.name)


def vote_of(asked: JsonObject, by: str, decision: str, args: JsonObject | None) -> Vote:
    """Return the answer with what it is bound to.

    Other arguments of a call are another subject: a yes to them is no yes to what was proposed.
    """
    approves = decision == "approve"
    subject = str(asked.get("subject") or "")
    if not approves or "binding" not in asked:
        return Vote(by, approves, subject, args)
    if args is None or args == asked.get("args"):
        return Vote(by, approves, subject, None)
    return Vote(by, approves, edited_subject(asked, args), args)


def agree(votes: Mapping[str, str], vote: Vote) -> int:
    """Return how many people, with this one, have said yes to the same; each counts once.

    `votes` are the earlier ones: name -> subject.
    """
    others = sum(subject == vote.subject for name, subject in votes.items() if name != vote.by)
    return others + 1


def repeats(votes: Mapping[str, str], vote: Vote) -> bool:
    """Say whether this person has said this before."""
    return vote.approves and votes.get(vote.by) == vote.subject
