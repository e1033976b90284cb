"""Handing mail over, to a real server on this machine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.foundation.mail.post_office import open_mail_api, open_post_office
from tests.foundation.outbound.listener import Listener
from tests.ports import free_port

from inspralv.foundation.ids import uuid7
from inspralv.foundation.mail import transports
from inspralv.foundation.mail.message import Message, header
from inspralv.foundation.mail.sending import told
from inspralv.foundation.mail.transports import GuardedSmtp, MailServer, NotAccepted, NotNow, Resend, Security, Smtp
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress

HERE = Egress(allow=["127.0.0.0/8"])
MAIL = Message(
    id=uuid7(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)), sender='"Käse & Co." <no-reply@inspralv.test>', recipient="nora@new.test",
    subject="Grüße – confirm", html="<p>Grüße</p>", plain="Grüße\n.\nhttps://acme.test/x?token=" + "t" * 90,
)  # fmt: skip


async def test_a_mail_arrives_whole() -> None:
    async with open_post_office(free_port()) as office:
        await Smtp(f"smtp://127.0.0.1:{office.port}").send(MAIL)
    (taken,) = office.taken
    assert (taken["from"], taken["to"], taken["subject"]) == (MAIL.sender, MAIL.recipient, MAIL.subject)
    assert taken["message-id"] == f"<{MAIL.id}@inspralv.test>"
    assert taken["date"].datetime == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert taken["auto-submitted"] == "auto-generated"
    plain, html = taken.get_body(("plain",)), taken.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "t" * 90 in plain.get_content().replace("\r\n", "\n")
    assert html.get_content().strip() == MAIL.html
    assert not any(command.startswith("AUTH") for command in office.commands)


async def test_a_server_on_this_machine_is_told_user_and_password() -> None:
    async with open_post_office(free_port()) as office:
        await Smtp(f"smtp://us%40er:p%3Ass@127.0.0.1:{office.port}").send(MAIL)
    assert any(command.startswith("AUTH") for command in office.commands)
    assert len(office.taken) == 1


async def test_a_password_never_leaves_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server offers no STARTTLS; being elsewhere, it is not told the password."""
    async with open_post_office(free_port()) as office:
        transport = Smtp(f"smtp://user:secret@127.0.0.1:{office.port}")
        elsewhere = Smtp(f"smtp://user:secret@mail.example:{office.port}")
        monkeypatch.setattr(elsewhere, "_host", "127.0.0.1")
        with pytest.raises(Exception, match="STARTTLS"):
            await elsewhere.send(MAIL)
        assert not any(command.startswith("AUTH") for command in office.commands)
        await transport.send(MAIL)


@pytest.mark.parametrize(
    ("command", "reply", "kind"),
    [
        ("RCPT", "550 no such mailbox", NotAccepted), ("RCPT", "451 greylisted", NotNow), ("MAIL", "553 not you", NotAccepted),
        ("MAIL", "452 full", NotNow), ("body", "554 spam", NotAccepted), ("body", "421 closing", NotNow),
        ("connect", "554 go away", NotNow), ("AUTH", "535 wrong", NotNow),
    ],
)  # fmt: skip
async def test_what_a_server_refuses(command: str, reply: str, kind: type[Exception]) -> None:
    async with open_post_office(free_port()) as office:
        office.replies[command] = reply
        with pytest.raises(kind, match=reply[:3]):
            await Smtp(f"smtp://u:p@127.0.0.1:{office.port}").send(MAIL)
    assert office.taken == []
    assert getattr(kind, "permanent", False) == (kind is NotAccepted)


async def test_nobody_listens() -> None:
    with pytest.raises(OSError):  # noqa: PT011 - whatever the machine says
        await Smtp(f"smtp://127.0.0.1:{free_port()}").send(MAIL)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_that_cannot_encrypt_learns_nothing(security: Security) -> None:
    """It may be able to tomorrow: the mail is tried again."""
    async with open_post_office(free_port()) as office:
        server = MailServer("127.0.0.1", office.port, security, "user", "secret")
        with pytest.raises(Exception, match=r"\w") as caught:
            await GuardedSmtp(server, HERE).send(MAIL)
    assert not getattr(caught.value, "permanent", False)
    assert office.taken == []
    assert not any(command.startswith(("AUTH", "MAIL")) for command in office.commands)


async def test_a_server_that_says_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "_DEADLINE", 0.2)
    async with Listener() as silent:  # it waits for a request, as the client waits for the greeting
        for transport in (
            Smtp(f"smtp://127.0.0.1:{silent.port}"), GuardedSmtp(MailServer("127.0.0.1", silent.port, "none"), HERE)
        ):  # fmt: skip
            with pytest.raises(TimeoutError) as caught:
                await transport.send(MAIL)
            assert told(caught.value)
            assert not getattr(caught.value, "permanent", False)


async def test_resend_gets_the_mail_and_a_key_against_duplicates() -> None:
    async with open_mail_api() as api, Outbound() as outbound:
        await Resend("re_key", outbound, api.url).send(MAIL)
    headers, body = api.seen[0]
    assert headers["authorization"] == "Bearer re_key"
    assert headers["idempotency-key"] == str(MAIL.id)
    told = {"subject": MAIL.subject, "html": MAIL.html, "text": MAIL.plain}
    automatic = {"headers": {"Auto-Submitted": "auto-generated"}}
    assert body == {"from": MAIL.sender, "to": [MAIL.recipient], **told, **automatic}


@pytest.mark.parametrize(
    ("status", "kind", "wait"),
    [
        ("422 Unprocessable", NotAccepted, None), ("400 Bad", NotAccepted, None), ("401 No", NotNow, None),
        ("429 Slow", NotNow, 7.0), ("500 Ill", NotNow, None),
    ],
)  # fmt: skip
async def test_what_resend_refuses(status: str, kind: type[Exception], wait: float | None) -> None:
    async with open_mail_api() as api, Outbound() as outbound:
        api.status, api.headers = status, "retry-after: 7\r\n" if wait else ""
        with pytest.raises(kind, match=status[:3]) as caught:
            await Resend("re_key", outbound, api.url).send(MAIL)
    assert getattr(caught.value, "retry_after", None) == wait


def test_headers_hold_one_line() -> None:
    assert header("Acme\r\nBcc: x@y.test\x00\u2028 Voice ") == "Acme Bcc: x@y.test Voice"
