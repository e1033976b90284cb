"""An agent as three assistants with actions, and back."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from tests.providers.synthflow.examples import example
from tests.providers.synthflow.schemas import Schemas
from tests.providers.synthflow.specs import FULL, specs

from inspralv.providers.contract import AgentSpec, ModelSpec, PressDigits, TranscriberSpec, VoiceSpec, WebhookTarget
from inspralv.providers.errors import Refused
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.mapper import KINDS, agent_spec, assistant_json, not_kept
from inspralv.providers.synthflow.marks import without_marks
from inspralv.providers.synthflow.tools import END_CALL_REASON, action_jsons

WITHOUT_SECRET = WebhookTarget(url=FULL.webhook.url if FULL.webhook else "", secret="")


def kept(spec: AgentSpec, kind: Any = "outbound", current: wire.Assistant | None = None) -> wire.Assistant:
    """The assistant as it would be read back."""
    body = {"model_id": "m-1", "type": kind, **assistant_json(spec, kind, current, ())}
    return wire.decode(msgspec.json.encode(body), wire.Assistant)


def actions(spec: AgentSpec) -> list[wire.Action]:
    bodies = [next(iter(body.values())) for body in action_jsons(spec, "m-1")]
    made = [{"action_id": f"a-{n}", "parameters_hard_coded": body} for n, body in enumerate(bodies)]
    return wire.decode(msgspec.json.encode(made), list[wire.Action])


@settings(max_examples=150, deadline=None)
@given(specs)
def test_pull_is_what_was_pushed(spec: AgentSpec) -> None:
    assert agent_spec(kept(spec), actions(spec)) == msgspec.structs.replace(spec, webhook=WITHOUT_SECRET)


def test_an_agent_that_uses_everything(schemas: Schemas) -> None:
    for kind in KINDS:
        body = {"type": kind, **assistant_json(FULL, kind, None, ("a-1",))}
        schemas.request("POST", "/v2/assistants", {}, body)
        schemas.request("PUT", "/v2/assistants/m-1", {}, {k: v for k, v in body.items() if k != "type"})
    for body in action_jsons(FULL, "m-1"):
        schemas.request("POST", "/v2/actions", {}, body)
    assert agent_spec(kept(FULL), actions(FULL)) == msgspec.structs.replace(FULL, webhook=WITHOUT_SECRET)


def test_parameters_may_stand_in_a_text() -> None:
    made = [
        msgspec.structs.replace(one, parameters_hard_coded=msgspec.json.encode(one.parameters_hard_coded).decode())
        for one in actions(FULL)
    ]
    assert agent_spec(kept(FULL), made).tools == FULL.tools


def test_the_three_differ_by_type_name_and_defaults() -> None:
    outbound, inbound, widget = (kept(FULL, kind) for kind in KINDS)
    assert [one.name for one in (outbound, inbound, widget)] == [
        f"{FULL.name} · outbound", f"{FULL.name} · inbound", f"{FULL.name} · web"
    ]  # fmt: skip
    assert (outbound.agent or {})["greeting_message"] == "Good morning {first_name}, how can I help?"
    for one in (inbound, widget):
        assert (one.agent or {})["greeting_message"] == "Good morning there, how can I help?"


def test_what_others_have_set_stays() -> None:
    foreign = {"patience_level": "low", "end_call_reasons_v2": [{"reason": "The caller is rude"}], "llm": "gpt-5.4"}
    current = wire.decode(msgspec.json.encode({"model_id": "m-1", "agent": foreign}), wire.Assistant)
    agent = kept(FULL, "outbound", current).agent or {}
    assert agent["patience_level"] == "low"
    assert agent["llm"] == "gpt-4.1-mini"
    assert [one["reason"] for one in agent["end_call_reasons_v2"]] == [END_CALL_REASON, "The caller is rude"]
    without = kept(msgspec.structs.replace(FULL, tools=()), "outbound", kept(FULL, "outbound", current)).agent or {}
    assert [one["reason"] for one in without["end_call_reasons_v2"]] == ["The caller is rude"]


def test_a_change_over_there_is_seen() -> None:
    found = kept(FULL)
    agent = (found.agent or {}) | {
        "prompt": "Hello {first_name}, {x}",
        "voice_speed": 1.1,
        "greeting_message_mode": "human",
    }
    changed = agent_spec(msgspec.structs.replace(found, agent=agent, name="Other"), [])
    assert (changed.name, changed.system_prompt, changed.greeting) == ("Other", "Hello {{first_name}}, {{x}}", None)
    assert changed.voice.settings.speed == 1.1
    assert {msgspec.to_builtins(tool)["type"] for tool in changed.tools} == {"end_call"}


def test_an_action_that_was_changed_over_there_counts_as_it_stands() -> None:
    (action,) = [one for one in actions(FULL) if one.parameters_hard_coded.get("name") == "look_up"]
    body = action.parameters_hard_coded | {"url": "https://elsewhere.example.com"}
    (tool,) = agent_spec(
        kept(msgspec.structs.replace(FULL, tools=())), [wire.Action(action_id="a", parameters_hard_coded=body)]
    ).tools
    assert msgspec.to_builtins(tool)["url"] == "https://elsewhere.example.com"


def test_an_assistant_of_somebody_else_can_be_read() -> None:
    (found,) = wire.assistants_in(
        wire.inside(msgspec.json.encode(example("assistant.get.response")), wire.Assistants)
    )  # fmt: skip
    spec = agent_spec(found, [])
    assert (spec.name, spec.description, spec.metadata) == ("Acme outbound", "Recall calls", {})
    assert spec.greeting == "Hi {{first_name}}, this is Acme Dental."
    assert spec.voice.id == "exampleVoiceId000001"
    assert spec.max_duration_seconds == 600


@pytest.mark.parametrize("text", ["[managed: {]", "[managed: ]", "[managed: {}] and more", "no marks", ""])
def test_spoiled_marks_are_text(text: str) -> None:
    assert without_marks(text)[0] == (text or None)


def test_what_was_not_kept_is_named() -> None:
    body = assistant_json(FULL, "outbound", None, ())
    found = kept(FULL)
    assert not_kept(body, found) == []
    agent = {name: value for name, value in (found.agent or {}).items() if name != "llm"}
    assert not_kept(body, msgspec.structs.replace(found, agent=agent)) == ["llm"]
    assert not_kept(body, msgspec.structs.replace(found, name="Other")) == ["name"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"voice": VoiceSpec(provider="azure", id="emma")}, "voice_provider"),
        ({"model": ModelSpec(provider="anthropic", name="claude")}, "model_provider"),
        ({"transcriber": TranscriberSpec(provider="openai", language="en-US")}, "transcriber_provider"),
        ({"transcriber": TranscriberSpec(provider="deepgram", model="nova-2")}, "config.transcriber_settings.model"),
        (
            {"transcriber": TranscriberSpec(provider="deepgram", language="xx")},
            "config.transcriber_settings.language",
        ),
    ],
)
def test_what_has_no_counterpart_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        assistant_json(msgspec.structs.replace(FULL, **changes), "outbound", None, ())
    assert caught.value.field == field


def test_tools_that_cannot_be_made_are_refused() -> None:
    for spec in (
        msgspec.structs.replace(FULL, tools=(PressDigits(),)),
        msgspec.structs.replace(FULL, webhook=None),
    ):
        with pytest.raises(Refused) as caught:
            action_jsons(spec, "m-1")
        assert caught.value.field == "config.tools"


def test_our_own_address_gets_a_secret_and_others_do_not() -> None:
    mine = [body["CUSTOM_ACTION"] for body in action_jsons(FULL, "m-1") if "CUSTOM_ACTION" in body]
    auth = {one["name"]: one.get("custom_auth") for one in mine}
    assert auth["book"] == {"is_needed": True, "location": "header", "key": "X-Tool-Secret", "value": "s3cret"}
    assert auth["look_up"] is None
