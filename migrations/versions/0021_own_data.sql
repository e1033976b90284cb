-- Tables and grants: a copy of one's own data, and deleting one's account. Runs as app_owner.

-- The copy that a person asked for, the latest only. Its file lies in the file store, named by the id.
CREATE TABLE app.data_exports (
  partner_id uuid NOT NULL,
  id         uuid NOT NULL,
  user_id    uuid NOT NULL,
  status     text NOT NULL CHECK (status IN ('waiting', 'ready', 'failed', 'expired')),
  size_bytes bigint,
  asked_at   timestamptz NOT NULL,
  ready_at   timestamptz,
  expires_at timestamptz,                               -- of a ready one; then the file goes
  PRIMARY KEY (partner_id, id),
  UNIQUE (partner_id, user_id),
  FOREIGN KEY (partner_id, user_id) REFERENCES app.users (partner_id, id) ON DELETE CASCADE
);
CREATE INDEX data_exports_ending ON app.data_exports (partner_id, expires_at);

ALTER TABLE app.data_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.data_exports FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.data_exports TO app_user USING (partner_id = app.cur_partner())
  WITH CHECK (partner_id = app.cur_partner());
CREATE POLICY platform ON app.data_exports TO app_owner, app_staff USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON app.data_exports TO app_user;

-- Who deletes their account takes the invitations along that were sent to their address.
GRANT DELETE ON app.partner_invitations, app.workspace_invitations TO app_user;
