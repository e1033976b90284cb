"""Which subdomains a partner can have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspralv.onboarding.names import subdomain_fault, suggested_subdomain


@pytest.mark.parametrize("name", ["abc", "acme-voice", "a1b", "x" * 50])
def test_good_subdomains(name: str) -> None:
    assert subdomain_fault(name) == ""


@pytest.mark.parametrize(
    "name",
    ["ab", "x" * 51, "Acme", "-acme", "acme-", "ac--me", "a_b", "a.b", "admin", "www", "inspralv", "käse", "acme\n"],
)
def test_bad_subdomains(name: str) -> None:
    assert subdomain_fault(name)


@given(st.text(max_size=80))
def test_a_suggestion_is_always_possible(company: str) -> None:
    assert subdomain_fault(suggested_subdomain(company)) == ""
