-- Tables and columns: provider keys. Runs as app_owner.

-- ── A third secret, whose account it is, who replaced the key, and the care of a refused one ───────────────────
ALTER TABLE app.integrations
  ADD COLUMN webhook_key    bytea,                        -- sealed
  ADD COLUMN webhook_hint   text,
  ADD COLUMN account_id     text,                         -- as the last test found it
  ADD COLUMN account_label  text,
  ADD COLUMN replaced_at    timestamptz,
  ADD COLUMN replaced_by    uuid,
  ADD COLUMN refused_at     timestamptz,                  -- since when the provider does not take the key
  ADD COLUMN owners_told_at timestamptz,                  -- once until the key is replaced or valid again
  ADD COLUMN probes         integer NOT NULL DEFAULT 0,
  ADD COLUMN probe_at       timestamptz;                  -- when a refused key is tried again
UPDATE app.integrations SET refused_at = checked_at, probe_at = checked_at WHERE key_status = 'invalid';

-- ── Keys that were replaced, as long as webhooks signed with them are still believed ───────────────────────────
CREATE TABLE app.integration_former_keys (
  partner_id     uuid NOT NULL,
  id             uuid NOT NULL,
  integration_id uuid NOT NULL,
  secret_key     bytea NOT NULL,                          -- sealed
  webhook_key    bytea,                                   -- sealed
  hint           text NOT NULL,                           -- last four characters of the key that signed
  config         jsonb NOT NULL DEFAULT '{}',
  valid_until    timestamptz NOT NULL,
  created_by     uuid,
  created_at     timestamptz NOT NULL,
  PRIMARY KEY (partner_id, id),
  FOREIGN KEY (partner_id, integration_id) REFERENCES app.integrations (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX integration_former_keys_of_integration ON app.integration_former_keys (partner_id, integration_id);

-- ── Row security and grants ────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE app.integration_former_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.integration_former_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.integration_former_keys TO app_user
  USING (partner_id = app.cur_partner() AND app.wide()) WITH CHECK (partner_id = app.cur_partner() AND app.wide());
CREATE POLICY platform ON app.integration_former_keys TO app_owner, app_staff USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.integration_former_keys TO app_user, app_staff;
