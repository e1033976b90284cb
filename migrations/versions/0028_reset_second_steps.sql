-- The console may take a person's second steps away; it sees that there are some, never a secret. Runs as app_owner.

GRANT DELETE ON app.two_factors, app.recovery_codes, app.passkeys, app.pending_sign_ins TO app_staff;
GRANT SELECT (partner_id, user_id, confirmed_at) ON app.two_factors TO app_staff;
GRANT SELECT (partner_id, user_id) ON app.recovery_codes, app.passkeys, app.pending_sign_ins TO app_staff;
