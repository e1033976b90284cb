"""The settings: one table, read once, every fault at once."""

import base64
import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from inspralv.settings import Settings, SettingsFault, load_settings
from inspralv.settings.defaults import TRIAL_MASTER_KEYS, TRIAL_SECRET_KEY
from inspralv.settings.table import TABLE

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()
PRODUCTION = {
    "INSPRALV_MODE": "production",
    "INSPRALV_PLATFORM_HOST": "voice.example.com",
    "INSPRALV_SECRET_KEY": "k" * 32,
    "INSPRALV_MASTER_KEYS": f"1:{KEY},2:{OTHER_KEY}",
}


def faults_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        load_settings(environ)
    return caught.value.faults


def test_demo_needs_nothing() -> None:
    settings = load_settings({})
    assert settings.mode == "demo"
    assert (settings.web.host, settings.web.port, settings.providers.sandbox_port) == ("127.0.0.1", 8000, 8100)
    assert settings.database.url == ""
    assert settings.files_url == f"file://{settings.data_dir}/files"
    assert settings.providers.webhook_base_url == "http://localhost:8000"
    assert settings.providers.base_urls.of("vapi", "eu") == "http://localhost:8100/vapi"
    assert not settings.is_production


def test_defaults_follow_the_settings_they_name() -> None:
    settings = load_settings({"INSPRALV_PORT": "9000", "INSPRALV_SANDBOX_PORT": "9100"})
    assert settings.providers.webhook_base_url == "http://localhost:9000"
    assert settings.providers.base_urls.of("vapi") == "http://localhost:9100/vapi"


def test_production_reaches_the_real_world() -> None:
    settings = load_settings(PRODUCTION)
    assert settings.is_production
    assert settings.providers.base_urls.of("vapi") is None
    assert settings.providers.webhook_base_url == "https://voice.example.com"
    assert settings.mail.sender == "Inspralv <no-reply@voice.example.com>"
    assert settings.web.public_scheme == "https"
    assert settings.logs.format == "json"
    assert settings.secrets.master_keys == {1: bytes(range(32)), 2: bytes(range(32, 64))}


def test_everything_can_be_given() -> None:
    given = PRODUCTION | {
        "INSPRALV_DATA_DIR": "/srv/inspralv",
        "DATABASE_URL": "postgresql://owner:pw@db.example.com:5433/inspralv",
        "INSPRALV_DB_POOL_SIZE": "20",
        "INSPRALV_HOST": "0.0.0.0",  # noqa: S104
        "INSPRALV_WEB_WORKERS": "4",
        "INSPRALV_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8",
        "INSPRALV_SESSION_IDLE_MINUTES": "30",
        "INSPRALV_SESSION_ABSOLUTE_HOURS": "12",
        "INSPRALV_SMTP_URL": "smtps://mailer:pw@mail.example.com:465",
        "INSPRALV_FILES_URL": "s3://bucket/prefix/",
        "INSPRALV_LOG_LEVEL": "warning",
    }
    settings = load_settings(given)
    assert settings.data_dir == Path("/srv/inspralv")
    assert settings.database.url == given["DATABASE_URL"]
    assert settings.web.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert (settings.sessions.idle_minutes, settings.sessions.absolute_hours) == (30, 12)
    assert settings.files_url == "s3://bucket/prefix"
    assert settings.logs.level == "warning"


def test_every_fault_is_named_at_once() -> None:
    faults = faults_of(
        {
            "INSPRALV_MODE": "production",
            "INSPRALV_PORT": "eighty",
            "INSPRALV_PROT": "80",
            "DATABASE_URL": "mysql://somewhere/db",
            "INSPRALV_SECRET_KEY": TRIAL_SECRET_KEY,
            "INSPRALV_MASTER_KEYS": f"{TRIAL_MASTER_KEYS},2:{KEY}",
            "INSPRALV_SMTP_URL": "smtp://mail.example.com",
            "INSPRALV_RESEND_API_KEY": "re_123",
        }
    )
    assert faults == [
        "INSPRALV_PROT is not a setting; is INSPRALV_PORT meant?",
        "DATABASE_URL must be an address like postgresql://user:password@host:5432/database.",
        "INSPRALV_PORT must be a whole number from 1 to 65535, not “eighty”.",
        "INSPRALV_PLATFORM_HOST is missing: Host name of the platform itself; partners have host names of their own.",
        "INSPRALV_SECRET_KEY is the default for trying, which production refuses.",
        "INSPRALV_MASTER_KEYS is the default for trying, which production refuses.",
        "INSPRALV_SMTP_URL and INSPRALV_RESEND_API_KEY are both given; mail goes one way.",
    ]


def test_production_lists_what_is_missing() -> None:
    missing = {fault.split(" is missing")[0] for fault in faults_of({"INSPRALV_MODE": "production"})}
    assert missing == {"INSPRALV_PLATFORM_HOST", "INSPRALV_SECRET_KEY", "INSPRALV_MASTER_KEYS"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("INSPRALV_MODE", "prod"),
        ("INSPRALV_DATA_DIR", "relative/folder"),
        ("DATABASE_URL", "postgresql://host:not-a-port/db"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "postgresql://[half/db"),
        ("INSPRALV_DB_POOL_SIZE", "0"),
        ("INSPRALV_HOST", "not-an-address"),
        ("INSPRALV_PORT", "65536"),
        ("INSPRALV_PORT", "٨٠٠٠"),
        ("INSPRALV_PORT", "-1"),
        ("INSPRALV_PLATFORM_HOST", "https://voice.example.com"),
        ("INSPRALV_PLATFORM_HOST", "voice.example.com:443"),
        ("INSPRALV_PUBLIC_SCHEME", "ftp"),
        ("INSPRALV_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("INSPRALV_WEBHOOK_BASE_URL", "voice.example.com"),
        ("INSPRALV_WEBHOOK_BASE_URL", "https://user:pw@voice.example.com"),
        ("INSPRALV_PROVIDER_URLS", "vapi=https://api.vapi.ai?key=1"),
        ("INSPRALV_PROVIDER_URLS", "https://api.vapi.ai"),
        ("INSPRALV_SECRET_KEY", "short"),
        ("INSPRALV_MASTER_KEYS", "1:c2hvcnQ="),
        ("INSPRALV_MASTER_KEYS", f"1:{KEY},1:{OTHER_KEY}"),
        ("INSPRALV_MASTER_KEYS", f"70000:{KEY}"),
        ("INSPRALV_MASTER_KEYS", f"zero:{KEY}"),
        ("INSPRALV_SESSION_IDLE_MINUTES", "1.5"),
        ("INSPRALV_SMTP_URL", "mail.example.com"),
        ("INSPRALV_SMTP_URL", "smtp://"),
        ("INSPRALV_MAIL_FROM", "nobody"),
        ("INSPRALV_MAIL_FROM", "Name <a@b.example>\r\nBcc: x@y.example"),
        ("INSPRALV_FILES_URL", "/srv/files"),
        ("INSPRALV_FILES_URL", "s3:///prefix"),
        ("INSPRALV_LOG_LEVEL", "verbose"),
    ],
)
def test_what_is_malformed_is_named(name: str, text: str) -> None:
    (fault,) = faults_of({name: text})
    assert fault.startswith(f"{name} must ")


def test_demo_is_for_this_machine_alone() -> None:
    (fault,) = faults_of({"INSPRALV_HOST": "0.0.0.0"})  # noqa: S104
    assert "loopback" in fault
    assert load_settings({"INSPRALV_HOST": "::1"}).web.host == "::1"


def test_contradictions_are_faults() -> None:
    faults = faults_of(
        {
            "INSPRALV_PORT": "8100",
            "INSPRALV_SESSION_IDLE_MINUTES": "61",
            "INSPRALV_SESSION_ABSOLUTE_HOURS": "1",
        }
    )
    assert faults == [
        "INSPRALV_PORT and INSPRALV_SANDBOX_PORT are the same port.",
        "INSPRALV_SESSION_IDLE_MINUTES is longer than INSPRALV_SESSION_ABSOLUTE_HOURS.",
    ]


def test_the_test_suites_own_variables_are_not_settings() -> None:
    assert load_settings({"INSPRALV_TEST_CONTRACTS": "/somewhere"}).mode == "demo"


def test_secrets_are_never_shown() -> None:
    secrets = {
        "INSPRALV_SECRET_KEY": "s3cret-" * 6,
        "DATABASE_URL": "postgresql://owner:s3cret@db.example.com/inspralv",
        "INSPRALV_RESEND_API_KEY": "s3cret",
        "INSPRALV_MASTER_KEYS": f"1:{KEY}",
    }
    shown = repr(load_settings(secrets))
    assert "s3cret" not in shown
    assert repr(bytes(range(32))) not in shown


def test_a_faulty_secret_is_not_repeated() -> None:
    (fault,) = faults_of({"DATABASE_URL": "postgresql://owner:s3cret@host:port/db"})
    assert "s3cret" not in fault


def test_the_table_fills_the_settings_exactly() -> None:
    filled = {setting.field for setting in TABLE}
    assert len(filled) == len(TABLE)
    groups = {field.split(".")[0] for field in filled}
    assert groups == set(Settings.__struct_fields__)
    assert all(setting.about.strip() for setting in TABLE)


def test_data_of_two_checkouts_and_of_root_stay_apart() -> None:
    folder = load_settings({}).data_dir
    assert folder.is_absolute()
    assert folder.is_relative_to("/var/lib/inspralv") == (os.geteuid() == 0)


def test_the_most_particular_address_of_a_provider_counts() -> None:
    urls = "*=http://localhost:1/*, vapi=vendor, vapi:eu=https://eu.example"
    base_urls = load_settings({"INSPRALV_PROVIDER_URLS": urls}).providers.base_urls
    assert base_urls.of("vapi", "eu") == "https://eu.example"
    assert base_urls.of("vapi", "us") is None
    assert base_urls.of("another", "us") == "http://localhost:1/another"
