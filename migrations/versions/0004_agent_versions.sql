-- Tables and columns: agent versions. Runs as app_owner.
SELECT 1;
