"""The API from its own description: whatever is sent, the answer is one that the description promises.

Every operation gets every boundary of its description (Schemathesis' coverage phase: each constraint kept and broken,
one at a time) and random data of both kinds. No operation is left out: what ends sessions or removes things gets
sessions and things of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.accounts.door import PROXIED
from tests.conftest import Site
from tests.fuzz.ground import Ground
from tests.house.routes import all_routes, label

from inspralv.assembly import RouteRow

ENVIRON = PROXIED
OPERATIONS = [row for row in all_routes() if row.path.startswith("/api/") and row.path != "/api/openapi.json"]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# What random values do not get through: a mailed token, a password, a ticket or a state is needed. The tests of
# accounts, people, domains, onboarding and the console go through; here every refusal is compared.
NOT_BY_CHANCE = {
    "add_identity_provider",
    "change_identity_provider",
    "check_identity_provider",
    "remove_identity_provider",
    "accept_partner_invitation",
    "accept_workspace_invitation",
    "add_domain",
    "add_domain_of_partner",
    "add_passkey",
    "adopt_drift",
    "answer_email",
    "ask_for_export",
    "ask_for_passkey",
    "begin_two_factor",
    "cancel_partner_invitation",
    "cancel_workspace_invitation",
    "change_email",
    "change_partner_role",
    "change_password",
    "change_workspace_role",
    "check_certificate",
    "check_domain",
    "check_domain_of_partner",
    "check_partner_domain",
    "check_partner_subdomain",
    "confirm_email",
    "confirm_two_factor",
    "create_api_key",
    "create_partner",
    "create_partner_request",
    "delete_account",
    "delete_logo",
    "delete_partner",
    "delete_partner_request",
    "end_session",
    "finish_sign_in",
    "make_domain_of_partner_primary",
    "make_domain_primary",
    "provision_partner",
    "provision_request",
    "read_partner_invitation",
    "read_partner_request",
    "read_request",
    "read_workspace_invitation",
    "remove_domain",
    "remove_domain_of_partner",
    "remove_partner_member",
    "remove_passkey",
    "remove_workspace_member",
    "rename_passkey",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_step_of_user",
    "restore_partner",
    "review_partner_request",
    "review_request",
    "revoke_api_key",
    "send_mail_again",
    "send_partner_invitation_again",
    "send_workspace_invitation_again",
    "sign_in_with_passkey",
    "suspend_partner",
    "transfer_partner_ownership",
    "transfer_workspace_ownership",
    "turn_two_factor_off",
    "update_partner",
    "upload_logo",
}
RANDOM = 15  # examples of each operation and kind
load_all_checks()


@pytest.mark.parametrize("row", OPERATIONS, ids=label)
async def test_every_answer_is_described(site: Site, ground: Ground, schema: BaseSchema, row: RouteRow) -> None:
    await asyncio.to_thread(_fuzz, Caller(ground, _operation(schema, row)))


def _operation(schema: BaseSchema, row: RouteRow) -> APIOperation:
    path = re.sub(r":\w+\}", "}", row.path)
    return schema[path][row.method]


class Caller:
    """Sends cases to one operation and checks the answers."""

    def __init__(self, ground: Ground, operation: APIOperation) -> None:
        self.ground, self.operation = ground, operation
        raw = operation.definition.raw
        self.id, self.access = raw["operationId"], raw["x-access"]
        self.base = f"http://127.0.0.1:{ground.site.port}"
        self.sent = 0
        self.statuses: Counter[int] = Counter()

    def send(self, case: schemathesis.Case) -> None:
        """Let most requests name real things: behind a 404 and "no such provider" there is little to find."""
        self.sent += 1
        if self.sent % 4:
            self._make_real(case)
        answer = case.call(base_url=self.base, headers=self.ground.headers(self.access, self.id))
        self.statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert problem["detail"]
            assert problem["errors"] or problem["code"] != "VALIDATION_ERROR", problem

    def _make_real(self, case: schemathesis.Case) -> None:
        wrong = {place for place, part in case.meta.components.items() if part.mode is GenerationMode.NEGATIVE}
        if case.path_parameters and ParameterLocation.PATH not in wrong:  # else the path is what is being tried
            case.path_parameters = self.ground.path(self.id, list(case.path_parameters))
        if isinstance(case.body, dict) and not wrong:
            case.body = self.ground.body(self.id, case.body)


def _fuzz(caller: Caller) -> None:
    for case in _boundaries(caller.operation):
        caller.send(case)
    for mode in GenerationMode:
        with suppress(Unsatisfiable):  # where every value fits there is nothing to get wrong
            _random(caller.operation.as_strategy(generation_mode=mode), caller.send)
    reached = any(status < 300 for status in caller.statuses)
    assert reached or caller.id in NOT_BY_CHANCE, f"nothing got through: {caller.statuses}"


def _boundaries(operation: APIOperation) -> Iterator[schemathesis.Case]:
    config = GenerationConfig(with_security_parameters=False)
    return operation.schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=config
    )


def _random(cases: st.SearchStrategy[Any], send: Callable[[Any], None]) -> None:
    @settings(
        max_examples=RANDOM, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def each(case: schemathesis.Case) -> None:
        send(case)

    each()
