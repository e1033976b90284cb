"""The accounts slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.accounts import api, mailbox, pages
from inspralv.foundation.mail.sending import SEND
from inspralv.foundation.slice import Slice

SLICE = Slice(
    name="accounts",
    routes=(
        api.read_auth_context, api.sign_up, api.confirm_email, api.sign_in, api.sign_out, api.forgot_password, api.reset_password,
        pages.show_sign_in, pages.submit_sign_in, pages.show_sign_up, pages.submit_sign_up, pages.show_confirm, pages.submit_confirm,
        pages.show_forgot, pages.submit_forgot, pages.show_reset, pages.submit_reset, pages.show_profile, pages.submit_profile,
        mailbox.show_mailbox, mailbox.show_mail,
    ),
    tasks=(SEND,),
    templates=Path(__file__).parent / "templates",
)  # fmt: skip
