-- Tables and columns: telephony. Runs as app_owner.
SELECT 1;
