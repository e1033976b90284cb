-- Tables and columns: agent editor. Runs as app_owner.
SELECT 1;
