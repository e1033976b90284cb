"""The settings as they are handed down: frozen, grouped by whom they concern."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

import msgspec

from inspralv.providers.base_urls import BaseUrls
from inspralv.tenancy.operator import Operator

Mode = Literal["development", "demo", "test", "production"]


class Confidential(msgspec.Struct, frozen=True):
    """Settings that hold secrets: never shown in logs and tracebacks."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Database(Confidential, frozen=True):
    url: str  # the administrator's login; empty: the private server below the data folder
    pool_size: int  # connections per process


class Web(msgspec.Struct, frozen=True):
    host: str
    port: int
    workers: int
    platform_host: str
    public_scheme: Literal["http", "https"]
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    egress_allow: tuple[IPv4Network | IPv6Network, ...]  # where addresses given by users may lead, besides the internet


class Domains(msgspec.Struct, frozen=True):
    target: str  # the name that partners' own domains point to
    servers: tuple[tuple[str, int], ...] | None  # of DNS, as address and port; none: the system's; None: the stand-in


class Providers(msgspec.Struct, frozen=True):
    webhook_base_url: str  # without a trailing slash, like every address here
    base_urls: BaseUrls
    sandbox_port: int


class Secrets(Confidential, frozen=True):
    key: str
    master_keys: Mapping[int, bytes]  # 32 bytes each; the highest number seals


class Sessions(msgspec.Struct, frozen=True):
    idle_minutes: int
    absolute_hours: int


class Mail(Confidential, frozen=True):
    smtp_url: str
    resend_api_key: str
    sender: str


class Logs(msgspec.Struct, frozen=True):
    level: Literal["debug", "info", "warning", "error"]
    format: Literal["console", "json"]


class Settings(msgspec.Struct, frozen=True):
    mode: Mode
    data_dir: Path
    files_url: str
    database: Database
    web: Web
    domains: Domains
    operator: Operator
    providers: Providers
    secrets: Secrets
    sessions: Sessions
    mail: Mail
    logs: Logs

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def stand_in_dns_port(self) -> int:
        return self.providers.sandbox_port + 1

    @property
    def dns_servers(self) -> tuple[tuple[str, int], ...]:
        """Where names are asked for; empty: the system's servers."""
        if self.domains.servers is None:
            return (("127.0.0.1", self.stand_in_dns_port),)
        return self.domains.servers
