"""Defaults of variables are written into an assistant's texts, and taken out again without a trace."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.providers.vapi.schemas import Schemas
from tests.providers.vapi.specs import FULL
from tests.providers.vapi.test_mapper import DEFAULTS, stored

from inspralv.providers.contract import AgentSpec
from inspralv.providers.vapi.mapper import agent_spec, assistant_json
from inspralv.providers.vapi.variables import with_defaults, without_defaults

names = st.sampled_from(["first_name", "company", "plan", "x"])
spaces = st.sampled_from(["", " ", "\t", "\n"])
values = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}%"), max_size=30
) | st.sampled_from(['"', "'", "\"'", "\\", '\\"', "line\nline", "Zoë & Söhne"])
pieces = st.one_of(
    st.builds(lambda a, name, b: f"{{{{{a}{name}{b}}}}}", spaces, names, spaces),
    st.sampled_from(["\r\n", "\n", " ", "{{", "}}", "{ first_name }", "{% if x %}", "{{other}}", "{{ x | upcase }}"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
texts = st.lists(pieces, max_size=12).map("".join)
defaults = st.dictionaries(names, values, max_size=4)


@DEFAULTS
@given(text=texts, known=defaults)
def test_texts_come_back_byte_for_byte(text: str, known: dict[str, str]) -> None:
    assert without_defaults(with_defaults(text, known), known) == text


@DEFAULTS
@given(prompt=texts, greeting=texts, known=defaults)
def test_an_agent_comes_back_as_it_was_pushed(
    schemas: Schemas, prompt: str, greeting: str, known: dict[str, str]
) -> None:
    spec = msgspec.structs.replace(FULL, system_prompt=prompt, greeting=greeting or None, variables=known)
    body = assistant_json(spec)
    schemas.check("CreateAssistantDTO", body)
    assert agent_spec(stored(body)) == spec


def test_only_names_with_a_default_get_one() -> None:
    known = {"first_name": "there", "company": 'The "Best"', "plan": "a'b\"c"}
    assert with_defaults("Hi {{first_name}}, {{ company }} {{plan}} {{email}}", known) == (
        'Hi {{first_name | default: "there"}}, {{ company | default: \'The "Best"\' }} '
        '{{plan | default: "a\'b\\"c"}} {{email}}'
    )


def test_a_default_that_a_person_wrote_is_left_alone() -> None:
    spec = msgspec.structs.replace(
        FULL, system_prompt='{{name | default: "friend"}} and {{name}}', variables={"name": "you"}
    )
    assert agent_spec(stored(assistant_json(spec))) == spec


def test_metadata_that_others_changed_do_no_harm() -> None:
    body = assistant_json(msgspec.structs.replace(FULL, variables={"first_name": "there"}))
    for odd in ("{", "[]", '{"a": 1}', 7, None):
        spec: AgentSpec = agent_spec(stored(body | {"metadata": {"variable_defaults": odd}}))
        assert spec.variables == {}
        assert spec.greeting == 'Good morning {{first_name | default: "there"}}, how can I help?'
