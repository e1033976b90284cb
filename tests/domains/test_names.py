"""Which host names a partner can bring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspralv.domains.names import plain_domain, readable
from inspralv.foundation.web.addresses import is_below


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Voice.Example.COM. ", "voice.example.com"),
        ("stimme.müller.de", "stimme.xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("a-b.co.uk", "a-b.co.uk"),
        ("me.github.io", "me.github.io"),
        ("VOICE。EXAMPLE。COM", "voice.example.com"),
        ("XN--STRAE-OQA.de", "xn--strae-oqa.de"),
    ],
)
def test_good_domains(typed: str, name: str) -> None:
    assert plain_domain(typed) == name


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("localhost", "reserved"), ("db.internal", "reserved"), ("printer.local", "reserved"), ("x.onion", "reserved"),
        ("1.0.0.127.in-addr.arpa", "reserved"), ("example.com:443", "port"), ("::1", "port"),
        ("https://example.com", "alone"), ("example.com/path", "alone"), ("user@example.com", "alone"),
        ("10.0.0.1", "IP address"), ("a..b.com", "not a host name"), ("-a.example.com", "not a host name"),
        ("exa mple.com", "not a host name"), ("example.c", "not a host name"), ("example.123", "not a host name"),
        ("com", "whole"), ("", "whole"), (".", "whole"), ("a" * 64 + ".com", "not a host name"),
        (".".join(["a" * 48] * 5), "whole"),
        ("example.com\r\nhost: x", "port"), ("_dmarc.example.com", "not a host name"), ("*.example.com", "not a host name"),
        ("xn--99999999999.com", "not a host name"), ("co.uk", "Nobody"), ("github.io", "Nobody"), ("com.br", "Nobody"),
        ("compute.amazonaws.com", "Nobody"), ("kawasaki.jp", "Nobody"), ("公司.cn", "Nobody"),
        ("straße.de", "two ways"), ("STRAẞE.de", "two ways"), ("a\u200db.com", "two ways"), ("xn--abc-.com", "not a host name"),
        ("xn--n3h.net", "not a host name"), ("xn--A-1ga.com\u202e", "not a host name"),
    ],
)  # fmt: skip
def test_bad_domains(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        plain_domain(typed)


@given(st.text(max_size=80))
def test_a_domain_that_is_taken_stays_as_it_is(typed: str) -> None:
    try:
        name = plain_domain(typed)
    except ValueError:
        return
    assert plain_domain(name) == name
    assert plain_domain(readable(name)) == name


def test_what_is_below_the_platform() -> None:
    assert is_below("a.platform.com", "platform.com")
    assert is_below("platform.com", "platform.com")
    assert not is_below("evilplatform.com", "platform.com")
    assert readable("stimme.xn--mller-kva.de") == "stimme.müller.de"
