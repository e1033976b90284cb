import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.foundation.outbound.listener import Listener, Reply

from inspralv.foundation.outbound import EgressRefused, Outbound, Unreachable
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.outbound.egress import Egress

PRIVATE = [
    "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_our_own_neighbourhood_is_refused(address: str) -> None:
    assert not Egress().is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_the_open_internet_is_allowed(address: str) -> None:
    assert Egress().is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://[::ffff:7f00:1]/",
     "http://user:pass@1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd", "http:///nowhere"],
)  # fmt: skip
async def test_addresses_of_users_are_judged(url: str) -> None:
    with pytest.raises((EgressRefused, Unreachable)):
        await Egress().admit(httpx.URL(url))


async def test_a_guarded_client_does_not_reach_loopback(listener: Listener) -> None:
    async with Outbound(egress=Egress()) as http:
        with pytest.raises(EgressRefused):
            await http.request("POST", listener.url, deadline=5, breaker="forward", json={})
    assert listener.received == []


async def test_what_is_allowed_by_construction_is_reached_under_its_own_name(listener: Listener) -> None:
    listener.script = [Reply(200, b"ok")]
    async with Outbound(egress=Egress(allow=["127.0.0.0/8", "::1/128"])) as http:
        answer = await http.request("GET", f"http://localhost:{listener.port}/x", deadline=5, breaker="forward")
    assert answer.body == b"ok"
    assert listener.received[0].headers["host"] == f"localhost:{listener.port}"


@pytest.fixture
def localhost_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A server's certificate for the name localhost alone, trusted by clients that are made from now on."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    certificates.cache_clear()
    yield context
    certificates.cache_clear()


async def test_the_certificate_is_checked_against_the_name_and_not_the_address(localhost_tls: ssl.SSLContext) -> None:
    async with Listener(localhost_tls) as secure, Outbound(egress=Egress(allow=["127.0.0.0/8", "::1/128"])) as http:
        answer = await http.request("GET", f"https://localhost:{secure.port}/", deadline=5, breaker="forward")
        assert answer.status == 200
        with pytest.raises(Unreachable):
            await http.request("GET", f"https://127.0.0.1:{secure.port}/", deadline=5, breaker="forward")


async def test_a_redirect_is_judged_again(listener: Listener) -> None:
    listener.script = [Reply(302, b"", {"location": "http://169.254.169.254/latest/meta-data"})]
    async with Outbound(egress=Egress(allow=["127.0.0.0/8"])) as http:
        with pytest.raises(EgressRefused):
            await http.request("GET", listener.url, deadline=5, breaker="forward", follow=True)


async def test_a_relative_redirect_stays_at_its_host(listener: Listener) -> None:
    listener.script = [Reply(302, b"", {"location": "/next"}), Reply(200, b"there")]
    async with Outbound(egress=Egress(allow=["127.0.0.0/8", "::1/128"])) as http:
        answer = await http.request("GET", f"http://localhost:{listener.port}/", deadline=5, breaker="f", follow=True)
    assert answer.body == b"there"
    assert listener.received[1].headers["host"] == f"localhost:{listener.port}"


async def test_refusals_of_the_guard_do_not_open_the_breaker(listener: Listener) -> None:
    async with Outbound(egress=Egress()) as http:
        for _ in range(7):
            with pytest.raises(EgressRefused):
                await http.request("GET", listener.url, deadline=5, breaker="forward")
