"""Which names a partner can have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspralv.onboarding.names import plain_domain, subdomain_fault, suggested_subdomain


@pytest.mark.parametrize("name", ["abc", "acme-voice", "a1b", "x" * 50])
def test_good_subdomains(name: str) -> None:
    assert subdomain_fault(name) == ""


@pytest.mark.parametrize(
    "name",
    ["ab", "x" * 51, "Acme", "-acme", "acme-", "ac--me", "a_b", "a.b", "admin", "www", "inspralv", "käse", "acme\n"],
)
def test_bad_subdomains(name: str) -> None:
    assert subdomain_fault(name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Voice.Example.COM. ", "voice.example.com"),
        ("stimme.müller.de", "stimme.xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("a-b.co.uk", "a-b.co.uk"),
    ],
)
def test_good_domains(typed: str, name: str) -> None:
    assert plain_domain(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "localhost", "example.com:443", "https://example.com", "example.com/path", "10.0.0.1", "::1", "a..b.com",
        "-a.example.com", "exa mple.com", "example.c", "example.123", "co.uk", "github.io", "", ".", "a" * 64 + ".com",
        "user@example.com", "example.com\r\nhost: x", "_dmarc.example.com", "*.example.com",
    ],
)  # fmt: skip
def test_bad_domains(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        plain_domain(typed)


@given(st.text(max_size=80))
def test_a_suggestion_is_always_possible(company: str) -> None:
    assert subdomain_fault(suggested_subdomain(company)) == ""


@given(st.text(max_size=80))
def test_a_domain_that_is_taken_stays_as_it_is(typed: str) -> None:
    try:
        name = plain_domain(typed)
    except ValueError:
        return
    assert plain_domain(name) == name
    assert name.isascii()
    assert name == name.lower()
