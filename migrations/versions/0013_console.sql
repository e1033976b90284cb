-- Tables and columns: console. Runs as app_owner.
SELECT 1;
