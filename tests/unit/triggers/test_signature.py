"""Calls from outside: only who knows the secret, only now."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest

from agentry.triggers.signature import TOLERANCE_S, BadSignature, Call, check, sign

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW_S = 1_614_265_330
BODY = b'{"test": 2432232314}'
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"


def standard(**other: str) -> Call:
    headers = {
        "webhook-id": ID,
        "webhook-timestamp": str(NOW_S),
        "webhook-signature": sign(SECRET, ID, NOW_S, BODY),
    }
    return Call({**headers, **other}, BODY)


def test_the_example_of_standard_webhooks_is_taken() -> None:
    known = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert check(standard(**{"webhook-signature": known}), SECRET, NOW_S * 1000) == ID


def test_one_good_signature_among_several_is_enough() -> None:
    both = f"v1,AAAA {sign(SECRET, ID, NOW_S, BODY)}"
    assert check(standard(**{"webhook-signature": both}), SECRET, NOW_S * 1000) == ID


@pytest.mark.parametrize(
    ("other", "late_s"),
    [
        ({"webhook-id": "msg_other"}, 0),
        ({"webhook-timestamp": str(NOW_S + 1)}, 0),
        ({"webhook-timestamp": "soon"}, 0),
        ({"webhook-signature": "v1,AAAA"}, 0),
        ({"webhook-signature": ""}, 0),
        ({}, TOLERANCE_S + 1),
        ({}, -TOLERANCE_S - 1),
    ],
)
def test_whatever_was_changed_or_is_old_is_refused(other: dict[str, str], late_s: int) -> None:
    with pytest.raises(BadSignature):
        check(standard(**other), SECRET, (NOW_S + late_s) * 1000)


def test_another_body_or_secret_is_refused() -> None:
    with pytest.raises(BadSignature):
        check(Call(standard().headers, b"{}"), SECRET, NOW_S * 1000)
    with pytest.raises(BadSignature):
        check(standard(), "another", NOW_S * 1000)


def test_githubs_form_is_taken() -> None:
    signed = "sha256=" + hmac.new(b"s3cret", BODY, sha256).hexdigest()
    headers = {"x-github-delivery": "d1", "x-hub-signature-256": signed}
    assert check(Call(headers, BODY), "s3cret", 0) == "d1"
    with pytest.raises(BadSignature):
        check(Call(headers, BODY + b" "), "s3cret", 0)


def test_a_call_without_a_signature_is_refused() -> None:
    with pytest.raises(BadSignature):
        check(Call({"webhook-id": "x"}, BODY), SECRET, NOW_S * 1000)
