"""How a sandbox is set up."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Account(msgspec.Struct, frozen=True):
    """A customer of the emulated provider: keys do not cross, and objects belong to one organisation."""

    org_id: str
    private_key: str
    public_key: str
    phone_number_id: str
    phone_number: str
    spare_keys: tuple[str, ...] = ()
    """Further private keys of the same account."""


ACME = Account(
    "5f1d7a3e-8c2b-4f0a-9d57-3b6c1e0f4a21", "sandbox-private-key-acme", "sandbox-public-key-acme",
    "1d2c3b4a-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "+14155550100", ("sandbox-private-key-acme-spare",),
)  # fmt: skip
RIVAL = Account(
    "8a4c2e6f-1b3d-4c5e-8f70-91a2b3c4d5e6", "sandbox-private-key-rival", "sandbox-public-key-rival",
    "2e3d4c5b-6f7a-4b8c-9d0e-1f2a3b4c5d6e", "+14155550199",
)  # fmt: skip


class SandboxOptions(msgspec.Struct, frozen=True):
    """`public_url` is how clients and browsers reach the sandbox; `speed` 1 is real time, 10 ten times faster, 0 as fast
    as possible; `data_file` keeps assistants and ended calls over a restart; `dns_port` is the name server's, 0 for none."""

    public_url: str
    speed: float = 1.0
    data_file: Path | None = None
    accounts: tuple[Account, ...] = (ACME, RIVAL)
    dns_port: int = 0

    def of(self, emulator: str) -> SandboxOptions:
        """Return the options of one emulator: below its own path, with a file of its own."""
        kept = self.data_file
        return msgspec.structs.replace(
            self, public_url=f"{self.public_url}/{emulator}",
            data_file=kept.with_stem(f"{kept.stem}-{emulator}") if kept else None,
        )  # fmt: skip
