"""How a person is called."""

from __future__ import annotations


class Named:
    """Beside a struct with these fields: somebody is called by their name, or by their address as long as they have none."""

    __slots__ = ()

    email: str
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email
