"""How many requests of ours, and answers of the emulators, are held against the vendors' own schemas in the tests.

    .venv/bin/python bench/validated.py

Runs the tests of providers and sandbox, and counts what their `Schemas` compared.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parents[1]
PROVIDERS = ("retell", "synthflow", "vapi")


class Tally:
    """A plugin of the test run that remembers every `Schemas` and what each checked by name."""

    def __init__(self) -> None:
        self.made: dict[str, list[Any]] = {name: [] for name in PROVIDERS}
        self.named: dict[str, Counter[str]] = {name: Counter() for name in PROVIDERS}
        self.cases: Counter[str] = Counter()
        for name in PROVIDERS:
            self._watch(name, importlib.import_module(f"tests.providers.{name}.schemas").Schemas)

    def _watch(self, provider: str, kind: Any) -> None:
        made, named, begin = self.made[provider], self.named[provider], kind.__init__

        def begun(one: Any, *given: Any, **more: Any) -> None:
            made.append(one)
            begin(one, *given, **more)

        kind.__init__ = begun
        if hasattr(kind, "check"):
            check = kind.check

            def checked(one: Any, name: str, body: object) -> None:
                named[name] += 1
                check(one, name, body)

            kind.check = checked

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.cases[report.outcome] += 1

    def tell(self) -> None:
        print(f"cases: {dict(self.cases)}")
        for provider in PROVIDERS:
            counted = sum((one.checked for one in self.made[provider] if hasattr(one, "checked")), Counter())
            operations = set().union(*(getattr(one, "operations", ()) for one in self.made[provider]))
            sent = sum(count for name, count in self.named[provider].items() if name.endswith("DTO"))
            rest = sum(self.named[provider].values()) - sent
            requests, answers = counted["requests"] + sent, counted["answers"] + rest
            shapes = f"{len(operations)} operations" if operations else f"{len(self.named[provider])} schemas"
            print(f"{provider}: {requests} requests, {answers} answers and webhooks, over {shapes}")


def main() -> int:
    sys.path.insert(0, str(HERE))
    tally = Tally()
    ended = pytest.main(["-q", "-p", "no:cacheprovider", "tests/providers", "tests/sandbox"], plugins=[tally])
    tally.tell()
    return int(ended)


if __name__ == "__main__":
    sys.exit(main())
