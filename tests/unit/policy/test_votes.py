"""Whose answer counts, and which answers count together."""

from __future__ import annotations

import pytest

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.policy.binding import subject_of
from agentry.policy.votes import Principal, agree, check, repeats, vote_of

BINDING: JsonObject = {"tool": "send", "start": 0}
ASKED: JsonObject = {
    "args": {"to": "ana"},
    "binding": BINDING,
    "subject": subject_of(BINDING, {"to": "ana"}),
}


@pytest.mark.parametrize(
    ("asked", "who", "decision", "code"),
    [
        ({}, Principal("ana"), "approve", None),
        ({"to": []}, Principal("ana"), "approve", None),
        ({"to": ["ana"]}, Principal("ana"), "deny", None),
        ({"to": ["ana"]}, Principal("bo"), "deny", "not_asked"),
        ({"to": ["admins"]}, Principal("bo", frozenset({"admins", "x"})), "approve", None),
        ({"self_approval": False}, Principal("starter"), "approve", "self_approval"),
        ({"self_approval": False}, Principal("starter"), "deny", None),
        ({"self_approval": True}, Principal("starter"), "approve", None),
        ({"self_approval": False, "to": ["starter"]}, Principal("starter"), "approve", "self_"),
    ],
)
def test_who_may_answer(asked: JsonObject, who: Principal, decision: str, code: str | None) -> None:
    if code is None:
        check(asked, who, decision, "starter")
        return
    with pytest.raises(AgentryError) as problem:
        check(asked, who, decision, "starter")
    assert problem.value.code.startswith(code)


def test_the_same_arguments_are_the_same_subject() -> None:
    plain, same = (
        vote_of(ASKED, "ana", "approve", None),
        vote_of(ASKED, "bo", "approve", {"to": "ana"}),
    )
    assert (plain.subject, plain.args) == (same.subject, same.args) == (ASKED["subject"], None)


def test_other_arguments_are_another_subject() -> None:
    edited = vote_of(ASKED, "ana", "approve", {"to": "bo"})
    assert edited.subject == subject_of(BINDING, {"to": "bo"}) != ASKED["subject"]
    assert edited.args == {"to": "bo"}


def test_one_person_counts_once_and_only_for_the_newest_subject() -> None:
    old, new = str(ASKED["subject"]), vote_of(ASKED, "ana", "approve", {"to": "bo"})
    votes = {"ana": old, "cy": old}
    assert agree(votes, vote_of(ASKED, "ana", "approve", None)) == 2
    assert agree(votes, new) == 1
    assert agree({"ana": old, "cy": new.subject}, new) == 2


def test_a_repeated_yes_is_no_news_and_a_no_after_it_is() -> None:
    votes = {"ana": str(ASKED["subject"])}
    assert repeats(votes, vote_of(ASKED, "ana", "approve", None))
    assert not repeats(votes, vote_of(ASKED, "ana", "deny", None))
    assert not repeats(votes, vote_of(ASKED, "bo", "approve", None))
