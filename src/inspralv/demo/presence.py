"""Asks for the demo without loading what fills it, since every start asks."""

import psycopg

from inspralv.demo.cast import is_complete
from inspralv.foundation.db.dsn import for_roles
from inspralv.settings import Settings


def is_demo_there(settings: Settings) -> bool:
    """Whether the migrated database has the whole demo already. Raises psycopg.Error."""
    with psycopg.connect(for_roles(settings.database.url, settings.secrets.key).owner) as owner:
        return is_complete(owner)
