-- Tables and columns: accounts. Runs as app_owner.
SELECT 1;
