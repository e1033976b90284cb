"""A key at the wrong door of the right vendor is explained at the field that chooses the door."""

from __future__ import annotations

from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.world import OLGA

from inspralv.sandbox.synthflow.accounts import HARBOUR

KEYS, ORG = "/api/partner/integrations", "/org/integrations"
ENVIRON = {
    "INSPRALV_PROVIDER_URLS": f"*={SANDBOX_URL}/*,synthflow:eu={SANDBOX_URL}/synthflow/eu,"
    f"synthflow:us={SANDBOX_URL}/synthflow/us"
}


async def test_a_new_key_of_another_region_is_explained_at_the_region(site: Site, sandbox: Sandbox) -> None:
    olga = site.as_(OLGA)
    form = {"provider": "synthflow", "name": "Harbour", "default_secret_key": HARBOUR.api_key, "config.region": "us",
            "config.account_id": HARBOUR.id}  # fmt: skip
    answer = await olga.post(f"{ORG}/new", data=form)
    assert answer.status_code == 400
    assert "Synthflow knows this key, but not here: choose EU." in answer.text.split('id="e-config-region"', 1)[1][:600]
    assert 'id="e-default_secret_key"' not in answer.text
    done = await olga.post(f"{ORG}/new", data=form | {"config.region": "eu"})
    assert done.headers["location"].endswith("done=added")


async def test_a_region_is_tried_before_it_is_changed(site: Site, sandbox: Sandbox) -> None:
    olga = site.as_(OLGA)
    key = next(row for row in (await olga.get(KEYS)).json()["data"] if row["name"] == "Harbour")
    refused = await olga.patch(f"{KEYS}/{key['id']}", json={"config": {"region": "us"}})
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/config/region"]
    unknown = await olga.patch(f"{KEYS}/{key['id']}", json={"config": {"region": "moon"}})
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/config/region"]
    assert (await olga.get(f"{KEYS}/{key['id']}")).json()["data"] == key


async def test_the_test_button_names_the_region_that_would_work(site: Site, sandbox: Sandbox) -> None:
    body = {"provider": "synthflow", "name": "Astray", "default_secret_key": HARBOUR.api_key,
            "config": {"region": "us"}}  # fmt: skip
    added = (await site.as_(OLGA).post(KEYS, json=body)).json()["data"]
    tested = (await site.as_(OLGA).post(f"{KEYS}/{added['id']}/test")).json()["data"]
    assert tested["key_status"] == "invalid"
    assert "It would work with Region: EU." in tested["key_error"]
