"""Signatures of the Standard Webhooks specification, checked against its own published example."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from inspralv.foundation.outbound.signing import new_signing_secret, signed_headers

# The example of the specification's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - published
MESSAGE, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example() -> None:
    headers = signed_headers(MESSAGE, datetime.fromtimestamp(STAMP, UTC), BODY, [SECRET])
    assert headers == {"webhook-id": MESSAGE, "webhook-timestamp": str(STAMP), "webhook-signature": SIGNATURE}


def test_each_of_several_secrets_signs() -> None:
    secrets = [new_signing_secret(), SECRET]
    headers = signed_headers(MESSAGE, datetime.fromtimestamp(STAMP, UTC), BODY, secrets)
    first, second = headers["webhook-signature"].split(" ")
    assert second == SIGNATURE
    assert first != second


def test_a_new_secret_holds_256_bits() -> None:
    secret = new_signing_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != new_signing_secret()
