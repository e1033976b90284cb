"""The data rules, read from the database's own catalogue."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.house.tables import DEFINERS, DIRECTORY, FENCED_DIRECTORY, LOCAL, PARTITIONED, TENANT, WORKSPACE_LEVEL

from inspralv.foundation.db.dsn import Dsns


@pytest.fixture(scope="module")
async def catalogue(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.admin)
    yield connection
    await connection.close()


async def _names(catalogue: asyncpg.Connection, sql: str, *args: object) -> set[str]:
    return {str(row[0]) for row in await catalogue.fetch(sql, *args)}


async def test_every_table_is_on_exactly_one_list(catalogue: asyncpg.Connection) -> None:
    found = await _names(
        catalogue,
        "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
    )
    assert found == DIRECTORY | LOCAL | TENANT
    assert not DIRECTORY & LOCAL
    assert not (DIRECTORY | LOCAL) & TENANT


async def test_tenant_keys_and_indexes_begin_with_the_partner(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        """SELECT c.relname, i.relname AS index, a.attname FROM pg_index x
             JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
            WHERE c.relnamespace = 'app'::regnamespace AND c.relname = ANY($1::text[])""",
        list(TENANT),
    )
    assert {row["relname"] for row in rows} == TENANT
    assert [row["index"] for row in rows if row["attname"] != "partner_id"] == []


async def test_tenant_columns_are_required(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        """SELECT c.relname, a.attname, a.attnotnull FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'app'::regnamespace AND a.attname IN ('partner_id', 'workspace_id') AND NOT c.relispartition"""
    )
    required = {(row["relname"], row["attname"]) for row in rows if row["attnotnull"]}
    assert {(table, "partner_id") for table in TENANT} <= required
    assert {(table, "workspace_id") for table in WORKSPACE_LEVEL} <= required


async def test_row_security_is_forced(catalogue: asyncpg.Connection) -> None:
    forced = await _names(
        catalogue,
        "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relrowsecurity AND relforcerowsecurity",
    )
    assert forced == TENANT | FENCED_DIRECTORY


async def test_policies_hold_no_subquery_and_name_the_partner(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        "SELECT tablename, policyname, roles, qual, with_check FROM pg_policies WHERE schemaname = 'app'"
    )
    assert {row["tablename"] for row in rows} == TENANT | FENCED_DIRECTORY
    for row in rows:
        for text in filter(None, (row["qual"], row["with_check"])):
            assert "select" not in text.lower(), row
            if "app_user" in row["roles"]:
                assert "partner_id = app.cur_partner()" in text or "partner_id = cur_partner()" in text, row
                if row["tablename"] in WORKSPACE_LEVEL:
                    assert "workspace_id = " in text, row


async def test_functions_in_policies_are_stable_sql_without_settings(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        """SELECT p.proname, p.provolatile::text, l.lanname, p.proconfig, p.prosecdef FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
            WHERE p.pronamespace = 'app'::regnamespace AND p.proname IN ('cur_partner', 'cur_workspace', 'wide')"""
    )
    assert len(rows) == 3
    assert all(
        (r["provolatile"], r["lanname"], r["proconfig"], r["prosecdef"]) == ("s", "sql", None, False) for r in rows
    )


async def test_definer_functions_are_the_reviewed_ones(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND prosecdef"
    )
    assert {row["proname"] for row in rows} == DEFINERS
    assert all(row["proconfig"] and row["proconfig"][0].startswith("search_path=") for row in rows)
    public = await _names(
        catalogue,
        "SELECT proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND (proacl IS NULL OR EXISTS"
        " (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE'))",
    )
    assert public == set()


async def test_no_triggers_rules_enums_or_views(catalogue: asyncpg.Connection) -> None:
    assert (
        await _names(
            catalogue,
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = 'app'::regnamespace AND NOT t.tgisinternal",
        )
        == set()
    )
    assert await _names(catalogue, "SELECT rulename FROM pg_rules WHERE schemaname = 'app'") == set()
    assert (
        await _names(
            catalogue, "SELECT typname FROM pg_type WHERE typnamespace = 'app'::regnamespace AND typtype = 'e'"
        )
        == set()
    )
    assert (
        await _names(
            catalogue, "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('v', 'm')"
        )
        == set()
    )
    assert (
        await _names(
            catalogue, "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'S'"
        )
        == set()
    )


async def test_references(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        """SELECT k.conname, c.relname, f.relname AS target, k.confdeltype::text AS on_delete, array_length(k.conkey, 1) AS width,
                  (SELECT attname FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1]) AS first
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
            WHERE k.contype = 'f' AND k.connamespace = 'app'::regnamespace AND k.conparentid = 0"""
    )
    for row in rows:
        assert row["target"] not in PARTITIONED, row
        assert row["on_delete"] in {"a", "c"}, row
        if row["target"] in TENANT:
            assert (row["width"] >= 2, row["first"]) == (True, "partner_id"), row
        else:
            assert row["width"] == 1, row


async def test_grants_go_to_root_tables_only(catalogue: asyncpg.Connection) -> None:
    on_partitions = await _names(
        catalogue,
        """SELECT c.relname FROM pg_class c, aclexplode(c.relacl) g JOIN pg_roles r ON r.oid = g.grantee
            WHERE c.relnamespace = 'app'::regnamespace AND c.relispartition AND r.rolname <> 'app_owner'""",
    )
    assert on_partitions == set()
    assert await _names(catalogue, "SELECT defaclobjtype::text FROM pg_default_acl") == set()


async def test_roles_own_nothing_and_bypass_nothing(catalogue: asyncpg.Connection) -> None:
    owners = await _names(
        catalogue,
        "SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE c.relnamespace IN ('app'::regnamespace, 'queue'::regnamespace)",
    )
    assert owners == {"app_owner"}
    rows = await catalogue.fetch(
        "SELECT rolname, rolbypassrls, rolsuper, rolcanlogin FROM pg_roles WHERE rolname LIKE 'app\\_%'"
    )
    assert {row["rolname"] for row in rows} == {"app_owner", "app_user", "app_staff", "app_worker"}
    assert all((row["rolbypassrls"], row["rolsuper"], row["rolcanlogin"]) == (False, False, True) for row in rows)


async def test_request_role_cannot_change_history_or_directories(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'app_user' AND table_schema = 'app'"
    )
    granted = {(row["table_name"], row["privilege_type"]) for row in rows}
    for table in ("audit_log", "audit_chain", "agent_versions", "agent_publications"):
        assert {verb for name, verb in granted if name == table} == {"SELECT", "INSERT"}
    for table in DIRECTORY - {"super_admin"}:
        assert {verb for name, verb in granted if name == table} == {"SELECT"}
    reached = {(name, verb) for name, verb in granted if name in LOCAL | {"super_admin"}}
    assert reached == {("partner_requests", "INSERT")}  # anybody may apply; nobody reads what others wrote
    assert not {name for name, _ in granted if re.search(r"_\d{4}_\d{2}$", name)}


async def test_partitions_reach_three_months_ahead(catalogue: asyncpg.Connection) -> None:
    for table in PARTITIONED:
        bounds = await catalogue.fetchval(
            "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ('app.' || $1)::regclass"
            " AND c.relname >= $1 || to_char(now() AT TIME ZONE 'UTC', '_YYYY_MM')",
            table,
        )
        assert bounds >= 4, table
        assert not await catalogue.fetchval(
            "SELECT count(*) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = ('app.' || $1)::regclass"
            " AND pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'",
            table,
        )
