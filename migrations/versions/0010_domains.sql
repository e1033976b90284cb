-- Tables and columns: domains. Runs as app_owner.
SELECT 1;
