-- Tables and columns: branding. Runs as app_owner.
SELECT 1;
