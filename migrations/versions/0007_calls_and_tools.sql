-- Tables and columns: calls and tools. Runs as app_owner.
SELECT 1;
