-- Tables and columns: plans. Runs as app_owner.
SELECT 1;
