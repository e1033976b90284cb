-- Tables and columns: provider keys. Runs as app_owner.
SELECT 1;
