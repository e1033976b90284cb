"""What the fuzz of the API stands on: real things of the clinic for the paths to name, and who calls."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from tests.accounts.door import GOOD
from tests.conftest import Site
from tests.providers.vapi.examples import example
from tests.world import ACME, BAKERY, CLINIC, OLGA, PASSWORD, WIM

from inspralv.foundation.ids import uuid7
from inspralv.foundation.outbound.certificates import certificates

CLINIC_API = "/api/w/clinic"
KEYS = "/api/partner/integrations"
TELEPHONY = "/api/partner/telephony"

_NONE = ("passkey_id", "provider_id", "session_id", "key_id", "mail_id")  # what there is none of
AT_PLATFORM = {"create_partner_request", "check_partner_domain", "check_partner_subdomain"}

_addresses = (f"198.18.{n // 250}.{n % 250 + 1}" for n in itertools.count())
_lines = (f"+1415556{n:04}" for n in itertools.count())
_names = (f"fuzz-{n}" for n in itertools.count())


def new_address() -> str:
    """A network address nobody has called from: limits of attempts are tested elsewhere."""
    return next(_addresses)


@dataclass
class Ground:
    """Callers by the access of an operation, and what each path parameter may name.

    The fuzz is not asynchronous and runs in a thread of its own, and so does everything here.
    """

    site: Site
    rows: psycopg.Connection  # the owner's
    staff_cookie: str
    hook: tuple[str, str]  # path and secret of the clinic's webhook address
    agent_id: str  # of an agent that is at its provider
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wim = self._client(WIM.host, f"session={WIM.token}")
        self.olga = self._client(OLGA.host, f"session={OLGA.token}")
        self.root = self._client("localhost", self.staff_cookie)

    def furnish(self) -> None:
        """Make what paths can name."""
        self.known |= {
            "workspace_slug": "clinic",
            "workspace_id": str(CLINIC),
            "user_id": str(WIM.id),
            "provider": "vapi",
            "token": self.hook[0].rpartition("/")[2],
            "integration_id": self._default_integration(),
            "agent_id": self.agent_id,
            "number": "1",
            "hostname": "acme.localhost",
            **dict.fromkeys(_NONE, str(uuid4())),
        }
        self.known |= {"member_id": self.new_member(), "invitation_id": self.new_invitation(),
                       "request_id": self.new_request(), "partner_id": self.new_partner()}  # fmt: skip
        self.known["trunk_id"] = self.new_trunk()
        self.known["number_id"] = self.new_number(lent=True)
        self.known["conversation_id"] = self.new_conversation()
        self.known["activity_id"] = self.new_delivery()

    def _client(self, host: str, cookie: str) -> httpx.Client:
        headers = {"host": f"{host}:{self.site.port}", "cookie": cookie}
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.site.port}", headers=headers, timeout=20, verify=certificates()
        )

    def body(self, operation_id: str, drawn: dict[str, Any]) -> dict[str, Any]:
        """A body with right values where its description cannot say what is right just now."""
        if operation_id == "receive_webhook":
            return drawn | example("webhook.status-update.ringing")
        right = {
            "provider": "vapi",
            "partner_integration_id": self.known["integration_id"],
            "customerNumber": "+14155550123",
            "fromNumber": None,
            "variables": {"first_name": "Ann"},
            "answersConversationId": None,
            "email": WIM.email if operation_id == "sign_in" else f"{next(_names)}@new.test",
            "password": PASSWORD if operation_id == "sign_in" else GOOD,
            "timezone": "Europe/Berlin",
            "phone_number": next(_lines),
            "integration_id": self.known["integration_id"],
            "sip_trunk_id": self.known["trunk_id"],
            "assigned_workspace_id": str(CLINIC),
            "outbound_caller_id": "+14155550123",
            **dict.fromkeys(("inbound_agent_id", "outbound_agent_id"), self.agent_id),
            **dict.fromkeys(("hours", "fallback")),
        }
        return drawn | {name: value for name, value in right.items() if name in drawn}

    def close(self) -> None:
        self.wim.close()
        self.olga.close()
        self.root.close()

    def headers(self, access: str, operation_id: str) -> dict[str, str]:
        """Who calls: whoever may. Signing out ends a session of its own."""
        cookies = {"public": "", "signed_in": f"session={WIM.token}", "workspace": f"session={WIM.token}",
                   "partner": f"session={OLGA.token}", "staff": self.staff_cookie, "signed_by_provider": ""}  # fmt: skip
        cookie = self.new_session() if operation_id == "sign_out" else cookies[access]
        if operation_id == "delete_workspace":
            cookie = cookies["partner"]
        host = "localhost" if access == "staff" or operation_id in AT_PLATFORM else WIM.host
        sent = {"Host": f"{host}:{self.site.port}", "X-Forwarded-For": new_address()}
        if access == "signed_by_provider":
            sent["X-Vapi-Secret"] = self.hook[1]
        return sent | ({"Cookie": cookie} if cookie else {})

    def path(self, operation_id: str, names: list[str]) -> dict[str, str]:
        """Path parameters that name something real; what an operation removes is made for it."""
        self.rows.execute("DELETE FROM app.rate_limits")  # what a person may do in a minute is tested elsewhere
        own: dict[str, tuple[str, Callable[[], str]]] = {
            "delete_workspace": ("workspace_slug", self.new_workspace),
            "delete_agent": ("agent_id", self.new_agent),
            "restore_agent": ("agent_id", self._removed_agent),
            "delete_conversation": ("conversation_id", self.new_conversation),
            "hang_up": ("conversation_id", self.new_conversation),
            "change_workspace_role": ("member_id", self.new_member),
            "remove_workspace_member": ("member_id", self.new_member),
            "transfer_workspace_ownership": ("member_id", self.new_member),
            "change_partner_role": ("member_id", self.new_colleague),
            "remove_partner_member": ("member_id", self.new_colleague),
            "transfer_partner_ownership": ("member_id", self.new_colleague),
            "send_workspace_invitation_again": ("invitation_id", self.new_invitation),
            "cancel_workspace_invitation": ("invitation_id", self.new_invitation),
            "send_partner_invitation_again": ("invitation_id", self.new_partner_invitation),
            "cancel_partner_invitation": ("invitation_id", self.new_partner_invitation),
            **dict.fromkeys(
                (
                    "read_request",
                    "review_request",
                    "provision_request",
                    "review_partner_request",
                    "provision_partner",
                    "delete_partner_request",
                ),
                ("request_id", self.new_request),
            ),
            **dict.fromkeys(("update_partner", "delete_partner", "suspend_partner"), ("partner_id", self.new_partner)),
            "restore_partner": ("partner_id", self._suspended_partner),
            "repeat_delivery": ("activity_id", self.new_delivery),
            "remove_trunk": ("trunk_id", self.new_trunk),
            "change_trunk": ("trunk_id", self.new_trunk),
            "release_number": ("number_id", self.new_number),
            "change_number": ("number_id", self.new_number),
            "import_number_again": ("number_id", self.new_number),
            "remove_integration": ("integration_id", self._unused_integration),
            "change_integration": ("integration_id", self._unused_integration),
            "set_default_integration": ("integration_id", self._unused_integration),
            "unassign_integration": ("workspace_id", self._supplied_bakery),
        }
        made = {own[operation_id][0]: own[operation_id][1]()} if operation_id in own else {}
        if operation_id.endswith("_workspace_limits"):  # nothing else is tried within these limits
            made = {"partner_id": str(ACME), "workspace_id": str(BAKERY)}
        return {name: made.get(name) or self.known[name] for name in names}

    def new_person(self) -> UUID:
        """Somebody with an account at the agency."""
        person = uuid7(datetime.now(UTC))
        self.rows.execute(
            "INSERT INTO app.users (partner_id, id, email, password_hash, created_at, updated_at)"
            " VALUES (%s, %s, %s, '', now(), now())",
            [ACME, person, f"{next(_names)}@acme.test"],
        )
        return person

    def new_member(self) -> str:
        """A membership of the clinic; who hands the clinic over has it back."""
        self._own("workspace_members", WIM.id)
        member = uuid7(datetime.now(UTC))
        self.rows.execute(
            "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
            " VALUES (%s, %s, %s, %s, 'member', now(), now())",
            [ACME, CLINIC, self.new_person(), member],
        )
        return str(member)

    def new_colleague(self) -> str:
        """A membership of the agency; who hands the agency over has it back."""
        self._own("partner_members", OLGA.id)
        member = uuid7(datetime.now(UTC))
        self.rows.execute(
            "INSERT INTO app.partner_members (partner_id, user_id, id, role, joined_at, updated_at)"
            " VALUES (%s, %s, %s, 'member', now(), now())",
            [ACME, self.new_person(), member],
        )
        return str(member)

    def _own(self, table: str, person: UUID) -> None:
        where = " AND workspace_id = %s" if table == "workspace_members" else ""
        sql = f"UPDATE app.{table} SET role = 'owner', removed_at = NULL WHERE user_id = %s{where}"  # noqa: S608 - our own words
        self.rows.execute(sql, [person, CLINIC] if where else [person])

    def new_invitation(self) -> str:
        self.rows.execute("UPDATE app.workspaces SET resource_limits = '{\"max_users\": -1}' WHERE id = %s", [CLINIC])
        return _id_of(self.wim.post(f"{CLINIC_API}/invitations", json={"email": f"{next(_names)}@new.test"}))

    def new_partner_invitation(self) -> str:
        return _id_of(self.olga.post("/api/partner/invitations", json={"email": f"{next(_names)}@new.test"}))

    def new_request(self) -> str:
        """An application that waits for a decision."""
        body = {"company_name": "Northwind", "contact_name": "Nadia", "contact_email": "n@new.test",
                "business_description": "We answer calls.", "use_case": "Booking appointments.",
                "desired_subdomain": next(_names)}  # fmt: skip
        answer = self.root.post("/api/partner-requests", json=body, headers={"x-forwarded-for": new_address()})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["requestId"])

    def new_partner(self) -> str:
        name = next(_names)
        body = {"name": name, "slug": name, "admin_email": f"{name}@new.test"}
        return _id_of(self.root.post("/api/super-admin/partners", json=body), "partner")

    def _suspended_partner(self) -> str:
        partner = self.new_partner()
        self.root.post(f"/api/super-admin/partners/{partner}/suspend").raise_for_status()
        return partner

    def new_workspace(self) -> str:
        name = next(_names)
        _id_of(self.olga.post("/api/workspaces", json={"name": name, "slug": name}), "workspace")
        return name

    def new_agent(self) -> str:
        return _id_of(self.wim.post(f"{CLINIC_API}/agents", json={"name": next(_names), "provider": "vapi"}))

    def new_conversation(self) -> str:
        """A call that waits to be placed."""
        agent = f"{CLINIC_API}/agents/{self.agent_id}"
        self.wim.put(f"{agent}/activation").raise_for_status()
        answer = self.wim.post(f"{agent}/outbound-call", json={"customerNumber": "+14155550123"})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["data"]["conversationId"])

    def new_delivery(self) -> str:
        """A message after a call that was taken."""
        activity = str(uuid7(datetime.now(UTC)))
        self.rows.execute(
            "INSERT INTO app.activities (partner_id, workspace_id, id, kind, status, name, provider, conversation_id,"
            " agent_id, host, created_at, updated_at)"
            " VALUES (%s, %s, %s, 'after_call', 'done', 'after_call', 'vapi', %s, %s, 'crm.test', now(), now())",
            [ACME, CLINIC, activity, self.new_conversation(), self.agent_id],
        )
        return activity

    def new_trunk(self) -> str:
        trunk = {"name": next(_names), "sip_server": "203.0.113.5", "sip_username": "u", "sip_password": "p"}
        return _id_of(self.olga.post(f"{TELEPHONY}/sip-trunks", json=trunk))

    def new_number(self, *, lent: bool = False) -> str:
        """A number of one's own that waits to be brought to its provider, or that is there and the clinic's."""
        body = {"phone_number": next(_lines), "integration_id": self.known["integration_id"],
                "sip_trunk_id": self.known["trunk_id"]}  # fmt: skip
        number = _id_of(self.olga.post(f"{TELEPHONY}/phone-numbers", json=body))
        if lent:
            self.rows.execute(
                "UPDATE app.phone_numbers SET assigned_workspace_id = %s, state = 'active', external_id = 'line' WHERE id = %s",
                [CLINIC, number],
            )
        return number

    def _default_integration(self) -> str:
        """The key the clinic works with."""
        return next(row["id"] for row in self.olga.get(KEYS).json()["data"] if row["is_default"])

    def _unused_integration(self) -> str:
        body = {"provider": "vapi", "name": next(_names), "default_secret_key": "not-a-key-of-anybody"}
        return _id_of(self.olga.post(KEYS, json=body))

    def _supplied_bakery(self) -> str:
        """A workspace whose key can be taken away; the clinic's is needed."""
        body = {"provider": "vapi", "partner_integration_id": self.known["integration_id"]}
        self.olga.post(f"/api/partner/workspaces/{BAKERY}/integrations", json=body).raise_for_status()
        return str(BAKERY)

    def _removed_agent(self) -> str:
        agent = self.new_agent()
        self.wim.delete(f"{CLINIC_API}/agents/{agent}").raise_for_status()
        return agent

    def new_session(self) -> str:
        with self._client(WIM.host, "") as browser:
            browser.headers["x-forwarded-for"] = new_address()
            answer = browser.post("/api/auth/signin", json={"email": WIM.email, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            return str(answer.headers["set-cookie"].partition(";")[0])


def _id_of(answer: httpx.Response, *inner: str) -> str:
    assert answer.status_code in {200, 201}, answer.text
    data: Any = answer.json()["data"]
    for name in inner:
        data = data[name]
    return str(data["id"])
